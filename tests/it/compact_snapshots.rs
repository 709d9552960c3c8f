//! The compact form of snapshots: that it is what was promised, that it loads as the form for people
//! does, and the error for every kind of damage.

use convmark::account::{SnapshotError, SnapshotPlace};
use convmark::{Account, Policy, Revision};
use serde::Serialize;

use crate::formats::{Format, damage};
use crate::helpers::*;

const WHOLE: SnapshotPlace = SnapshotPlace::Whole;
const FIRST: SnapshotPlace = SnapshotPlace::Row(0);
const SECOND: SnapshotPlace = SnapshotPlace::Row(1);

type Group<'a> = (u32, &'a str);
type Row<'a> = (u8, u64, &'a str, u64, i64);

/// A snapshot as it is written, to be damaged.
#[derive(Clone)]
struct Snapshot<'a> {
    version: u8,
    last_group_id: u32,
    groups: Vec<Group<'a>>,
    ids: &'a str,
    rows: Vec<Row<'a>>,
}

/// The groups 1 `a` and 4 `b`, and a user and a group chat with the ID `x`.
fn good() -> Snapshot<'static> {
    Snapshot {
        version: 1,
        last_group_id: 5,
        groups: vec![(1, "a"), (3, "b")],
        ids: "xx",
        rows: vec![(0x01, 0b111, "abcd", 0b11, 1_700_000_000), (0x81, 0, "c", 0, -1_700_000_000)],
    }
}

const GOOD: &str = r#"{"version":1,"last_group_id":5,"groups":[{"group_id":1,"name":"a"},{"group_id":4,"name":"b"}],"rows":[{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"111","custom_mark":"abcd","group_ids":[1,4],"timestamp":1700000000},{"conversation":{"Type":2,"ToGroupId":"x"},"standard_mark":"","custom_mark":"c","group_ids":[],"timestamp":0}]}"#;

impl Snapshot<'_> {
    fn bytes(&self, format: Format) -> Vec<u8> {
        let Self { version, last_group_id, groups, ids, rows } = self;
        format.write(&(version, last_group_id, groups, ids, rows))
    }

    fn read(&self, format: Format) -> Result<Account, String> {
        format.read(&self.bytes(format))
    }

    #[track_caller]
    fn assert_refused(&self, expected: SnapshotError) {
        for format in Format::TELLING {
            assert_eq!(self.read(format).unwrap_err(), expected.to_string(), "{format:?}");
        }
        assert!(self.read(Format::Postcard).is_err());
    }

    #[track_caller]
    fn assert_read(&self) -> Account {
        let [one, two, three] = Format::ALL.map(|format| self.read(format).unwrap());
        assert_eq!((&one, &one), (&two, &three));
        assert_sound(&one);
        one
    }
}

/// The valid snapshot after a change.
fn changed(change: impl FnOnce(&mut Snapshot<'static>)) -> Snapshot<'static> {
    let mut snapshot = good();
    change(&mut snapshot);
    snapshot
}

/// What is counted is what is there, and the account can be stored and loaded.
#[track_caller]
fn assert_sound(account: &Account) {
    let usage = account.usage();
    assert_eq!(usage.rows as usize, account.rows().count());
    assert_eq!(usage.groups as usize, account.groups().count());
    let grouped = account.rows().filter(|row| row.group_ids().next().is_some()).count();
    let is_marked = |row: &convmark::account::RowView<'_>| {
        !row.standard_marks().is_empty() || row.custom_mark().is_some()
    };
    let marked = account.rows().filter(is_marked).count();
    assert_eq!((usage.grouped as usize, usage.marked as usize), (grouped, marked));
    for group in account.groups() {
        let members = account.rows().filter(|row| row.group_ids().any(|id| id == group.id)).count();
        assert_eq!(group.members as usize, members);
    }
    for row in account.rows() {
        let found = account.row(&row.conversation().unwrap()).unwrap();
        assert_eq!(found.timestamp_seconds(), row.timestamp_seconds());
    }
    let json = serde_json::to_string(account).unwrap();
    assert_eq!(&serde_json::from_str::<Account>(&json).unwrap(), account);
    for format in Format::ALL {
        assert_eq!(&format.read::<Account>(&format.write(account)).unwrap(), account);
    }
}

#[test]
fn stored_snapshots_are_read_for_ever() {
    let json = include_str!("../stored/snapshot-1.json");
    let account: Account = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&account).unwrap(), json);
    for format in Format::ALL {
        let stored = format.stored("snapshot-compact-1");
        assert_eq!(format.read::<Account>(&stored).unwrap(), account, "{format:?}");
        assert_eq!(format.write(&account), stored, "{format:?}");
    }
}

#[test]
fn the_documented_tuples_are_read_and_written() {
    let account: Account = serde_json::from_str(GOOD).unwrap();
    assert_eq!(good().assert_read(), account);
    for format in Format::ALL {
        assert_eq!(format.write(&account), good().bytes(format), "{format:?}");
    }
}

#[test]
fn an_empty_account_takes_five_bytes() {
    for format in Format::ALL {
        let bytes = format.write(&Account::new());
        assert_eq!(bytes.len(), if format == Format::Postcard { 5 } else { 6 });
        assert_eq!(format.read::<Account>(&bytes).unwrap(), Account::new());
    }
}

