//! Every rule and every warning has a case that breaks it and a near miss that does not.

use convmark::marks::MarkBase;
use convmark::policy::Capacity;
use convmark::{Command, Policy, Revision, Rule, Warning};
use convmark_model::compare::{self, ComparedAccount};
use convmark_model::generate::operations::Call;
use convmark_model::reference::account::Facts;
use std::collections::BTreeSet;
use support::bodies::{Requester, chat_contact, user_contact};

/// Bodies are made for this requester.
const A: Requester<'_> = Requester("a");
const B: &str = r#"{"Type":1,"To_Account":"b"}"#;
const G: &str = r#"{"Type":2,"ToGroupId":"g"}"#;

/// A policy with small limits: 4 bytes for names and marks, 2 items of each kind.
fn small() -> Policy {
    let built = Revision::V2026_04
        .policy()
        .to_builder()
        .group_name_max_bytes(4)
        .custom_mark_max_bytes(4)
        .conversations_max(Some(2))
        .mark_items_max(2)
        .search_max(2)
        .groups(1)
        .capacity(Capacity::Separate { grouped: 1, marked: 1 })
        .mark_base(MarkBase::One);
    built.build().expect("within the range")
}

fn create(members: &str) -> (Command, String) {
    (Command::CreateContactGroup, A.body(&format!(r#""GroupContactItem":[{{{members}}}]"#)))
}

fn update(members: &str) -> (Command, String) {
    (Command::UpdateContactGroup, A.update(members))
}

fn delete(members: &str) -> (Command, String) {
    (Command::DelContactGroup, A.body(members))
}

fn mark(items: &str) -> (Command, String) {
    (Command::MarkContact, A.mark(items))
}

fn item(members: &str) -> (Command, String) {
    mark(&format!(r#"{{"ContactItem":{B},{members}}}"#))
}

fn get(members: &str) -> (Command, String) {
    (Command::GetContactGroup, A.body(members))
}

fn search(contacts: &str) -> (Command, String) {
    (Command::SearchContactGroup, A.search(contacts))
}

type Case = (&'static str, (Command, String), (Command, String));

/// The rules of the schema and the warnings: id, hit, near miss.
fn cases() -> Vec<Case> {
    let user = |bytes: usize| search(&user_contact(&"x".repeat(bytes)));
    let chat = |id: String| search(&chat_contact(&id));
    vec![
        ("invalid-json", get(r#""StartIndex":01"#), get(r#""StartIndex":0"#)),
        (
            "invalid-json",
            get(r#""StartIndex":0,"\ud800":1"#),
            get(r#""StartIndex":0,"\ud83d\ude00":1"#),
        ),
        (
            "invalid-json",
            (Command::GetContactGroup, "{".into()),
            (Command::GetContactGroup, "{}".into()),
        ),
        (
            "duplicate-field",
            get(r#""StartIndex":0,"StartIndex":0"#),
            get(r#""StartIndex":0,"Startindex":0"#),
        ),
        (
            "duplicate-field",
            get(r#""StartIndex":0,"From_Account":null"#),
            get(r#""StartIndex":0,"From_account":null"#),
        ),
        ("missing-field", get(r#""StartIndex":null"#), get(r#""StartIndex":0"#)),
        ("missing-field", delete(r#""GroupName":[""]"#), delete(r#""GroupName":["n"]"#)),
        ("missing-field", create(r#""GroupName":"""#), create(r#""GroupName":"n""#)),
        (
            "missing-field",
            search(r#"{"Type":2,"To_Account":"b","ToGroupId":""}"#),
            search(r#"{"Type":1,"To_Account":"b","ToGroupId":""}"#),
        ),
        ("wrong-type", get(r#""StartIndex":-0"#), get(r#""StartIndex":0"#)),
        ("wrong-type", get(r#""StartIndex":1e400"#), get(r#""StartIndex":1,"x":1e400"#)),
        (
            "wrong-type",
            (Command::GetContactGroup, "[]".into()),
            (Command::GetContactGroup, "{}".into()),
        ),
        (
            "account-not-string",
            search(r#"{"Type":1,"To_Account":1}"#),
            search(r#"{"Type":1,"To_Account":"1"}"#),
        ),
        (
            "account-not-string",
            search(r#"{"Type":1,"To_Account":1}"#),
            search(r#"{"Type":2,"ToGroupId":1}"#),
        ),
        (
            "out-of-range",
            get(r#""StartIndex":18446744073709551616"#),
            get(r#""StartIndex":18446744073709551615"#),
        ),
        ("out-of-range", search(r#"{"Type":3}"#), search(B)),
        (
            "out-of-range",
            item(r#""OptType":1,"SetMark":[65]"#),
            item(r#""OptType":1,"SetMark":[64]"#),
        ),
        (
            "out-of-range",
            item(r#""OptType":1,"SetMark":[0]"#),
            item(r#""OptType":1,"SetMark":[1]"#),
        ),
        ("malformed-id", user(33), user(32)),
        ("malformed-id", chat("x".repeat(49)), chat("x".repeat(48))),
        (
            "malformed-id",
            chat(format!("{}@TOPIC#_", "x".repeat(89))),
            chat(format!("{}@TOPIC#_", "x".repeat(88))),
        ),
        ("malformed-id", chat("\u{7f}".into()), chat("~".into())),
        ("malformed-id", chat("\\u001f".into()), chat(" ".into())),
        ("group-name-too-long", create(r#""GroupName":"ééx""#), create(r#""GroupName":"éé""#)),
        (
            "group-name-too-long",
            update(r#""UpdateGroupType":1,"OldGroupName":"n","NewGroupName":"nnnnn""#),
            update(r#""UpdateGroupType":1,"OldGroupName":"nnnnn","NewGroupName":"nnnn""#),
        ),
        (
            "custom-mark-too-long",
            item(r#""OptType":2,"CustomMark":"ccccc""#),
            item(r#""OptType":2,"CustomMark":"cccc""#),
        ),
        ("item-count", mark(""), item(r#""OptType":1,"SetMark":[1]"#)),
        (
            "item-count",
            create(&format!(r#""GroupName":"n","ContactItem":[{B},{B},{G}]"#)),
            create(&format!(r#""GroupName":"n","ContactItem":[{B},{G}]"#)),
        ),
        ("single-item-only", delete(r#""GroupName":[]"#), delete(r#""GroupName":["n"]"#)),
        ("single-item-only", delete(r#""GroupName":["n","m"]"#), delete(r#""GroupName":["n"]"#)),
        ("search-count", search(""), search(B)),
        ("search-count", search(&format!("{B},{G},{B}")), search(&format!("{B},{G}"))),
        ("unknown-field", get(r#""StartIndex":0,"startIndex":1"#), get(r#""StartIndex":0"#)),
        (
            "irrelevant-id",
            search(r#"{"Type":1,"To_Account":"b","ToGroupId":"g"}"#),
            search(r#"{"Type":1,"To_Account":"b","ToGroupId":""}"#),
        ),
        (
            "ignored-field",
            item(r#""OptType":1,"SetMark":[1],"CustomMark":"c""#),
            item(r#""OptType":1,"SetMark":[1],"CustomMark":"""#),
        ),
        (
            "ignored-field",
            item(r#""OptType":2,"SetMark":[1],"CustomMark":"c""#),
            item(r#""OptType":2,"SetMark":[ ],"CustomMark":"c""#),
        ),
        ("no-effect", item(r#""OptType":1,"SetMark":[]"#), item(r#""OptType":1,"SetMark":[1]"#)),
        ("no-effect", item(r#""OptType":3"#), item(r#""OptType":3,"CustomMark":"""#)),
        (
            "no-effect",
            update(r#""UpdateGroupType":1,"OldGroupName":"n","NewGroupName":"n""#),
            update(r#""UpdateGroupType":1,"OldGroupName":"n","NewGroupName":"N""#),
        ),
        (
            "set-and-clear",
            item(r#""OptType":1,"SetMark":[1,2],"ClearMark":[2]"#),
            item(r#""OptType":1,"SetMark":[1,2],"ClearMark":[3]"#),
        ),
        (
            "repeated-conversation",
            search(&format!("{B},{B}")),
            search(&format!("{B},{}", r#"{"Type":2,"ToGroupId":"b"}"#)),
        ),
        (
            "internal-mark-bit",
            item(r#""OptType":1,"SetMark":[5]"#),
            item(r#""OptType":1,"SetMark":[4]"#),
        ),
        (
            "internal-mark-bit",
            item(r#""OptType":1,"ClearMark":[32]"#),
            item(r#""OptType":1,"ClearMark":[33]"#),
        ),
    ]
}

fn finds(id: &str, (command, body): &(Command, String), policy: &Policy) -> bool {
    compare::findings::compare(*command, body.as_bytes(), policy)
        .findings()
        .iter()
        .any(|finding| finding.id() == id)
}

#[test]
fn every_schema_rule_and_warning_has_a_hit_and_a_near_miss() {
    let mut seen: BTreeSet<&str> = BTreeSet::from(["long-group-name"]);
    for (id, hit, miss) in cases() {
        assert!(finds(id, &hit, &small()), "{id} is not found in {}", hit.1);
        assert!(!finds(id, &miss, &small()), "{id} is found in {}", miss.1);
        seen.insert(id);
    }
    let named = |bytes: usize| create(&format!(r#""GroupName":"{}""#, "n".repeat(bytes)));
    let policy = Revision::V2026_04.policy();
    assert!(
        finds("long-group-name", &named(33), &policy)
            && finds("long-group-name", &named(64), &policy)
    );
    assert!(
        !finds("long-group-name", &named(32), &policy)
            && !finds("long-group-name", &named(65), &policy)
    );
    for rule in Rule::ALL.iter().filter(|rule| matches!(rule.info().stage, 2 | 3)) {
        assert!(seen.contains(rule.id()), "{} has no case", rule.id());
    }
    for warning in Warning::ALL {
        assert!(seen.contains(warning.id()), "{} has no case", warning.id());
    }
}

/// Requests that prepare an account, then one that breaks the rule and a near miss, each with facts
/// and whether the caller is an admin.
struct Step {
    rule: Rule,
    before: Vec<(Command, String)>,
    hit: ((Command, String), Facts, bool),
    miss: ((Command, String), Facts, bool),
}

fn step(
    rule: Rule,
    before: &[(Command, String)],
    hit: (Command, String),
    miss: (Command, String),
) -> Step {
    Step {
        rule,
        before: before.to_vec(),
        hit: (hit, Facts::default(), true),
        miss: (miss, Facts::default(), true),
    }
}

#[test]
fn every_rule_after_the_schema_has_a_hit_and_a_near_miss() {
    let known = Facts::default;
    let named = |name: &str| create(&format!(r#""GroupName":"{name}""#));
    let star = item(r#""OptType":1,"SetMark":[1]"#);
    let on =
        |contact: &str| mark(&format!(r#"{{"ContactItem":{contact},"OptType":1,"SetMark":[1]}}"#));
    let remove = |contact: &str| {
        update(&format!(
            r#""UpdateGroupType":2,"OldGroupName":"n","ContactUpdateItem":[{{"ContactOptType":2,"ContactItem":{contact}}}]"#
        ))
    };
    let rename = |old: &str, new: &str| {
        update(&format!(r#""UpdateGroupType":1,"OldGroupName":"{old}","NewGroupName":"{new}""#))
    };
    let without_plan = || Facts { plan: false, ..known() };
    let mut steps = vec![
        step(Rule::GroupNameTaken, &[named("n")], named("n"), rename("n", "n")),
        step(Rule::TooManyGroups, &[named("n")], named("m"), rename("n", "m")),
        step(
            Rule::GroupMissing,
            &[named("n")],
            delete(r#""GroupName":["N"]"#),
            delete(r#""GroupName":["n"]"#),
        ),
        step(Rule::CapacityExceeded, std::slice::from_ref(&star), on(G), star.clone()),
    ];
    let mut with = |rule, before: &[(Command, String)], hit, miss| {
        steps.push(Step { rule, before: before.to_vec(), hit, miss })
    };
    with(Rule::NotAdmin, &[], (star.clone(), known(), false), (star.clone(), known(), true));
    let unknown = Facts { requester_known: false, ..known() };
    with(Rule::RequesterUnknown, &[], (star.clone(), unknown, true), (star.clone(), known(), true));
    with(
        Rule::PlanRequired,
        &[],
        (named("n"), without_plan(), true),
        (get(r#""StartIndex":0"#), without_plan(), true),
    );
    with(
        Rule::PlanRequired,
        &[],
        (item(r#""OptType":2,"CustomMark":"c""#), without_plan(), true),
        (item(r#""OptType":2,"CustomMark":"c""#), known(), true),
    );
    let lacking = |user: &str| Facts { unknown_accounts: vec![user.into()], ..known() };
    with(
        Rule::AccountUnknown,
        &[named("n")],
        (remove(B), lacking("b"), true),
        (remove(B), lacking("B"), true),
    );
    let lacking = |chat: &str| Facts { unresolved_groups: vec![chat.into()], ..known() };
    with(
        Rule::GroupUnresolved,
        &[named("n")],
        (remove(G), lacking("g"), true),
        (remove(G), lacking("b"), true),
    );
    let mut seen = BTreeSet::new();
    for Step { rule, before, hit, miss } in steps {
        seen.insert(rule);
        for ((tried, facts, admin), expected) in [(hit, true), (miss, false)] {
            let mut compared = ComparedAccount::new(small());
            for (command, body) in &before {
                let call = Call {
                    command: *command,
                    body: body.clone().into_bytes(),
                    admin: true,
                    facts: known(),
                    now: 1,
                };
                assert!(compared.call(&call).code.is_ok());
            }
            let (command, body) = tried;
            let response = compared.call(&Call {
                command,
                body: body.clone().into_bytes(),
                admin,
                facts,
                now: 2,
            });
            let hits = response.refused == Some(rule) || response.items.contains(&Some(rule));
            assert_eq!(hits, expected, "{} by {body}", rule.id());
        }
    }
    // `generator_coverage` has exhausted group IDs and the host's own faults.
    for rule in Rule::ALL.iter().filter(|rule| matches!(rule.info().stage, 1 | 4..=7)) {
        let elsewhere =
            matches!(rule, Rule::GroupIdsExhausted | Rule::HostFault | Rule::HostTimeout);
        assert!(elsewhere || seen.contains(rule), "{} has no case", rule.id());
    }
}

#[test]
fn every_rule_of_the_url_has_a_hit() {
    let good = "/v4/recentcontact/mark_contact?sdkappid=4294967295&identifier=a&usersig=s&random=0&contenttype=json";
    assert!(compare::url::compare(good).is_ok());
    for (rule, from, to) in [
        (Rule::UnknownEndpoint, "mark_contact", "mark_contact/"),
        (Rule::UnknownEndpoint, "mark_contact", "Mark_contact"),
        (Rule::NotModeled, "mark_contact", "get_list"),
        (Rule::NotModeled, "mark_contact", "delete"),
        (Rule::UnknownEndpoint, "mark_contact", "get_list/"),
        (Rule::UnknownEndpoint, "mark_contact", "Delete"),
        (Rule::MissingParameter, "sdkappid=4294967295", "sdkappid="),
        (Rule::MissingParameter, "usersig=s", "Usersig=s"),
        (Rule::BadParameter, "sdkappid=4294967295", "sdkappid=4294967296"),
        (Rule::BadParameter, "sdkappid=4294967295", "sdkappid=0"),
        (Rule::BadParameter, "random=0", "random=%2B0"),
        (Rule::BadParameter, "=json", "=JSON"),
        (Rule::DuplicateParameter, "random=0", "random=0&random="),
    ] {
        let refusal =
            compare::url::compare(&good.replace(from, to)).err().map(|refusal| refusal.rule());
        assert_eq!(refusal, Some(rule), "{to}");
    }
}
