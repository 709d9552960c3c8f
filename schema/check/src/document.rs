//! A committed document with a validator for each body and each answer.

use convmark::schema::Object;
use convmark::{Command, Policy, Revision};
use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

pub struct Document {
    pub policy: Policy,
    document: Value,
    requests: Vec<Validator>,
    answers: Vec<Validator>,
}

impl Document {
    /// The documents of all revisions.
    pub fn all() -> Vec<Self> {
        Revision::ALL.iter().map(|revision| Self::read(*revision)).collect()
    }

    fn read(revision: Revision) -> Self {
        let path = format!("{}/../openapi-{revision}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect(&path);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let schema =
            |command: &Command, place: &str| content(&document, *command, place, "schema").clone();
        let components = document["components"].clone();
        let request = |command: &Command| validator(schema(command, "requestBody"), &components);
        let strict = strict(components.clone());
        let answer = |command: &Command| validator(schema(command, "responses/200"), &strict);
        Self {
            policy: revision.policy(),
            requests: Command::ALL.iter().map(request).collect(),
            answers: Command::ALL.iter().map(answer).collect(),
            document,
        }
    }

    /// The examples at `requestBody` or `responses/200`, by name.
    pub fn examples(&self, command: Command, place: &str) -> Vec<(String, Value)> {
        let examples = content(&self.document, command, place, "examples");
        let examples = examples.as_object().expect("an object").iter();
        examples.map(|(name, example)| (name.clone(), example["value"].clone())).collect()
    }

    pub fn accepts_request(&self, command: Command, body: &Value) -> bool {
        self.requests[place(command)].is_valid(body)
    }

    /// Checks that the answer is as described and has no other members.
    pub fn check_answer(&self, command: Command, answer: &Value) -> Result<(), String> {
        self.answers[place(command)]
            .validate(answer)
            .map_err(|error| format!("{error} at {}", error.instance_path()))
    }
}

fn place(command: Command) -> usize {
    Command::ALL.iter().position(|known| *known == command).expect("one of six")
}

fn content<'d>(document: &'d Value, command: Command, place: &str, member: &str) -> &'d Value {
    let pointer = format!(
        "/paths/~1v4~1recentcontact~1{command}/post/{place}/content/application~1json/{member}"
    );
    document.pointer(&pointer).expect(&pointer)
}

fn validator(mut schema: Value, components: &Value) -> Validator {
    schema["components"] = components.clone();
    jsonschema::options().with_draft(Draft::Draft202012).build(&schema).expect("a schema")
}

/// The schemas of answers, changed to refuse members and codes that are not described.
fn strict(mut components: Value) -> Value {
    let bodies: Vec<_> = Object::all().iter().map(|object| object.name()).collect();
    for (name, schema) in components["schemas"].as_object_mut().expect("schemas") {
        if !bodies.contains(&name.as_str()) {
            close(schema);
        }
        if let Some(known) = schema.get("x-known-codes").and_then(Value::as_array) {
            let codes: Vec<_> = known.iter().map(|known| known["code"].clone()).collect();
            schema["enum"] = codes.into();
        }
    }
    components
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type") == Some(&json!("object")) {
                members.insert("additionalProperties".into(), json!(false));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}
