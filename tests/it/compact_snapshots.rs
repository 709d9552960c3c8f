//! The compact form of snapshots: that it is what was promised, and that it loads as the form for
//! people does, damaged or not.

use convmark::{Account, Policy, Revision};

use crate::compact::{GOOD, Snapshot, assert_sound, good};
use crate::formats::{Format, damage, stored_file};
use crate::helpers::*;

#[test]
fn stored_snapshots_are_read_for_ever() {
    let json = include_str!("../stored/snapshot-1.json");
    let account: Account = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&account).unwrap(), json);
    for format in Format::ALL {
        let stored = stored_file(format, "snapshot-compact-1");
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
        for bytes in [good().bytes(format), stored_file(format, "snapshot-compact-1")] {
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
