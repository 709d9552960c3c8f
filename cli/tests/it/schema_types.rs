//! Every schema of an OpenAPI document has a type that generators of clients can read.

use serde_json::{Map, Value, json};

use crate::tool;

#[test]
fn every_schema_has_a_type() {
    for revision in ["2023-03", "2026-04"] {
        let (_, document) = tool::text(&["schema", "--revision", revision], "");
        let document: Value = serde_json::from_str(&document).unwrap();
        let mut seen = 0;
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            check(schema, name, &mut seen);
        }
        assert!(seen > 150, "{seen} schemas");
    }
}

/// Types, elements of arrays, no bare `const`, nothing that only a validator understands.
fn check(schema: &Value, place: &str, seen: &mut u32) {
    let schema = schema.as_object().expect(place);
    *seen += 1;
    for unread in ["const", "allOf", "anyOf", "if", "not"] {
        assert!(!schema.contains_key(unread), "{place} has {unread}");
    }
    if schema.contains_key("$ref") {
        return;
    }
    if let Some(alternatives) = schema.get("oneOf") {
        for alternative in alternatives.as_array().unwrap() {
            assert!(alternative.get("$ref").is_some(), "{place} has an alternative without a name");
        }
        return;
    }
    let types = types(schema, place);
    if types.contains(&"object") {
        for (name, property) in schema["properties"].as_object().unwrap() {
            check(property, &format!("{place}.{name}"), seen);
        }
    }
    if types.contains(&"array") {
        let items = schema.get("items").unwrap_or_else(|| panic!("{place} has no items"));
        // The elements of an array that is ignored may be anything.
        let is_ignored = schema.get("description").is_some_and(|about| {
            about.as_str().is_some_and(|about| about.starts_with("Ignored when "))
        });
        assert_eq!(*items == json!({}), is_ignored, "{place}");
        if !is_ignored {
            check(items, &format!("{place}[]"), seen);
        }
    }
}

fn types<'s>(schema: &'s Map<String, Value>, place: &str) -> Vec<&'s str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        _ => panic!("{place} has no type"),
    }
}
