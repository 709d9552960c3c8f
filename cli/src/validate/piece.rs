//! Which piece of a body a finding is about.

use std::ops::Range;

use convmark::report::FindingKind;
use convmark::{Finding, Warning};

use crate::window;

/// The piece of the body that a finding is about, in bytes, if it is about one.
pub fn piece(finding: &Finding, body: &str) -> Option<Range<usize>> {
    match finding.span() {
        Some(span) if finding.warning() == Some(Warning::UnknownField) => {
            Some(name_before(body, span.start).unwrap_or(span))
        }
        Some(span) => Some(span),
        None => broken_at(finding.kind(), body),
    }
}

/// The name of the member whose value starts there.
fn name_before(body: &str, value: usize) -> Option<Range<usize>> {
    let name = body.get(..value)?.trim_ascii_end().strip_suffix(':')?.trim_ascii_end();
    let inner = name.strip_suffix('"')?;
    let is_open = |place: &usize| {
        inner[..*place].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
    };
    let start = inner.rmatch_indices('"').map(|(place, _)| place).find(is_open)?;
    Some(start..name.len())
}

/// Where the body stops being JSON.
fn broken_at(kind: FindingKind, body: &str) -> Option<Range<usize>> {
    let place = match kind {
        FindingKind::Syntax { at_end: true, .. } => body.len(),
        FindingKind::Syntax { line, column, .. } => {
            let before = body.split_inclusive('\n').take(line.saturating_sub(1));
            before.map(str::len).sum::<usize>() + column.saturating_sub(1)
        }
        FindingKind::ByteOrderMark => 0,
        FindingKind::Surrogate { offset } => offset,
        _ => return None,
    };
    if place >= body.len() {
        return Some(body.len()..body.len());
    }
    let start = window::boundary(body, place);
    let length = body[start..].chars().next()?.len_utf8();
    Some(start..start + length)
}
