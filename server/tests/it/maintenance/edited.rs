//! Files that are not what an export wrote.

use std::fs;

use sha2::{Digest, Sha256};

use super::{Place, fill, mark};

/// Each way to spoil a file, and what is said about it. Nothing of it is imported.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_changed_is_refused_as_a_whole() {
    let place = Place::new();
    let calls = (0..5).map(|number| mark(&format!("user{number}"), "peer", "secret"));
    fill(&place.path("old"), calls).await;
    place.run("export", "old", &["good"]).is_done("5 accounts, 0 damaged\n");
    let good = fs::read_to_string(place.path("good")).unwrap();
    let lines: Vec<_> = good.lines().collect();
    let [first, second, rest @ ..] = &lines[..] else { panic!("{good}") };
    let all = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let with = |second: &str| all(&[&[first, second], rest].concat());
    let incomplete = "the file ends here without its end line, so it is not complete; finish it with export --resume";
    let place_of_tine = second.find("\"time").unwrap() + "\"time\"".len();
    let unknown = format!(
        "line 2: it has an unknown member at column {place_of_tine}; allowed: export, user, store_version, time, account, damaged, \
         unlisted, place, end"
    );
    let cut = "it is not complete: it ends before the JSON value does";
    let object = "it must be a JSON object, with names in valid Unicode";
    let integer = "must be an integer from 0 to 18446744073709551615";
    let twice = second.replacen("{", "{\"user\":\"user1\",", 1);
    let exchange = |call: &str| {
        format!("{{{call},\"body\":{{\"From_Account\":\"user1\"}},\"answer\":{{\"ErrorCode\":0}}}}")
    };
    let recorded = "it is a recorded call with its answer, not a line of an export; `convmark import` makes a file of accounts from recorded \
                    pages of get_contact_group";
    place
        .run("import", "new", &["good", "--create"])
        .is_done("5 accounts imported and read back, 0 were there before\n");
    fill(&place.path("empty"), []).await;
    for (text, problem) in [
        (String::new(), format!("line 1: {incomplete}")),
        (all(&lines[..5]), format!("line 6: {incomplete}")),
        (good[..good.len() - 1].to_owned(), format!("line 6: {incomplete}")),
        (good[..first.len() + 20].to_owned(), format!("line 2: {incomplete}")),
        (good.replacen("secret", "public", 1), "line 6: its checksum does not fit the lines before it".to_owned()),
        (with(""), format!("line 2: {cut}")),
        (with(&second[..second.len() - 1]), format!("line 2: {cut}")),
        (with(&second.replacen(':', ";", 1)), "line 2: it is not valid JSON at column ".to_owned()),
        (
            all(&[&[*first], rest].concat()),
            "line 5: it says that there are 5 accounts and 0 damaged ones before it, and there are 4 and 0".to_owned(),
        ),
        (
            all(&[&[*second, *first], rest].concat()),
            "line 2: the user does not come after that of the line before".to_owned(),
        ),
        (with(first), "line 2: the user does not come after that of the line before".to_owned()),
        (with(&second.replacen(":1", ":2", 1)), "line 2: it has the format 2; this release reads 1".to_owned()),
        (with(&second.replacen("time", "tine", 1)), unknown),
        (with(&second.replacen("\"user1\"", "\"us\\u0000r\"", 1)), "line 2: the user is not a valid user ID".to_owned()),
        (with(&second.replacen("store_version\":1", "store_version\":0", 1)), "line 2: store_version must be from 1 to 4611686018427387904".to_owned()),
        (with(&second.replacen("store_version\":1", "store_version\":\"secret\"", 1)), format!("line 2: the member `store_version` {integer}")),
        (with(&second.replacen("store_version\":1", "store_version\":-1", 1)), format!("line 2: the member `store_version` {integer}")),
        (with(&second.replacen("\"user1\"", "[\"user1\"]", 1)), "line 2: the member `user` must be a string".to_owned()),
        (with(&second.replacen("\"export\":1", "\"export\":\"1\"", 1)), "line 2: the member `export` must be 1".to_owned()),
        (with(&second.replacen("\"export\":1", "\"export\":null", 1)), "line 2: the member `export` must be 1".to_owned()),
        (with(&second.replacen("\"export\":1,", "", 1)), "line 2: it lacks the member `export`".to_owned()),
        (with(&twice), "line 2: it has the member `user` twice".to_owned()),
        (with("[1,\"secret\"]"), format!("line 2: {object}")),
        (with("\"secret\""), format!("line 2: {object}")),
        (with("{\"export\":\"secret\",\"\\ud800\":1}"), format!("line 2: {object}")),
        (with("[1,null,null,null,null,null,\"secret\",\"secret\",null]"), format!("line 2: {object}")),
        (
            with("{\"export\":1,\"end\":{\"accounts\":1}}"),
            "line 2: the member `end` must be an object with accounts, damaged and, if there are any, unlisted, ".to_owned(),
        ),
        (with("{\"export\":1,\"user\":null}"), "line 2: it must have user, store_version, time and account; or user and damaged; ".to_owned()),
        (with(&exchange("\"command\":\"get_contact_group\"")), format!("line 2: {recorded}")),
        (exchange("\"url\":\"/v4?usersig=secret\"") + "\n", format!("line 1: {recorded}")),
        (
            with(&second.replacen("\"rows\"", "\"secret\"", 1)),
            "line 2: the account is not valid: ".to_owned(),
        ),
        (format!("{good}{first}\n"), "line 6: something follows the end line".to_owned()),
    ] {
        fs::write(place.path("bad"), &text).unwrap();
        let ran = place.run("import", "empty", &["bad"]);
        ran.is_refused(&format!("bad: {problem}"));
        assert!(ran.problem.ends_with("; nothing was imported\n"), "{ran:?}");
        assert!(!ran.problem.contains("secret") && !ran.problem.contains("user1"), "{ran:?}");
    }
    place.run("verify", "empty", &[]).is_done("0 accounts, 0 damaged\n");
}

