//! Export and import without a server.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::{NOW, Place, fill, group, mark};
use crate::common::command;

async fn filled(place: &Place, accounts: usize) {
    let calls = (0..accounts).flat_map(|number| {
        let user = format!("user{number:04}");
        let marks = (0..number % 7).map(|peer| format!("p{peer}"));
        let mut calls: Vec<_> = marks.map(|peer| mark(&user, &peer, "some mark")).collect();
        // Names may have any character.
        calls.push(group(&user, "a\\u0000\\\"\\n\u{1F600}", "chat"));
        calls
    });
    fill(&place.path("old"), calls).await;
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_store_exports_the_same_bytes() {
    let place = Place::new();
    filled(&place, 600).await;
    place.run("export", "old", &["first"]).is_done("600 accounts, 0 damaged\n");
    place
        .run("import", "new", &["first", "--create"])
        .is_done("600 accounts imported and read back, 0 were there before\n");
    place.run("export", "new", &["second"]).is_done("600 accounts, 0 damaged\n");
    let first = fs::read(place.path("first")).unwrap();
    assert_eq!(first, fs::read(place.path("second")).unwrap());
    let text = String::from_utf8(first).unwrap();
    assert_eq!(text.lines().count(), 601);
    assert_eq!(
        text.lines().next().unwrap(),
        format!(
            r#"{{"export":1,"user":"user0000","store_version":1,"time":{NOW},"account":{{"version":1,"last_group_id":1,"groups":[{{"group_id":1,"name":"a\u0000\"\n😀"}}],"rows":[{{"conversation":{{"Type":2,"ToGroupId":"chat"}},"standard_mark":"","custom_mark":"","group_ids":[1],"timestamp":{NOW}}}]}}}}"#
        )
    );
    let end = text.lines().last().unwrap();
    assert!(
        end.starts_with(r#"{"export":1,"end":{"accounts":600,"damaged":0,"sha256":""#),
        "{end}"
    );
    place.run("verify", "new", &[]).is_done("600 accounts, 0 damaged\n");
    // Once more changes nothing.
    place
        .run("import", "new", &["first"])
        .is_done("0 accounts imported and read back, 600 were there before\n");
    #[cfg(unix)]
    {
        assert_eq!(mode(&place.path("first")), 0o600);
        assert_eq!(mode(&place.path("new")), 0o700);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_exists_is_not_overwritten() {
    let place = Place::new();
    filled(&place, 3).await;
    fs::write(place.path("letter"), "dear\n").unwrap();
    place
        .run("export", "old", &["letter"])
        .is_refused("letter: the file exists; go on with it by --resume");
    place
        .run("export", "old", &["letter", "--resume"])
        .is_refused("letter: line 1: it is not valid JSON at column 1");
    assert_eq!(fs::read(place.path("letter")).unwrap(), b"dear\n");
    place.run("export", "old", &["file", "--resume"]).is_done("3 accounts, 0 damaged\n");
    let complete = fs::read(place.path("file")).unwrap();
    place
        .run("export", "old", &["file", "--resume"])
        .is_done("3 accounts, 0 damaged; the file was complete before\n");
    assert_eq!(fs::read(place.path("file")).unwrap(), complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_other_data_is_replaced_only_when_told() {
    let place = Place::new();
    filled(&place, 4).await;
    place.run("export", "old", &["file"]).is_done("4 accounts, 0 damaged\n");
    fill(&place.path("new"), [mark("user0002", "x", "other"), mark("zoe", "x", "hers")]).await;
    place.run("import", "new", &["file"]).is_refused(
        "1 account exists with other data (line 3); nothing was imported; choose another store, or give --replace",
    );
    place.run("verify", "new", &[]).is_done("2 accounts, 0 damaged\n");
    place
        .run("import", "new", &["file", "--replace"])
        .is_done("4 accounts imported and read back, 1 in place of other data; 0 were there before with the same data\n");
    place
        .run("import", "new", &["file"])
        .is_done("0 accounts imported and read back, 4 were there before\n");
    place.run("verify", "new", &[]).is_done("5 accounts, 0 damaged\n");
    place.run("export", "new", &["second"]).is_done("5 accounts, 0 damaged\n");
    let [first, second] =
        ["file", "second"].map(|name| fs::read_to_string(place.path(name)).unwrap());
    for line in 0..4 {
        assert_eq!(first.lines().nth(line), second.lines().nth(line));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standard_output_and_input_are_files_too() {
    let place = Place::new();
    filled(&place, 30).await;
    place.run("export", "old", &["file"]).is_done("30 accounts, 0 damaged\n");
    let file = fs::read_to_string(place.path("file")).unwrap();
    let ran = place.run("export", "old", &["-"]);
    assert_eq!((ran.status, &ran.out), (Some(0), &file));
    assert_eq!(ran.problem, "30 accounts, 0 damaged\n");
    assert!(!place.path("-").exists());
    place
        .run_with("import", "new", &["-", "--create"], file.as_bytes())
        .is_done("30 accounts imported and read back, 0 were there before\n");
    place
        .run_with("import", "other", &["-", "--create"], &file.as_bytes()[..file.len() - 9])
        .is_refused("standard input: line 31: the file ends here without its end line");
    place.run("verify", "other", &[]).is_done("0 accounts, 0 damaged\n");
    let ran = place.run("export", "old", &["-", "--resume"]);
    assert_eq!(ran.status, Some(2));
    assert_eq!(
        ran.problem,
        "convmark-server: --resume cannot go on with standard output; name a file\n\nFor more information, try '--help'.\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_of_an_import_says_what_it_would_do_and_changes_nothing() {
    let place = Place::new();
    filled(&place, 4).await;
    place.run("export", "old", &["file"]).is_done("4 accounts, 0 damaged\n");
    place
        .run("import", "new", &["file", "--create", "--dry-run"])
        .is_done("4 accounts would be imported, 0 replaced, 0 are there; nothing was changed\n");
    assert!(!place.path("new").exists());
    fill(&place.path("new"), [mark("user0002", "x", "other")]).await;
    place.run("export", "new", &["before"]).is_done("1 account, 0 damaged\n");
    place.run("import", "new", &["file", "--dry-run"]).is_refused(
        "1 account exists with other data (line 3); nothing was imported; choose another store, or give --replace",
    );
    place
        .run("import", "new", &["file", "--dry-run", "--replace"])
        .is_done("3 accounts would be imported, 1 replaced, 0 are there; nothing was changed\n");
    let same = "0 accounts would be imported, 0 replaced, 4 are there; nothing was changed\n";
    place.run("import", "old", &["file", "--dry-run"]).is_done(same);
    fs::write(place.path("bad"), "x\n").unwrap();
    place
        .run("import", "new", &["bad", "--dry-run"])
        .is_refused("bad: line 1: it is not valid JSON at column 1; nothing was imported\n");
    place.run("export", "new", &["after"]).is_done("1 account, 0 damaged\n");
    assert_eq!(fs::read(place.path("before")).unwrap(), fs::read(place.path("after")).unwrap());
}

#[test]
fn a_store_is_made_by_an_import_only_and_when_told() {
    let place = Place::new();
    fs::write(place.path("letter"), "").unwrap();
    for (subcommand, arguments) in [
        ("export", &["file"][..]),
        ("verify", &[]),
        ("forget", &["--chat", "x"]),
        ("import", &["letter"]),
    ] {
        let ran = place.run(subcommand, "none", arguments);
        let missing =
            format!("there is no store at {}; correct the name", place.path("none").display());
        let hint = ", or make a new store there (--create)";
        let hint = if subcommand == "import" { hint } else { "" };
        ran.is_refused(&format!("--store {}: {missing}{hint}\n", place.store("none")));
    }
    assert!(!place.path("none").exists());
    assert!(!place.path("file").exists());
    for subcommand in ["verify", "export", "import"] {
        let mut process = crate::common::command();
        process.args([subcommand, "--store", "memory"]);
        if subcommand != "verify" {
            process.arg("file");
        }
        let output = process.current_dir(place.path(".")).output().unwrap();
        let problem = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{problem}");
        let fake = "; a server in memory that tests control takes an account by PUT /_convmark/accounts/{user} of its --control";
        let fake = if subcommand == "import" { fake } else { "" };
        let expected = format!(
            "--store is memory, which ends with its process; give dir:PATH or postgres://USER@HOST/DATABASE{fake}\n"
        );
        assert!(problem.contains(&expected), "{problem}");
    }
}

#[test]
fn an_input_that_cannot_be_read_is_not_a_full_directory_of_temporary_files() {
    let place = Place::new();
    let directory = place.path("directory");
    fs::create_dir(&directory).unwrap();
    let name = directory.display().to_string();
    let import = |file: &str, input: Stdio, temporary: &Path| {
        let output = command()
            .args(["import", "--create", "--store", &place.store("new"), file])
            .env("TMPDIR", temporary)
            .stdin(input)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(
        import(&name, Stdio::null(), &directory),
        format!("convmark-server: {name} is a directory; name the file that an export wrote\n")
    );
    let unreadable = File::open(&directory).unwrap();
    assert_eq!(
        import("-", unreadable.into(), &directory),
        "convmark-server: standard input: Is a directory (os error 21)\n"
    );
    let missing = place.path("missing");
    let problem = import("-", Stdio::null(), &missing);
    let start = format!("convmark-server: the input cannot be copied into {}: ", missing.display());
    assert!(problem.starts_with(&start), "{problem}");
}
