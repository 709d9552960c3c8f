//! The tables that schemas are made from, against what the crate accepts.

use convmark::marks::MarkBase;
use convmark::schema::{Element, Field, JsonType, Object, Presence, Shape};
use convmark::{Command, Policy, Revision, Validator};
use serde_json::{Map, Value, json};

/// Policies that differ in everything that a schema says.
fn policies() -> Vec<Policy> {
    let small = Revision::V2026_04
        .policy()
        .to_builder()
        .group_name_max_bytes(5)
        .conversations_max(Some(2))
        .mark_items_max(2);
    let small =
        small.search_max(2).custom_mark_max_bytes(3).mark_base(MarkBase::Zero).build().unwrap();
    vec![Revision::V2023_03.policy(), Revision::V2026_04.policy(), small]
}

/// A valid object, where every selector has this value if it can; only the required fields, or all.
fn sample(object: Object, policy: &Policy, selected: u64, all: bool) -> Value {
    let fields = object.fields(policy);
    let mut members = Map::new();
    for field in &fields {
        let is_used = uses(field, &fields, selected);
        let is_needed =
            matches!(field.presence(), Presence::Required | Presence::RequiredWhen { .. });
        if is_used && (all || is_needed) {
            members.insert(field.name().into(), value(&field.shape(), policy, selected, all));
        }
    }
    Value::Object(members)
}

fn uses(field: &Field, fields: &[Field], selected: u64) -> bool {
    let (Presence::RequiredWhen { selector, values } | Presence::OptionalWhen { selector, values }) =
        field.presence()
    else {
        return true;
    };
    let selector = fields.iter().find(|other| other.name() == selector).unwrap();
    let Shape::Integer { min, max } = selector.shape() else { panic!("a selector is an integer") };
    values.iter().any(|value| u64::from(*value) == selected.clamp(min, max))
}

fn value(shape: &Shape, policy: &Policy, selected: u64, all: bool) -> Value {
    match *shape {
        Shape::Integer { min, max } => json!(selected.clamp(min, max)),
        Shape::UserId { max_bytes } | Shape::GroupChatId { max_bytes, .. } => {
            json!("~".repeat(max_bytes))
        }
        Shape::Name { max_bytes } => json!("n".repeat(max_bytes.unwrap_or(1000) as usize)),
        Shape::Text { max_bytes } => json!("t".repeat(max_bytes as usize)),
        Shape::Array { min, max, element } => {
            let count = if all { max.unwrap_or(150) } else { min };
            let element = match element {
                Element::Integer { min, max } => json!(if all { max } else { min }),
                Element::Name => json!("n"),
                Element::Object(object) => sample(object, policy, selected, false),
                _ => panic!("unknown"),
            };
            Value::Array(vec![element; count as usize])
        }
        Shape::Object(object) => sample(object, policy, selected, all),
        _ => panic!("not in a body"),
    }
}

/// What the crate's schema stage answers: nothing, or the rule and the place.
fn judged(command: Command, body: &Value, policy: &Policy) -> Option<(String, String)> {
    let finding = Validator::new(policy).first_error(command, body.to_string().as_bytes())?;
    Some((finding.id().into(), finding.path()))
}

