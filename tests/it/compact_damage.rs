//! The exact error for every kind of damage to a compact snapshot, and the values next to it.

use convmark::Account;
use convmark::account::{SnapshotError, SnapshotPlace};
use serde::Serialize;

use crate::compact::{GOOD, Group, Snapshot, changed, good};
use crate::formats::Format;
use crate::helpers::*;

const WHOLE: SnapshotPlace = SnapshotPlace::Whole;
const FIRST: SnapshotPlace = SnapshotPlace::Row(0);
const SECOND: SnapshotPlace = SnapshotPlace::Row(1);

#[test]
fn other_versions_are_refused_before_anything_else_is_read() {
    for found in [0, 2, u8::MAX] {
        let expected = SnapshotError::Version { found: found.into() };
        changed(|snapshot| snapshot.version = found).assert_refused(expected);
        for format in Format::TELLING {
            let error = format.read::<Account>(&format.write(&(found, "new", true))).unwrap_err();
            assert_eq!(error, expected.to_string());
        }
    }
}

/// Writes the elements one by one and reads what they make.
#[track_caller]
fn assert_refused(value: &impl Serialize, expected: SnapshotError) {
    for format in Format::TELLING {
        let error = format.read::<Account>(&format.write(value)).unwrap_err();
        assert_eq!(error, expected.to_string(), "{format:?}");
    }
}

