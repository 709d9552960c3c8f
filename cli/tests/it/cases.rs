//! The conformance cases of the core, through the tool.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::pattern::assert_line;
use crate::tool::run;

#[derive(Deserialize)]
struct Case<'a> {
    name: &'a str,
    options: Map<String, Value>,
    #[serde(borrow)]
    steps: Vec<Step<'a>>,
}

#[derive(Deserialize)]
struct Step<'a> {
    #[serde(borrow, rename = "in")]
    line: &'a RawValue,
    /// The answer.
    #[serde(borrow)]
    out: Option<&'a RawValue>,
    findings: Option<Vec<Finding>>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Finding {
    severity: String,
    rule: String,
    code: Option<i64>,
    path: String,
    /// Not compared.
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    line: usize,
    findings: Vec<Finding>,
}

impl Case<'_> {
    fn read(file: &str) -> Vec<Case<'_>> {
        serde_json::from_str(file).expect("a file of cases")
    }

    /// Runs a subcommand with the options of the case.
    fn run(&self, subcommand: &[&str]) -> (i32, Vec<String>) {
        let mut arguments: Vec<String> = subcommand.iter().map(ToString::to_string).collect();
        for (name, value) in &self.options {
            arguments.push(format!("--{name}"));
            match value {
                Value::Bool(true) => {}
                Value::String(text) => arguments.push(text.clone()),
                other => arguments.push(other.to_string()),
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let input: String = self.steps.iter().map(|step| format!("{}\n", step.line)).collect();
        let (status, lines) = run(&arguments, input);
        assert_eq!(lines.len(), self.steps.len(), "{}", self.name);
        (status, lines)
    }
}

#[test]
fn replay_answers_the_cases_with_and_without_reload() {
    let cases = Case::read(include_str!("../../../tests/cases/replay.json"));
    assert!(cases.len() > 10);
    for case in cases {
        let (status, lines) = case.run(&["replay"]);
        assert_eq!(status, 0, "{}", case.name);
        for (found, step) in lines.iter().zip(&case.steps) {
            assert_line(found, step.out.expect("an answer").get());
        }
        assert_eq!(case.run(&["replay", "--reload"]), (0, lines), "{}", case.name);
    }
}

#[test]
fn validate_finds_what_the_cases_say() {
    let cases = Case::read(include_str!("../../../tests/cases/validate.json"));
    assert!(cases.len() > 10);
    for mut case in cases {
        let (status, lines) = case.run(&["validate", "--format", "json"]);
        let mut has_errors = false;
        for (place, (found, step)) in lines.iter().zip(&mut case.steps).enumerate() {
            let found: Line = serde_json::from_str(found).expect("findings");
            assert_eq!(found.line, place + 1);
            let found = ordered(found.findings);
            has_errors |= found.iter().any(|finding| finding.code.is_some());
            let expected = ordered(step.findings.take().expect("findings"));
            assert_eq!(found, expected, "{}, step {place}", case.name);
        }
        assert_eq!(status, i32::from(has_errors), "{}", case.name);
    }
}

/// Errors in their order, then warnings, which have none. Messages are left out.
fn ordered(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.iter_mut().for_each(|finding| finding.message = None);
    let is_warning = |finding: &Finding| finding.code.is_none();
    let errors = findings.iter().take_while(|finding| !is_warning(finding)).count();
    assert!(findings[errors..].iter().all(is_warning), "errors come first: {findings:?}");
    findings[errors..].sort();
    findings
}
