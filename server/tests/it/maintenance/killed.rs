//! Subcommands that are killed, and then run again.

use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use super::{Place, Ran, count, fill, mark};

const ACCOUNTS: usize = 2000;
/// A busy machine may kill a process only after it has ended, so it is tried this often.
const ROUNDS: u32 = 20;

async fn filled(place: &Place) {
    let calls = (0..ACCOUNTS).map(|number| mark(&format!("user{number:04}"), "leaver", "x"));
    fill(&place.path("old"), calls).await;
}

/// The number of the last group that a store has made durable.
fn group(place: &Place, store: &str) -> u64 {
    let bytes = fs::read(place.path(store).join("acknowledged")).unwrap_or_default();
    bytes.first_chunk().map_or(0, |number| u64::from_le_bytes(*number))
}

/// Waits until a process has made that many groups durable, or ended.
fn wait_for_groups(place: &Place, store: &str, groups: u64, process: &mut Child) {
    let before = group(place, store);
    while group(place, store) < before + groups && process.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1));
    }
}

/// Kills a process, unless it ended before.
fn kill(mut process: Child) -> Ran {
    let _ = process.kill();
    Ran::of(process)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_export_leaves_a_file_that_is_gone_on_with() {
    let place = Place::new();
    filled(&place).await;
    place.run("export", "old", &["whole"]).is_done("2000 accounts, 0 damaged\n");
    let whole = fs::read(place.path("whole")).unwrap();
    let length = || fs::metadata(place.path("file")).map_or(0, |file| file.len());
    let mut partial = 0;
    for round in 0..ROUNDS {
        if round >= 4 && partial > 0 {
            break;
        }
        let before = length();
        let mut process = place.start("export", "old", &["file", "--resume"]);
        // As soon as there is more.
        while length() <= before && process.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        let killed = kill(process).status.is_none();
        let written = fs::read(place.path("file")).unwrap();
        assert!(whole.starts_with(&written));
        partial += u32::from(killed && written.len() < whole.len());
        if written == whole && partial == 0 {
            fs::remove_file(place.path("file")).unwrap();
            continue;
        }
        // A half line, as a crash of the machine could leave it.
        fs::write(place.path("file"), &written[..written.len() - written.len().min(10)]).unwrap();
    }
    assert!(partial > 0, "none was killed in the middle");
    place.run("import", "new", &["file", "--create"]).is_refused("without its end line");
    place.run("export", "old", &["file", "--resume"]).is_done("2000 accounts, 0 damaged\n");
    assert_eq!(fs::read(place.path("file")).unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_import_goes_on_with_what_is_missing() {
    let place = Place::new();
    filled(&place).await;
    place.run("export", "old", &["file"]).is_done("2000 accounts, 0 damaged\n");
    let mut partial = 0;
    for round in 0..ROUNDS {
        if round >= 3 && partial > 0 {
            break;
        }
        let mut process = place.start("import", "new", &["file", "--create"]);
        wait_for_groups(&place, "new", 5, &mut process);
        let killed = kill(process).status.is_none();
        let verified = place.run("verify", "new", &[]);
        let accounts = verified.out.strip_suffix(" accounts, 0 damaged\n");
        let accounts: usize = accounts.unwrap().parse().unwrap();
        partial += u32::from(killed && accounts > 0 && accounts < ACCOUNTS);
        if accounts == ACCOUNTS && partial == 0 {
            fs::remove_dir_all(place.path("new")).unwrap();
        }
    }
    assert!(partial > 0, "none was killed in the middle");
    let ran = place.run("import", "new", &["file"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    place.run("export", "new", &["second"]).is_done("2000 accounts, 0 damaged\n");
    assert_eq!(fs::read(place.path("file")).unwrap(), fs::read(place.path("second")).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_forget_is_run_again() {
    let place = Place::new();
    filled(&place).await;
    assert!(count(&place.path("old"), "leaver") >= ACCOUNTS);
    let mut partial = 0;
    let mut rows = ACCOUNTS;
    for round in 0..ROUNDS {
        if round >= 3 && partial > 0 {
            break;
        }
        if rows == 0 {
            filled(&place).await;
            rows = ACCOUNTS;
        }
        let mut process = place.start("forget", "old", &["--user", "leaver"]);
        wait_for_groups(&place, "old", 5, &mut process);
        let killed = kill(process).status.is_none();
        // An export has the rows that are left.
        let file = format!("file{round}");
        place.run("export", "old", &[&file]).is_done("2000 accounts, 0 damaged\n");
        let left = fs::read_to_string(place.path(&file)).unwrap().matches("leaver").count();
        assert!(left <= rows);
        partial += u32::from(killed && left > 0 && left < rows);
        rows = left;
    }
    assert!(partial > 0, "none was killed in the middle");
    let ran = place.run("forget", "old", &["--user", "leaver"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.out.starts_with(&format!("2000 accounts, {rows} had a row of it, ")), "{ran:?}");
    assert_eq!(count(&place.path("old"), "leaver"), 0);
    place.run("verify", "old", &[]).is_done("2000 accounts, 0 damaged\n");
}
