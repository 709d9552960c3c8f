//! Accounts as snapshots.

use serde_json::json;

use super::{Faked, mark, page, snapshot};
use crate::common::Directory;

fn stores() -> (Directory, [Faked; 2]) {
    let directory = Directory::new();
    let over = Faked::over(&directory.store());
    (directory, [Faked::start(&[]), over])
}

#[test]
fn a_seeded_account_is_what_calls_see() {
    let (_directory, stores) = stores();
    for fake in stores {
        // It is in the cache before it is replaced.
        assert_eq!(fake.mark("anna", "old"), 0);
        assert_eq!(fake.put("accounts/anna", &snapshot()), snapshot());
        assert_eq!(fake.get("accounts/anna"), snapshot());
        let seen = fake.call("get_contact_group", &page("anna"));
        assert_eq!(
            seen["ContactItem"],
            json!([{
                "Type": 1,
                "To_Account": "user_0002",
                "ContactGroupId": [1],
                "StandardMark": "111",
                "CustomMark": "abcd",
                "Timestamp": 1_600_000_000,
            }])
        );
        assert_eq!(seen["GroupItem"], json!([{"GroupId": 1, "GroupName": "friends"}]));
        // The next group has the ID after the highest ever used.
        let create = json!({"From_Account": "anna", "GroupContactItem": [{"GroupName": "work"}]});
        assert_eq!(fake.call("create_contact_group", &create)["ErrorCode"], 0);
        let groups = fake.get("accounts/anna")["groups"].clone();
        assert_eq!(groups[1], json!({"group_id": 4, "name": "work"}));
        assert_eq!(fake.ask("DELETE", "accounts/anna", ""), json!({"deleted": 1}));
        assert_eq!(fake.ask("DELETE", "accounts/anna", ""), json!({"deleted": 0}));
        let seen = fake.call("get_contact_group", &page("anna"));
        assert_eq!((&seen["ContactItem"], &seen["GroupItem"]), (&json!([]), &json!([])));
        let missing = (404, "the account has no data".to_owned());
        assert_eq!(fake.refused("GET", "accounts/anna", ""), missing);
        assert_eq!(fake.refused("GET", "accounts/never_seen", ""), missing);
    }
}

#[test]
fn a_seeded_account_can_be_older_than_what_was_there() {
    let (_directory, stores) = stores();
    for fake in stores {
        assert_eq!(fake.mark("anna", "today"), 0);
        fake.put("clock", &json!({"fixed": 1_600_000_005}));
        fake.put("accounts/anna", &snapshot());
        assert_eq!(fake.mark("anna", "ben"), 0);
        assert_eq!(fake.get("accounts/anna")["rows"][1]["timestamp"], 1_600_000_005);
    }
}

/// As times in milliseconds or nanoseconds are.
#[test]
fn a_time_that_no_account_can_have_does_not_become_that_of_the_account() {
    const LAST: u64 = (1 << 40) - 1;
    let (_directory, stores) = stores();
    for fake in stores {
        fake.put("clock", &json!({"fixed": 1_700_000_000}));
        for (seeded, expected) in
            [(LAST + 1, 1_700_000_000), (u64::MAX, 1_700_000_000), (LAST, LAST)]
        {
            let mut account = snapshot();
            account["rows"][0]["timestamp"] = json!(seeded);
            assert_eq!(fake.put("accounts/anna", &account), account);
            assert_eq!(fake.mark("anna", "ben"), 0);
            assert_eq!(fake.get("accounts/anna")["rows"][1]["timestamp"], expected, "{seeded}");
        }
    }
}

#[test]
fn users_are_listed_page_by_page() {
    let (_directory, stores) = stores();
    for fake in stores {
        let users: Vec<_> = (0..7).map(|number| format!("user {number}/%")).collect();
        for user in &users {
            assert_eq!(fake.call("mark_contact", &mark(user, "x"))["ErrorCode"], 0);
        }
        let encoded = "user%202%2F%25";
        assert_eq!(fake.get(&format!("accounts/{encoded}"))["rows"].as_array().unwrap().len(), 1);
        assert_eq!(fake.users(), users);
        // Those without data are not listed.
        fake.ask("DELETE", &format!("accounts/{encoded}"), "");
        let first = fake.get("accounts?limit=3");
        assert_eq!(first, json!({"users": [users[0], users[1], users[3]], "next_after": users[3]}));
        let next = fake.get("accounts?limit=3&after=user+3%2F%25");
        assert_eq!(next, json!({"users": users[4..7], "next_after": users[6]}));
        let last = fake.get("accounts?limit=3&after=user%206%2F%25");
        assert_eq!(last, json!({"users": []}));
    }
}

#[test]
fn users_and_pages_that_cannot_be_are_refused() {
    let fake = Faked::start(&[]);
    for (path, expected) in [
        ("accounts?limit=0", "limit must be an integer from 1 to 1000"),
        ("accounts?limit=1001", "limit must be an integer from 1 to 1000"),
        ("accounts?limit=x", "limit must be an integer from 1 to 1000"),
        ("accounts?after=", "after is not a user ID"),
        ("accounts/%FF", "the path is not UTF-8 when it is decoded"),
    ] {
        let (status, error) = fake.refused("GET", path, "");
        assert_eq!(status, 400, "{path}");
        assert!(error.starts_with(expected), "{path}: {error}");
    }
    let long = format!("accounts/{}", "a".repeat(5000));
    let (status, error) = fake.refused("PUT", &long, &snapshot().to_string());
    assert_eq!(status, 400);
    assert!(error.starts_with("the last part of the path is not a user ID"), "{error}");
}
