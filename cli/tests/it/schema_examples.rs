//! The examples of an OpenAPI document are what the core answers.

use std::collections::BTreeMap;

use convmark::Command;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::tool;

#[derive(Deserialize)]
struct Document {
    paths: BTreeMap<String, Path>,
}

#[derive(Deserialize)]
struct Path {
    post: Operation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    request_body: Body,
    responses: BTreeMap<String, Body>,
}

#[derive(Deserialize)]
struct Body {
    content: BTreeMap<String, Media>,
}

#[derive(Deserialize)]
struct Media {
    examples: BTreeMap<String, Example>,
}

#[derive(Deserialize)]
struct Example {
    summary: String,
    value: Box<RawValue>,
    #[serde(rename = "x-request")]
    request: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Line {
    now: u64,
    body: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    action_status: String,
    error_code: i64,
}

/// The examples of one side.
fn examples(body: &Body) -> &BTreeMap<String, Example> {
    &body.content["application/json"].examples
}

fn check(options: &[&str]) -> Vec<i64> {
    let (_, document) = tool::text(&[&["schema"], options].concat(), "");
    let document: Document = serde_json::from_str(&document).unwrap();
    let mut exchanges = Vec::new();
    for command in Command::ALL {
        let operation = &document.paths[&format!("/v4/recentcontact/{command}")].post;
        let answers = examples(&operation.responses["200"]);
        for (name, request) in examples(&operation.request_body) {
            let line = answers[name].request.as_ref().unwrap();
            let line: Line = serde_json::from_str(line.get()).unwrap();
            assert_eq!(line.body.unwrap().get(), request.value.get(), "{command}: {name}");
            assert_eq!(request.summary, answers[name].summary);
        }
        for answer in answers.values() {
            let request = answer.request.as_ref().unwrap().get();
            exchanges.push((request, answer));
        }
    }
    // The members of a map lose their order; the times keep it.
    exchanges.sort_by_key(|(request, _)| serde_json::from_str::<Line>(request).unwrap().now);
    let lines: Vec<_> = exchanges.iter().map(|(request, _)| *request).collect();
    let (status, answers) = tool::run(&[&["replay"], options].concat(), lines.join("\n"));
    assert_eq!((status, answers.len()), (0, exchanges.len()));
    let code = |((request, example), answer): ((&str, &Example), &String)| {
        assert_eq!(example.value.get(), answer, "{request}");
        let answer: Answer = serde_json::from_str(answer).unwrap();
        let fails = example.summary.starts_with("Fails: ");
        assert_eq!(fails, answer.action_status == "FAIL", "{}", example.summary);
        answer.error_code
    };
    exchanges.into_iter().zip(&answers).map(code).collect()
}

#[test]
fn the_answers_are_those_of_the_core() {
    let codes = check(&[]);
    for code in [0, 50001, 50002, 50003, 51006, 51009, 51013, 60003, 60012] {
        assert!(codes.contains(&code), "{code} is not among {codes:?}");
    }
    for options in [
        &["--revision", "2023-03"][..],
        &["--observed"],
        &["--mark-base", "0", "--page-size", "1", "--rename-items", "empty"],
    ] {
        assert_eq!(check(options), codes, "{options:?}");
    }
}
