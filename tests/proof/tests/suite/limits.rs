//! Policies: what is out of range cannot be built, what is in range can.

use convmark::{Capacity, Revision};
use convmark_proof::generate::draw::noise;
use convmark_proof::generate::{Draw, policies};

#[test]
fn ranges() {
    fn start() -> convmark::PolicyBuilder {
        Revision::V2026_04.policy().to_builder()
    }
    let built = |builder: convmark::PolicyBuilder| builder.build().map_err(|error| error.setting());
    let many = 1_000_000;
    for (low, high, setting, set) in [
        (1, 65_536, "group_name_max_bytes", (|value| start().group_name_max_bytes(value)) as fn(u32) -> convmark::PolicyBuilder),
        (0, 64, "groups", |value| start().groups(value)),
        (1, many, "conversations_max", |value| start().conversations_max(Some(value))),
        (1, many, "mark_items_max", |value| start().mark_items_max(value)),
        (1, many, "search_max", |value| start().search_max(value)),
        (0, 65_536, "custom_mark_max_bytes", |value| start().custom_mark_max_bytes(value)),
        (1, many, "page_size", |value| start().page_size(value)),
        (0, many, "calls_per_second", |value| start().calls_per_second(value)),
        (0, many, "capacity", |value| start().capacity(Capacity::Shared { rows: value })),
        (0, many, "capacity", |value| start().capacity(Capacity::Separate { grouped: value, marked: 1 })),
        (0, many, "capacity", |value| start().capacity(Capacity::Separate { grouped: 1, marked: value })),
        (0, many, "capacity", |value| start().capacity(Capacity::PerGroup { members: value, marked: 1 })),
        (0, many, "capacity", |value| start().capacity(Capacity::PerGroup { members: 1, marked: value })),
    ] {
        assert!(built(set(low)).is_ok() && built(set(high)).is_ok(), "{setting}");
        assert_eq!(built(set(high + 1)), Err(setting));
        if low > 0 {
            assert_eq!(built(set(low - 1)), Err(setting));
        }
        assert_eq!(set(u32::MAX).build().map_err(|error| error.range()), Err(low..=high));
    }
}

/// Every generated policy can be built, and so can the raised ones.
#[test]
fn generated_policies() {
    for seed in 0..2000 {
        let bytes = noise(seed, 40);
        let mut draw = Draw::new(&bytes);
        let policy = policies::policy(&mut draw);
        let raised = policies::raised(&mut draw, &policy);
        assert!(raised.groups() >= policy.groups() && raised.search_max() >= policy.search_max());
    }
}
