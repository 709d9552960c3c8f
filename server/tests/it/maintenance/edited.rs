//! Files that are not what an export wrote.

use std::fs;

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
    let member = "a member is missing, unknown, repeated or of the wrong type at column";
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
        (with(""), "line 2: it is not valid JSON at column 0".to_owned()),
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
        (with(&second.replacen("time", "tine", 1)), format!("line 2: {member}")),
        (with(&second.replacen("\"user1\"", "\"us\\u0000r\"", 1)), "line 2: the user is not a valid user ID".to_owned()),
        (with(&second.replacen("store_version\":1", "store_version\":0", 1)), "line 2: store_version must be 1 or more".to_owned()),
        (with(&second.replacen("store_version\":1", "store_version\":\"secret\"", 1)), format!("line 2: {member}")),
        (
            with(&second.replacen("\"rows\"", "\"secret\"", 1)),
            "line 2: the account is not valid: ".to_owned(),
        ),
        (format!("{good}{first}\n"), "line 6: something follows the end line".to_owned()),
    ] {
        fs::write(place.path("bad"), &text).unwrap();
        let ran = place.run("import", "empty", &["bad"]);
        ran.is_refused(&format!("bad: {problem}"));
        assert!(!ran.problem.contains("secret") && !ran.problem.contains("user1"), "{ran:?}");
    }
    place.run("verify", "empty", &[]).is_done("0 accounts, 0 damaged\n");
}
