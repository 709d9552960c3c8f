//! An ID that leaves the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use convmark::UserId;
use convmark_server::store::embedded::EmbeddedOptions;
use convmark_server::store::{AccountKey, Store, Version};

use super::{Place, count, fill, fill_store, group, mark, open, open_with};
use crate::common::{Client, target};

const LEAVER: &str = "leaver_of_the_chat";

/// 60 accounts of which 50 have a row of the user, and 5 had one.
async fn filled(place: &Place) {
    let calls = (0..60).map(|number| {
        let peer = if number < 55 { LEAVER } else { "other" };
        mark(&format!("user{number:02}"), peer, "x")
    });
    fill(&place.path("store"), calls).await;
    let calls = (50..60).map(|number| mark(&format!("user{number}"), LEAVER, ""));
    fill(&place.path("store"), calls).await;
    let calls = (0..60).map(|number| mark(&format!("user{number:02}"), "other", "y"));
    fill(&place.path("store"), calls).await;
    fill(&place.path("store"), [mark(LEAVER, "other", "z"), group("user00", "g", LEAVER)]).await;
}

fn check_others(place: &Place, file: &str, accounts: usize) {
    place.run("export", "store", &[file]).is_done(&format!("{accounts} accounts, 0 damaged\n"));
    let text = std::fs::read_to_string(place.path(file)).unwrap();
    // Each account still has what it had of another.
    assert_eq!(text.matches(r#""To_Account":"other""#).count(), 61);
    assert_eq!(text.matches(&format!(r#""To_Account":"{LEAVER}""#)).count(), 0);
    // The same ID of another kind is another conversation.
    assert_eq!(text.matches(&format!(r#""ToGroupId":"{LEAVER}""#)).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_leaves_all_accounts_and_all_files() {
    let place = Place::new();
    filled(&place).await;
    assert!(count(&place.path("store"), LEAVER) >= 50);
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("61 accounts, 50 had a row of it, 5 more had records of it, 0 damaged\n");
    check_others(&place, "file", 61);
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("61 accounts, 0 had a row of it, 0 more had records of it, 0 damaged\n");
    // What is left is the key of their own account, and the group chat of the same ID.
    place
        .run("forget", "store", &["--chat", LEAVER])
        .is_done("61 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n");
    let keys = count(&place.path("store"), LEAVER);
    assert!((1..=4).contains(&keys), "{keys}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_in_the_files_of_an_id_that_has_no_account() {
    let place = Place::new();
    let calls = (0..50).map(|number| group(&format!("user{number}"), "g", "the_chat_that_ends"));
    fill(&place.path("store"), calls).await;
    assert!(count(&place.path("store"), "the_chat_that_ends") >= 50);
    place
        .run("forget", "store", &["--chat", "the_chat_that_ends"])
        .is_done("50 accounts, 50 had a row of it, 0 more had records of it, 0 damaged\n");
    assert_eq!(count(&place.path("store"), "the_chat_that_ends"), 0);
    place.run("verify", "store", &[]).is_done("50 accounts, 0 damaged\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_users_own_account_is_emptied_when_told() {
    let place = Place::new();
    let calls = [mark("anna", "the_peer_of_anna", "x"), mark("ben", "anna", "y")];
    fill(&place.path("store"), calls).await;
    place.run("forget", "store", &["--user", "anna", "--account"]).is_done(
        "2 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n\
         their own account is empty now\n",
    );
    assert_eq!(count(&place.path("store"), "the_peer_of_anna"), 0);
    place.run("forget", "store", &["--user", "zoe", "--account"]).is_done(
        "2 accounts, 0 had a row of it, 0 more had records of it, 0 damaged\n\
         they had no data of their own\n",
    );
    place.run("verify", "store", &[]).is_done("2 accounts, 0 damaged\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_forgets_and_its_callers_see_it() {
    let place = Place::new();
    filled(&place).await;
    let server = place.serve("store");
    let search = format!(
        r#"{{"From_Account":"user01","ContactItem":[{{"Type":1,"To_Account":"{LEAVER}"}}]}}"#
    );
    let mut client = server.client();
    // It is cached from now on.
    let before = client.post(&target("search_contact_group"), "", search.as_bytes());
    assert!(before.body.contains(r#""CustomMark":"x""#), "{}", before.body);
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("61 accounts, 50 had a row of it, 5 more had records of it, 0 damaged\n");
    let after = client.post(&target("search_contact_group"), "", search.as_bytes());
    assert_eq!(after.code(), 0);
    assert!(!after.body.contains(r#""CustomMark":"x""#), "{}", after.body);
    // The account goes on from there.
    let (_, body) = mark("user01", LEAVER, "again");
    assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
    let again = client.post(&target("search_contact_group"), "", search.as_bytes());
    assert!(again.body.contains(r#""CustomMark":"again""#), "{}", again.body);
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("61 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n");
    check_others(&place, "file", 61);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_made_behind_the_search_are_reported() {
    let place = Place::new();
    filled(&place).await;
    let server = place.serve("store");
    let address = server.address;
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    // Somebody marks the conversation in the first account all the time.
    let caller = std::thread::spawn(move || {
        let mut client = Client::connect(address);
        let mut number = 0;
        while !over.load(SeqCst) {
            number += 1;
            let (_, body) = mark("user00", LEAVER, &format!("m{number}"));
            assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
        }
    });
    let ran = place.run("forget", "store", &["--user", LEAVER]);
    is_over.store(true, SeqCst);
    caller.join().unwrap();
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{ran:?}");
    assert_eq!(
        lines[1],
        "1 account has it again: calls named it meanwhile; keep them from doing so, and run this again"
    );
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("61 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n");
}

/// The store of 130 marks of one account and 130 of another, with all records that snapshots replaced.
async fn filled_with_history(place: &Place) {
    let mut options = EmbeddedOptions::default();
    (options.create, options.keep_history) = (true, true);
    for (user, peer) in [("anna", LEAVER), ("ben", "the_peer_of_ben")] {
        for part in 0..13 {
            let calls = (0..10).map(|number| mark(user, peer, &format!("m{part}{number}")));
            fill_store(open_with(&place.path("store"), options), calls).await;
        }
    }
    let store = open(&place.path("store"), false);
    for user in ["anna", "ben"] {
        let account = AccountKey::new(&UserId::new(user).unwrap());
        let history = store.history(&account, Version::ZERO, 200).await.unwrap();
        assert!(history.len() > 30, "{user}: {}", history.len());
    }
    store.close().await.unwrap();
}

async fn history_of_ben(place: &Place) -> usize {
    let store = open(&place.path("store"), false);
    let account = AccountKey::new(&UserId::new("ben").unwrap());
    let history = store.history(&account, Version::ZERO, 200).await.unwrap();
    store.close().await.unwrap();
    history.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kept_history_that_names_the_id_is_gone_and_no_other() {
    let place = Place::new();
    filled_with_history(&place).await;
    let before = history_of_ben(&place).await;
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("2 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n");
    assert_eq!(count(&place.path("store"), LEAVER), 0);
    assert_eq!(history_of_ben(&place).await, before);
    // Of Ben, who has no row of it any more, only the history names it.
    let mut options = EmbeddedOptions::default();
    options.keep_history = true;
    for part in 0..7 {
        let calls =
            (0..10).map(|number| mark("ben", "the_peer_of_ben", &format!("n{part}{number}")));
        fill_store(open_with(&place.path("store"), options), calls).await;
        fill_store(open_with(&place.path("store"), options), [mark("ben", LEAVER, "x")]).await;
        fill_store(open_with(&place.path("store"), options), [mark("ben", LEAVER, "")]).await;
    }
    let calls = (0..20).map(|number| mark("ben", "the_peer_of_ben", &format!("o{number}")));
    fill_store(open_with(&place.path("store"), options), calls).await;
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("2 accounts, 0 had a row of it, 1 more had records of it, 0 damaged\n");
    assert_eq!(count(&place.path("store"), LEAVER), 0);
    assert_eq!(history_of_ben(&place).await, 0);
    place.run("verify", "store", &[]).is_done("2 accounts, 0 damaged\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_that_keeps_history_forgets() {
    let place = Place::new();
    filled_with_history(&place).await;
    let mut command = crate::common::command();
    command.args(["--listen", "127.0.0.1:0", "--keep-history", "--store", &place.store("store")]);
    let _server = crate::common::Server::of(command);
    place
        .run("forget", "store", &["--user", LEAVER])
        .is_done("2 accounts, 1 had a row of it, 0 more had records of it, 0 damaged\n");
    assert_eq!(count(&place.path("store"), LEAVER), 0);
}

/// An import replaces one account; the history of the other one stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_cuts_the_history_of_what_it_replaces_only() {
    let place = Place::new();
    filled_with_history(&place).await;
    let before = history_of_ben(&place).await;
    place.run("export", "store", &["file"]).is_done("2 accounts, 0 damaged\n");
    fill(&place.path("store"), [mark("anna", "other", "x")]).await;
    place
        .run("import", "store", &["file", "--replace"])
        .is_done("1 account imported and read back, 1 in place of other data; 1 was there before with the same data\n");
    assert_eq!(history_of_ben(&place).await, before);
    let store = open(&place.path("store"), false);
    let account = AccountKey::new(&UserId::new("anna").unwrap());
    assert!(store.history(&account, Version::ZERO, 9).await.unwrap().is_empty());
}
