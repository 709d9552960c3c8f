//! A finding as it is printed.

use std::fmt;

use convmark::Finding;
use convmark::report::FindingKind;
use serde::ser::{Serialize, SerializeMap, Serializer};

pub struct Found {
    pub finding: Finding,
    /// What the message says beyond that of the finding.
    pub beyond: String,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        let beyond = match finding.kind() {
            // The message names the setting, and not the option of this tool.
            FindingKind::MarkIndexZero { .. } => " (here: --mark-base 0)",
            _ => "",
        };
        Self { finding, beyond: beyond.to_string() }
    }
}

impl Found {
    pub fn message(&self) -> String {
        self.finding.message() + &self.beyond
    }
}

/// `error[bad-parameter] 60002 at ?random: …`
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.finding, self.beyond)
    }
}

impl Serialize for Found {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("severity", self.finding.severity().name())?;
        object.serialize_entry("rule", self.finding.id())?;
        if let Some(code) = self.finding.code() {
            object.serialize_entry("code", &code)?;
        }
        object.serialize_entry("path", &self.finding.path())?;
        object.serialize_entry("message", &self.message())?;
        object.end()
    }
}
