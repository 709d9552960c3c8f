//! Different JSON texts of the same request are judged alike.

use crate::compare::findings::shown;
use crate::generate::ByteSource;
use crate::rewrite::{shuffled, with_members};
use convmark::report::{Absence, FindingKind};
use convmark::{Command, Finding, Policy, Validator, Warning};

type Found = (String, String, String);

/// Errors in order, warnings sorted. Messages about invalid JSON are left out, because they tell a
/// position, which differs. Those about a missing field tell how it is missing: absent and null
/// count as one here.
fn found(command: Command, body: &[u8], policy: &Policy) -> (Vec<Found>, Vec<Found>) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    let tell = |finding: &Finding| {
        let message = match finding.kind() {
            _ if report.is_invalid_json() => String::new(),
            FindingKind::Missing { found: Absence::Null, .. } => {
                finding.message().replace("is null", "is absent")
            }
            _ => finding.message(),
        };
        (finding.id().to_string(), finding.path(), message)
    };
    let mut warnings: Vec<Found> = report.warnings().map(tell).collect();
    warnings.sort();
    (report.errors().map(tell).collect(), warnings)
}

fn assert_same(command: Command, body: &[u8], other: &[u8], policy: &Policy) {
    assert_eq!(
        found(command, body, policy),
        found(command, other, policy),
        "{}\n{}",
        shown(body),
        shown(other)
    );
    let (one, two) = (
        Validator::new(policy).decode(command, body).ok(),
        Validator::new(policy).decode(command, other).ok(),
    );
    assert!(one == two, "another request:\n{}\n{}", shown(body), shown(other));
}

/// If no member is repeated, shuffling the members changes nothing but the order of warnings.
pub fn member_order_does_not_matter(
    command: Command,
    body: &[u8],
    policy: &Policy,
    source: &mut ByteSource,
) {
    if let Some(other) = shuffled(body, source) {
        assert_same(command, body, &other, policy);
    }
}

/// A member that is null counts as absent. The fast path declines such bodies, so this also
/// compares the fast path with full validation.
pub fn null_equals_absent(command: Command, body: &[u8], policy: &Policy) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    // If a name is in the wrong object, an added one could cause a warning of its own.
    if report.warnings().any(|finding| finding.warning() == Some(Warning::UnknownField)) {
        return;
    }
    let mut added = false;
    let other = with_members(body, &mut |document, index| {
        let members = document.members(index);
        let has = |name: &str| members.iter().any(|(key, _)| key.text == name);
        let lacks = |name: &&str| !has(name);
        let name = match (has("Type"), has("OptType"), has("UpdateGroupType")) {
            (true, ..) => ["ToGroupId", "To_Account"].into_iter().find(lacks),
            (_, true, _) => ["CustomMark", "SetMark", "ClearMark"].into_iter().find(lacks),
            (_, _, true) => ["NewGroupName", "ContactUpdateItem"].into_iter().find(lacks),
            _ => None,
        };
        added |= name.is_some();
        name.map(|name| format!("\"{name}\":null"))
    });
    if let Some(other) = other.filter(|_| added) {
        assert_same(command, body, &other, policy);
    }
}

/// White space and unneeded escapes make no difference.
pub fn escapes_and_white_space_do_not_matter(command: Command, body: &[u8], policy: &Policy) {
    let plain = with_members(body, &mut |_, _| None);
    if let Some(plain) = plain {
        assert_same(command, body, &plain, policy);
    }
}
