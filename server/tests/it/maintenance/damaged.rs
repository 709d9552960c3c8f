//! Accounts that cannot be read.

use std::fs;
use std::path::Path;

use convmark::UserId;
use convmark_server::store::{AccountKey, Append, AppendId, Record, Store, Version};

use super::{Place, fill, mark, open};

/// Appends a record that is whole, and is not changes.
pub async fn damage(path: &Path, user: &str, after: u64) {
    let store = open(path, false);
    let record = Record {
        version: Version::new(after + 1),
        time_seconds: super::NOW,
        append_id: AppendId::new([1; 16]),
        changes: "not changes".into(),
    };
    let append = Append { after: Version::new(after), records: vec![record] };
    store.append(&AccountKey::new(&UserId::new(user).unwrap()), append).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_accounts_are_named_and_harm_no_others() {
    let place = Place::new();
    let calls = (0..300).map(|number| mark(&format!("user{number:03}"), "peer", "x"));
    fill(&place.path("old"), calls).await;
    damage(&place.path("old"), "user007", 1).await;
    damage(&place.path("old"), "user280", 1).await;
    let why = "the content of a record or a snapshot cannot be read";
    let named = format!("damaged: \"user007\": {why}\ndamaged: \"user280\": {why}\n");
    let verified = place.run("verify", "old", &[]);
    assert_eq!(verified.status, Some(1));
    assert_eq!(verified.out, format!("{named}300 accounts, 2 damaged\n"));

    let exported = place.run("export", "old", &["file"]);
    assert_eq!(exported.status, Some(1));
    let left_out = "the file names the damaged accounts and does not have their data\n";
    assert_eq!(exported.out, format!("298 accounts, 2 damaged\n{left_out}"));
    let text = fs::read_to_string(place.path("file")).unwrap();
    let line = format!("{{\"export\":1,\"user\":\"user007\",\"damaged\":\"{why}\"}}");
    assert_eq!(text.lines().nth(7), Some(line.as_str()));

    let imported = place.run("import", "new", &["file", "--create"]);
    assert_eq!(imported.status, Some(1));
    assert_eq!(
        imported.out,
        "298 accounts imported and read back, 0 were there before\n\
         2 accounts were damaged when they were exported and are missing\n"
    );
    place.run("verify", "new", &[]).is_done("298 accounts, 0 damaged\n");

    // What is damaged cannot be compared, so it is not replaced either.
    place.run("export", "new", &["others"]).is_done("298 accounts, 0 damaged\n");
    damage(&place.path("new"), "user100", 1).await;
    place.run("import", "new", &["others", "--replace"]).is_refused(
        "what is stored of 1 account is damaged (line 100), so that it cannot be compared or replaced; nothing was imported",
    );

    let forgot = place.run("forget", "old", &["--user", "peer"]);
    assert_eq!(forgot.status, Some(1));
    assert_eq!(
        forgot.out,
        format!(
            "{named}300 accounts, 298 had a row of it, 0 more had records of it, 2 damaged\n\
             nothing is known of the damaged accounts\n"
        )
    );
}
