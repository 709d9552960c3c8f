//! Compares the tables in the documentation with those in the code, line by line.

use convmark::code::{CodeInfo, Retry};
use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, PolicyBuilder, RenameItems};
use convmark::rule::Ground;
use convmark::schema::{Object, Presence};
use convmark::{Policy, Revision, Rule, Warning};

const README: &str = include_str!("../../README.md");
const CODES: &str = include_str!("../../docs/codes.md");
const DECISIONS: &str = include_str!("../../docs/decisions.md");
const RULES: &str = include_str!("../../src/guide/rules.md");
const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

/// The cells of each line of the table that follows a line, the two lines of its head left out.
fn table<'t>(text: &'t str, after: &str) -> Vec<Vec<&'t str>> {
    let lines = text.lines().skip_while(|line| line.trim() != after).skip(1);
    let table =
        lines.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &'t str| line.trim_matches('|').split('|').map(str::trim).collect();
    let rows: Vec<Vec<_>> = table.skip(2).map(cells).collect();
    assert!(!rows.is_empty(), "there is no table after the line {after:?}");
    rows
}

/// Compares the tables and shows, on failure, the lines to put in.
fn assert_table(found: &[Vec<&str>], expected: &[Vec<String>]) {
    let whole: Vec<String> =
        expected.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    for (place, row) in expected.iter().enumerate() {
        let found = found.get(place).map(Vec::as_slice).unwrap_or_default();
        assert!(
            found == row.as_slice(),
            "row {} must be\n\n| {} |\n\nbut is {found:?}; the whole table must be\n\n{}\n",
            place + 1,
            row.join(" | "),
            whole.join("\n")
        );
    }
    assert_eq!(found.len(), expected.len(), "the table must be\n{}\n", whole.join("\n"));
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

#[test]
fn the_code_table_is_current() {
    let expected: Vec<Vec<String>> = CodeInfo::ALL
        .iter()
        .map(|info| {
            let levels = [
                ("call", info.levels.call()),
                ("request", info.levels.request()),
                ("item", info.levels.item()),
            ];
            let levels: Vec<_> =
                levels.iter().filter(|(_, occurs)| *occurs).map(|(level, _)| *level).collect();
            let retry = match info.retry {
                None => "-",
                Some(Retry::No) => "no",
                Some(Retry::Yes) => "yes",
                Some(_) => "unknown",
            };
            let levels = if levels.is_empty() { "none".to_owned() } else { levels.join(", ") };
            vec![info.code.to_string(), levels, retry.to_owned(), info.meaning.to_owned()]
        })
        .collect();
    assert_table(&table(CODES, "## Codes"), &expected);
}

#[test]
fn the_table_of_rules_is_current() {
    let expected: Vec<Vec<String>> = Rule::ALL
        .iter()
        .map(|rule| {
            let info = rule.info();
            let codes: Vec<_> = info.codes.iter().map(ToString::to_string).collect();
            let (stage, ground) = (info.stage.to_string(), info.ground.to_string());
            let (explanation, source) = (info.explanation.to_owned(), info.source.to_owned());
            vec![format!("`{rule}`"), codes.join(", "), stage, ground, explanation, source]
        })
        .collect();
    assert_table(&table(RULES, "## Rules"), &expected);
}

#[test]
fn the_table_of_warnings_is_current() {
    let expected: Vec<Vec<String>> = Warning::ALL
        .iter()
        .map(|warning| {
            let info = warning.info();
            let (explanation, source) = (info.explanation.to_owned(), info.source.to_owned());
            vec![format!("`{warning}`"), info.ground.to_string(), explanation, source]
        })
        .collect();
    assert_table(&table(RULES, "## Warnings"), &expected);
}

#[test]
fn every_decided_rule_is_in_the_table_of_decisions() {
    let decisions: String =
        table(DECISIONS, "## What the documentation says, and what we decided").concat().concat();
    for rule in Rule::ALL.iter().filter(|rule| rule.info().ground == Ground::Decided) {
        assert!(
            decisions.contains(&format!("`{rule}`")),
            "the decision table does not mention {rule}"
        );
    }
}

/// One setting: its name, its value in words, and a builder that sets it to a number, if it is one.
type Setting =
    (&'static str, fn(&Policy) -> String, Option<fn(PolicyBuilder, u32) -> PolicyBuilder>);

fn capacity(policy: &Policy) -> String {
    match policy.capacity() {
        Capacity::Shared { rows } => format!("shared: {rows} rows"),
        Capacity::Separate { grouped, marked } => {
            format!("separate: {grouped} grouped and {marked} marked rows")
        }
        Capacity::PerGroup { members, marked } => {
            format!("per group: {members} members, and {marked} marked rows")
        }
    }
}

const SETTINGS: [Setting; 15] = [
    (
        "group_name_max_bytes",
        |p| p.group_name_max_bytes().to_string(),
        Some(PolicyBuilder::group_name_max_bytes),
    ),
    ("groups", |p| p.groups().to_string(), Some(PolicyBuilder::groups)),
    (
        "capacity",
        capacity,
        Some(|builder, n| builder.capacity(Capacity::PerGroup { members: 0, marked: n })),
    ),
    ("create_needs_conversations", |p| yes_no(p.create_needs_conversations()), None),
    (
        "conversations_max",
        |p| p.conversations_max().map_or("no limit".into(), |max| max.to_string()),
        Some(|builder, n| builder.conversations_max(Some(n))),
    ),
    ("mark_items_max", |p| p.mark_items_max().to_string(), Some(PolicyBuilder::mark_items_max)),
    ("search_max", |p| p.search_max().to_string(), Some(PolicyBuilder::search_max)),
    (
        "custom_mark_max_bytes",
        |p| p.custom_mark_max_bytes().to_string(),
        Some(PolicyBuilder::custom_mark_max_bytes),
    ),
    ("custom_mark_needs_plan", |p| yes_no(p.custom_mark_needs_plan()), None),
    ("mark_base", |p| p.mark_base().first().to_string(), None),
    ("page_size", |p| p.page_size().to_string(), Some(PolicyBuilder::page_size)),
    (
        "calls_per_second",
        |p| p.calls_per_second().to_string(),
        Some(PolicyBuilder::calls_per_second),
    ),
    ("error_display", |p| format!("`{}`", p.error_display()), None),
    ("last_page_index", |p| format!("`{}`", p.last_page_index()), None),
    ("rename_items", |p| format!("`{}`", p.rename_items()), None),
];

#[test]
fn the_policy_table_has_the_values_and_ranges_of_the_code() {
    let rows = table(CODES, "## Policy");
    assert_eq!(rows.len(), SETTINGS.len());
    for (row, (name, value, set)) in rows.iter().zip(SETTINGS) {
        assert_eq!(row[0], format!("`{name}`"));
        for (place, revision) in Revision::ALL.iter().enumerate() {
            assert_eq!(row[2 + place], value(&revision.policy()), "{name}, {revision}");
        }
        let Some(set) = set else { continue };
        let range =
            row[row.len() - 2].trim_end_matches(", or no limit").trim_start_matches("each ");
        let (min, max) =
            range.split_once(" to ").unwrap_or_else(|| panic!("{name} has the range {range:?}"));
        let (min, max): (u32, u32) = (min.parse().unwrap(), max.parse().unwrap());
        let builds = |number| set(Policy::default().to_builder(), number).build().is_ok();
        assert!(builds(min) && builds(max) && !builds(max + 1), "{name}");
        assert!(min.checked_sub(1).is_none_or(|below| !builds(below)), "{name}");
    }
}

#[test]
fn the_policy_table_has_a_column_for_each_revision() {
    let head = CODES.lines().find(|line| line.starts_with("| setting |")).unwrap();
    let names: Vec<_> = Revision::ALL.iter().map(|revision| revision.name()).collect();
    assert_eq!(head, format!("| setting | what it is | {} | range | ground |", names.join(" | ")));
}

#[test]
fn the_policy_table_has_every_setting() {
    // `Debug` of a policy names its settings.
    let shown = format!("{:#?}", Policy::default());
    let names: Vec<_> = shown
        .lines()
        .filter_map(|line| {
            line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '}', ')']))
        })
        .filter_map(|line| line.split_once(':').map(|(name, _)| name))
        .collect();
    assert_eq!(names, SETTINGS.map(|(name, ..)| name));
}

