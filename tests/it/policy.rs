//! The settings: the two revisions, both ends of each range, and the error beyond them.

use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, PolicyBuilder, RenameItems};
use convmark::{Policy, Revision};

#[test]
fn the_revision_of_2023_03() {
    let policy = Revision::V2023_03.policy();
    assert_eq!(policy.group_name_max_bytes(), 32);
    assert_eq!(policy.groups(), 20);
    assert_eq!(policy.capacity(), Capacity::Shared { rows: 1000 });
    assert!(policy.create_needs_conversations());
    assert_eq!(policy.conversations_max(), None);
    assert_eq!(policy.mark_items_max(), 100);
    assert_eq!(policy.search_max(), 300);
    assert_eq!(policy.custom_mark_max_bytes(), 256);
    assert!(!policy.custom_mark_needs_plan());
    assert_eq!(policy.mark_base(), MarkBase::One);
    assert_eq!(policy.page_size(), 100);
    assert_eq!(policy.calls_per_second(), 200);
    assert_eq!(policy.error_display(), ErrorDisplay::Sampled);
    assert_eq!(policy.last_page_index(), LastPageIndex::Zero);
    assert_eq!(policy.rename_items(), RenameItems::Absent);
}

#[test]
fn the_revision_of_2026_04_is_the_default() {
    let policy = Policy::default();
    assert_eq!(policy, Revision::V2026_04.policy());
    assert_eq!(policy.group_name_max_bytes(), 64);
    assert_eq!(policy.groups(), 20);
    assert_eq!(policy.capacity(), Capacity::Separate { grouped: 1000, marked: 1000 });
    assert!(!policy.create_needs_conversations());
    assert_eq!(policy.conversations_max(), Some(100));
    assert_eq!(policy.mark_items_max(), 100);
    assert_eq!(policy.search_max(), 300);
    assert_eq!(policy.custom_mark_max_bytes(), 256);
    assert!(policy.custom_mark_needs_plan());
    assert_eq!(policy.mark_base(), MarkBase::One);
    assert_eq!(policy.page_size(), 100);
    assert_eq!(policy.calls_per_second(), 200);
    assert_eq!(policy.error_display(), ErrorDisplay::None);
    assert_eq!(policy.last_page_index(), LastPageIndex::Zero);
    assert_eq!(policy.rename_items(), RenameItems::Absent);
}

#[test]
fn the_observed_preset_differs_in_two_settings() {
    let policy = Policy::observed();
    assert_eq!(policy.error_display(), ErrorDisplay::All);
    assert_eq!(policy.last_page_index(), LastPageIndex::Absent);
    let back = policy
        .to_builder()
        .error_display(ErrorDisplay::None)
        .last_page_index(LastPageIndex::Zero)
        .build();
    assert_eq!(back, Ok(Revision::V2026_04.policy()));
}

#[test]
fn values_of_settings_have_names() {
    assert_eq!(ErrorDisplay::ALL, [ErrorDisplay::None, ErrorDisplay::Sampled, ErrorDisplay::All]);
    assert_eq!(
        ErrorDisplay::ALL.iter().map(|value| value.name()).collect::<Vec<_>>(),
        ["none", "sampled", "all"]
    );
    assert_eq!(LastPageIndex::ALL, [LastPageIndex::Zero, LastPageIndex::Absent]);
    assert_eq!(
        LastPageIndex::ALL.iter().map(|value| value.name()).collect::<Vec<_>>(),
        ["zero", "absent"]
    );
    assert_eq!(RenameItems::ALL, [RenameItems::Absent, RenameItems::Empty]);
    assert_eq!(
        RenameItems::ALL.iter().map(|value| value.name()).collect::<Vec<_>>(),
        ["absent", "empty"]
    );
    assert_eq!(format!("[{:>8}]", ErrorDisplay::Sampled), "[ sampled]");
}

