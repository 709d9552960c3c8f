//! Full validation: reads the raw text of a body in canonical order and finds everything.
//!
//! It reads one level at a time and leaves each value as text until its documented type is known,
//! so nothing is lost that a typed reader would hide: repeated members, the spelling of numbers,
//! arrays in the place of objects. Recursion is bounded by the documented depth; what is not
//! documented is skipped without recursion.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use serde::de::DeserializeSeed;

use super::fast::Context;
use super::fields::Fields;
use super::kind::{Expected, Kind, Object, Reading, Unused};
use super::memory::{ItemMemory, Kept};
use super::raw::{offset, read_elements, span_of_id};
use super::table::Table;
use super::unknown::first_of_each_name;
use crate::account::hash;
use crate::conversation::Conversation;
use crate::json::{self, ErrorPlace, NotJson, Scanner};
use crate::policy::Policy;
use crate::report::{
    Absence, FieldNames, Finding, FindingKind, Judgment, Path, Report, Sink, Step,
};
use crate::rule::{Rule, Warning};
use crate::schema::JsonType;

pub(super) use super::raw::{Members, Raw, UnreadableString};

/// Why a body cannot be read.
enum Unreadable {
    Syntax(ErrorPlace),
    String(UnreadableString),
}

pub(crate) struct FullValidation<'p, 'b> {
    pub(super) policy: &'p Policy,
    body: &'b str,
    /// The path of the value that is being judged.
    pub(super) path: Path,
    sink: Sink,
    /// With their hashes, because most comparisons end there.
    conversations: BTreeSet<(u64, Conversation<'b>)>,
    /// The list element that is being judged: how many steps its path has, and its text.
    element: (u8, Raw<'b>),
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
        element: (0, Raw::new(text)),
        unreadable_at: 0,
    };
    let item = match full.body::<T>() {
        Ok(Some(members)) => T::validate(&mut full, &members),
        Ok(None) => Ok(None),
        Err(Unreadable::Syntax(place)) => return Err(not_json(body, place, max_findings)),
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

/// The report of a body that is not JSON.
pub(super) fn not_json(body: &[u8], place: ErrorPlace, max_findings: usize) -> Report {
    let ErrorPlace { line, column, is_at_end } = place;
    let kind = if body.starts_with("\u{feff}".as_bytes()) {
        FindingKind::ByteOrderMark
    } else {
        FindingKind::Syntax { line, column, at_end: is_at_end }
    };
    invalid_json(kind, max_findings)
}

fn invalid_json(kind: FindingKind, max_findings: usize) -> Report {
    Report::of(Finding::error(Rule::InvalidJson, Path::default(), kind), max_findings)
}

impl<'b> FullValidation<'_, 'b> {
    /// The members of the body, if it is an object. Reading them checks the syntax of the whole
    /// body.
    fn body<F: Fields>(&mut self) -> Result<Option<Members<'b>>, Unreadable> {
        let mut scanner = Scanner::new(self.body);
        scanner.skip_space();
        if scanner.is_at(b'{') {
            let start = scanner.clone();
            return match self.read_members::<F>(&mut scanner) {
                Ok(members) if scanner.end().is_ok() => Ok(Some(members)),
                _ => {
                    if let Some(place) = scanner.error_place() {
                        return Err(Unreadable::Syntax(place));
                    }
                    // Either the syntax is wrong, or only a member name cannot be read.
                    json::check(self.body).map_err(Unreadable::Syntax)?;
                    Err(Unreadable::String(self.unreadable(start.rest_text())))
                }
            };
        }
        json::check(self.body).map_err(Unreadable::Syntax)?;
        let raw = Raw::new(scanner.rest_text().trim_ascii_end());
        self.element_is(raw, JsonType::Object);
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
            let kind = FindingKind::Unused { selector, value };
            self.add(Judgment::Warning(warning), Some(Step::Field(field.name())), kind, raw);
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
        // The syntax was checked when the whole body was read; only the meaning of \u escapes was
        // not.
        Scanner::new(raw.text()).string().map_err(|_| self.unreadable(raw.text()))
    }

    fn unreadable(&mut self, value: &'b str) -> UnreadableString {
        self.unreadable_at = offset(self.body, value);
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
        let policy = self.policy;
        // Where all items are invalid, it would be in vain to try the fast path on each.
        let mut attempts: usize = 4;
        self.elements(
            raw,
            |found| count(policy, found),
            |full, scanner| {
                if !scanner.is_at(b'{') {
                    return full.not_an_object(scanner);
                }
                if attempts > 0 {
                    let start = scanner.clone();
                    if let Some(item) = accept_alone::<T>(scanner, policy) {
                        attempts = attempts.saturating_add(1);
                        full.element = (full.path.len(), Raw::new(scanner.since(&start)));
                        full.record_conversation(item.conversation());
                        items.push(item);
                        return Ok(1);
                    }
                    attempts = attempts.saturating_sub(1);
                    *scanner = start;
                }
                let members = full.members::<T>(scanner)?;
                full.element = (full.path.len(), members.whole);
                items.extend(T::validate(full, &members)?);
                Ok(1)
            },
        )?;
        Ok(items)
    }

    /// Lets `judge` read the elements of the array at the path, one or more at a time, and return how
    /// many it read; `self.path` is that of the first of them meanwhile. A finding of `count` about
    /// the length goes in front of the findings of the elements.
    pub(super) fn elements(
        &mut self,
        raw: Raw<'b>,
        count: impl FnOnce(usize) -> Option<(Rule, FindingKind)>,
        mut judge: impl FnMut(&mut Self, &mut Scanner<'b>) -> Result<usize, UnreadableString>,
    ) -> Result<(), UnreadableString> {
        let start_of_list = self.sink.errors();
        self.path.push_index(0);
        let length = read_elements(raw, |index, scanner| {
            self.path.set_index(index);
            judge(self, scanner)
        })?;
        self.path.pop();
        if let Some((rule, kind)) = count(length) {
            let (start, end) = self.span(raw);
            self.sink.insert_error(
                start_of_list,
                Finding::error(rule, self.path, kind).spanning(start, end),
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
            let kind = FindingKind::WrongType { expected, found: raw.found_type() };
            self.error(Rule::WrongType, kind, raw);
        }
        is
    }

    /// Goes over an element that is known not to be an object, and adds a finding. If no more
    /// findings are kept, goes over the numbers that follow as well. Returns how many it read.
    #[inline(always)]
    fn not_an_object(&mut self, scanner: &mut Scanner<'b>) -> Result<usize, UnreadableString> {
        let start = scanner.clone();
        scanner.skip_value()?;
        let Self { path, body, sink, .. } = self;
        sink.add(Judgment::Error(Rule::WrongType, Rule::WrongType.code()), |judgment| {
            let raw = Raw::new(scanner.since(&start));
            let expected = JsonType::Object;
            let kind = FindingKind::WrongType { expected, found: raw.found_type() };
            let (start, end) = span(body, raw);
            Finding::new(judgment, *path, kind).spanning(start, end)
        });
        let more = if sink.keeps_errors() { 0 } else { scanner.skip_digit_elements() };
        sink.count(more);
        Ok(more.saturating_add(1))
    }

    /// Remembers a conversation that the request names. Adds a warning at the element of its list
    /// if it was named before.
    pub(super) fn record_conversation(&mut self, conversation: &Conversation<'b>) {
        if !self.conversations.insert((hash(conversation), conversation.clone())) {
            let (steps, element) = self.element;
            let path = self.path.first_steps(steps);
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
        self.add(Judgment::Error(rule, rule.code()), None, kind, raw);
    }

    fn error_at(&mut self, field: impl Fields, rule: Rule, kind: FindingKind, raw: Raw<'b>) {
        let step = Step::Field(field.name());
        self.add(Judgment::Error(rule, rule.code()), Some(step), kind, raw);
    }

    /// A warning of the value at the path.
    pub(super) fn warning(&mut self, warning: Warning, kind: FindingKind, raw: Raw<'b>) {
        self.add(Judgment::Warning(warning), None, kind, raw);
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

    /// Adds a finding about the value at the path, or at one more step.
    fn add(&mut self, judgment: Judgment, step: Option<Step>, kind: FindingKind, raw: Raw<'b>) {
        let Self { path, body, sink, .. } = self;
        sink.add(judgment, |judgment| {
            let mut path = *path;
            step.into_iter().for_each(|step| path.push(step));
            let (start, end) = span(body, raw);
            Finding::new(judgment, path, kind).spanning(start, end)
        });
    }

    /// The start and the end of a value in the body, in bytes.
    fn span(&self, raw: Raw<'b>) -> (usize, usize) {
        span(self.body, raw)
    }

    /// Reads an object inside the body.
    pub(super) fn members<F: Fields>(
        &mut self,
        scanner: &mut Scanner<'b>,
    ) -> Result<Members<'b>, UnreadableString> {
        let start = scanner.clone();
        self.read_members::<F>(scanner).map_err(|_| self.unreadable(start.rest_text()))
    }

    fn read_members<F: Fields>(
        &mut self,
        scanner: &mut Scanner<'b>,
    ) -> Result<Members<'b>, NotJson> {
        let mut unknown = Vec::new();
        let members = Members::read::<F>(scanner, &mut unknown)?;
        for (name, value) in first_of_each_name(&unknown) {
            self.unknown_field::<F>(name, *value);
        }
        Ok(members)
    }

    fn unknown_field<F: Fields>(&mut self, name: &str, value: Raw<'b>) {
        let Self { path, body, sink, .. } = self;
        sink.add(Judgment::Warning(Warning::UnknownField), |judgment| {
            let (documented, aliases) = (F::NAMES, F::ALIASES);
            let kind = FindingKind::UnknownField(FieldNames { documented, aliases });
            let (start, end) = span(body, value);
            Finding::new(judgment, *path, kind).spanning(start, end).in_member(name)
        });
    }
}

/// The start and the end of a value in a body, in bytes.
fn span(body: &str, raw: Raw<'_>) -> (usize, usize) {
    let start = offset(body, raw.text());
    (start, start.saturating_add(raw.text().len()))
}

/// Reads one element of a list, if the fast path accepts it without a warning.
pub(super) fn accept_alone<'b, T: Table>(
    scanner: &mut Scanner<'b>,
    policy: &Policy,
) -> Option<T::Item<'b>> {
    let mut memory = ItemMemory::default();
    let context = Context::new(policy, &mut memory);
    let item = Reading::<Object<T>>::new(&context).deserialize(scanner).ok()?;
    (!context.has_warnings()).then_some(item)
}
