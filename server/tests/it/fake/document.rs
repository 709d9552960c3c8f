//! The OpenAPI document of these endpoints.
//!
//! `tests/document.py` holds the requests and answers of all these tests against its schemas.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::LazyLock;

use convmark_server::fake::{PREFIX, ROUTES};
use serde_json::{Value, json};

use super::Faked;
use crate::common::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi-fake.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Appends a request with its answer to the file that `EXCHANGES_FILE` names, one JSON object a
/// line.
pub fn note(method: &str, path: &str, sent: &[u8], answer: &Answer) {
    let Some(file) = std::env::var_os("EXCHANGES_FILE") else { return };
    let line = json!({
        "method": method,
        "path": format!("{PREFIX}{path}"),
        "sent": String::from_utf8_lossy(sent),
        "status": answer.status,
        "type": answer.header("content-type"),
        "answer": answer.body,
    });
    let mut file = OpenOptions::new().append(true).create(true).open(file).unwrap();
    // One write, so that the lines of several tests do not mix.
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// The example of an error.
pub fn example(name: &str) -> Value {
    let documented = &DOCUMENT["components"]["responses"][name];
    documented["content"]["application/json"]["example"].clone()
}

fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    DOCUMENT["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        let operations = operations.filter(|(key, _)| METHODS.contains(&key.as_str()));
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

#[test]
fn it_has_the_endpoints_that_there_are() {
    let documented: BTreeSet<_> =
        operations().map(|(path, method, _)| (path.to_owned(), method.to_uppercase())).collect();
    let there: BTreeSet<_> = ROUTES
        .iter()
        .flat_map(|(path, methods)| {
            methods.iter().map(move |method| (format!("{PREFIX}{path}"), (*method).to_owned()))
        })
        .collect();
    assert_eq!(documented, there);
}

#[test]
fn its_examples_are_accepted() {
    let fake = Faked::start(&[]);
    let mut requests = 0;
    for (path, method, operation) in operations() {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query: Vec<_> = parameters
            .map(|parameter| {
                let example = &parameter["example"];
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                format!("{}={text}", parameter["name"].as_str().unwrap())
            })
            .collect();
        let path = path.strip_prefix(PREFIX).unwrap().replace("{user}", "user_0001");
        if method == "get" && path.starts_with("accounts/") {
            fake.put(&path, &super::snapshot());
        }
        let body = &operation["requestBody"]["content"]["application/json"]["example"];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        fake.ask(&method.to_uppercase(), &format!("{path}?{}", query.join("&")), &body);
        requests += 1;
    }
    assert_eq!(requests, ROUTES.iter().map(|(_, methods)| methods.len()).sum::<usize>());
}

#[test]
fn its_examples_of_errors_are_answers() {
    let fake = Faked::start(&[]);
    let wrong = r#"{"faults":[{"drop":true}]}"#;
    let foreign = "host: evil.test\r\n";
    for (name, answer) in [
        ("Bad", fake.send("PUT", "faults", "", wrong.as_bytes())),
        ("Foreign", fake.send("GET", "facts", foreign, b"")),
        ("NoAccount", fake.send("GET", "accounts/anna", "", b"")),
        ("TooLong", fake.send("PUT", "facts", "", &vec![b' '; (16 << 20) + 1])),
    ] {
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), example(name), "{name}");
        let documented = &DOCUMENT["components"]["responses"][name];
        let members: Vec<_> = documented.as_object().unwrap().keys().collect();
        assert_eq!(members, ["content", "description"], "{name}");
    }
}

#[test]
fn its_codes_for_faults_are_those_that_are_accepted() {
    let fake = Faked::start(&[]);
    let (_, error) = fake.refused("PUT", "faults", r#"{"faults":[{"answer_with":0}]}"#);
    let accepted = error.rsplit_once(" codes ").unwrap().1;
    let documented =
        &DOCUMENT["components"]["schemas"]["Rule"]["properties"]["answer_with"]["enum"];
    let documented: Vec<_> = documented.as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(documented.join(", "), accepted);
}
