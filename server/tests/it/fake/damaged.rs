//! Accounts whose stored data is damaged.

use serde_json::{Value, json};

use super::Faked;
use super::document::example;
use crate::common::Directory;
use crate::maintenance::damaged::damage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_account_is_told_as_such_and_not_named() {
    let directory = Directory::new();
    let fake = Faked::over(&directory.store());
    assert_eq!((fake.mark("anna", "carl"), fake.mark("ben", "carl")), (0, 0));
    drop(fake);
    damage(&directory.path().join("data"), "anna", 1).await;
    let fake = Faked::over(&directory.store());
    let snapshot = super::snapshot().to_string();
    for (method, path, body) in [
        ("GET", "accounts/anna", ""),
        ("PUT", "accounts/anna", snapshot.as_str()),
        ("DELETE", "accounts/anna", ""),
        ("GET", "accounts", ""),
        ("POST", "reset", ""),
    ] {
        let (status, error) = fake.refused(method, path, body);
        assert_eq!((status, json!({"error": error})), (500, example("Damaged")), "{method} {path}");
    }
    assert_eq!(fake.page("anna"), 50004);
    assert_eq!(fake.mark("ben", "carl"), 0);
    let account: Value = fake.get("accounts/ben");
    assert_eq!(account["rows"][0]["standard_mark"], "1");
}