#[test]
fn both_mark_bases_are_in_the_policy_table() {
    let rows = table(CODES, "## Policy");
    let row = rows.iter().find(|row| row[0] == "`mark_base`").unwrap();
    assert_eq!(
        row[row.len() - 2],
        format!("{} or {}", MarkBase::Zero.first(), MarkBase::One.first())
    );
}

#[test]
fn every_named_value_is_in_the_policy_table() {
    let rows = table(CODES, "## Policy");
    let range = |setting: &str| {
        let row = rows.iter().find(|row| row[0] == format!("`{setting}`")).unwrap();
        row[row.len() - 2]
    };
    let expected = |names: Vec<&str>| {
        let (last, rest) = names.split_last().unwrap();
        format!("`{}` or `{last}`", rest.join("`, `"))
    };
    assert_eq!(
        range("error_display"),
        expected(ErrorDisplay::ALL.iter().map(|value| value.name()).collect())
    );
    assert_eq!(
        range("last_page_index"),
        expected(LastPageIndex::ALL.iter().map(|value| value.name()).collect())
    );
    assert_eq!(
        range("rename_items"),
        expected(RenameItems::ALL.iter().map(|value| value.name()).collect())
    );
}

#[test]
fn the_two_commands_stand_in_the_readme_alone_on_their_lines() {
    for command in
        ["cargo run --release -p convmark-cli -- replay examples/requests.jsonl", "cargo test"]
    {
        assert!(README.lines().any(|line| line == command), "{command}");
    }
}