#[test]
fn a_row_takes_about_twenty_bytes() {
    let groups = vec![(1, "family"), (1, "friends")];
    let ids: String = (0..1000).map(|number| format!("@TGS#{number:09}")).collect();
    let row = |number: usize| {
        let custom = if number % 10 == 0 { "cccc" } else { "" };
        (0x80 | 14, 1, custom, 0b11, if number == 0 { 1_700_000_000 } else { 1 })
    };
    let snapshot = Snapshot {
        version: 1,
        last_group_id: 2,
        groups,
        ids: &ids,
        rows: (0..1000).map(row).collect(),
    };
    assert_eq!(snapshot.assert_read().usage().grouped, 1000);
    for (format, max) in [(Format::Postcard, 20), (Format::Cbor, 22), (Format::MessagePack, 22)] {
        let bytes = snapshot.bytes(format).len();
        assert!(bytes < max * 1000, "{format:?}: {bytes}");
    }
}

#[test]
fn groups_keep_their_bits_after_others_were_deleted() {
    let mut session = Session::new();
    for name in ["g1", "g2", "g3", "g4"] {
        session.ok(CREATE, ME.create(name, &user_contacts(0..20)));
    }
    session.ok(DELETE, ME.delete("g1"));
    session.ok(DELETE, ME.delete("g3"));
    // The new groups are in the places of the deleted ones.
    session.ok(CREATE, ME.create("g5", &user_contacts(1..3)));
    session.ok(CREATE, ME.create("g6", &user_contacts(2..4)));
    assert_sound(&session.account);
    for format in Format::ALL {
        let bytes = format.write(&session.account);
        let account: Account = format.read(&bytes).unwrap();
        assert_eq!(account, session.account);
        assert_eq!(format.write(&account), bytes);
    }
}

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

#[test]
fn timestamps_have_all_64_bits() {
    let times = [u64::MAX, 0, 1 << 63, (1 << 63) - 1, 1, u64::MAX - 1, 5, 5];
    let ids = "abcdefgh";
    let mut before = 0_u64;
    let mut rows = Vec::new();
    for time in times {
        rows.push((1, 1, "", 0, i64::from_ne_bytes(time.wrapping_sub(before).to_ne_bytes())));
        before = time;
    }
    let account = Snapshot { ids, rows, ..good() }.assert_read();
    assert!(account.rows().map(|row| row.timestamp_seconds()).eq(times));
}

#[test]
fn damage_is_refused_or_gives_a_sound_account() {
    for format in Format::ALL {
        for bytes in [good().bytes(format), format.stored("snapshot-compact-1")] {
            let mut read = 0;
            damage(format, &bytes, |_, account: Account| {
                assert_sound(&account);
                read += 1;
            });
            assert!(read > 0, "some bits of marks and times are free");
        }
    }
}

#[test]
fn what_is_claimed_and_not_sent_is_refused() {
    let long = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    for start in [&[1, 5][..], &[1, 5, 0], &[1, 5, 0, 1, b'x'], &[1, 5, 1, 1]] {
        assert!(Format::Postcard.read::<Account>(&[start, &long].concat()).is_err());
    }
    for start in [&[0x85, 1, 5][..], &[0x85, 1, 5, 0x80], &[0x85, 1, 5, 0x80, 0x61, b'x']] {
        for kind in [0x7b, 0x9b] {
            let cbor = [start, &[kind, 0x10, 0, 0, 0, 0, 0, 0, 0]].concat();
            assert!(Format::Cbor.read::<Account>(&cbor).is_err());
        }
    }
    for start in [&[0x95, 1, 5][..], &[0x95, 1, 5, 0x90], &[0x95, 1, 5, 0x90, 0xa1, b'x']] {
        for kind in [0xdb, 0xdd] {
            let message = [start, &[kind, 0xff, 0xff, 0xff, 0xff]].concat();
            assert!(Format::MessagePack.read::<Account>(&message).is_err());
        }
    }
}

#[test]
fn lists_without_a_length_are_read() {
    // CBOR can end a list with a mark instead.
    let mut bytes = vec![0x9f, 1, 0, 0x9f, 0xff, 0x78, 40];
    bytes.extend((b'A'..).take(40));
    bytes.push(0x9f);
    for _ in 0..40 {
        bytes.extend([0x85, 1, 1, 0x60, 0, 0]);
    }
    bytes.extend([0xff, 0xff]);
    let account: Account = Format::Cbor.read(&bytes).unwrap();
    assert_eq!(account.usage().rows, 40);
    assert_sound(&account);
}

#[test]
fn a_loaded_account_accepts_requests() {
    let policy: Policy = Revision::V2026_04.policy();
    let mut session = Session::with(policy);
    session.ok(CREATE, ME.create("g", &user_contacts(0..30)));
    let mut loaded = Session::with(policy);
    loaded.now = session.now;
    loaded.account = Format::Postcard.read(&Format::Postcard.write(&session.account)).unwrap();
    for (command, body) in [
        (UPDATE, ME.remove("g", &user_contacts_list(3..7))),
        (CREATE, ME.create("h", &user_contacts(5..60))),
        (DELETE, ME.delete("g")),
        (GET, ME.get(0)),
    ] {
        assert_eq!(session.run(command, &body).answer, loaded.run(command, &body).answer);
        assert_eq!(loaded.account, session.account);
        assert_sound(&loaded.account);
    }
}

/// The contacts as a list.
fn user_contacts_list(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| user_contact(&format!("u{number}"))).collect()
}
