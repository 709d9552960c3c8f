//! An account that is held or damaged harms no other one, and a statement that the database does not
//! know harms none.

use std::sync::mpsc;
use std::time::Duration;

use convmark_server::store::{AppendError, Damage, Loaded, Store, StoreError, Version};

use super::Shared;
use crate::cluster::{self, options};
use crate::helpers::{append, key};
use crate::proxy::Proxy;

/// Longer than anything takes that does not wait in vain.
const LONG: Duration = Duration::from_secs(20);

/// What PostgreSQL's own word for damage becomes.
const DAMAGED: &str = "a table or an index is damaged, and the log of PostgreSQL says which: rebuild the index, or restore a backup";

/// An append that comes alone, too, waits for nobody while others wait for it. Time stands still, so
/// that nothing is begun because another statement takes long.
#[tokio::test]
async fn accounts_that_are_held_delay_no_append_to_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    let mut options = options(&cluster.url());
    // Without sessions nothing ends the wait for a lock.
    options.prepare = false;
    let shared = Shared::start(cluster, options, &["anna", "held0", "held1", "held2"]).await;
    shared.hold().await;
    let (done, is_done) = mpsc::channel();
    tokio::time::pause();
    // Meanwhile the time does not go on by itself.
    let standing = tokio::task::spawn_blocking(move || is_done.recv_timeout(LONG));
    let mut held = Vec::new();
    for (number, user) in (1..).zip(["held0", "held1", "held2"]) {
        held.push(shared.append(user, 1, &["2"]));
        if number < 3 {
            shared.until_waiting(number).await;
        }
    }
    assert_eq!(append(&*shared.store, "anna", 1, &["2"]).await, Ok(()));
    shared.until_waiting(3).await;
    done.send(()).unwrap();
    assert_eq!(standing.await.unwrap(), Ok(()), "it waited for the others");
    tokio::time::resume();
    shared.release().await;
    for held in held {
        assert_eq!(held.await.unwrap(), Ok(()));
    }
}

/// Its head row is behind its records, or PostgreSQL cannot read it: both undo the whole statement.
#[tokio::test]
async fn an_account_that_is_damaged_harms_no_append_to_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    for (damage, expected) in [
        (
            "INSERT INTO SCHEMA.records (account, version, sealed) VALUES ('damaged', 2, 'x')",
            AppendError::Conflict,
        ),
        (
            "CREATE FUNCTION SCHEMA.damaged() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE 'damaged' USING ERRCODE = 'data_corrupted'; END $$;
             CREATE TRIGGER damaged BEFORE UPDATE ON SCHEMA.heads FOR EACH ROW
             WHEN (NEW.account = 'damaged') EXECUTE FUNCTION SCHEMA.damaged()",
            AppendError::Unavailable(DAMAGED),
        ),
    ] {
        let users = ["anna", "ben", "damaged"];
        let shared = Shared::start(cluster, options(&cluster.url()), &users).await;
        cluster.sql(&damage.replace("SCHEMA", shared.options.schema.as_str()));
        let (anna, damaged, ben) = (
            shared.append("anna", 1, &["2"]),
            shared.append("damaged", 1, &["2"]),
            shared.append("ben", 1, &["2"]),
        );
        assert_eq!(anna.await.unwrap(), Ok(()), "{expected}");
        assert_eq!(ben.await.unwrap(), Ok(()), "{expected}");
        assert_eq!(damaged.await.unwrap(), Err(expected));
    }
}

/// Its version is negative, or PostgreSQL cannot read its head row.
#[tokio::test]
async fn an_account_that_is_damaged_harms_no_load_of_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    for (damage, expected) in [
        (
            "ALTER TABLE SCHEMA.heads DROP CONSTRAINT heads_version_check;
             UPDATE SCHEMA.heads SET version = -1 WHERE account = 'damaged'",
            StoreError::Damaged(Damage::Files),
        ),
        (
            "CREATE FUNCTION SCHEMA.readable(account bytea, version bigint) RETURNS bigint LANGUAGE plpgsql AS $$
             BEGIN
                 IF account = 'damaged' THEN RAISE 'damaged' USING ERRCODE = 'data_corrupted'; END IF;
                 RETURN version;
             END $$;
             ALTER TABLE SCHEMA.heads RENAME TO stored;
             CREATE VIEW SCHEMA.heads AS SELECT account, SCHEMA.readable(account, version) AS version FROM SCHEMA.stored",
            StoreError::Unavailable(DAMAGED),
        ),
    ] {
        let users = ["anna", "ben", "damaged"];
        let Shared { store, options, .. } =
            Shared::start(cluster, options(&cluster.url()), &users).await;
        cluster.sql(&damage.replace("SCHEMA", options.schema.as_str()));
        let [anna, ben, nobody, damaged] = ["anna", "ben", "nobody", "damaged"].map(key);
        let (first, second) = (Some(Version::new(1)), Some(Version::new(2)));
        let (anna, damaged, ben, nobody) = tokio::join!(
            store.load(&anna, first),
            store.load(&damaged, first),
            store.load(&ben, second),
            store.load(&nobody, Some(Version::ZERO)),
        );
        assert!(matches!(anna, Ok(Loaded::NothingNew)), "{expected}: {anna:?}");
        assert!(matches!(nobody, Ok(Loaded::NothingNew)), "{expected}: {nobody:?}");
        // A version that the store does not have.
        assert!(matches!(ben, Ok(Loaded::Whole { .. })), "{expected}: {ben:?}");
        assert_eq!(damaged.unwrap_err(), expected);
    }
}

/// Whether the statement is refused when it is prepared or when it is run.
#[tokio::test]
async fn a_database_that_does_not_know_the_statement_for_several_does_all_without_it() {
    let Some(cluster) = cluster::shared() else { return };
    for prepare in [true, false] {
        let proxy = Proxy::without(cluster.port, "SKIP LOCKED");
        let mut options = options(&cluster.url_at(proxy.port));
        options.prepare = prepare;
        let shared = Shared::start(cluster, options, &["anna", "ben"]).await;
        for version in 1..4 {
            let (anna, ben) =
                (shared.append("anna", version, &["x"]), shared.append("ben", version, &["x"]));
            assert_eq!((anna.await.unwrap(), ben.await.unwrap()), (Ok(()), Ok(())), "{prepare}");
        }
        // It is not asked again and again.
        assert_eq!(proxy.misspelled(), 1, "{prepare}");
    }
}
