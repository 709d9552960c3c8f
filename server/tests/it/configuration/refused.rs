//! Options that are wrong, do not fit together, or have no effect.

use convmark_server::config::{Config, Task};

use super::{check, problem};
use crate::common::{Directory, command};

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