/// An account at the last version that there is could never change again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_and_times_that_would_end_an_account_are_refused() {
    let place = Place::new();
    fill(&place.path("old"), [mark("anna", "peer", "x")]).await;
    place.run("export", "old", &["good"]).is_done("1 account, 0 damaged\n");
    let good = fs::read_to_string(place.path("good")).unwrap();
    let (account, _) = good.split_once('\n').unwrap();
    let with = |version: u64, time: u64| {
        let account = account
            .replacen("\"store_version\":1", &format!("\"store_version\":{version}"), 1)
            .replacen("\"time\":1700000000", &format!("\"time\":{time}"), 1);
        let sha256 = Sha256::digest(format!("{account}\n"));
        let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let end = format!(r#"{{"accounts":1,"damaged":0,"sha256":"{sha256}"}}"#);
        fs::write(place.path("file"), format!("{account}\n{{\"export\":1,\"end\":{end}}}\n"))
            .unwrap();
    };
    for (version, time, problem) in [
        (u64::MAX, 0, "store_version must be from 1 to 4611686018427387904"),
        ((1 << 62) + 1, 0, "store_version must be from 1 to 4611686018427387904"),
        (1, u64::MAX, "time must be from 0 to 1099511627775, in Unix seconds"),
        (1, 1 << 40, "time must be from 0 to 1099511627775, in Unix seconds"),
    ] {
        with(version, time);
        let ran = place.run("import", "new", &["file", "--create"]);
        ran.is_refused(&format!("file: line 1: {problem}"));
    }
    with(1 << 62, (1 << 40) - 1);
    place
        .run("import", "new", &["file", "--create"])
        .is_done("1 account imported and read back, 0 were there before\n");
    // The account goes on from there.
    fill(&place.path("new"), [mark("anna", "peer", "y")]).await;
    place.run("export", "new", &["again"]).is_done("1 account, 0 damaged\n");
    let again = fs::read_to_string(place.path("again")).unwrap();
    assert!(again.contains(r#""store_version":4611686018427387905"#), "{again}");
}
