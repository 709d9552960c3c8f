//! The tables of rules and warnings, typed a second time or checked for consistency.

use std::collections::BTreeSet;

use convmark::rule::Ground;
use convmark::{Revision, Rule, Warning};

// Id, stage, codes and ground, in order of precedence.
const EXPECTED: [(&str, u8, &[i64], &str); 31] = [
    ("unknown-endpoint", 0, &[60009], "implied"),
    ("not-modeled", 0, &[60009], "decided"),
    ("missing-parameter", 0, &[60025, 60012, 60002], "doc"),
    ("bad-parameter", 0, &[60025, 60002], "doc"),
    ("duplicate-parameter", 0, &[60025, 60002], "decided"),
    ("bad-http", 0, &[60002], "decided"),
    ("too-frequent", 0, &[60007], "decided"),
    ("not-admin", 1, &[50003], "doc"),
    ("invalid-json", 2, &[60003], "doc"),
    ("duplicate-field", 3, &[50002], "decided"),
    ("missing-field", 3, &[50002], "doc"),
    ("wrong-type", 3, &[50002], "doc"),
    ("account-not-string", 3, &[60015], "doc"),
    ("out-of-range", 3, &[50002], "doc"),
    ("malformed-id", 3, &[50002], "doc"),
    ("group-name-too-long", 3, &[51011], "doc"),
    ("custom-mark-too-long", 3, &[50002], "doc"),
    ("item-count", 3, &[51006], "doc"),
    ("single-item-only", 3, &[50002], "doc"),
    ("search-count", 3, &[50002], "doc"),
    ("requester-unknown", 4, &[50001], "doc"),
    ("plan-required", 5, &[51013], "doc"),
    ("group-missing", 6, &[51009], "doc"),
    ("group-name-taken", 6, &[50002], "decided"),
    ("too-many-groups", 6, &[51010], "doc"),
    ("group-ids-exhausted", 6, &[50004], "decided"),
    ("account-unknown", 7, &[50001], "decided"),
    ("group-unresolved", 7, &[51007], "doc"),
    ("capacity-exceeded", 7, &[51008], "doc"),
    ("host-fault", 7, &[50004], "doc"),
    ("host-timeout", 7, &[50005], "doc"),
];

const WARNINGS: [(&str, &str); 8] = [
    ("unknown-field", "decided"),
    ("irrelevant-id", "implied"),
    ("ignored-field", "decided"),
    ("no-effect", "decided"),
    ("set-and-clear", "decided"),
    ("repeated-conversation", "decided"),
    ("internal-mark-bit", "doc"),
    ("long-group-name", "doc-2023"),
];

#[test]
fn the_rules_are_complete() {
    let ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    let expected: Vec<&str> = EXPECTED.iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids, expected, "EXPECTED must have a line for each rule, in the same order");
    for (rule, (id, stage, codes, ground)) in Rule::ALL.iter().zip(EXPECTED) {
        let info = rule.info();
        assert_eq!(info.id, id);
        assert_eq!(info.stage, stage, "{id}");
        assert_eq!(info.codes.iter().map(|c| c.get()).collect::<Vec<_>>(), codes, "{id}");
        assert_eq!(info.ground.label(), ground, "{id}");
        assert_eq!(Some(&rule.code()), info.codes.first(), "{id}");
    }
    let warnings: Vec<_> = Warning::ALL.iter().map(|w| (w.id(), w.info().ground.label())).collect();
    assert_eq!(warnings, WARNINGS);
}

#[test]
fn the_order_is_the_precedence() {
    assert!(Rule::ALL.is_sorted_by(|a, b| a < b));
    assert!(Rule::ALL.is_sorted_by_key(|r| r.info().stage));
}

#[test]
fn ids_are_unique_and_round_trip() {
    let mut ids = BTreeSet::new();
    for &rule in Rule::ALL {
        assert_eq!(rule.info().rule, rule);
        assert_eq!(rule.info().id, rule.id());
        assert_eq!(rule.id().parse(), Ok(rule));
        assert_eq!(rule.to_string(), rule.id());
        assert!(ids.insert(rule.id()), "{rule}");
    }
    for &warning in Warning::ALL {
        assert_eq!(warning.info().warning, warning);
        assert_eq!(warning.info().id, warning.id());
        assert_eq!(warning.id().parse(), Ok(warning));
        assert_eq!(warning.to_string(), warning.id());
        assert!(ids.insert(warning.id()), "{warning}");
    }
    assert_eq!(ids.len(), EXPECTED.len() + WARNINGS.len());
    for id in ["", "Not-Admin", "not-admin ", "not_admin", "unknown-field"] {
        assert!(id.parse::<Rule>().is_err(), "{id}");
    }
    assert!("not-admin".parse::<Warning>().is_err());
    assert_eq!(format!("[{:<11}]", Rule::NotAdmin), "[not-admin  ]");
}

#[test]
fn every_code_is_documented_and_occurs_where_the_rule_does() {
    for rule in Rule::ALL {
        let info = rule.info();
        assert!(!info.codes.is_empty(), "{rule}");
        for code in info.codes {
            let levels = code.info().unwrap().levels;
            assert!(!info.item_info.is_empty() || levels.call() || levels.request(), "{rule}");
            assert!(info.item_info.is_empty() || levels.item(), "{rule}");
        }
    }
}

#[test]
fn only_item_rules_have_a_ready_sentence_with_their_id() {
    let mut with_sentence = Vec::new();
    for &rule in Rule::ALL {
        let text = rule.info().item_info;
        if !text.is_empty() {
            assert!(text.starts_with(&format!("{rule}: ")), "{text}");
            assert!(text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\'));
            with_sentence.push(rule);
        }
    }
    assert_eq!(
        with_sentence,
        [Rule::PlanRequired, Rule::AccountUnknown, Rule::GroupUnresolved, Rule::CapacityExceeded]
    );
}

#[test]
fn texts_are_sentences_and_sources_name_a_ground() {
    let rules = Rule::ALL.iter().map(|r| {
        let i = r.info();
        (i.id, i.ground, i.source, i.explanation, i.advice)
    });
    let warnings = Warning::ALL.iter().map(|w| {
        let i = w.info();
        (i.id, i.ground, i.source, i.explanation, i.advice)
    });
    for (id, ground, source, explanation, advice) in rules.chain(warnings) {
        for text in [explanation, advice] {
            assert!(text.starts_with(|c: char| c.is_ascii_uppercase()), "{id}");
            assert!(text.ends_with('.'), "{id}");
        }
        assert!(!source.is_empty() && !source.ends_with('.'), "{id}");
        match ground {
            Ground::Decided => assert!(source.contains("decided"), "{id}"),
            Ground::Documented | Ground::DocumentedIn(_) => {
                assert!(
                    source.contains("1047/")
                        || source.contains("code table")
                        || source.contains("documented"),
                    "{id}"
                )
            }
            Ground::Observed => assert!(source.contains("observed"), "{id}"),
            Ground::Implied => {
                assert!(source.contains("implied") || source.contains("code table"), "{id}");
            }
            _ => panic!("a new ground: {id}"),
        }
    }
}

#[test]
fn labels_of_grounds() {
    let grounds = [
        (Ground::Documented, "doc"),
        (Ground::DocumentedIn(Revision::V2023_03), "doc-2023"),
        (Ground::DocumentedIn(Revision::V2026_04), "doc-2026"),
        (Ground::Implied, "implied"),
        (Ground::Observed, "observed"),
        (Ground::Decided, "decided"),
    ];
    for (ground, label) in grounds {
        assert_eq!(ground.label(), label);
        assert_eq!(ground.to_string(), label);
    }
}