#[test]
fn version_and_toolchain_are_those_of_the_package() {
    assert!(README.contains(concat!("Rust ", env!("CARGO_PKG_RUST_VERSION"))));
    assert!(README.contains(env!("CARGO_PKG_LICENSE")));
    assert!(CHANGELOG.contains(concat!("## [", env!("CARGO_PKG_VERSION"), "]")));
}

#[test]
fn every_documented_limit_of_ids_is_the_code_s() {
    use convmark::{GroupChatId, UserId};

    let row = |id| RULES.lines().find(|line| line.starts_with(&format!("| `{id}`"))).unwrap();
    let malformed = row("malformed-id");
    let topic = |bytes: usize| format!("@TOPIC#_{}", "x".repeat(bytes - 8));
    for (limit, allowed, over) in [
        (
            "at most 32 bytes",
            UserId::new("u".repeat(32)).is_ok(),
            UserId::new("u".repeat(33)).is_ok(),
        ),
        (
            "at most 48",
            GroupChatId::new("g".repeat(48)).is_ok(),
            GroupChatId::new("g".repeat(49)).is_ok(),
        ),
        (
            "or 96 if it contains @TOPIC#_",
            GroupChatId::new(topic(96)).is_ok(),
            GroupChatId::new(topic(97)).is_ok(),
        ),
    ] {
        assert!(malformed.contains(limit) && allowed && !over, "{limit}");
    }
}

#[test]
fn the_table_of_fields_is_current() {
    let when = |need: &str, selector: &str, values: &[u8]| {
        let values: Vec<_> = values.iter().map(u8::to_string).collect();
        format!("{need} if `{selector}` is {}", values.join(" or "))
    };
    let presence = |presence| match presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "optional".to_owned(),
        Presence::RequiredWhen { selector, values } => when("required", selector, values),
        Presence::OptionalWhen { selector, values } => when("optional", selector, values),
        other => panic!("{other:?}"),
    };
    let mut expected = Vec::new();
    for object in Object::all() {
        for field in object.fields(&Policy::default()) {
            let (object, name) = (format!("`{}`", object.name()), format!("`{}`", field.name()));
            let (json_type, presence) =
                (field.json_type().name().to_owned(), presence(field.presence()));
            expected.push(vec![object, name, json_type, presence, field.about().to_owned()]);
        }
    }
    assert_table(&table(RULES, "## Fields"), &expected);
}

#[test]
fn the_table_of_codes_by_revision_is_current() {
    let own = |info: &CodeInfo, revision| info.own_meaning(revision).unwrap_or("-").to_owned();
    let differs = |info: &&CodeInfo| {
        Revision::ALL.iter().any(|revision| info.own_meaning(*revision).is_some())
    };
    let expected: Vec<Vec<String>> = CodeInfo::ALL
        .iter()
        .filter(differs)
        .map(|info| {
            let meanings = Revision::ALL.iter().map(|revision| own(info, *revision));
            core::iter::once(info.code.to_string()).chain(meanings).collect()
        })
        .collect();
    assert_table(&table(CODES, "## Codes by revision"), &expected);
}
