//! Every finding points to a place in the request.

use crate::compare::findings::shown;
use crate::reference::json::parse;
use crate::rewrite::resolve;
use convmark::{Command, Policy, Validator, Warning};

/// The path of every finding, or its parent, resolves in the request, and the span is that of the
/// value at the path.
pub fn paths_and_spans_resolve(command: Command, body: &[u8], policy: &Policy) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    let Some(document) = parse(body) else {
        assert!(report.is_invalid_json(), "{}", shown(body));
        return;
    };
    if report.is_invalid_json() {
        // An unpaired surrogate: the path is that of the whole body, and the span tells the place.
        assert!(report.findings().iter().all(|finding| finding.path().is_empty()));
        return;
    }
    for finding in report.findings() {
        let path = finding.path();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let node = resolve(&document, &path).or_else(|| resolve(&document, parent));
        let node = node.unwrap_or_else(|| panic!("{path} does not resolve in {}", shown(body)));
        let span = finding.span().unwrap_or_else(|| panic!("{finding:?} has no span"));
        assert!(span.end <= body.len(), "{finding:?} ends after the body");
        // For a duplicate or missing field, the span may be that of the object.
        let places = [Some(node), resolve(&document, parent)];
        let fits = places.into_iter().flatten().any(|node| {
            let node = &document.nodes[node];
            let whole = (node.start, node.end) == (span.start, span.end);
            // For a repeated conversation, the span is that of the ID within the element.
            whole
                || finding.warning() == Some(Warning::RepeatedConversation)
                    && node.start <= span.start
                    && span.end <= node.end
        });
        assert!(
            fits,
            "{} has the path {path} and the span {span:?} in {}",
            finding.id(),
            shown(body)
        );
    }
}
