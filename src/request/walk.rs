//! The slow door: walks the raw text of a body in canonical order and finds everything.
//!
//! It reads one level at a time and leaves each value as text until its documented type is known, so nothing is lost that a
//! typed reader would hide: repeated members, the spelling of numbers, arrays in the place of objects. Recursion is bounded
//! by the documented depth; what is not documented is skipped without recursion.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::de::{DeserializeSeed, IgnoredAny};

use super::fields::{Fields, JsonType};
use super::raw::{offset, read_elements, span_of_id};
use super::seed::Item;
use crate::conversation::{Conversation, IdError};
use crate::policy::Policy;
use crate::read::TextSeed;
use crate::report::{Finding, Judgment, Note, Path, Report, Sink, Step, Suggestions};
use crate::rule::{Rule, Warning};

pub(super) use super::raw::{Broken, Members, Raw};

/// Why a body cannot be read.
enum Unreadable {
    Syntax(serde_json::Error),
    Surrogate(Broken),
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

impl Need {
    pub(super) const fn when(required: bool) -> Self {
        if required { Self::Required } else { Self::Optional }
    }
}

pub(super) struct Walk<'p, 'b> {
    pub(super) policy: &'p Policy,
    body: &'b str,
    path: Path,
    sink: Sink,
    conversations: BTreeSet<Conversation<'b>>,
    broken_at: usize,
}

/// Reads a body, and lets `judge` walk its members if it is an object.
pub(super) fn walk<'b, F: Fields, T>(
    body: &'b [u8],
    policy: &Policy,
    max_findings: usize,
    judge: impl FnOnce(&mut Walk<'_, 'b>, &Members<'b>) -> Result<Option<T>, Broken>,
) -> Result<(T, Report), Report> {
    let text = match core::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return Err(invalid_json(Note::Utf8 { offset: error.valid_up_to() })),
    };
    let mut walk = Walk {
        policy,
        body: text,
        path: Path::default(),
        sink: Sink::new(max_findings),
        conversations: BTreeSet::new(),
        broken_at: 0,
    };
    let request = match walk.whole::<F>() {
        Ok(Some(members)) => judge(&mut walk, &members),
        Ok(None) => Ok(None),
        Err(Unreadable::Syntax(error)) => {
            let note = Note::Syntax { line: error.line(), column: error.column(), ends: error.is_eof() };
            return Err(invalid_json(note));
        }
        Err(Unreadable::Surrogate(broken)) => Err(broken),
    };
    match request {
        Err(Broken) => Err(invalid_json(Note::Surrogate { offset: walk.broken_at })),
        Ok(Some(request)) if !walk.sink.has_error() => Ok((request, walk.sink.into_report())),
        Ok(_) => Err(walk.sink.into_report()),
    }
}

fn invalid_json(note: Note) -> Report {
    Report::of(Finding::error(Rule::InvalidJson, Path::default(), note))
}

