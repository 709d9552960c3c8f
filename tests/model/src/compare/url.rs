//! Compares the parsing of URLs.

use crate::reference;
use convmark::Refusal;
use convmark::call::Call;

/// Parses a request target: both must find the same command and parameters, or the same first
/// error.
///
/// # Panics
///
/// If the crate and the reference model differ.
pub fn compare(target: &str) -> Result<(), Refusal> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let expected = reference::url::parse_url(path, query);
    let pairs = reference::url::decode(query);
    let decoded = Call::parse_pairs(path, pairs.iter().map(|(name, value)| (name, value.as_str())));
    let found = Call::parse_target(target);
    assert!(found == Call::parse(path, query), "the two ways in differ: {target}");
    assert!(found == decoded, "decoded pairs make a difference: {target}");
    match (found, expected) {
        (Ok(call), Ok(expected)) => {
            assert_eq!(call.command().name(), expected.command, "{target}");
            assert_eq!(
                (call.sdkappid(), call.random()),
                (expected.sdkappid, expected.random),
                "{target}"
            );
            assert_eq!(
                (call.identifier().as_str(), call.usersig()),
                (&*expected.identifier, &*expected.usersig),
                "{target}"
            );
            Ok(())
        }
        (Err(refusal), Err((command, expected))) => {
            let finding = refusal.finding();
            assert_eq!(
                (finding.id(), finding.code().map(|code| code.get()), finding.path()),
                (expected.rule, expected.code, expected.path),
                "{target}"
            );
            assert_eq!(refusal.command().map(|command| command.name()), command, "{target}");
            Err(refusal)
        }
        (Ok(_), Err((_, expected))) => panic!("accepted in spite of {expected:?}: {target}"),
        (Err(refusal), Ok(_)) => panic!("refused with {:?}: {target}", refusal.rule()),
    }
}
