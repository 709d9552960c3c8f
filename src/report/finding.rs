//! One finding.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;
use core::ops::Range;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::kind::FindingKind;
use super::path::{self, Path};
use crate::code::ErrorCode;
use crate::rule::{Rule, Warning};

/// Whether a finding decides the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The request is rejected.
    Error,
    /// The request is accepted, but probably does not do what its author meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing found in a request: the rule, the place, and a message for the developer who sent it.
///
/// Neither the message nor `Debug` shows a value of the request; a member name in a message is cut
/// at 64 bytes. Serializes as `{"severity":..,"rule":..,"code":..,"path":..,"message":..}`;
/// warnings have no `code`.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) judgment: Judgment,
    pub(super) path: Path,
    /// The name of an unknown member, the last step of the path.
    pub(super) member: Option<Box<str>>,
    pub(super) kind: FindingKind,
    /// Where in the body, in bytes; equal for findings outside it.
    span: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgment {
    Error(Rule, ErrorCode),
    Warning(Warning),
}

impl Judgment {
    pub(crate) const fn severity(self) -> Severity {
        match self {
            Self::Error(..) => Severity::Error,
            Self::Warning(_) => Severity::Warning,
        }
    }
}

impl Finding {
    pub(crate) fn error(rule: Rule, path: Path, kind: FindingKind) -> Self {
        Self::new(Judgment::Error(rule, rule.code()), path, kind)
    }

    pub(crate) fn new(judgment: Judgment, path: Path, kind: FindingKind) -> Self {
        Self { judgment, path, member: None, kind, span: (0, 0) }
    }

    pub(crate) fn in_member(mut self, name: &str) -> Self {
        self.member = Some(name.into());
        self
    }

    pub(crate) fn spanning(mut self, start: usize, end: usize) -> Self {
        self.span = (start, end);
        self
    }

    /// Whether it is an error or a warning.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.judgment.severity()
    }

    /// The rule broken; `None` for warnings.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        match self.judgment {
            Judgment::Error(rule, _) => Some(rule),
            Judgment::Warning(_) => None,
        }
    }

    /// The warning; `None` for errors.
    #[must_use]
    pub const fn warning(&self) -> Option<Warning> {
        match self.judgment {
            Judgment::Error(..) => None,
            Judgment::Warning(warning) => Some(warning),
        }
    }

    /// The id of the rule or warning, for example `group-name-too-long`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.judgment {
            Judgment::Error(rule, _) => rule.id(),
            Judgment::Warning(warning) => warning.id(),
        }
    }

    /// The code that an answer to this error carries; `None` for warnings.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        match self.judgment {
            Judgment::Error(_, code) => Some(code),
            Judgment::Warning(_) => None,
        }
    }

    /// The JSON Pointer (RFC 6901) of the value that the finding is about, `""` for the whole body;
    /// `?name` for a parameter of the query.
    #[must_use]
    pub fn path(&self) -> String {
        if let FindingKind::Parameter { name, .. } = self.kind {
            return alloc::format!("?{name}");
        }
        let mut pointer = self.path.to_string();
        if let Some(member) = &self.member {
            pointer.push_str(&path::member(member));
        }
        pointer
    }

    /// The place in the body, in bytes, 0-based. For a field that is missing or repeated it is the
    /// object around it. For a repeated conversation it is its ID, or the element of the list if the
    /// ID is written with escapes. `None` for findings outside the body and for those of a request
    /// that was built in code.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        let (start, end) = self.span;
        (start < end).then_some(start..end)
    }

    /// What was found and what is allowed, for programs.
    #[must_use]
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// What is wrong, what is allowed, what to do: one line without values of the request.
    #[must_use]
    pub fn message(&self) -> String {
        Message(self).to_string()
    }

    /// The documented name that was probably meant, for `unknown-field`; `None` if no name is near.
    #[must_use]
    pub fn suggestion(&self) -> Option<&'static str> {
        match (&self.kind, &self.member) {
            (FindingKind::UnknownField(names), Some(name)) => names.nearest(name),
            _ => None,
        }
    }

    /// The text of an answer: rule, place, message.
    pub(crate) fn write_info(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        let at = if path.is_empty() { "" } else { " at " };
        write!(out, "{}{at}{path}: {}", self.id(), Message(self))
    }
}

struct Message<'f>(&'f Finding);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::message::write(self.0, f)
    }
}

/// `error[group-name-too-long] 51011 at /GroupContactItem/0/GroupName: …`, in one line: control
/// characters in the name of an unknown member are replaced.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity().name(), self.id())?;
        if let Some(code) = self.code() {
            write!(f, " {code}")?;
        }
        match (&self.kind, &self.member) {
            (FindingKind::Parameter { name, .. }, _) => write!(f, " at ?{name}")?,
            (_, Some(member)) => {
                write!(f, " at {}", self.path)?;
                // One line, whatever the name is.
                path::member(member)
                    .chars()
                    .try_for_each(|character| super::message::write_printable(character, f))?;
            }
            // The body as a whole needs no place.
            _ if self.path == Path::default() => {}
            _ => write!(f, " at {}", self.path)?,
        }
        write!(f, ": {}", Message(self))
    }
}

/// Shows the rule and the documented part of the path. The name of an unknown member does not
/// belong into logs.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] at {}", self.severity().name(), self.id(), self.path)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = self.code();
        let mut object =
            serializer.serialize_struct("Finding", if code.is_some() { 5 } else { 4 })?;
        object.serialize_field("severity", self.severity().name())?;
        object.serialize_field("rule", self.id())?;
        if let Some(code) = code {
            object.serialize_field("code", &code)?;
        }
        object.serialize_field("path", &self.path())?;
        object.serialize_field("message", &self.message())?;
        object.end()
    }
}