impl<'b> Walk<'_, 'b> {
    /// The members of the body, if it is an object. Reading them checks the syntax of the whole body.
    fn whole<F: Fields>(&mut self) -> Result<Option<Members<'b>>, Unreadable> {
        let text = self.body.trim_matches([' ', '\t', '\n', '\r']);
        let raw = Raw::new(text);
        if raw.is(JsonType::Object) {
            // Read from the start, so that the place of an error is that in the body.
            return match self.read_members::<F>(raw, self.body) {
                Ok(members) => Ok(Some(members)),
                Err(_) => {
                    // Either the syntax is wrong, or only a member name cannot be read.
                    serde_json::from_str::<IgnoredAny>(self.body).map_err(Unreadable::Syntax)?;
                    Err(Unreadable::Surrogate(Broken))
                }
            };
        }
        serde_json::from_str::<IgnoredAny>(self.body).map_err(Unreadable::Syntax)?;
        self.error(Rule::WrongType, Note::Type { expected: JsonType::Object, found: raw.type_name() }, raw);
        Ok(None)
    }

    /// The field's value, if it is there and of its type; what it lacks is reported.
    pub(super) fn field<F: Fields>(&mut self, members: &Members<'b>, field: F, need: Need) -> Option<Raw<'b>> {
        let json_type = field.json_type();
        self.doubled(members, field);
        let present = members.value(field).filter(|raw| !(json_type.empty_is_absent() && raw.is_empty_string()));
        if present.is_none() && need == Need::Required {
            self.error_at(field, Rule::MissingField, Note::Missing { expected: json_type }, members.whole);
        }
        present.filter(|raw| self.typed(field, *raw))
    }

    /// A field that the operation does not use: checked for its outer type only.
    pub(super) fn unused<F: Fields>(&mut self, members: &Members<'b>, field: F, because: Option<(Warning, &'static str, u8)>) {
        self.doubled(members, field);
        let Some(raw) = members.value(field) else { return };
        if !self.typed(field, raw) || raw.is_empty_string() || raw.is_empty_array() {
            return;
        }
        if let Some((warning, selector, value)) = because {
            self.warning_at(field, warning, Note::Selector(selector, value), raw);
        }
    }

    fn doubled<F: Fields>(&mut self, members: &Members<'b>, field: F) {
        if members.is_doubled(field) {
            self.error_at(field, Rule::DuplicateField, Note::Explained, members.whole);
        }
    }

    fn typed<F: Fields>(&mut self, field: F, raw: Raw<'b>) -> bool {
        let json_type = field.json_type();
        let fits = raw.is(json_type);
        if !fits {
            let rule = if json_type == JsonType::Account { Rule::AccountNotString } else { Rule::WrongType };
            self.error_at(field, rule, Note::Type { expected: json_type, found: raw.type_name() }, raw);
        }
        fits
    }

    /// An integer field within its documented values.
    pub(super) fn integer<F: Fields>(&mut self, members: &Members<'b>, field: F, min: u64, max: u64) -> Option<u64> {
        let raw = self.field(members, field, Need::Required)?;
        let value = raw.to_u64().filter(|value| (min..=max).contains(value));
        if value.is_none() {
            self.error_at(field, Rule::OutOfRange, Note::Range { min, max }, raw);
        }
        value
    }

    /// A selector: an integer from 1 to `max` that decides which other fields are used.
    pub(super) fn selector<F: Fields>(&mut self, members: &Members<'b>, field: F, max: u8) -> Option<u8> {
        self.integer(members, field, 1, u64::from(max)).and_then(|value| u8::try_from(value).ok())
    }

    /// A used string and its text, escapes resolved.
    pub(super) fn text<F: Fields>(
        &mut self,
        members: &Members<'b>,
        field: F,
        need: Need,
    ) -> Result<Option<(Cow<'b, str>, Raw<'b>)>, Broken> {
        match self.field(members, field, need) {
            Some(raw) => Ok(Some((self.string(raw)?, raw))),
            None => Ok(None),
        }
    }

    /// A used ID.
    pub(super) fn id<F: Fields, I>(
        &mut self,
        members: &Members<'b>,
        field: F,
        check: impl FnOnce(Cow<'b, str>) -> Result<I, IdError>,
    ) -> Result<Option<I>, Broken> {
        let Some((text, raw)) = self.text(members, field, Need::Required)? else { return Ok(None) };
        match check(text) {
            Ok(id) => Ok(Some(id)),
            Err(error) => {
                self.error_at(field, Rule::MalformedId, Note::Id(error), raw);
                Ok(None)
            }
        }
    }

    /// The text of a string, escapes resolved.
    pub(super) fn string(&mut self, raw: Raw<'b>) -> Result<Cow<'b, str>, Broken> {
        self.read(raw, TextSeed)
    }

    /// An object inside the present one. The path is at the object while `judge` runs.
    pub(super) fn object<F: Fields, G: Fields, T>(
        &mut self,
        members: &Members<'b>,
        field: F,
        judge: impl FnOnce(&mut Self, &Members<'b>) -> Result<Option<T>, Broken>,
    ) -> Result<Option<T>, Broken> {
        let Some(raw) = self.field(members, field, Need::Required) else { return Ok(None) };
        self.path.push(Step::Field(field.name()));
        let inner = self.members::<G>(raw)?;
        let judged = judge(self, &inner)?;
        self.path.pop();
        Ok(judged)
    }

    /// The elements of an array of objects; see [`elements`](Self::elements).
    pub(super) fn objects<F: Fields, G: Fields>(
        &mut self,
        raw: Raw<'b>,
        field: F,
        count: impl FnOnce(usize) -> Option<(Rule, Note)>,
        mut judge: impl FnMut(&mut Self, &Members<'b>) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        self.elements(raw, field, count, |walk, raw| {
            if walk.element_is(raw, JsonType::Object) {
                let members = walk.members::<G>(raw)?;
                judge(walk, &members)?;
            }
            Ok(())
        })
    }

    /// As [`objects`](Self::objects), of those that name a conversation each. What the fast door takes without any doubt
    /// needs no judging.
    pub(super) fn items<F: Fields, G: Fields, T: Item<'b>>(
        &mut self,
        raw: Raw<'b>,
        field: F,
        count: impl FnOnce(usize) -> Option<(Rule, Note)>,
        into: &mut Vec<T>,
        mut judge: impl FnMut(&mut Self, &Members<'b>) -> Result<Option<T>, Broken>,
    ) -> Result<(), Broken> {
        // Declining costs more than judging, so a list of bad items is soon judged only.
        let mut patience: usize = 4;
        self.elements(raw, field, count, |walk, raw| {
            if let Some(item) = (patience > 0).then(|| T::accept_alone(raw.text(), walk.policy)).flatten() {
                patience = patience.saturating_add(1);
                walk.meet(item.conversation(), raw);
                into.push(item);
                return Ok(());
            }
            patience = patience.saturating_sub(1);
            if walk.element_is(raw, JsonType::Object) {
                let members = walk.members::<G>(raw)?;
                into.extend(judge(walk, &members)?);
            }
            Ok(())
        })
    }

    /// Visits each element of an array; the path is at the element while `judge` runs. The finding that `count` makes of the
    /// length stands in front of those of the elements.
    pub(super) fn elements<F: Fields>(
        &mut self,
        raw: Raw<'b>,
        field: F,
        count: impl FnOnce(usize) -> Option<(Rule, Note)>,
        mut judge: impl FnMut(&mut Self, Raw<'b>) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let mark = self.sink.mark();
        self.path.push(Step::Field(field.name()));
        let array = self.path;
        let length = read_elements(raw, |index, element| {
            self.path.push_index(index);
            judge(self, element)?;
            self.path = array;
            Ok(())
        })?;
        if let Some((rule, note)) = count(length) {
            let (start, end) = self.span(raw);
            self.sink.insert_error(mark, Finding::error(rule, self.path, note).spanning(start, end));
        }
        self.path.pop();
        Ok(())
    }

    /// Whether the element at the path has that type; reported if not.
    pub(super) fn element_is(&mut self, raw: Raw<'b>, expected: JsonType) -> bool {
        let fits = raw.is(expected);
        if !fits {
            self.error(Rule::WrongType, Note::Type { expected, found: raw.type_name() }, raw);
        }
        fits
    }

    /// The element at the path as an integer within a range.
    pub(super) fn element_integer(&mut self, raw: Raw<'b>, min: u64, max: u64) -> Option<u64> {
        if !self.element_is(raw, JsonType::Integer) {
            return None;
        }
        let value = raw.to_u64().filter(|value| (min..=max).contains(value));
        if value.is_none() {
            self.error(Rule::OutOfRange, Note::Range { min, max }, raw);
        }
        value
    }

    /// The element at the path as a name: a string that is not empty.
    pub(super) fn element_name(&mut self, raw: Raw<'b>) -> Result<Option<Cow<'b, str>>, Broken> {
        if !self.element_is(raw, JsonType::Name) {
            return Ok(None);
        }
        if raw.is_empty_string() {
            self.error(Rule::MissingField, Note::Missing { expected: JsonType::Name }, raw);
            return Ok(None);
        }
        self.string(raw).map(Some)
    }

    /// Remembers a conversation of the request; warns, at the path, if it was there before.
    pub(super) fn meet(&mut self, conversation: &Conversation<'b>, element: Raw<'b>) {
        if !self.conversations.insert(conversation.clone()) {
            let (start, end) = span_of_id(self.body, conversation).unwrap_or_else(|| self.span(element));
            let judgment = Judgment::Warning(Warning::RepeatedConversation);
            self.sink.add(judgment, |judgment| Finding::new(judgment, self.path, Note::Explained).spanning(start, end));
        }
    }

    pub(super) fn error(&mut self, rule: Rule, note: Note, raw: Raw<'b>) {
        self.add(Judgment::Error(rule, rule.code()), self.path, note, raw);
    }

    pub(super) fn error_at(&mut self, field: impl Fields, rule: Rule, note: Note, raw: Raw<'b>) {
        self.add(Judgment::Error(rule, rule.code()), self.path.with(Step::Field(field.name())), note, raw);
    }

    /// A warning at the present place.
    pub(super) fn warning(&mut self, warning: Warning, members: &Members<'b>) {
        self.add_warning(warning, self.path, Note::Explained, members.whole);
    }

    /// A warning at an element of the present array.
    pub(super) fn warning_here(&mut self, warning: Warning, raw: Raw<'b>) {
        self.add_warning(warning, self.path, Note::Explained, raw);
    }

    pub(super) fn warning_at(&mut self, field: impl Fields, warning: Warning, note: Note, raw: Raw<'b>) {
        self.add_warning(warning, self.path.with(Step::Field(field.name())), note, raw);
    }

    /// A warning at a field of the object, wherever its value is.
    pub(super) fn warning_of(&mut self, members: &Members<'b>, field: impl Fields, warning: Warning) {
        let raw = members.value(field).unwrap_or(members.whole);
        self.warning_at(field, warning, Note::Explained, raw);
    }

    fn add_warning(&mut self, warning: Warning, path: Path, note: Note, raw: Raw<'b>) {
        self.add(Judgment::Warning(warning), path, note, raw);
    }

    fn add(&mut self, judgment: Judgment, path: Path, note: Note, raw: Raw<'b>) {
        let (start, end) = self.span(raw);
        self.sink.add(judgment, |judgment| Finding::new(judgment, path, note).spanning(start, end));
    }

    fn span(&self, raw: Raw<'b>) -> (usize, usize) {
        let start = offset(self.body, raw.text());
        (start, start.saturating_add(raw.text().len()))
    }

    fn read<S: DeserializeSeed<'b>>(&mut self, raw: Raw<'b>, seed: S) -> Result<S::Value, Broken> {
        let mut reader = serde_json::Deserializer::from_str(raw.text());
        // The syntax was checked when the whole body was read; only the meaning of \u escapes was not.
        seed.deserialize(&mut reader).map_err(|_| {
            self.broken_at = offset(self.body, raw.text());
            Broken
        })
    }

    fn members<F: Fields>(&mut self, raw: Raw<'b>) -> Result<Members<'b>, Broken> {
        self.read_members::<F>(raw, raw.text()).map_err(|_| {
            self.broken_at = offset(self.body, raw.text());
            Broken
        })
    }

    fn read_members<F: Fields>(&mut self, raw: Raw<'b>, text: &'b str) -> Result<Members<'b>, serde_json::Error> {
        let mut unknown = Vec::new();
        let members = Members::read::<F>(raw, text, &mut unknown)?;
        self.unknown::<F>(unknown);
        Ok(members)
    }

    /// The members that are not documented: one warning for each name.
    fn unknown<F: Fields>(&mut self, mut members: Vec<(Cow<'b, str>, Raw<'b>)>) {
        // First occurrences in order. Sorting is bounded whatever the names are, which hashing is not.
        members.sort_by(|(left, _), (right, _)| left.cmp(right));
        members.dedup_by(|(later, _), (first, _)| later == first);
        members.sort_unstable_by_key(|(_, value)| value.text().as_ptr());
        for (name, value) in members {
            let (start, end) = self.span(value);
            self.sink.add(Judgment::Warning(Warning::UnknownField), |judgment| {
                let note = Note::Unknown(Suggestions { names: F::NAMES, inventions: F::INVENTIONS });
                Finding::new(judgment, self.path, note).spanning(start, end).in_member(&name)
            });
        }
    }
}
