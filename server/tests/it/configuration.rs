//! Options, environment and file.

mod checked;
mod refused;

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
