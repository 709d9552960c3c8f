//! Full validation: reads the raw text of a body in canonical order and finds everything.
//!
//! It reads one level at a time and leaves each value as text until its documented type is known,
//! so nothing is lost that a typed reader would hide: repeated members, the spelling of numbers,
//! arrays in the place of objects. Recursion is bounded by the documented depth; what is not
//! documented is skipped without recursion.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::de::{DeserializeSeed, IgnoredAny};

use super::fast::Context;
use super::fields::Fields;
use super::kind::{Expected, Kind, Object, Reading, Unused};
use super::memory::{ItemMemory, Kept};
use super::raw::{offset, read_elements, span_of_id};
use super::table::Table;
use crate::conversation::Conversation;
use crate::policy::Policy;
use crate::read::TextSeed;
use crate::report::{
    Absence, FieldNames, Finding, FindingKind, Judgment, Path, Report, Sink, Step,
};
use crate::rule::{Rule, Warning};
use crate::schema::JsonType;

pub(super) use super::raw::{Members, Raw, UnreadableString};

/// Why a body cannot be read.
enum Unreadable {
    Syntax(serde_json::Error),
    String(UnreadableString),
}

pub(crate) struct FullValidation<'p, 'b> {
    pub(super) policy: &'p Policy,
    body: &'b str,
    /// The path of the value that is being judged.
    pub(super) path: Path,
    sink: Sink,
    conversations: BTreeSet<Conversation<'b>>,
    /// The path and the text of the list element that is being judged.
    element: (Path, Raw<'b>),
    /// The start of the value whose string could not be read, in bytes.
    unreadable_at: usize,
}

/// Judges a body against the table of its object. Returns the item, if there is no error, and
/// everything found.
pub(super) fn validate<'b, T: Table>(
    body: &'b [u8],
    policy: &Policy,
    max_findings: usize,
) -> Result<(T::Item<'b>, Report), Report> {
    let text = match core::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            return Err(invalid_json(
                FindingKind::Utf8 { offset: error.valid_up_to() },
                max_findings,
            ));
        }
    };
    let mut full = FullValidation {
        policy,
        body: text,
        path: Path::default(),
        sink: Sink::new(max_findings),
        conversations: BTreeSet::new(),
        element: (Path::default(), Raw::new(text)),
        unreadable_at: 0,
    };
    let item = match full.body::<T>() {
        Ok(Some(members)) => T::validate(&mut full, &members),
        Ok(None) => Ok(None),
        Err(Unreadable::Syntax(error)) => {
            let kind = FindingKind::Syntax {
                line: error.line(),
                column: error.column().max(1),
                at_end: error.is_eof(),
            };
            return Err(invalid_json(kind, max_findings));
        }
        Err(Unreadable::String(unreadable)) => Err(unreadable),
    };
    match item {
        Err(UnreadableString) => {
            Err(invalid_json(FindingKind::Surrogate { offset: full.unreadable_at }, max_findings))
        }
        Ok(Some(item)) if !full.sink.has_error() => Ok((item, full.sink.into_report())),
        Ok(_) => Err(full.sink.into_report()),
    }
}

fn invalid_json(kind: FindingKind, max_findings: usize) -> Report {
    Report::of(Finding::error(Rule::InvalidJson, Path::default(), kind), max_findings)
}

