//! `describe`: every code, rule and warning is explained.

use convmark::code::CodeInfo;
use convmark::{Revision, Rule, Warning};

use crate::tool::{refused, text};

fn describe(topic: &str) -> String {
    let (status, text) = text(&["describe", topic], "");
    assert_eq!(status, 0, "{topic}");
    text
}

/// Whether a wrapped text says this.
fn says(text: &str, part: &str) -> bool {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat(text).contains(&flat(part))
}

#[test]
fn codes_by_number_and_name() {
    let (_, list) = text(&["describe"], "");
    for info in CodeInfo::ALL {
        let number = info.code.to_string();
        let text = describe(&number);
        assert!(text.starts_with(&format!("code {number} ({})\n", info.name)), "{text}");
        for part in [info.meaning, info.advice, &info.source.to_string()] {
            assert!(says(&text, part), "{text}");
        }
        for revision in Revision::ALL {
            let own = info.own_meaning(*revision);
            assert_eq!(text.contains(&format!("\n  {revision} ")), own.is_some(), "{text}");
            assert!(says(&text, own.unwrap_or_default()), "{text}");
        }
        assert!(describe(info.name).contains(&text));
        assert!(list.contains(&format!("{number}  {}", info.name)));
    }
}

#[test]
fn rules_by_name() {
    let (_, list) = text(&["describe"], "");
    for rule in Rule::ALL {
        let (info, text) = (rule.info(), describe(rule.id()));
        assert!(text.starts_with(&format!("error[{rule}]\n")), "{text}");
        assert!(text.contains(&format!("[{}] ", info.ground)), "{text}");
        for part in [info.explanation, info.advice, info.source, info.item_info] {
            assert!(says(&text, part), "{text}");
        }
        assert!(info.codes.iter().all(|code| text.contains(&code.to_string())), "{text}");
        assert!(list.contains(&format!("  {rule} ")));
    }
}

#[test]
fn warnings_by_name() {
    let (_, list) = text(&["describe"], "");
    for warning in Warning::ALL {
        let (info, text) = (warning.info(), describe(warning.id()));
        assert!(text.starts_with(&format!("warning[{warning}]\n")), "{text}");
        assert!(text.contains(&format!("[{}] ", info.ground)), "{text}");
        for part in [info.explanation, info.advice, info.source] {
            assert!(says(&text, part), "{text}");
        }
        assert!(list.contains(&format!("  {warning} ")));
    }
}

#[test]
fn color_is_asked_for() {
    let (_, colored) = text(&["describe", "group-missing", "--color", "always"], "");
    assert!(
        colored.starts_with("\u{1b}[1m\u{1b}[91merror[group-missing]\u{1b}[0m\n"),
        "{colored:?}"
    );
    let plain = describe("group-missing");
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

#[test]
fn what_is_not_documented_is_said_to_be_so() {
    for (topic, shown, meant) in [
        ("12345", "12345", ""),
        ("no-such-rule", "no-such-rule", ""),
        ("51011x", "51011x", ""),
        ("", "", ""),
        ("group-name-to-long", "group-name-to-long", "did you mean `group-name-too-long`? "),
        ("\u{1b}[31m", "␛[31m", ""),
    ] {
        let text = refused(&["describe", topic]);
        let expected = format!(
            "convmark: no code or rule is called `{shown}`; {meant}`convmark describe` lists all of them\n"
        );
        assert_eq!(text, expected);
    }
}
