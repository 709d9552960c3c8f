//! What agrees: the answers of `replay`, whatever the tool itself knows of facts.

use super::{compare, record};
use crate::bodies::*;

const EXAMPLE: &str = include_str!("../../../../examples/requests.jsonl");

/// The lines without what they say of facts.
fn without_facts(lines: &str) -> String {
    let lines = lines.lines().map(|line| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("facts");
        line.to_string() + "\n"
    });
    lines.collect()
}

#[test]
fn answers_of_replay_agree_under_the_same_policy() {
    for options in [&[][..], &["--revision", "2023-03"], &["--observed"], &["--page-size", "1"]] {
        let recording = record(options, EXAMPLE);
        assert_eq!(compare(options, &recording), (0, vec![]), "{options:?}");
    }
}

#[test]
fn what_only_the_service_knows_is_inferred_from_its_answers() {
    let create = ME.create("g", &[user_contact("a"), chat_contact("c"), user_contact("b")]);
    let lines = [
        line("create_contact_group", &create)
            .replace("}\n", r#","facts":{"unknown_accounts":["a"],"unresolved_groups":["c"]}}"#),
        line("mark_contact", &ME.set_marks("b", "1")).replace("}\n", r#","facts":{"plan":false}}"#),
        line("del_contact_group", &ME.delete("g")).replace("}\n", r#","facts":{"plan":false}}"#),
        line("del_contact_group", &ME.delete("g")).replace("}\n", r#","facts":{"admin":false}}"#),
        line("del_contact_group", &ME.delete("g"))
            .replace("}\n", r#","facts":{"unknown_accounts":["me"]}}"#),
        get_line(),
    ]
    .join("\n");
    let recording = record(&[], &lines);
    for code in [50001, 50003, 51007, 51013] {
        assert!(recording.contains(&format!("Code\":{code}")), "{code}");
    }
    assert_eq!(compare(&[], &recording), (0, vec![]));
    let answers = record(&[], &lines);
    let bare = without_facts(&answers);
    assert_ne!(answers, bare);
    assert_eq!(compare(&[], &bare), (0, vec![]));
}

#[test]
fn given_facts_win_over_the_answer() {
    let failed = line("mark_contact", &ME.set_marks("a", "1"))
        .replace("}\n", r#","facts":{"unknown_accounts":["a"]}}"#);
    let known = record(&[], &failed).replace(r#"{"unknown_accounts":["a"]}"#, "{}");
    let (status, lines) = compare(&[], &known);
    assert_eq!(status, 1);
    assert!(
        lines[0].starts_with("line 1 mark_contact at /ResultItem/0/ResultCode: theirs 50001, ours 0; decision: A peer that is not imported (docs/decisions.md); "),
        "{lines:?}"
    );
}
