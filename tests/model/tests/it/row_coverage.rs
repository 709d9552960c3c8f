//! How many rows generated accounts have. Up to 16 are found one after another, more by an index,
//! which is made and dropped on the way.

use convmark::Account;
use convmark_model::generate::operations::{mostly_valid_run, run};
use convmark_model::generate::{ByteSource, stored, texts};
use convmark_model::handle::rows_after_each;
use convmark_model::targets::OPERATIONS_MAX;
use std::collections::BTreeSet;
use support::random;

/// The most rows that are found without an index.
const FEW: u32 = 16;

/// How often operations reach and leave accounts of more than [`FEW`] rows.
#[derive(Debug, Default)]
pub struct Reached {
    pub operations: usize,
    /// Operations after which there are more than [`FEW`] rows.
    pub many: usize,
    /// Runs with such an operation.
    pub runs: usize,
    /// From [`FEW`] rows or less to more, and back.
    pub up: usize,
    pub down: usize,
    pub most: u32,
}

impl Reached {
    /// Counts what one run does, from the number of rows after each of its operations.
    pub fn count(&mut self, rows_after_each: &[u32]) {
        let mut before = 0;
        for rows in rows_after_each {
            self.operations += 1;
            self.many += usize::from(*rows > FEW);
            self.up += usize::from(before <= FEW && *rows > FEW);
            self.down += usize::from(before > FEW && *rows <= FEW);
            self.most = self.most.max(*rows);
            before = *rows;
        }
        self.runs += usize::from(rows_after_each.iter().any(|rows| *rows > FEW));
    }
}

#[test]
fn crossings_are_counted() {
    let mut reached = Reached::default();
    reached.count(&[16, 17, 18, 16, 40, 0]);
    reached.count(&[16]);
    let Reached { operations, many, runs, up, down, most } = reached;
    assert_eq!((operations, many, runs, up, down, most), (7, 3, 1, 2, 2, 40));
}

#[test]
fn runs_reach_and_leave_accounts_with_an_index() {
    let (mut any, mut valid) = (Reached::default(), Reached::default());
    for seed in 0..400 {
        let bytes = random::bytes(seed, 600);
        any.count(&rows_after_each(&run(&mut ByteSource::new(&bytes), OPERATIONS_MAX)));
        let bytes = random::bytes(seed, 1000);
        valid.count(&rows_after_each(&mostly_valid_run(&mut ByteSource::new(&bytes), 200)));
    }
    println!("{any:?}\n{valid:?}");
    for reached in [any, valid] {
        assert!(reached.runs >= 100, "{reached:?}");
        assert!(reached.many * 10 >= reached.operations, "{reached:?}");
        assert!(reached.up >= 100 && reached.down >= 30, "{reached:?}");
        assert!(reached.most >= 40, "{reached:?}");
    }
}

#[test]
fn snapshots_have_up_to_40_rows() {
    let mut counts = BTreeSet::new();
    let mut many = 0;
    for seed in 0..1000 {
        let bytes = random::bytes(seed, 160);
        let snapshot = stored::snapshot(&mut ByteSource::new(&bytes)).plain();
        let account: Account = serde_json::from_slice(&snapshot).expect("the snapshot is valid");
        many += usize::from(account.usage().rows > FEW);
        counts.insert(account.usage().rows);
    }
    println!("{many} of 1000 snapshots have more than {FEW} rows");
    assert!(many >= 200, "{many}");
    assert!(counts.into_iter().eq(0..=40), "every number of rows occurs");
}

#[test]
fn the_pool_has_ids_of_every_kind() {
    let pool: BTreeSet<(u8, String)> = (0..texts::POOL).map(texts::of_pool).collect();
    assert_eq!(pool.len(), texts::POOL, "no ID is there twice");
    let lengths: BTreeSet<(u8, usize)> = pool.iter().map(|(kind, id)| (*kind, id.len())).collect();
    for limit in [(1, 1), (1, 32), (2, 48), (2, 96)] {
        assert!(lengths.contains(&limit), "{limit:?}");
    }
    assert!(pool.contains(&(1, "p3".into())) && pool.contains(&(2, "p3".into())));
    for (kind, id) in pool {
        let known = match kind {
            1 => convmark::Conversation::user(id.as_str()).is_ok(),
            _ => convmark::Conversation::group(id.as_str()).is_ok(),
        };
        assert!(known, "{kind} {id}");
    }
}
