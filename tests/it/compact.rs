//! A compact snapshot as plain tuples, to be damaged, and what must hold for every loaded account.

use convmark::Account;
use convmark::account::SnapshotError;

use crate::formats::Format;

pub type Group<'a> = (u32, &'a str);
pub type Row<'a> = (u8, u64, &'a str, u64, i64);

/// A snapshot as it is written, to be damaged.
#[derive(Clone)]
pub struct Snapshot<'a> {
    pub version: u8,
    pub last_group_id: u32,
    pub groups: Vec<Group<'a>>,
    pub ids: &'a str,
    pub rows: Vec<Row<'a>>,
}

/// The groups 1 `a` and 4 `b`, and a user and a group chat with the ID `x`.
pub fn good() -> Snapshot<'static> {
    Snapshot {
        version: 1,
        last_group_id: 5,
        groups: vec![(1, "a"), (3, "b")],
        ids: "xx",
        rows: vec![(0x01, 0b111, "abcd", 0b11, 1_700_000_000), (0x81, 0, "c", 0, -1_700_000_000)],
    }
}

pub const GOOD: &str = r#"{"version":1,"last_group_id":5,"groups":[{"group_id":1,"name":"a"},{"group_id":4,"name":"b"}],"rows":[{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"111","custom_mark":"abcd","group_ids":[1,4],"timestamp":1700000000},{"conversation":{"Type":2,"ToGroupId":"x"},"standard_mark":"","custom_mark":"c","group_ids":[],"timestamp":0}]}"#;

impl Snapshot<'_> {
    pub fn bytes(&self, format: Format) -> Vec<u8> {
        let Self { version, last_group_id, groups, ids, rows } = self;
        format.write(&(version, last_group_id, groups, ids, rows))
    }

    pub fn read(&self, format: Format) -> Result<Account, String> {
        format.read(&self.bytes(format))
    }

    #[track_caller]
    pub fn assert_refused(&self, expected: SnapshotError) {
        for format in Format::TELLING {
            assert_eq!(self.read(format).unwrap_err(), expected.to_string(), "{format:?}");
        }
        assert!(self.read(Format::Postcard).is_err());
    }

    #[track_caller]
    pub fn assert_read(&self) -> Account {
        let [one, two, three] = Format::ALL.map(|format| self.read(format).unwrap());
        assert_eq!((&one, &one), (&two, &three));
        assert_sound(&one);
        one
    }
}

/// The valid snapshot after a change.
pub fn changed(change: impl FnOnce(&mut Snapshot<'static>)) -> Snapshot<'static> {
    let mut snapshot = good();
    change(&mut snapshot);
    snapshot
}

/// What is counted is what is there, and the account can be stored and loaded.
#[track_caller]
pub fn assert_sound(account: &Account) {
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