impl<'b> FullValidation<'_, 'b> {
    /// The members of the body, if it is an object. Reading them checks the syntax of the whole
    /// body.
    fn body<F: Fields>(&mut self) -> Result<Option<Members<'b>>, Unreadable> {
        let text = self.body.trim_matches([' ', '\t', '\n', '\r']);
        let raw = Raw::new(text);
        if raw.is(JsonType::Object) {
            // Read from the start of the body, so that the place of a syntax error is right.
            return match self.read_members::<F>(raw, self.body) {
                Ok(members) => Ok(Some(members)),
                Err(_) => {
                    // Either the syntax is wrong, or only a member name cannot be read.
                    serde_json::from_str::<IgnoredAny>(self.body).map_err(Unreadable::Syntax)?;
                    Err(Unreadable::String(self.unreadable(raw)))
                }
            };
        }
        serde_json::from_str::<IgnoredAny>(self.body).map_err(Unreadable::Syntax)?;
        self.error(
            Rule::WrongType,
            FindingKind::WrongType { expected: JsonType::Object, found: raw.found_type() },
            raw,
        );
        Ok(None)
    }

    /// The field's value, if it is there and of its type. Otherwise a finding is added.
    pub(super) fn field<F: Fields>(
        &mut self,
        members: &Members<'b>,
        field: F,
        expected: Expected,
        required: bool,
    ) -> Option<Raw<'b>> {
        self.repeated(members, field);
        let present =
            members.value(field).filter(|raw| !(expected.empty_is_absent && raw.is_empty_string()));
        if present.is_none() && required {
            let found = match members.first(field) {
                None => Absence::NotThere,
                Some(raw) if raw.is_null() => Absence::Null,
                Some(_) => Absence::EmptyString,
            };
            let kind = FindingKind::Missing { expected: expected.json_type, found };
            self.error_at(field, Rule::MissingField, kind, members.whole);
        }
        present.filter(|raw| self.is_of_type(field, expected, *raw))
    }

    /// A field that the operation does not use: checked for its outer type only.
    pub(super) fn unused<F: Fields>(
        &mut self,
        members: &Members<'b>,
        field: F,
        expected: Expected,
        reason: Option<Unused>,
    ) {
        self.repeated(members, field);
        let Some(raw) = members.value(field) else { return };
        if !self.is_of_type(field, expected, raw) || raw.is_empty_string() || raw.is_empty_array() {
            return;
        }
        if let Some(Unused { warning, selector, value }) = reason {
            let path = self.path.with(Step::Field(field.name()));
            self.add(
                Judgment::Warning(warning),
                path,
                FindingKind::Unused { selector, value },
                raw,
            );
        }
    }

    fn repeated<F: Fields>(&mut self, members: &Members<'b>, field: F) {
        if members.is_repeated(field) {
            self.error_at(field, Rule::DuplicateField, FindingKind::Rule, members.whole);
        }
    }

    fn is_of_type<F: Fields>(&mut self, field: F, expected: Expected, raw: Raw<'b>) -> bool {
        let is = raw.is(expected.json_type);
        if !is {
            let kind =
                FindingKind::WrongType { expected: expected.json_type, found: raw.found_type() };
            self.error_at(field, expected.otherwise, kind, raw);
        }
        is
    }

    /// The value at the path as an integer within a range.
    pub(super) fn integer(&mut self, raw: Raw<'b>, minimum: u64, maximum: u64) -> Option<u64> {
        let value = raw.to_u64().filter(|value| (minimum..=maximum).contains(value));
        if value.is_none() {
            self.error(Rule::OutOfRange, FindingKind::OutOfRange { minimum, maximum }, raw);
        }
        value
    }

    /// The text of a string, escapes resolved.
    pub(super) fn string(&mut self, raw: Raw<'b>) -> Result<Cow<'b, str>, UnreadableString> {
        let mut reader = serde_json::Deserializer::from_str(raw.text());
        // The syntax was checked when the whole body was read; only the meaning of \u escapes was
        // not.
        TextSeed.deserialize(&mut reader).map_err(|_| self.unreadable(raw))
    }

    fn unreadable(&mut self, raw: Raw<'b>) -> UnreadableString {
        self.unreadable_at = offset(self.body, raw.text());
        UnreadableString
    }

    /// The items of the list at the path. An item that the fast path accepts without a warning is
    /// not judged again.
    pub(super) fn items<T: Table>(
        &mut self,
        raw: Raw<'b>,
        count: impl FnOnce(&Policy, usize) -> Option<(Rule, FindingKind)>,
    ) -> Result<Vec<T::Item<'b>>, UnreadableString>
    where
        T::Item<'b>: Kept<'b>,
    {
        let mut items = Vec::new();
        // To decline an item costs more than to judge it, so after a few declined items the fast
        // path is not tried any more.
        let mut attempts: usize = 4;
        let policy = self.policy;
        self.elements(
            raw,
            |found| count(policy, found),
            |full, raw| {
                full.element = (full.path, raw);
                if let Some(item) = (attempts > 0).then(|| accept_alone::<T>(raw, policy)).flatten()
                {
                    attempts = attempts.saturating_add(1);
                    full.record_conversation(item.conversation());
                    items.push(item);
                    return Ok(());
                }
                attempts = attempts.saturating_sub(1);
                items.extend(full.element::<Object<T>>(raw)?);
                Ok(())
            },
        )?;
        Ok(items)
    }

    /// Judges each element of the array at the path; `self.path` is that of the element meanwhile.
    /// A finding of `count` about the length goes in front of the findings of the elements.
    pub(super) fn elements(
        &mut self,
        raw: Raw<'b>,
        count: impl FnOnce(usize) -> Option<(Rule, FindingKind)>,
        mut judge: impl FnMut(&mut Self, Raw<'b>) -> Result<(), UnreadableString>,
    ) -> Result<(), UnreadableString> {
        let start_of_list = self.sink.errors();
        let array = self.path;
        let length = read_elements(raw, |index, element| {
            self.path.push_index(index);
            judge(self, element)?;
            self.path = array;
            Ok(())
        })?;
        if let Some((rule, kind)) = count(length) {
            let (start, end) = self.span(raw);
            self.sink.insert_error(
                start_of_list,
                Finding::error(rule, array, kind).spanning(start, end),
            );
        }
        Ok(())
    }

    /// The element at the path as a value of that kind.
    pub(super) fn element<K: Kind>(
        &mut self,
        raw: Raw<'b>,
    ) -> Result<Option<K::Value<'b>>, UnreadableString> {
        if !self.element_is(raw, K::EXPECTED.json_type) {
            return Ok(None);
        }
        if K::EXPECTED.empty_is_absent && raw.is_empty_string() {
            let kind = FindingKind::Missing {
                expected: K::EXPECTED.json_type,
                found: Absence::EmptyString,
            };
            self.error(Rule::MissingField, kind, raw);
            return Ok(None);
        }
        K::validate(self, raw)
    }

    /// Whether the element at the path has that type. If not, a finding is added.
    pub(super) fn element_is(&mut self, raw: Raw<'b>, expected: JsonType) -> bool {
        let is = raw.is(expected);
        if !is {
            self.error(
                Rule::WrongType,
                FindingKind::WrongType { expected, found: raw.found_type() },
                raw,
            );
        }
        is
    }

    /// Remembers a conversation that the request names. Adds a warning at the element of its list
    /// if it was named before.
    pub(super) fn record_conversation(&mut self, conversation: &Conversation<'b>) {
        if !self.conversations.insert(conversation.clone()) {
            let (path, element) = self.element;
            let (start, end) =
                span_of_id(self.body, conversation).unwrap_or_else(|| self.span(element));
            let judgment = Judgment::Warning(Warning::RepeatedConversation);
            self.sink.add(judgment, |judgment| {
                Finding::new(judgment, path, FindingKind::Rule).spanning(start, end)
            });
        }
    }

    /// An error of the value at the path.
    pub(super) fn error(&mut self, rule: Rule, kind: FindingKind, raw: Raw<'b>) {
        self.add(Judgment::Error(rule, rule.code()), self.path, kind, raw);
    }

    fn error_at(&mut self, field: impl Fields, rule: Rule, kind: FindingKind, raw: Raw<'b>) {
        self.add(
            Judgment::Error(rule, rule.code()),
            self.path.with(Step::Field(field.name())),
            kind,
            raw,
        );
    }

    /// A warning of the value at the path.
    pub(super) fn warning(&mut self, warning: Warning, kind: FindingKind, raw: Raw<'b>) {
        self.add(Judgment::Warning(warning), self.path, kind, raw);
    }

    /// The number of warnings so far, which is the place of the next one.
    pub(super) fn warnings(&self) -> usize {
        self.sink.warnings()
    }

    /// Inserts a warning about a field of the object at the path, at that place among the warnings.
    pub(super) fn insert_warning(
        &mut self,
        place: usize,
        members: &Members<'b>,
        field: impl Fields,
        (warning, kind): (Warning, FindingKind),
    ) {
        let (start, end) = self.span(members.value(field).unwrap_or(members.whole));
        let path = self.path.with(Step::Field(field.name()));
        let finding = Finding::new(Judgment::Warning(warning), path, kind);
        self.sink.insert_warning(place, finding.spanning(start, end));
    }

    fn add(&mut self, judgment: Judgment, path: Path, kind: FindingKind, raw: Raw<'b>) {
        let (start, end) = self.span(raw);
        self.sink.add(judgment, |judgment| Finding::new(judgment, path, kind).spanning(start, end));
    }

    /// The start and the end of a value in the body, in bytes.
    fn span(&self, raw: Raw<'b>) -> (usize, usize) {
        let start = offset(self.body, raw.text());
        (start, start.saturating_add(raw.text().len()))
    }

    /// The members of an object inside the body.
    pub(super) fn members<F: Fields>(
        &mut self,
        raw: Raw<'b>,
    ) -> Result<Members<'b>, UnreadableString> {
        self.read_members::<F>(raw, raw.text()).map_err(|_| self.unreadable(raw))
    }

    fn read_members<F: Fields>(
        &mut self,
        raw: Raw<'b>,
        text: &'b str,
    ) -> Result<Members<'b>, serde_json::Error> {
        let mut unknown = Vec::new();
        let members = Members::read::<F>(raw, text, &mut unknown)?;
        self.unknown::<F>(unknown);
        Ok(members)
    }

    /// The members that are not documented: one warning for each name.
    fn unknown<F: Fields>(&mut self, mut members: Vec<(Cow<'b, str>, Raw<'b>)>) {
        // The first occurrence of each name, in order. Sorted rather than hashed, so that no choice
        // of names makes it slow.
        members.sort_by(|(left, _), (right, _)| left.cmp(right));
        members.dedup_by(|(later, _), (first, _)| later == first);
        members.sort_unstable_by_key(|(_, value)| value.text().as_ptr());
        for (name, value) in members {
            let (start, end) = self.span(value);
            self.sink.add(Judgment::Warning(Warning::UnknownField), |judgment| {
                let kind = FindingKind::UnknownField(FieldNames {
                    documented: F::NAMES,
                    aliases: F::ALIASES,
                });
                Finding::new(judgment, self.path, kind).spanning(start, end).in_member(&name)
            });
        }
    }
}

/// One element of a list, if the fast path accepts it without a warning.
pub(super) fn accept_alone<'b, T: Table>(raw: Raw<'b>, policy: &Policy) -> Option<T::Item<'b>> {
    let mut memory = ItemMemory::default();
    let context = Context::new(policy, &mut memory);
    let item = Reading::<Object<T>>::new(&context)
        .deserialize(&mut serde_json::Deserializer::from_str(raw.text()))
        .ok()?;
    (!context.has_warnings()).then_some(item)
}
