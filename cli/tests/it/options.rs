//! Options: what each one does, which ones go together, and what is refused.

use crate::bodies::*;
use crate::tool::{refused, run, text};

#[test]
fn settings_of_the_policy() {
    let status = |options: &[&str], input: &str| run(&[&["validate"], options].concat(), input).0;
    let long = line("create_contact_group", &ME.create(&"n".repeat(33), &user_contact("a")));
    assert_eq!(status(&[], &long), 0);
    assert_eq!(status(&["--revision", "2026-04"], &long), 0);
    assert_eq!(status(&["--revision", "2023-03"], &long), 1);
    let zero = line("mark_contact", &ME.set_marks("a", "0"));
    assert_eq!(status(&[], &zero), 1);
    assert_eq!(status(&["--mark-base", "0"], &zero), 0);
    assert_eq!(status(&["--mark-base=1"], &zero), 1);
    // In any order, and the file between them.
    let mixed = ["--mark-base", "0", "-", "--format", "json", "--revision", "2023-03"];
    assert_eq!(status(&mixed, &zero), 0);
    let rows = line("create_contact_group", &ME.create("g", &user_contacts(0..3))) + &get_line();
    let (_, lines) = run(&["replay", "--page-size", "2"], rows);
    assert!(lines[1].contains(r#""CompleteFlag":0,"NextStartIndex":2"#), "{}", lines[1]);
}

#[test]
fn error_display() {
    let display = r#","ErrorDisplay":""}"#;
    let mark = line("mark_contact", &ME.set_marks("a", "1"));
    let failed = line("get_contact_group", "{}");
    let input = mark + &get_line() + &failed;
    for (options, expected) in [
        (&[][..], [false, false, false]),
        (&["--error-display", "none"], [false, false, false]),
        (&["--error-display", "sampled"], [true, false, false]),
        (&["--revision", "2023-03"], [true, false, false]),
        (&["--error-display", "all"], [true, true, true]),
        (&["--observed"], [true, true, true]),
    ] {
        let (_, lines) = run(&[&["replay"], options].concat(), &input);
        let found: Vec<_> = lines.iter().map(|line| line.ends_with(display)).collect();
        assert_eq!(found, expected, "{options:?}");
    }
}

#[test]
fn last_page_index() {
    let rows = line("create_contact_group", &ME.create("g", &user_contacts(0..2)));
    let input = rows + &get_line() + &line("get_contact_group", &ME.get(1));
    for (options, last) in [
        (&[][..], Some(r#""NextStartIndex":0,"#)),
        (&["--last-page-index", "zero"], Some(r#""NextStartIndex":0,"#)),
        (&["--last-page-index", "absent"], None),
        (&["--observed"], None),
    ] {
        let (_, lines) = run(&[&["replay", "--page-size", "1"], options].concat(), &input);
        assert!(lines[1].contains(r#""CompleteFlag":0,"NextStartIndex":1,"#), "{}", lines[1]);
        let found = lines[2].contains("NextStartIndex");
        assert_eq!(found, last.is_some_and(|last| lines[2].contains(last)), "{}", lines[2]);
        assert_eq!(found, last.is_some(), "{options:?}: {}", lines[2]);
    }
}

#[test]
fn rename_items() {
    let create = line("create_contact_group", &ME.create("g", &user_contact("a")));
    let input = create + &line("update_contact_group", &ME.rename("g", "h"));
    for (options, end) in [
        (&[][..], r#""OldGroupName":"g"},"#),
        (&["--rename-items", "absent"], r#""OldGroupName":"g"},"#),
        (&["--observed"], r#""OldGroupName":"g"},"#),
        (&["--rename-items", "empty"], r#""OldGroupName":"g","ContactResultItem":[]},"#),
    ] {
        let (_, lines) = run(&[&["replay"], options].concat(), &input);
        assert!(lines[1].contains(end), "{options:?}: {}", lines[1]);
    }
}

#[test]
fn a_single_option_wins_over_the_revision_and_the_preset_in_any_order() {
    let plain = EMPTY_PAGE.to_string();
    let without_index = plain.replace(r#","NextStartIndex":0"#, "");
    let with_display =
        |page: &str| page.replace(r#""ErrorInfo":"""#, r#""ErrorInfo":"","ErrorDisplay":"""#);
    for (options, expected) in [
        (["--observed", "--revision=2026-04"], with_display(&without_index)),
        (["--observed", "--error-display=none"], without_index.clone()),
        (["--observed", "--last-page-index=zero"], with_display(&plain)),
        (["--revision=2023-03", "--error-display=all"], with_display(&plain)),
        (["--revision=2023-03", "--last-page-index=absent"], without_index.clone()),
    ] {
        for options in [options, [options[1], options[0]]] {
            let found = run(&[&["replay"][..], &options].concat(), get_line());
            assert_eq!(found, (0, vec![expected.clone()]), "{options:?}");
        }
    }
}

#[test]
fn the_preset_is_of_one_revision() {
    for subcommand in ["replay", "validate", "schema"] {
        for options in [["--observed", "--revision=2023-03"], ["--revision=2023-03", "--observed"]]
        {
            let text = refused(&[&[subcommand][..], &options].concat());
            let reason = "error: --observed is for the revision 2026-04 only; leave out --revision 2023-03\n";
            assert!(text.starts_with(reason), "{text}");
            assert!(text.contains(&format!("Usage: convmark {subcommand} ")), "{text}");
        }
    }
}

#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    for (arguments, reason) in [
        (["replay", "--page-size", "0"], "--page-size must be an integer from 1 to 1000000"),
        (["validate", "--page-size", "0"], "--page-size must be an integer from 1 to 1000000"),
        (["schema", "--page-size", "1000001"], "--page-size must be an integer from 1 to 1000000"),
        (
            ["replay", "--calls-per-second", "4294967295"],
            "--calls-per-second must be an integer from 0 to 1000000",
        ),
    ] {
        let text = refused(&arguments);
        assert!(text.starts_with(&format!("error: {reason}\n")), "{text}");
        assert!(text.contains(&format!("Usage: convmark {} ", arguments[0])), "{text}");
    }
    assert_eq!(run(&["replay", "--calls-per-second", "1000000"], get_line()).0, 0);
    assert_eq!(run(&["replay", "--page-size", "1000000"], get_line()).0, 0);
}

#[test]
fn unknown_options_are_refused_with_the_usage() {
    for arguments in [
        &["replay", "--other"][..],
        &["replay", "-x"],
        &["replay", "--format", "json"],
        &["replay", "--color", "always"],
        &["replay", "--page-size", "-1"],
        &["replay", "one", "two"],
        &["replay", "--reload=1"],
        &["validate", "--changes"],
        &["validate", "--reload"],
        &["validate", "--calls-per-second", "1"],
        &["validate", "--answer-with", "50004"],
        &["describe", "--revision", "2023-03"],
        &["describe", "50001", "50002"],
        &["schema", "file"],
        &["schema", "-"],
        &["schema", "--color", "always"],
    ] {
        let text = refused(arguments);
        assert!(text.starts_with("error: unexpected "), "the reason comes first: {text}");
        assert!(text.contains(&format!("\nUsage: convmark {} ", arguments[0])), "{text}");
    }
}

#[test]
fn unknown_values_are_refused_with_those_allowed() {
    for (arguments, allowed) in [
        (&["replay", "--revision", "2024-01"][..], "2023-03, 2026-04"),
        (&["replay", "--mark-base", "2"], "0, 1"),
        (&["replay", "--error-display", "yes"], "none, sampled, all"),
        (&["replay", "--error-display", "All"], "none, sampled, all"),
        (&["replay", "--last-page-index", "0"], "zero, absent"),
        (&["replay", "--rename-items", "[]"], "absent, empty"),
        (&["validate", "--format", "people"], "text, human, json, github, junit, sarif"),
        (&["validate", "--color", "blue"], "auto, always, never"),
        (&["validate", "--deny", "errors"], "warnings"),
        (&["schema", "--revision", ""], "2023-03, 2026-04"),
    ] {
        let text = refused(arguments);
        assert!(text.contains(&format!("[possible values: {allowed}]")), "{text}");
    }
    for arguments in [
        ["replay", "--page-size", "x"],
        ["replay", "--page-size", "4294967296"],
        ["replay", "--calls-per-second", "1.5"],
    ] {
        let text = refused(&arguments);
        assert!(text.starts_with(&format!(
            "error: invalid value '{}' for '{}",
            arguments[2], arguments[1]
        )));
    }
    for option in ["--page-size", "--revision", "--error-display"] {
        let text = refused(&["replay", option]);
        assert!(text.starts_with("error: a value is required for "), "{text}");
    }
}

#[test]
fn a_subcommand_is_needed() {
    let text = refused(&[]);
    assert!(
        text.contains("requires a subcommand") && text.contains("Usage: convmark replay"),
        "{text}"
    );
    for name in ["other", "Replay"] {
        let text = refused(&[name]);
        assert!(text.starts_with(&format!("error: unrecognized subcommand '{name}'")), "{text}");
    }
}

#[test]
fn help_explains_everything() {
    // The text without its line breaks.
    let flat = |help: &str| help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (status, help) = text(&["--help"], "");
    assert_eq!(status, 0);
    let lines = [
        "command | url",
        "body | raw",
        "now_ms",
        "unknown_accounts",
        "unresolved_groups",
        "answer_with",
    ];
    let about = ["Input lines:", "Exit status:", "NO_COLOR", "COLUMNS"];
    let policy = [
        "--revision",
        "--observed",
        "--mark-base",
        "--page-size",
        "--error-display",
        "none, sampled, all",
        "--last-page-index",
        "zero, absent",
        "--rename-items",
        "absent, empty",
    ];
    let recordings = [
        "validate found an error, or compare a difference",
        "not an exchange",
        "compare and import read recordings",
    ];
    let replay = ["--changes", "--reload", "--calls-per-second"];
    let validate = [
        "--format",
        "text, human, json, github, junit, sarif",
        "--deny",
        "--allow",
        "--skip-other-services",
        "--color",
        "auto, always, never",
    ];
    let all = [
        &lines[..],
        &about,
        &policy,
        &recordings,
        &replay,
        &validate,
        &["describe", "schema", "completions"],
    ];
    for word in all.concat() {
        assert!(flat(&help).contains(word), "{word}");
    }
    for (subcommand, own) in [("replay", &replay[..]), ("validate", &validate)] {
        let (status, help) = text(&[subcommand, "--help"], "");
        assert_eq!(status, 0);
        for word in [&lines[..], &about, &policy, own].concat() {
            assert!(flat(&help).contains(word), "{subcommand}: {word}");
        }
        assert_eq!(text(&["help", subcommand], ""), (0, help));
    }
}

#[test]
fn the_version_is_told() {
    let expected = format!("convmark {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(text(&["--version"], ""), (0, expected));
}