#[test]
fn revisions_are_found_by_name() {
    assert_eq!(Revision::ALL, [Revision::V2023_03, Revision::V2026_04]);
    for (name, revision) in [("2023-03", Revision::V2023_03), ("2026-04", Revision::V2026_04)] {
        assert_eq!((revision.name(), name.parse()), (name, Ok(revision)));
        assert_eq!(format!("[{revision:>8}]"), format!("[ {name}]"));
    }
    for name in ["", "2024-01", "2026-4", "2026", "2026-04 "] {
        let error = name.parse::<Revision>().unwrap_err();
        assert_eq!(
            (error.kind(), error.allowed()),
            ("revision", &["2023-03", "2026-04"][..]),
            "{name}"
        );
    }
}

#[test]
fn revisions_are_in_order_of_their_dates() {
    // Year and month, so that the names sort as the dates do.
    assert!(Revision::ALL.is_sorted_by(|a, b| a < b && a.name() < b.name()));
    assert_eq!(Revision::ALL.last(), Some(&Revision::NEWEST));
    assert_eq!(Revision::default(), Revision::NEWEST);
    assert_eq!(Policy::default(), Revision::NEWEST.policy());
}

type Setter = fn(PolicyBuilder, u32) -> PolicyBuilder;

#[test]
fn each_setting_has_its_range() {
    let settings: [(&str, u32, u32, Setter); 14] = [
        ("group_name_max_bytes", 1, 65_536, |builder, n| builder.group_name_max_bytes(n)),
        ("groups", 0, 64, |builder, n| builder.groups(n)),
        ("capacity", 0, 1_000_000, |builder, n| builder.capacity(Capacity::Shared { rows: n })),
        ("capacity", 0, 1_000_000, |builder, n| {
            builder.capacity(Capacity::Separate { grouped: n, marked: 1 })
        }),
        ("capacity", 0, 1_000_000, |builder, n| {
            builder.capacity(Capacity::Separate { grouped: 1, marked: n })
        }),
        ("capacity", 0, 1_000_000, |builder, n| {
            builder.capacity(Capacity::PerGroup { members: n, marked: 1 })
        }),
        ("capacity", 0, 1_000_000, |builder, n| {
            builder.capacity(Capacity::PerGroup { members: 1, marked: n })
        }),
        ("conversations_max", 1, 1_000_000, |builder, n| builder.conversations_max(Some(n))),
        ("mark_items_max", 1, 1_000_000, |builder, n| builder.mark_items_max(n)),
        ("search_max", 1, 1_000_000, |builder, n| builder.search_max(n)),
        ("custom_mark_max_bytes", 0, 65_536, |builder, n| builder.custom_mark_max_bytes(n)),
        ("page_size", 1, 1_000_000, |builder, n| builder.page_size(n)),
        ("calls_per_second", 0, 1_000_000, |builder, n| builder.calls_per_second(n)),
        ("groups", 0, 64, |builder, n| builder.groups(n).mark_base(MarkBase::Zero)),
    ];
    for (setting, min, max, set) in settings {
        for value in [min, max] {
            let policy = set(Policy::default().to_builder(), value).build().unwrap();
            assert_eq!(set(policy.to_builder(), value).build(), Ok(policy), "{setting}");
        }
        for value in min.checked_sub(1).into_iter().chain([max + 1, u32::MAX]) {
            let error = set(Policy::default().to_builder(), value).build().unwrap_err();
            assert_eq!((error.setting(), error.range()), (setting, min..=max));
            assert_eq!(
                error.to_string(),
                format!("the policy setting {setting} must be from {min} to {max}")
            );
        }
    }
}

#[test]
fn settings_without_a_range_are_kept() {
    let policy = Policy::default()
        .to_builder()
        .create_needs_conversations(true)
        .custom_mark_needs_plan(false)
        .conversations_max(None)
        .mark_base(MarkBase::Zero)
        .error_display(ErrorDisplay::All)
        .last_page_index(LastPageIndex::Absent)
        .rename_items(RenameItems::Empty)
        .build()
        .unwrap();
    assert!(policy.create_needs_conversations());
    assert!(!policy.custom_mark_needs_plan());
    assert_eq!(policy.conversations_max(), None);
    assert_eq!(policy.mark_base(), MarkBase::Zero);
    assert_eq!(policy.error_display(), ErrorDisplay::All);
    assert_eq!(policy.last_page_index(), LastPageIndex::Absent);
    assert_eq!(policy.rename_items(), RenameItems::Empty);
}