#[test]
fn every_element_is_required() {
    let Snapshot { version, last_group_id, groups, ids, rows } = &good();
    let missing = |place, member| SnapshotError::Missing { place, member };
    assert_refused(&[0_u8; 0], missing(WHOLE, "version"));
    assert_refused(&(version,), missing(WHOLE, "last_group_id"));
    assert_refused(&(version, last_group_id), missing(WHOLE, "groups"));
    assert_refused(&(version, last_group_id, groups), missing(WHOLE, "ids"));
    assert_refused(&(version, last_group_id, groups, ids), missing(WHOLE, "rows"));
    let group = SnapshotPlace::Group(0);
    assert_refused(&(version, 5, [[0_u8; 0]], ids, rows), missing(group, "group_id"));
    assert_refused(&(version, 5, [(1,)], ids, rows), missing(group, "name"));
    let none: [Group<'_>; 0] = [];
    assert_refused(&(version, 5, none, ids, [[0_u8; 0]]), missing(FIRST, "head"));
    assert_refused(&(version, 5, none, ids, [(1,)]), missing(FIRST, "standard_mark"));
    assert_refused(&(version, 5, none, ids, [(1, 1)]), missing(FIRST, "custom_mark"));
    assert_refused(&(version, 5, none, ids, [(1, 1, "")]), missing(FIRST, "groups"));
    assert_refused(&(version, 5, none, ids, [(1, 1, "", 0)]), missing(FIRST, "timestamp"));
}

#[test]
fn more_elements_are_refused() {
    let Snapshot { version, groups, ids, rows, .. } = &good();
    let unknown = |place| SnapshotError::Unknown { place };
    assert_refused(&(version, 5, groups, ids, rows, 0), unknown(WHOLE));
    let group = SnapshotPlace::Group(0);
    assert_refused(&(version, 5, [(1, "a", 0)], ids, rows), unknown(group));
    assert_refused(&(version, 5, groups, ids, [(1, 1, "", 0, 0, 0)]), unknown(FIRST));
}

#[test]
fn elements_of_other_types_are_refused_without_being_quoted() {
    let Snapshot { version, groups, ids, .. } = &good();
    let unreadable = |place, member| SnapshotError::Unreadable { place, member };
    assert_refused(&("secret", 5), unreadable(WHOLE, "version"));
    assert_refused(&(300, 5), unreadable(WHOLE, "version"));
    assert_refused(&(version, "secret"), unreadable(WHOLE, "last_group_id"));
    assert_refused(&(version, 1_u64 << 32), unreadable(WHOLE, "last_group_id"));
    assert_refused(&(version, 5, 77), unreadable(WHOLE, "groups"));
    assert_refused(&(version, 5, "secret"), unreadable(WHOLE, "groups"));
    assert_refused(&(version, 5, ["secret"]), unreadable(SnapshotPlace::Group(0), "group"));
    let group = SnapshotPlace::Group(0);
    assert_refused(&(version, 5, [("secret", "a")]), unreadable(group, "group_id"));
    assert_refused(&(version, 5, [(1_u64 << 32, "a")]), unreadable(group, "group_id"));
    assert_refused(&(version, 5, [(1, 77)]), unreadable(group, "name"));
    assert_refused(&(version, 5, groups, 77), unreadable(WHOLE, "ids"));
    assert_refused(&(version, 5, groups, ids, 77), unreadable(WHOLE, "rows"));
    assert_refused(&(version, 5, groups, ids, [77]), unreadable(SnapshotPlace::Row(0), "row"));
    let row = ("secret", 1, "", 0, 0);
    assert_refused(&(version, 5, groups, ids, [row]), unreadable(FIRST, "head"));
    assert_refused(&(version, 5, groups, ids, [(256, 1, "", 0, 0)]), unreadable(FIRST, "head"));
    let row = (1, -1, "", 0, 0);
    assert_refused(&(version, 5, groups, ids, [row]), unreadable(FIRST, "standard_mark"));
    let row = (1, 1, 77, 0, 0);
    assert_refused(&(version, 5, groups, ids, [row]), unreadable(FIRST, "custom_mark"));
    let row = (1, 1, "", "secret", 0);
    assert_refused(&(version, 5, groups, ids, [row]), unreadable(FIRST, "groups"));
    let row = (1, 1, "", 0, u64::MAX);
    assert_refused(&(version, 5, groups, ids, [row]), unreadable(FIRST, "timestamp"));
    for format in Format::TELLING {
        for bytes in [format.write(&77), format.write(&"secret"), format.write(&None::<u8>)] {
            let error = format.read::<Account>(&bytes).unwrap_err();
            assert_eq!(error, "this is not a snapshot of an account, or it is damaged");
        }
    }
    let named: serde_json::Value = serde_json::from_str(GOOD).unwrap();
    for format in Format::TELLING {
        assert!(format.read::<Account>(&format.write(&named)).is_err(), "names are not read");
    }
}

#[test]
fn the_counter_has_31_bits() {
    for counter in [1 << 31, u32::MAX] {
        changed(|snapshot| snapshot.last_group_id = counter)
            .assert_refused(SnapshotError::LastGroupId);
    }
    let account = changed(|snapshot| snapshot.last_group_id = (1 << 31) - 1).assert_read();
    assert_eq!(account.last_group_id(), 2_147_483_647);
}

#[test]
fn there_are_at_most_64_groups() {
    let names: Vec<String> = (0..65).map(|number| format!("g{number}")).collect();
    let mut snapshot = Snapshot { last_group_id: 100, ..good() };
    snapshot.groups = names[..64].iter().map(|name| (1, name.as_str())).collect();
    snapshot.rows[0].3 = u64::MAX;
    let account = snapshot.assert_read();
    assert_eq!(account.row(&peer("x")).unwrap().group_ids().count(), 64);
    snapshot.groups.push((1, &names[64]));
    snapshot.assert_refused(SnapshotError::TooManyGroups);
}

#[test]
fn group_ids_ascend_up_to_the_counter() {
    for (place, above) in [(0, 0), (1, 0), (0, 6), (1, 5), (1, u32::MAX), (0, u32::MAX)] {
        changed(|snapshot| snapshot.groups[place].0 = above)
            .assert_refused(SnapshotError::GroupId { place: SnapshotPlace::Group(place) });
    }
}

#[test]
fn group_names_are_not_empty_and_unique() {
    let place = SnapshotPlace::Group(1);
    let long = "é".repeat(32_768);
    let longer = format!("{long}x");
    let named = |name| Snapshot { groups: vec![(1, "a"), (3, name)], ..good() };
    named("").assert_refused(SnapshotError::GroupName { place });
    named(&longer).assert_refused(SnapshotError::GroupName { place });
    named("a").assert_refused(SnapshotError::RepeatedName { place });
    assert_eq!(named(&long).assert_read().group(&long).unwrap().id, 4);
}

#[test]
fn ids_are_as_long_as_the_rows_say() {
    let ids = |ids| Snapshot { ids, ..good() };
    ids("").assert_refused(SnapshotError::Ids { place: FIRST });
    ids("x").assert_refused(SnapshotError::Ids { place: SECOND });
    ids("xxx").assert_refused(SnapshotError::Ids { place: WHOLE });
    ids("é").assert_refused(SnapshotError::Ids { place: FIRST });
    ids("xé").assert_refused(SnapshotError::Ids { place: SECOND });
    changed(|snapshot| snapshot.rows.clear()).assert_refused(SnapshotError::Ids { place: WHOLE });
    changed(|snapshot| snapshot.rows[0].0 = 0x7f)
        .assert_refused(SnapshotError::Ids { place: FIRST });
}

#[test]
fn conversations_are_well_formed() {
    let user = "u".repeat(33);
    let chat = "c".repeat(49);
    let topic = format!("{}@TOPIC#_", "t".repeat(89));
    for (head, id) in
        [(0x00, ""), (0x80, ""), (2, "é"), (1, "\n"), (33, &user), (0x80 | 49, &chat), (97, &topic)]
    {
        let snapshot = Snapshot { ids: id, rows: vec![(head, 1, "", 0, 0)], ..good() };
        snapshot.assert_refused(SnapshotError::Conversation { place: FIRST });
    }
    for (head, id) in [(32, &user[1..]), (0x80 | 48, &chat[1..]), (0x80 | 96, &topic[1..])] {
        let snapshot = Snapshot { ids: id, rows: vec![(head, 1, "", 0, 0)], ..good() };
        assert_eq!(snapshot.assert_read().rows().next().unwrap().id(), id);
    }
}

#[test]
fn rows_have_data() {
    changed(|snapshot| snapshot.rows[1].2 = "")
        .assert_refused(SnapshotError::EmptyRow { place: SECOND });
}

#[test]
fn rows_are_in_groups_that_are_there() {
    for groups in [0b100, 0b111, 1 << 63, u64::MAX] {
        changed(|snapshot| snapshot.rows[0].3 = groups)
            .assert_refused(SnapshotError::RowGroup { place: FIRST });
    }
    let no_groups = changed(|snapshot| snapshot.groups.clear());
    no_groups.assert_refused(SnapshotError::RowGroup { place: FIRST });
}

#[test]
fn custom_marks_have_at_most_65536_bytes() {
    // More than the buffers of formats that read texts in pieces, which cut between characters.
    let long = format!("{}xx", "日".repeat(21_844));
    assert_eq!(long.len(), 65_534);
    for (end, fits) in [("é", true), ("xxx", false)] {
        let custom = format!("{long}{end}");
        let mut snapshot = good();
        snapshot.rows[0].2 = &custom;
        if fits {
            let account = snapshot.assert_read();
            assert_eq!(account.row(&peer("x")).unwrap().custom_mark(), Some(&*custom));
        } else {
            snapshot.assert_refused(SnapshotError::CustomMark { place: FIRST });
        }
    }
}

#[test]
fn a_conversation_occurs_once() {
    changed(|snapshot| snapshot.rows[1].0 = 0x01)
        .assert_refused(SnapshotError::RepeatedRow { place: SECOND });
    // Two users with one hash, among few rows and among many.
    for count in [0, 100] {
        let others: String = (0..count).map(|number| format!("{number:016}")).collect();
        for (second, is_other) in [("nicjfilbljgppelk", true), ("lpcklgkcoimbjihl", false)] {
            let ids = format!("{others}lpcklgkcoimbjihl{second}");
            let rows = vec![(16, 1, "", 0, 0); count + 2];
            let snapshot = Snapshot { ids: &ids, rows, ..good() };
            if is_other {
                let account = snapshot.assert_read();
                assert!(account.row(&peer("nicjfilbljgppelk")).is_some());
            } else {
                let place = SnapshotPlace::Row(count + 1);
                snapshot.assert_refused(SnapshotError::RepeatedRow { place });
            }
        }
    }
}
