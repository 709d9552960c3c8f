//! Options, environment and file.

use std::process::Output;

use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, PolicyBuilder, RenameItems};
use convmark::{Policy, Revision};
use convmark_server::config::{Config, Task, options};

use crate::common::{Directory, command};

fn check(options: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = command();
    command.arg("--check-config").args(options).envs(environment.iter().copied());
    command.output().unwrap()
}

fn problem(options: &[&str], environment: &[(&str, &str)]) -> String {
    let output = check(options, environment);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{options:?}: {text}");
    text
}

#[test]
fn the_defaults_are_valid() {
    let output = check(&[], &[]);
    assert!(output.status.success());
    assert_eq!(output.stdout, b"convmark-server: the configuration is valid\n");
}

#[test]
fn the_command_line_wins_over_the_environment_over_the_file() {
    let directory = Directory::new();
    let file = directory.write("c.toml", "page-size = 0\n");
    let environment = [("CONVMARK_PAGE_SIZE", "1000001")];
    let range = "--page-size{} must be an integer from 1 to 1000000";
    let from_file = problem(&["--config", &file], &[]);
    assert!(from_file.contains(&range.replace("{}", &format!(" (from {file})"))), "{from_file}");
    let from_environment = problem(&["--config", &file], &environment);
    assert!(
        from_environment.contains(&range.replace("{}", " (from CONVMARK_PAGE_SIZE)")),
        "{from_environment}"
    );
    let from_arguments = problem(&["--config", &file, "--page-size", "0"], &environment);
    assert!(from_arguments.contains(&range.replace("{}", "")), "{from_arguments}");
    assert!(check(&["--config", &file, "--page-size", "7"], &environment).status.success());
    let by_environment = [("CONVMARK_CONFIG", file.as_str()), ("CONVMARK_PAGE_SIZE", "7")];
    assert!(check(&[], &by_environment).status.success());
}

#[test]
fn options_without_effect_are_named() {
    for (store, options, expected) in [
        ("memory", &["--create", "--read-consistency", "cached:5"][..], 2),
        ("memory", &["--keep-history", "--commit-max-records", "1"], 2),
        ("dir:x", &["--create", "--keep-history", "--commit-max-records", "1"], 0),
        ("dir:x", &["--postgres-schema", "a", "--postgres-prepare", "false"], 2),
        ("postgres://u@127.0.0.1/d", &["--create", "--postgres-schema", "a"], 1),
    ] {
        let fixed = ["convmark-server", "--store", store];
        let arguments = fixed.iter().chain(options);
        let Ok(Task::Serve(config)) = Config::read(arguments.map(Into::into), []) else {
            panic!("{store} {options:?}")
        };
        assert_eq!(config.without_effect.len(), expected, "{:?}", config.without_effect);
        for option in config.without_effect {
            assert!(options.contains(&&*format!("--{option}")), "{option}");
        }
    }
}

