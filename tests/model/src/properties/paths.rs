//! Every finding points to an exact place in the request.

use crate::compare::findings::shown;
use crate::reference::json::{Document, Kind, parse};
use crate::rewrite::resolve;
use convmark::report::FindingKind;
use convmark::{Command, Finding, Policy, Rule, Validator, Warning};

/// The path of every finding, or its parent, resolves in the request, and the span is exactly the
/// one that `place` finds with a JSON reader of its own.
pub fn paths_and_spans_resolve(command: Command, body: &[u8], policy: &Policy) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    let Some(document) = parse(body) else {
        assert!(report.is_invalid_json(), "{}", shown(body));
        assert!(report.findings().iter().all(is_without_place), "{}", shown(body));
        return;
    };
    if report.is_invalid_json() {
        // A text that has no UTF-8 form. The path and the span are none; the facts tell the place.
        assert!(report.findings().iter().all(is_without_place), "{}", shown(body));
        let kinds: Vec<FindingKind> = report.findings().iter().map(Finding::kind).collect();
        let [FindingKind::Surrogate { offset }] = kinds[..] else { panic!("{kinds:?}") };
        assert!(document.nodes.iter().any(|node| node.start == offset), "{}", shown(body));
        return;
    }
    for finding in report.findings() {
        let path = finding.path();
        let expected = place(&document, body, finding)
            .unwrap_or_else(|| panic!("{path} does not resolve in {}", shown(body)));
        assert_eq!(
            finding.span(),
            Some(expected),
            "the span of {} at {path} in {}",
            finding.id(),
            shown(body)
        );
    }
}

fn is_without_place(finding: &Finding) -> bool {
    finding.path().is_empty() && finding.span().is_none()
}

/// Where the finding is, in bytes:
///
/// * for a missing or a repeated field, the object that it is missing from or repeated in;
/// * for a repeated conversation, its ID with the quotes; if the ID is written with escapes, the
///   whole element of the list;
/// * otherwise the value at the path, of repeated members the first; if it is absent or null, the
///   object around it.
fn place(document: &Document, body: &[u8], finding: &Finding) -> Option<std::ops::Range<usize>> {
    let path = finding.path();
    let here = resolve(document, &path);
    let around = path.rsplit_once('/').and_then(|(parent, _)| resolve(document, parent));
    let is_member = around.is_some_and(|around| matches!(document.kind(around), Kind::Object(_)));
    let node = if finding.rule() == Some(Rule::DuplicateField)
        || (finding.rule() == Some(Rule::MissingField) && is_member)
    {
        around
    } else if finding.warning() == Some(Warning::RepeatedConversation) {
        let element = here?;
        // Lists of that name hold conversations; the elements of others have one in a member. An
        // element of any list can have an undocumented member of that name.
        let is_contact = path.rsplit('/').nth(1) == Some("ContactItem");
        let contact = if is_contact { element } else { document.get(element, "ContactItem")? };
        let kind = document.unsigned(document.get(contact, "Type")?)?;
        let id = document.get(contact, if kind == 1 { "To_Account" } else { "ToGroupId" })?;
        let text = &document.nodes[id];
        Some(if body[text.start..text.end].contains(&b'\\') { element } else { id })
    } else {
        // An unknown member is in the body, even if it is null.
        let is_given = |node: &usize| {
            *document.kind(*node) != Kind::Null
                || finding.warning() == Some(Warning::UnknownField)
                || finding.rule() == Some(Rule::WrongType)
        };
        here.filter(is_given).or(around)
    };
    node.map(|node| document.nodes[node].start..document.nodes[node].end)
}
