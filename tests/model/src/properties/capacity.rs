//! No account exceeds a capacity while the policy stays the same.

use convmark::policy::Capacity;
use convmark::{Account, Policy};
use std::collections::BTreeSet;

/// The account's counts equal the counted groups and rows, and groups and rows are consistent.
pub fn counts_match_contents(account: &Account) {
    let usage = account.usage();
    let grouped = account.rows().filter(|row| row.group_ids().next().is_some()).count();
    let marked = account
        .rows()
        .filter(|row| !row.standard_marks().is_empty() || row.custom_mark().is_some())
        .count();
    let rows = account.rows().count();
    let counted = [account.groups().count(), rows, grouped, marked]
        .map(|count| u32::try_from(count).expect("few"));
    assert_eq!([usage.groups, usage.rows, usage.grouped, usage.marked], counted);
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for group in account.groups() {
        let members = account.rows().filter(|row| row.group_ids().any(|id| id == group.id)).count();
        assert_eq!(u32::try_from(members), Ok(group.members), "members of group {}", group.id);
        assert!(group.id >= 1 && group.id <= account.last_group_id());
        assert!(ids.insert(group.id) && names.insert(group.name), "group {} twice", group.id);
    }
    let mut seen = BTreeSet::new();
    for row in account.rows() {
        assert!(seen.insert((row.kind(), row.id())), "a row twice");
        let data = row.group_ids().next().is_some()
            || !row.standard_marks().is_empty()
            || row.custom_mark().is_some();
        assert!(data, "an empty row");
        let listed: Vec<u32> = row.group_ids().collect();
        assert!(listed.windows(2).all(|pair| pair[0] < pair[1]), "{listed:?}");
        assert!(listed.iter().all(|id| ids.contains(id)), "{listed:?}");
        let conversation = row.conversation().expect("rows have IDs");
        assert_eq!(
            account.row(&conversation).map(|found| found.timestamp_seconds()),
            Some(row.timestamp_seconds())
        );
    }
}

/// No capacity is exceeded.
pub fn capacities_hold(account: &Account, policy: &Policy) {
    let usage = account.usage();
    assert!(usage.groups <= policy.groups(), "{usage:?} {policy:?}");
    let kept = match policy.capacity() {
        Capacity::Shared { rows } => usage.rows <= rows,
        Capacity::Separate { grouped, marked } => {
            usage.grouped <= grouped && usage.marked <= marked
        }
        Capacity::PerGroup { members, marked } => {
            usage.marked <= marked && account.groups().all(|group| group.members <= members)
        }
    };
    assert!(kept, "{usage:?} {policy:?}");
}