#[test]
fn errors_say_what_is_allowed() {
    let directory = Directory::new();
    let empty = directory.write("empty", "\n");
    let key = directory.write("key", "secret\n");
    let keys = directory.write("keys", "secret\nother\n");
    let facts = directory.write("facts.json", r#"{"acounts":[]}"#);
    let ids = r#"{"accounts":["a","123456789012345678901234567890123"]}"#;
    let no_ids = directory.write("ids.json", ids);
    let array = directory.write("array.json", "[]");
    let admins = directory.write("admins.json", r#"{"admins":["admin"]}"#);
    let unknown = directory.write("unknown.toml", "page_size = 1");
    for (options, expected) in [
        (&["--what"][..], "unexpected argument '--what'"),
        (&["--listen"], "a value is required for '--listen <ADDR:PORT>'"),
        (
            &["--listen", "here"],
            "--listen must be an IP address and a port, for example 127.0.0.1:8080",
        ),
        (&["--listen", "0.0.0.0:1"], "--listen is 0.0.0.0:1, which is not loopback"),
        (
            &["--store", "./data"],
            "--store must be memory, dir:PATH, or postgres://USER@HOST/DATABASE; for a directory, say dir:./data",
        ),
        (&["--revision", "2020-01"], "--revision must be one of 2023-03, 2026-04"),
        (&["--revision", "2023-03", "--observed"], "--observed is for the revision 2026-04 only"),
        (&["--mark-base", "2"], "--mark-base must be one of 0, 1"),
        (&["--rename-items", "x"], "--rename-items must be one of absent, empty"),
        (&["--groups", "65"], "--groups must be an integer from 0 to 64"),
        (&["--capacity", "shared:1000001"], "--capacity must be an integer from 0 to 1000000"),
        (&["--capacity", "1000"], "--capacity must be shared:ROWS"),
        (&["--conversations-max", "0"], "--conversations-max must be an integer from 1"),
        (
            &["--calls-per-second", "1000001"],
            "--calls-per-second must be an integer from 0 to 1000000",
        ),
        (&["--cache-max-bytes", "2PiB"], "--cache-max-bytes must be a number of bytes from 0"),
        (&["--commit-max-records", "0"], "--commit-max-records must be an integer from 1 to 65536"),
        (&["--store-timeout", "0s"], "--store-timeout must be a time with its unit"),
        (&["--head-timeout", "10"], "--head-timeout must be a time with its unit"),
        (&["--body-max-bytes", "1"], "--body-max-bytes must be a number of bytes from 1024"),
        (&["--connections-max", "0"], "--connections-max must be an integer from 1 to 1000000"),
        (&["--app", "0"], "--app must be an integer from 1 to 4294967295"),
        (&["--key", &key], "--key needs --app SDKAPPID"),
        (&["--app", "1", "--key", &key], "--key needs --admins"),
        (
            &["--app", "1", "--admins", "a", "--key", &empty],
            "empty: the file must hold the secret key",
        ),
        (
            &["--app", "1", "--admins", "a", "--key", &keys],
            "keys: the file must hold the secret key of the app on one line, as the console shows it, and nothing else; a second \
             key has its own file and --key",
        ),
        (&["--app", "1", "--admins", "a", "--key", "nothing"], "nothing: No such file"),
        (
            &["--admins", "a", "--facts", &admins],
            "--admins and the admins of --facts are both given",
        ),
        (&["--admins", "ä"], "--admins must be a user ID"),
        (
            &["--facts", &facts],
            "facts.json: /acounts is an unknown member; did you mean accounts? allowed: accounts, groups, admins, plan",
        ),
        (
            &["--facts", &no_ids],
            "ids.json: /accounts/1 must be a user ID: an ID of this kind has at most 32 bytes",
        ),
        (&["--facts", &array], "array.json: the file must be an object, but is an array"),
        (&["--allow-host", "http://x"], "--allow-host must be a host name"),
        (&["--tls-cert", "x"], "--tls-cert needs --tls-key"),
        (&["--log-level", "loud"], "--log-level must be error, warn, info, debug or trace"),
        (&["--insecure=perhaps"], "--insecure must be true or false"),
        (
            &["--config", &unknown],
            "unknown.toml: unknown key \"page_size\"; did you mean page-size?",
        ),
    ] {
        let text = problem(options, &[]);
        assert!(text.contains(expected), "{options:?}: {text}");
        assert!(text.contains("--help"), "{options:?}: {text}");
    }
}

#[test]
fn what_fits_together_is_accepted() {
    let directory = Directory::new();
    let key = directory.write("key", "secret\n");
    let admins = directory.write("admins.json", r#"{"admins":["admin"]}"#);
    let file = directory.write(
        "all.toml",
        "listen = \"0.0.0.0:80\"\ninsecure = true\ncapacity = \"per-group:10,20\"\nconversations-max = \"none\"\n\
         admins = [\"a,b\", \"c\"]\nhead-timeout = \"500ms\"\nbodies-max-bytes = 1024\nobserved = true\n",
    );
    for options in [
        &["--listen", "0.0.0.0:80", "--insecure"][..],
        &["--listen", "[::]:80", "--app", "1", "--key", &key, "--key", &key, "--admins", "a,b"],
        &["--app", "1", "--key", &key, "--facts", &admins],
        &["--config", &file],
        &["--store", "postgres://u@h/d", "--mark-base", "0", "--rename-items", "empty"],
        &["--observed=false", "--revision", "2023-03"],
        &["--listen", "localhost:8080"],
    ] {
        let output = check(options, &[]);
        assert!(
            output.status.success(),
            "{options:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn every_setting_reaches_the_policy() {
    let base = Policy::default().to_builder();
    let expected = |builder: PolicyBuilder| builder.build().unwrap();
    for (options, expected) in [
        (&[][..], Policy::default()),
        (&["--revision", "2023-03"], Revision::V2023_03.policy()),
        (&["--observed"], Policy::observed()),
        (&["--mark-base", "0"], expected(base.mark_base(MarkBase::Zero))),
        (&["--page-size", "7"], expected(base.page_size(7))),
        (&["--error-display", "sampled"], expected(base.error_display(ErrorDisplay::Sampled))),
        (
            &["--observed", "--error-display", "none"],
            expected(base.last_page_index(LastPageIndex::Absent)),
        ),
        (&["--last-page-index", "absent"], expected(base.last_page_index(LastPageIndex::Absent))),
        (&["--rename-items", "empty"], expected(base.rename_items(RenameItems::Empty))),
        (&["--group-name-max-bytes", "7"], expected(base.group_name_max_bytes(7))),
        (&["--groups", "7"], expected(base.groups(7))),
        (&["--capacity", "shared:7"], expected(base.capacity(Capacity::Shared { rows: 7 }))),
        (
            &["--create-needs-conversations", "true"],
            expected(base.create_needs_conversations(true)),
        ),
        (&["--conversations-max", "none"], expected(base.conversations_max(None))),
        (&["--mark-items-max", "7"], expected(base.mark_items_max(7))),
        (&["--search-max", "7"], expected(base.search_max(7))),
        (&["--custom-mark-max-bytes", "7"], expected(base.custom_mark_max_bytes(7))),
        (&["--custom-mark-needs-plan", "false"], expected(base.custom_mark_needs_plan(false))),
        (&["--calls-per-second", "7"], expected(base.calls_per_second(7))),
    ] {
        let arguments = ["convmark-server"].iter().chain(options).map(Into::into);
        let Ok(Task::Serve(config)) = Config::read(arguments, []) else { panic!("{options:?}") };
        assert_eq!(config.policy, expected, "{options:?}");
        let limit = options.contains(&"--calls-per-second").then_some(7);
        assert_eq!(config.calls_per_second, limit, "{options:?}");
    }
}

#[test]
fn variables_are_named_as_options() {
    let variables = options::all().map(|option| option.variable());
    assert!(variables.into_iter().any(|name| name == "CONVMARK_HEAD_MAX_BYTES"));
    // The environment sets what a file and the command line set.
    assert!(
        problem(&[], &[("CONVMARK_ADMINS", "ok,ä")])
            .contains("--admins (from CONVMARK_ADMINS) must be a user ID")
    );
    assert!(
        problem(&[], &[("CONVMARK_INSECURE", "1")])
            .contains("--insecure (from CONVMARK_INSECURE) must be true or false")
    );
}

#[test]
fn an_unknown_variable_is_refused_and_an_empty_one_is_not_set() {
    assert_eq!(
        problem(&[], &[("CONVMARK_LISTN", "127.0.0.1:1")]),
        "convmark-server: the environment variable CONVMARK_LISTN is not an option; did you mean CONVMARK_LISTEN?\n\n\
         For more information, try '--help'.\n"
    );
    let directory = Directory::new();
    let file = directory.write("c.toml", "page-size = 0\n");
    let empty = [("CONVMARK_PAGE_SIZE", ""), ("CONVMARK_ADMINS", ""), ("CONVMARK_INSECURE", "")];
    assert!(check(&[], &empty).status.success());
    let from_file = problem(&["--config", &file], &empty);
    assert!(from_file.contains(&format!("--page-size (from {file}) must be")), "{from_file}");
    assert!(check(&[], &[("CONVMARK_CONFIG", "")]).status.success());
    let mut verify = command();
    verify.args(["verify", "--store", "dir:nothing"]).env("CONVMARK_STOR", "x");
    let output = verify.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("CONVMARK_STOR is not an option; did you mean CONVMARK_STORE?"),
        "{text}"
    );
}

#[test]
fn a_port_in_use_is_said() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let output = command().args(["--store", "memory", "--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains(&format!("--listen {address}: ")) && text.contains("choose another port"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_change_are_refused() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    let key = directory.write("key", "the secret\n");
    let options = ["--app", "1", "--admins", "a", "--key", &key];
    for (mode, is_allowed) in
        [(0o600, true), (0o400, true), (0o440, true), (0o644, true), (0o660, false), (0o602, false)]
    {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        if is_allowed {
            assert!(check(&options, &[]).status.success(), "{mode:o}");
        } else {
            let text = problem(&options, &[]);
            assert!(text.contains(&format!("others can change this secret (mode {mode:o})")));
            assert!(text.contains("chmod 600") && !text.contains("the secret"), "{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_check_gives_the_warnings_of_a_start() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    let key = directory.write("key", "a\n");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let options = ["--app", "1", "--admins", "a", "--key", &key, "--listen", "0.0.0.0:1"];
    let output = check(&[&options[..], &["--store", "memory", "--create"]].concat(), &[]);
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "convmark-server: warning: --create has no effect with this store\n\
             convmark-server: warning: calls and UserSigs are not encrypted here: no --tls-cert\n\
             convmark-server: warning: {key}: everyone on this machine can read this secret: chmod 600\n"
        )
    );
}

#[test]
fn a_check_finds_what_is_wrong_with_the_store() {
    let directory = Directory::new();
    let path = directory.path().display();
    let other = directory.write("other", "");
    std::fs::create_dir(directory.path().join("full")).unwrap();
    directory.write("full/file", "");
    for (name, create, expected) in [
        (
            "none",
            false,
            format!(
                "there is no store at {path}/none; correct the name, or make a new store there (--create)"
            ),
        ),
        (
            "none/data",
            true,
            format!(
                "the store {path}/none/data cannot be made in {path}/none: No such file or directory (os error 2); make that \
                 directory if it is not there, and allow this user to write in it"
            ),
        ),
        (
            "full",
            true,
            format!(
                "{path}/full is not a store: it has no readable file FORMAT; choose a name that is not used"
            ),
        ),
        (
            "other",
            true,
            format!("the files of the store at {other}: Not a directory (os error 20)"),
        ),
    ] {
        let store = format!("dir:{path}/{name}");
        let create = if create { "--create" } else { "--create=false" };
        let expected = format!("convmark-server: --store {store}: {expected}\n");
        assert_eq!(problem(&["--store", &store, create], &[]), expected);
        // A start says the same.
        let start = ["--listen", "127.0.0.1:0", "--log-level", "error", "--store", &store, create];
        let output = command().args(start).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    }
    let fresh = format!("dir:{path}/fresh");
    assert!(check(&["--store", &fresh, "--create"], &[]).status.success());
    assert!(!directory.path().join("fresh").exists());
    // One that is in use is as it should be.
    let server = crate::common::Server::over(&directory.store(), &[]);
    assert!(check(&["--store", &directory.store()], &[]).status.success());
    drop(server);
}

#[test]
fn the_control_address_is_not_that_of_calls() {
    for (listen, control, is_refused) in [
        ("127.0.0.1:81", "127.0.0.1:81", true),
        ("0.0.0.0:81", "127.0.0.1:81", true),
        ("127.0.0.1:81", "[::]:81", true),
        ("127.0.0.1:81", "127.0.0.2:81", false),
        ("0.0.0.0:81", "[::1]:81", false),
        ("127.0.0.1:81", "127.0.0.1:82", false),
        ("127.0.0.1:0", "127.0.0.1:0", false),
    ] {
        let options = ["--insecure", "--listen", listen, "--control", control];
        if is_refused {
            let expected = format!(
                "--control is {control}, and --listen {listen} has that port already; choose another port, or 0 for a free one"
            );
            assert!(problem(&options, &[]).contains(&expected));
        } else {
            assert!(check(&options, &[]).status.success(), "{options:?}");
        }
    }
}

#[test]
fn the_file_of_sslrootcert_is_checked() {
    let directory = Directory::new();
    let empty = directory.write("empty.pem", "");
    let section =
        |text| format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    let (text, other) = (section("?"), section("AAAA"));
    let (text, other) = (directory.write("text.pem", &text), directory.write("other.pem", &other));
    let nowhere = directory.path().join("nowhere").display().to_string();
    for (file, expected) in [
        (
            nowhere,
            "the file cannot be read: No such file or directory (os error 2); name one that this process may read",
        ),
        (
            empty,
            "the file has no certificate in PEM (BEGIN CERTIFICATE); give the certificates as the authority gave them",
        ),
        (text, "the file is not valid PEM; give the certificates as the authority gave them"),
        (
            other,
            "certificate 1 in the file is not a valid X.509 certificate; give the certificates of the authorities of \
             PostgreSQL as they gave them",
        ),
    ] {
        let url = format!("postgres://u:s3cret@h/d?sslmode=verify-full&sslrootcert={file}");
        let text = problem(&["--store", &url], &[]);
        assert!(text.contains(&format!("--store sslrootcert {file}: {expected}")), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
