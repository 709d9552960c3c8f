//! Back to the start.

use serde_json::json;

use super::{Faked, snapshot};
use crate::common::Directory;

fn use_everything(fake: &Faked) {
    fake.put("calls", &json!({"bodies": true}));
    assert_eq!(fake.mark("anna", "ben"), 0);
    fake.put("accounts/ben", &snapshot());
    fake.put("facts", &json!({"plan": false}));
    fake.put("clock", &json!({"fixed": 4_000_000_000_u64}));
    assert_eq!(fake.mark("anna", "carl"), 0);
    fake.put("faults", &json!({"faults": [{"account": "zoe", "delay_ms": 1}]}));
}

fn is_at_its_start(fake: &Faked) {
    assert_eq!(fake.get("facts"), json!({}));
    assert_eq!(fake.get("clock").as_object().unwrap().len(), 1);
    assert_eq!(fake.get("faults"), json!({"faults": []}));
    assert_eq!(fake.get("calls"), json!({"calls": [], "dropped": 0, "bodies": false}));
    assert_eq!(fake.users(), [""; 0]);
    // Nothing of the cache is left, and accounts begin in the past again.
    fake.put("clock", &json!({"fixed": 1_000}));
    assert_eq!(fake.mark("anna", "ben"), 0);
    let row = &fake.get("accounts/anna")["rows"][0];
    assert_eq!(row["timestamp"], 1_000);
    let create = json!({"From_Account": "ben", "GroupContactItem": [{"GroupName": "g"}]});
    assert_eq!(fake.call("create_contact_group", &create)["ErrorCode"], 0);
    assert_eq!(fake.get("accounts/ben")["groups"][0]["group_id"], 1);
    assert_eq!(fake.get("accounts/ben")["rows"], json!([]));
}

#[test]
fn everything_goes_back_to_the_start_in_memory() {
    let fake = Faked::start(&[]);
    for _ in 0..2 {
        use_everything(&fake);
        let parts = json!({"reset": ["accounts", "facts", "clock", "calls", "faults"]});
        assert_eq!(fake.ask("POST", "reset", ""), parts);
        is_at_its_start(&fake);
    }
}

#[test]
fn everything_goes_back_to_the_start_in_a_directory() {
    let directory = Directory::new();
    let fake = Faked::over(&directory.store());
    // More than are listed at a time.
    for number in 0..260 {
        assert_eq!(fake.mark(&format!("u{number}"), "x"), 0);
    }
    use_everything(&fake);
    fake.ask("POST", "reset", "");
    is_at_its_start(&fake);
    fake.ask("POST", "reset", "");
    drop(fake);
    // What was reset stays so.
    let fake = Faked::over(&directory.store());
    assert_eq!(fake.users(), [""; 0]);
    is_at_its_start(&fake);
}

/// Test runs leave many users behind whose accounts are empty.
#[test]
fn a_reset_writes_only_what_has_data() {
    let directory = Directory::new();
    let fake = Faked::over(&directory.store());
    let commits = || {
        let metrics = crate::control::get(fake.control, "/metrics");
        let count = metrics.lines().find(|line| line.starts_with("convmark_commit_seconds_count "));
        count.unwrap().rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!((fake.mark("anna", "ben"), fake.mark("ben", "anna")), (0, 0));
    fake.ask("POST", "reset", "");
    let before = commits();
    assert!(before > 2, "{before}");
    fake.ask("POST", "reset", "");
    assert_eq!(commits(), before);
    assert_eq!(fake.mark("anna", "ben"), 0);
    assert_eq!(commits(), before + 1);
}

#[test]
fn parts_can_be_kept() {
    let fake = Faked::start(&[]);
    use_everything(&fake);
    let reset = fake.ask("POST", "reset?keep=accounts,clock,calls", "");
    assert_eq!(reset, json!({"reset": ["facts", "faults"]}));
    assert_eq!(fake.users(), ["anna", "ben"]);
    assert_eq!(fake.get("clock")["fixed"], 4_000_000_000_u64);
    let calls = fake.get("calls");
    assert_eq!((calls["calls"].as_array().unwrap().len(), &calls["bodies"]), (2, &json!(true)));
    assert_eq!(fake.get("facts"), json!({}));
    assert_eq!(fake.get("faults"), json!({"faults": []}));
}

#[test]
fn other_resets_are_refused_and_change_nothing() {
    let fake = Faked::start(&[]);
    use_everything(&fake);
    let names =
        "keep must be some of accounts, facts, clock, calls, faults, with commas between them";
    assert_eq!(fake.refused("POST", "reset?keep=facts,clok", ""), (400, names.to_owned()));
    assert_eq!(fake.refused("POST", "reset?keep=", ""), (400, names.to_owned()));
    let empty =
        "the body must be empty; what is to be kept is said in the query: ?keep=facts,clock";
    assert_eq!(fake.refused("POST", "reset", "{\"keep\":[]}"), (400, empty.to_owned()));
    assert_eq!(fake.users(), ["anna", "ben"]);
}
