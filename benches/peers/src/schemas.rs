//! The contender that validates with JSON Schema: one compiled schema per command.
//!
//! The schemas express the documented request schema as well as JSON Schema can: types, required members (by selector), ranges
//! and counts, lengths in characters. They cannot express that a field must not be repeated, lengths in bytes, and warnings.

use convmark::Command;
use jsonschema::Validator;
use serde_json::Value;

/// The schemas in the order of [`Command::ALL`].
pub struct Schemas([Validator; 6]);

impl Schemas {
    pub fn new() -> Self {
        let texts = [
            include_str!("../schemas/create_contact_group.json"),
            include_str!("../schemas/update_contact_group.json"),
            include_str!("../schemas/del_contact_group.json"),
            include_str!("../schemas/mark_contact.json"),
            include_str!("../schemas/get_contact_group.json"),
            include_str!("../schemas/search_contact_group.json"),
        ];
        Schemas(texts.map(|text| {
            let schema: Value = serde_json::from_str(text).expect("a schema is JSON");
            jsonschema::validator_for(&schema).expect("a schema is a schema")
        }))
    }

    pub fn is_valid(&self, command: Command, body: &Value) -> bool {
        self.0[command as usize].is_valid(body)
    }

    /// What is measured: whether these bytes are a valid body.
    pub fn parse_and_validate(&self, command: Command, body: &[u8]) -> bool {
        serde_json::from_slice::<Value>(body).is_ok_and(|body| self.is_valid(command, &body))
    }
}

impl Default for Schemas {
    fn default() -> Self {
        Schemas::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::command;
    use crate::workload::{NAMES, SIZES, Variant, large_mark, malformed_mark, workload};

    #[test]
    fn accept_every_workload() {
        let schemas = Schemas::new();
        for name in NAMES {
            for variant in Variant::ALL {
                let work = workload(name, SIZES[0], variant);
                for request in work.setup.iter().chain(&work.steps) {
                    assert!(
                        schemas.parse_and_validate(command(request.command), &request.body),
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn refuse_what_is_malformed_or_too_large() {
        let schemas = Schemas::new();
        assert!(!schemas.parse_and_validate(Command::MarkContact, &malformed_mark(100).body));
        assert!(!schemas.parse_and_validate(Command::MarkContact, &large_mark(101).body));
        assert!(schemas.parse_and_validate(Command::MarkContact, &large_mark(100).body));
    }

    /// A body of the conformance cases that breaks a rule that JSON Schema can express is refused. One without an error is
    /// accepted.
    #[test]
    fn conformance_cases() {
        // Lengths are in bytes, parsing drops repeated fields, and the schemas do not have the rules of IDs.
        let out_of_reach = [
            "duplicate-field",
            "malformed-id",
            "group-name-too-long",
            "custom-mark-too-long",
            "invalid-json",
        ];
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/validate.json");
        let cases: Vec<Value> =
            serde_json::from_slice(&std::fs::read(path).expect("the conformance cases")).unwrap();
        let schemas = Schemas::new();
        let (mut accepted, mut refused) = (0, 0);
        for case in cases
            .iter()
            .filter(|case| case["options"].as_object().is_none_or(|options| options.is_empty()))
        {
            for step in case["steps"].as_array().unwrap() {
                let input = &step["in"];
                let name = input["command"].as_str();
                let Some(command) = name.and_then(|name| name.parse().ok()) else { continue };
                let Some(body) = input.get("body") else { continue };
                let errors: Vec<&str> = step["findings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|finding| finding["severity"] == "error")
                    .map(|finding| finding["rule"].as_str().unwrap())
                    .collect();
                if errors.iter().any(|rule| out_of_reach.contains(rule)) {
                    continue;
                }
                let valid = schemas.is_valid(command, body);
                assert_eq!(valid, errors.is_empty(), "{}: {} {errors:?}", case["name"], body);
                if valid { accepted += 1 } else { refused += 1 }
            }
        }
        assert!(accepted > 10 && refused > 10, "{accepted} {refused}");
    }
}
