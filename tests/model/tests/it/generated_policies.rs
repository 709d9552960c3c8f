//! The generators of policies stay within the ranges of the settings.

use convmark_model::generate::{ByteSource, policies};
use support::random;

/// Every generated policy can be built, and so can the raised ones.
#[test]
fn generated_and_raised_policies_are_within_range() {
    for seed in 0..2000 {
        let bytes = random::bytes(seed, 40);
        let mut source = ByteSource::new(&bytes);
        let policy = policies::policy(&mut source);
        let raised = policies::raised(&mut source, &policy);
        assert!(raised.groups() >= policy.groups() && raised.search_max() >= policy.search_max());
    }
}