#[test]
fn samples_made_from_the_tables_are_valid() {
    for policy in policies() {
        for command in Command::ALL {
            for selected in 1..=3 {
                for all in [false, true] {
                    let body = sample(Object::of_body(*command), &policy, selected, all);
                    assert_eq!(
                        judged(*command, &body, &policy),
                        None,
                        "{command} {selected} {all}: {body}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_limit_of_the_tables_is_the_crates_own() {
    for policy in policies() {
        for command in Command::ALL {
            for selected in 1..=3 {
                for all in [false, true] {
                    let mut body = sample(Object::of_body(*command), &policy, selected, all);
                    break_each(
                        *command,
                        Object::of_body(*command),
                        "",
                        &mut body,
                        &policy,
                        selected,
                    );
                }
            }
        }
    }
}

/// Breaks one thing after the other in the object at that pointer; the body must draw that very
/// error.
fn break_each(
    command: Command,
    object: Object,
    pointer: &str,
    body: &mut Value,
    policy: &Policy,
    selected: u64,
) {
    let fields = object.fields(policy);
    for field in &fields {
        let place = format!("{pointer}/{}", field.name());
        let mut expect = |value: Option<Value>, rules: &[&str], at: &str| {
            let before = body.clone();
            let members = body.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            match value {
                Some(value) => members.insert(field.name().into(), value),
                None => members.remove(field.name()),
            };
            let found = judged(command, body, policy);
            match &found {
                None => assert!(rules.is_empty(), "{place}: {rules:?} missed"),
                Some((rule, path)) => assert!(
                    rules.contains(&rule.as_str()) && path == at,
                    "{place}: {found:?}, not {rules:?}"
                ),
            }
            *body = before;
        };
        let used = uses(field, &fields, selected);
        let required =
            used && matches!(field.presence(), Presence::Required | Presence::RequiredWhen { .. });
        let missing: &[&str] = if required { &["missing-field"] } else { &[] };
        expect(None, missing, &place);
        expect(Some(Value::Null), missing, &place);
        for wrong in [json!(true), json!(1.5), json!({}), json!([]), json!("x")] {
            let is_type = match field.json_type() {
                JsonType::String => wrong.is_string(),
                JsonType::Array => wrong.is_array(),
                JsonType::Object => wrong.is_object(),
                JsonType::Integer => false,
            };
            if !is_type {
                expect(Some(wrong), &["wrong-type", "account-not-string"], &place);
            }
        }
        if !used {
            continue;
        }
        if field.empty_is_absent() {
            expect(Some(json!("")), missing, &place);
        }
        match field.shape() {
            Shape::Integer { min, max } => {
                let below = min.checked_sub(1).map_or(json!(-1), |below| json!(below));
                expect(Some(below), &["out-of-range"], &place);
                if let Some(above) = max.checked_add(1) {
                    expect(Some(json!(above)), &["out-of-range"], &place);
                }
            }
            Shape::UserId { max_bytes } => {
                expect(Some(json!("u".repeat(max_bytes + 1))), &["malformed-id"], &place);
                expect(Some(json!("ü")), &["malformed-id"], &place);
            }
            Shape::GroupChatId { max_bytes, topic_sign, topic_max_bytes } => {
                let id = |bytes: usize| {
                    json!(topic_sign.to_string() + &"g".repeat(bytes - topic_sign.len()))
                };
                expect(Some(json!("g".repeat(max_bytes + 1))), &["malformed-id"], &place);
                expect(Some(id(topic_max_bytes)), &[], &place);
                expect(Some(id(topic_max_bytes + 1)), &["malformed-id"], &place);
            }
            Shape::Name { max_bytes: Some(max) } => {
                expect(Some(json!("n".repeat(max as usize + 1))), &["group-name-too-long"], &place);
            }
            Shape::Name { max_bytes: None } => {
                expect(Some(json!("n".repeat(100_000))), &[], &place)
            }
            Shape::Text { max_bytes } => {
                expect(Some(json!("")), &[], &place);
                expect(
                    Some(json!("t".repeat(max_bytes as usize + 1))),
                    &["custom-mark-too-long"],
                    &place,
                );
            }
            Shape::Array { min, max, element } => {
                let counts = &["item-count", "single-item-only", "search-count"];
                let one = match element {
                    Element::Integer { min, .. } => json!(min),
                    Element::Name => json!("n"),
                    Element::Object(object) => sample(object, policy, selected, false),
                    _ => panic!("unknown"),
                };
                if let Some(too_few) = min.checked_sub(1) {
                    expect(Some(Value::Array(vec![one.clone(); too_few as usize])), counts, &place);
                }
                if let Some(max) = max {
                    expect(Some(Value::Array(vec![one.clone(); max as usize + 1])), counts, &place);
                }
                let element_at = format!("{place}/0");
                expect(Some(json!([null])), &["wrong-type"], &element_at);
                match element {
                    Element::Integer { min, max } => {
                        let below = min.checked_sub(1).map_or(json!(-1), |below| json!(below));
                        expect(Some(json!([below])), &["out-of-range"], &element_at);
                        expect(Some(json!([max + 1])), &["out-of-range"], &element_at);
                    }
                    Element::Name => expect(Some(json!([""])), &["missing-field"], &element_at),
                    Element::Object(object) if body.pointer(&element_at).is_some() => {
                        break_each(command, object, &element_at, body, policy, selected);
                    }
                    _ => {}
                }
            }
            Shape::Object(object) => break_each(command, object, &place, body, policy, selected),
            _ => panic!("not in a body"),
        }
    }
}

#[test]
fn every_object_comes_before_what_it_contains() {
    let names: Vec<_> = Object::all().iter().map(|object| object.name()).collect();
    assert_eq!(
        names,
        [
            "CreateContactGroupRequest",
            "GroupContactItem",
            "UpdateContactGroupRequest",
            "UpdateGroup",
            "ContactUpdateItem",
            "DelContactGroupRequest",
            "MarkContactRequest",
            "MarkItem",
            "GetContactGroupRequest",
            "SearchContactGroupRequest",
            "ContactItem"
        ]
    );
}
