//! `--format sarif`: SARIF 2.1.0, printed at the end.

use std::io::{self, Write};
use std::path::Path;

use convmark::report::Severity;
use convmark::{Rule, Warning};

use super::findings::{Judged, Totals};
use super::format::Printer;
use crate::input::{self, Source};
use crate::json::{Json, array, object};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub struct Sarif {
    /// Of the input.
    uri: String,
    results: Vec<Json>,
    /// About lines that are not requests, and findings beyond the maximum of a report.
    notifications: Vec<Json>,
    all_are_requests: bool,
}

impl Sarif {
    pub fn new(source: &Source) -> Self {
        Self {
            uri: source.file().map_or("stdin".to_string(), uri),
            results: Vec::new(),
            notifications: Vec::new(),
            all_are_requests: true,
        }
    }

    fn location(&self, line: u64) -> Json {
        object! {
            "physicalLocation": object! {
                "artifactLocation": object! { "uri": self.uri.as_str() },
                "region": object! { "startLine": line },
            },
        }
    }

    fn notify(&mut self, level: &str, line: u64, text: &str) {
        let notification = object! {
            "level": level,
            "message": message(text),
            "locations": array([self.location(line)]),
        };
        self.notifications.push(notification);
    }
}

impl Printer for Sarif {
    fn request(&mut self, request: &Judged<'_>, _: &mut dyn Write) -> io::Result<()> {
        let Judged { line, findings, .. } = *request;
        for finding in &findings.kept {
            let path = finding.path();
            let place = (!path.is_empty())
                .then(|| array([object! { "fullyQualifiedName": path.as_str() }]));
            let location = self.location(line).with_some("logicalLocations", place);
            let code = finding.code().map(|code| object! { "code": code.to_string() });
            let result = object! {
                "ruleId": finding.id(),
                "level": finding.severity().name(),
                "message": message(&finding.message()),
                "locations": array([location]),
            };
            self.results.push(result.with_some("properties", code));
        }
        if let Some(more) = findings.more() {
            self.notify("note", line, &more);
        }
        Ok(())
    }

    fn not_a_request(&mut self, line: u64, error: &str, _: &mut dyn Write) -> io::Result<()> {
        self.all_are_requests = false;
        self.notify("error", line, error);
        Ok(())
    }

    fn end(&mut self, _: &Totals, status: u8, out: &mut dyn Write) -> io::Result<()> {
        let rules = Rule::ALL.iter().map(|rule| {
            let info = rule.info();
            descriptor(info.id, Severity::Error, info.explanation, info.advice)
        });
        let warnings = Warning::ALL.iter().map(|warning| {
            let info = warning.info();
            descriptor(info.id, Severity::Warning, info.explanation, info.advice)
        });
        let driver = object! {
            "name": "convmark",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": array(rules.chain(warnings)),
        };
        let invocation = object! {
            "executionSuccessful": self.all_are_requests,
            "exitCode": status,
            "toolExecutionNotifications": array(std::mem::take(&mut self.notifications)),
        };
        let run = object! {
            "tool": object! { "driver": driver },
            "invocations": array([invocation]),
            "results": array(std::mem::take(&mut self.results)),
        };
        let log = object! { "$schema": SCHEMA, "version": "2.1.0", "runs": array([run]) };
        input::print_json(&log, out)
    }
}

fn descriptor(id: &str, severity: Severity, explanation: &str, advice: &str) -> Json {
    object! {
        "id": id,
        "shortDescription": message(explanation),
        "help": message(advice),
        "defaultConfiguration": object! { "level": severity.name() },
    }
}

fn message(text: &str) -> Json {
    object! { "text": text }
}

/// The URI of a file: relative if its name is, so that it is one of a repository.
fn uri(file: &Path) -> String {
    let mut uri = String::new();
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    match file.is_absolute() {
        true if uri.starts_with('/') => format!("file://{uri}"),
        true => format!("file:///{uri}"),
        false => uri,
    }
}
