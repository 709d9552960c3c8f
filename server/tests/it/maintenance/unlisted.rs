//! A file of the engine that cannot be read in part, and keys that are not user IDs.

use std::fs;
use std::path::Path;

use convmark::UserId;
use convmark_server::store::{AccountKey, NotListed, Store};

use super::{Place, fill, mark, open};
use crate::common::target;

const ACCOUNTS: usize = 300;

fn user(number: usize) -> String {
    format!("user{number:03}")
}

/// What a store with damage has, by the numbers of the accounts.
struct Expected {
    hidden: Vec<usize>,
    damaged: Vec<usize>,
}

/// Flips a bit in the middle of the table of records, and looks what that does.
async fn damage(path: &Path) -> Expected {
    let store = open(path, false);
    // What is in the journal goes into a table.
    store.erase_replaced().await.unwrap();
    store.close().await.unwrap();
    drop(store);
    drop(open(path, false));
    let tables = fs::read_dir(path.join("engine/keyspaces/1/tables")).unwrap();
    let tables = tables.map(|entry| entry.unwrap().path());
    let table = tables.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let mut bytes = fs::read(&table).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(table, bytes).unwrap();

    let store = open(path, false);
    let listed = store.accounts(None, ACCOUNTS).await.unwrap();
    let whys: Vec<_> = listed.unlisted.iter().map(|place| place.why).collect();
    assert_eq!(whys, [NotListed::Files]);
    let (mut hidden, mut damaged) = (Vec::new(), Vec::new());
    for number in 0..ACCOUNTS {
        let key = AccountKey::new(&UserId::new(user(number)).unwrap());
        if !listed.accounts.contains(&key) {
            hidden.push(number);
        } else if store.load(&key, None).await.is_err() {
            damaged.push(number);
        }
    }
    store.close().await.unwrap();
    // One block of 4 KiB, of accounts that follow each other; the one before it could go on in it.
    assert!((20..80).contains(&hidden.len()), "{hidden:?}");
    assert!(hidden[0] > 50 && hidden[hidden.len() - 1] < ACCOUNTS - 20, "{hidden:?}");
    assert_eq!(damaged, [hidden[0] - 1]);
    Expected { hidden, damaged }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_accounts_outside_a_damaged_block_are_saved() {
    let place = Place::new();
    let calls = (0..ACCOUNTS).map(|number| mark(&user(number), "peer", "x"));
    fill(&place.path("old"), calls).await;
    let Expected { hidden, damaged } = damage(&place.path("old")).await;
    let listed = ACCOUNTS - hidden.len();
    let whole = listed - 1;
    let named =
        format!("damaged: \"{}\": the files of the store cannot be read\n", user(damaged[0]));
    let unlisted = "1 place in the store cannot be listed: a part of a file cannot be read\n\
                    nothing is known of the accounts that are only there\n";

    let verified = place.run("verify", "old", &[]);
    assert_eq!(verified.out, format!("{named}{listed} accounts, 1 damaged\n{unlisted}"));
    assert_eq!((verified.status, verified.problem.as_str()), (Some(1), ""));

    let exported = place.run("export", "old", &["file"]);
    let left_out = "the file names the damaged account and does not have its data\n\
                    1 place in the store cannot be listed: the file does not have the accounts that are only there\n";
    assert_eq!(exported.out, format!("{whole} accounts, 1 damaged\n{left_out}"));
    assert_eq!((exported.status, exported.problem.as_str()), (Some(1), ""));
    let text = fs::read_to_string(place.path("file")).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| line.contains("\"unlisted\":\"")).collect();
    assert_eq!(lines.len(), 1);
    let start = r#"{"export":1,"unlisted":"a part of a file cannot be read","place":""#;
    assert!(lines[0].starts_with(start), "{}", lines[0]);
    assert!(text.contains(&format!(r#""accounts":{whole},"damaged":1,"unlisted":1,"#)));

    // An export that was interrupted names the place once all the same.
    let end = text.trim_end().rfind('\n').unwrap();
    fs::write(place.path("cut"), &text[..end + 1]).unwrap();
    let resumed = place.run("export", "old", &["cut", "--resume"]);
    assert_eq!((resumed.status, resumed.out), (Some(1), exported.out));
    assert_eq!(fs::read_to_string(place.path("cut")).unwrap(), text);
    let first = text.find('\n').unwrap();
    fs::write(place.path("cut"), &text[..first + 1]).unwrap();
    let resumed = place.run("export", "old", &["cut", "--resume"]);
    assert_eq!(resumed.status, Some(1));
    assert_eq!(fs::read_to_string(place.path("cut")).unwrap().len(), text.len());

    let imported = place.run("import", "new", &["file", "--create"]);
    assert_eq!(imported.status, Some(1));
    assert_eq!(
        imported.out,
        format!(
            "{whole} accounts imported and read back, 0 were there before\n\
             1 account was damaged when it was exported and is missing\n\
             1 place in the store could not be listed at the export: accounts that were only there are missing\n"
        )
    );
    place.run("verify", "new", &[]).is_done(&format!("{whole} accounts, 0 damaged\n"));

    // A server over such a store answers for all accounts outside, and verifies in the same way.
    let server = place.serve("old");
    let mut client = server.client();
    for (number, code) in [(0, 0), (hidden[3], 50004), (ACCOUNTS - 1, 0)] {
        let (_, body) = mark(&user(number), "peer", "y");
        assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), code);
    }
    let asked = place.run("verify", "old", &[]);
    assert_eq!((asked.status, asked.out), (Some(1), verified.out));
    drop(server);

    // The conversation leaves all accounts that are known, and nobody says that it left the store.
    let forgot = place.run("forget", "old", &["--user", "peer"]);
    assert_eq!(forgot.status, Some(1));
    let searched = format!(
        "{named}{listed} accounts, {whole} had a row of it, 0 more had records of it, 1 damaged\n{unlisted}"
    );
    assert_eq!(forgot.out, searched);
    assert_eq!(
        forgot.problem,
        "convmark-server: the store is not available: its files cannot be rewritten; what was replaced may still be in the files\n"
    );
    let again = place.run("forget", "old", &["--user", "peer"]);
    assert_eq!(again.status, Some(1));
    assert!(again.out.contains(" accounts, 0 had a row of it, 0 more had records"), "{again:?}");
}
