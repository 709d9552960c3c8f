//! `--format sarif`: SARIF 2.1.0, printed at the end.

mod message;

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use convmark::report::Severity;
use convmark::rule::Ground;
use convmark::{Finding, Rule, Warning};
use fnv::FnvHasher;

use super::findings::{Judged, place};
use super::format::Printer;
use super::found::Found;
use super::region::{COLUMN_KIND, Regions};
use super::totals::Totals;
use crate::envelope::Envelope;
use crate::input::{self, Source};
use crate::json::{Json, array, object};
use crate::recorded::{Format, Place};
use message::message;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub struct Sarif {
    /// Of the input.
    uri: String,
    results: Vec<Json>,
    /// About lines that are not requests, and findings beyond the maximum of a report.
    notifications: Vec<Json>,
    /// How many results have this hash.
    seen: HashMap<u64, u64>,
}

impl Sarif {
    pub fn new(source: &Source) -> Self {
        Self {
            uri: source.file().map_or("stdin".to_string(), uri),
            results: Vec::new(),
            notifications: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// A place in the input. An entry of a HAR file has no line and so no region.
    fn location(&self, region: Option<Json>) -> Json {
        let artifact = object! { "uri": self.uri.as_str() };
        let physical = object! { "artifactLocation": artifact }.with_some("region", region);
        object! { "physicalLocation": physical }
    }

    /// What says that results of two runs are about the same: the command, the rule, the path, and
    /// the number among equal ones. Recorded values differ from run to run.
    fn fingerprint(&mut self, envelope: &Envelope<'_>, finding: &Finding) -> String {
        let command = envelope.target.command().map_or("", |command| command.name());
        let mut hasher = FnvHasher::default();
        for text in [command, finding.id(), &finding.path()] {
            hasher.write(text.as_bytes());
            hasher.write_u8(0);
        }
        let hash = hasher.finish();
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }

    /// Notes something about a line, or about all of them.
    fn notify(&mut self, level: &str, place: Option<Place>, text: &str) {
        let region = |place: Place| match place.format {
            Format::Jsonl => Some(object! { "startLine": place.number }),
            Format::Har => None,
        };
        let location = place.map(|place| array([self.location(region(place))]));
        let text = match place.filter(|place| place.format == Format::Har) {
            Some(entry) => format!("{entry}: {text}"),
            None => text.to_string(),
        };
        let notification = object! { "level": level, "message": message(&text) };
        self.notifications.push(notification.with_some("locations", location));
    }
}

impl Printer for Sarif {
    fn request(&mut self, request: &Judged<'_>, _: &mut dyn Write) -> io::Result<()> {
        let Judged { place: at, envelope, findings } = *request;
        let mut regions = Regions::new(at, envelope);
        for found in &findings.kept {
            let finding = &found.finding;
            let location = self
                .location(regions.of(finding))
                .with_some("logicalLocations", logical_locations(at, &finding.path()));
            let code = finding.code().map(|code| object! { "code": code.to_string() });
            let result = object! {
                "ruleId": finding.id(),
                "level": finding.severity().name(),
                "message": message(&text(at, found)),
                "locations": array([location]),
                // The name that code scanning of GitHub looks for.
                "partialFingerprints": object! {
                    "primaryLocationLineHash": self.fingerprint(envelope, finding),
                },
            };
            self.results.push(result.with_some("properties", code));
        }
        if let Some(more) = findings.more() {
            self.notify("note", Some(at), &more);
        }
        Ok(())
    }

    fn not_a_request(&mut self, line: u64, error: &str, _: &mut dyn Write) -> io::Result<()> {
        self.notify("error", Some(Place::line(line)), error);
        Ok(())
    }

    fn end(&mut self, totals: &Totals, status: u8, out: &mut dyn Write) -> io::Result<()> {
        if let Some(skipped) = totals.skipped() {
            self.notify("note", None, &skipped);
        }
        let rules = Rule::ALL.iter().map(|rule| {
            let info = rule.info();
            let texts = [info.explanation, info.advice, info.source];
            descriptor(info.id, Severity::Error, info.ground, texts)
        });
        let warnings = Warning::ALL.iter().map(|warning| {
            let info = warning.info();
            let texts = [info.explanation, info.advice, info.source];
            descriptor(info.id, Severity::Warning, info.ground, texts)
        });
        let driver = object! {
            "name": "convmark",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": array(rules.chain(warnings)),
        };
        let invocation = object! {
            "executionSuccessful": totals.not_requests == 0,
            "exitCode": status,
            "toolExecutionNotifications": array(std::mem::take(&mut self.notifications)),
        };
        let run = object! {
            "tool": object! { "driver": driver },
            "columnKind": COLUMN_KIND,
            "invocations": array([invocation]),
            "results": array(std::mem::take(&mut self.results)),
        };
        let log = object! { "$schema": SCHEMA, "version": "2.1.0", "runs": array([run]) };
        input::print_json(&log, out)
    }
}

/// The message of a finding. That of an entry of a HAR file begins with its place, which no region
/// says.
fn text(at: Place, found: &Found) -> String {
    match at.format {
        Format::Jsonl => found.message(),
        Format::Har => format!("{at}{}: {}", place(found.finding.path()), found.message()),
    }
}

/// The entry of a HAR file, and the path in the body or the URL.
fn logical_locations(at: Place, path: &str) -> Option<Json> {
    let entry = (at.format == Format::Har).then(|| object! { "name": at.to_string() });
    let path = (!path.is_empty()).then(|| object! { "fullyQualifiedName": path });
    let locations: Vec<Json> = entry.into_iter().chain(path).collect();
    (!locations.is_empty()).then(|| array(locations))
}

/// The description of a rule. The texts are its explanation, the advice and the source.
fn descriptor(id: &str, severity: Severity, ground: Ground, texts: [&str; 3]) -> Json {
    let [explanation, advice, source] = texts;
    object! {
        "id": id,
        "shortDescription": message(explanation),
        "fullDescription": message(&format!("{explanation} Ground: [{ground}] {source}.")),
        "help": message(advice),
        "defaultConfiguration": object! { "level": severity.name() },
    }
}

/// The URI of a file: relative if its name is, so that it is one of a repository.
fn uri(file: &Path) -> String {
    let file: PathBuf = file.components().filter(|part| *part != Component::CurDir).collect();
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
