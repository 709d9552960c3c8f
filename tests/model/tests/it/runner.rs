//! The runner of property tests.

use convmark_model::effort::Effort;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use std::cell::Cell;
use std::sync::Once;

thread_local! {
    /// Whether this thread's panics stay silent because the runner reports them after shrinking.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Checks a property with byte vectors of up to `maximum_bytes`. A failure is shrunk to fewer and
/// smaller bytes.
///
/// Except at full effort, the bytes are the same in every run, so that a failure can be repeated.
pub fn on_bytes(normal_cases: u32, maximum_bytes: usize, property: fn(&[u8])) {
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let effort = Effort::chosen();
    let seed = effort.choose(RngSeed::Fixed(1), RngSeed::Fixed(1), RngSeed::Random);
    let config = ProptestConfig {
        cases: effort.cases(normal_cases),
        failure_persistence: None,
        rng_seed: seed,
        max_shrink_iters: 4000,
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&vec(any::<u8>(), 0..=maximum_bytes), |bytes| {
        QUIET.set(true);
        let result = std::panic::catch_unwind(|| property(&bytes));
        QUIET.set(false);
        result.map_err(|reason| {
            let text = reason.downcast_ref::<String>().cloned();
            let text =
                text.or_else(|| reason.downcast_ref::<&str>().map(|text| (*text).to_string()));
            TestCaseError::fail(text.unwrap_or_default())
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
