//! All entry points that judge a body agree.

use crate::compare::findings::shown;
use convmark::request::RequestSeed;
use convmark::{CheckedRequest, Command, Policy, Validator};
use serde::de::DeserializeSeed;

/// The fast path alone, on JSON text.
pub fn fast_path<'b>(
    command: Command,
    body: &'b [u8],
    policy: &Policy,
) -> Option<CheckedRequest<'b>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let request = RequestSeed::new(command, policy).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(request)
}

/// If the fast path accepts a body, the report has no error, and both give the same request.
pub fn fast_path_accepts_only_valid_bodies(command: Command, body: &[u8], policy: &Policy) {
    let Some(request) = fast_path(command, body, policy) else { return };
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    assert!(report.is_valid(), "accepted in spite of {:?}: {}", report.first_error(), shown(body));
    assert!(
        Validator::new(policy).decode(command, body).as_ref() == Ok(&request),
        "another request: {}",
        shown(body)
    );
}

/// The request, the yes or no, the first error and the report agree, with new and with reused
/// memory.
pub fn entry_points_agree(command: Command, body: &[u8], policy: &Policy) {
    let decoded = Validator::new(policy).decode(command, body);
    let report = Validator::new(policy).report(command, body);
    assert_eq!(decoded.is_ok(), report.is_valid(), "{}", shown(body));
    assert_eq!(decoded.is_ok(), Validator::new(policy).is_valid(command, body), "{}", shown(body));
    assert_eq!(
        Validator::new(policy).first_error(command, body).as_ref(),
        report.first_error(),
        "{}",
        shown(body)
    );
    if let Err(refusal) = &decoded {
        assert_eq!(Some(refusal.finding()), report.first_error(), "{}", shown(body));
        assert_eq!(Some(refusal.code()), report.first_error().and_then(convmark::Finding::code));
        assert!(!refusal.info().is_empty());
    }
    let mut validator = Validator::new(policy);
    for _ in 0..2 {
        let again = validator.decode(command, body);
        assert!(again == decoded, "reused memory makes a difference: {}", shown(body));
        if let Ok(request) = again {
            validator.reclaim(request);
        }
        assert_eq!(validator.report(command, body), report, "{}", shown(body));
    }
}

/// Encoding and decoding an accepted request gives the same request, borrowed and owned.
pub fn encoding_is_lossless(command: Command, body: &[u8], policy: &Policy) {
    let Ok(request) = Validator::new(policy).decode(command, body) else { return };
    let mut written = Vec::new();
    request.write_body(&mut written);
    assert!(
        Validator::new(policy).decode(command, &written).as_ref() == Ok(&request),
        "{}\n{}",
        shown(body),
        shown(&written)
    );
    assert!(
        fast_path(command, &written, policy).as_ref() == Some(&request),
        "the fast path declines {}",
        shown(&written)
    );
    let mut again = Vec::new();
    let owned = request.clone().into_owned();
    owned.write_body(&mut again);
    assert_eq!(again, written, "{}", shown(body));
    assert!(owned == request);
    assert_eq!(request.command(), command);
    let checked = Validator::new(policy).check(request.request().clone());
    assert!(checked.as_ref() == Ok(&request), "checked anew: {}", shown(body));
}

/// A request read with another `Deserializer` is the same if that one accepts it.
pub fn other_deserializers_agree(command: Command, body: &[u8], policy: &Policy) {
    let Ok(request) = Validator::new(policy).decode(command, body) else { return };
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) else { return };
    if let Ok(read) = RequestSeed::new(command, policy).deserialize(&value) {
        assert!(read == request, "another request from a tree: {}", shown(body));
    }
}
