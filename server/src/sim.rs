//! Deterministic simulation: the service over a simulated store, clock, network and callers.
//!
//! Everything comes from one seed and runs on one thread in virtual time, so a seed that fails can
//! be run again, step by step. Messages to the store are delayed, lost before or after their effect,
//! or arrive long after the sender gave up; servers crash between any two steps and come back with
//! nothing; servers sleep; accounts are folded at any moment at any version; clocks differ.
//! Among their requests, callers export, restore and empty accounts and have conversations
//! forgotten.
//!
//! The checker ([`checker`]) has the core as the model and looks only at what callers saw and at
//! what the store has in the end. Mistakes that are planted ([`Planted`]) are all found.
//!
//! `SIM_SEEDS=100000` runs more seeds, `SIM_SEED=17` runs one.

mod callers;
mod checker;
mod connection;
mod disk;
mod servers;
mod whole;

use std::sync::{Arc, Mutex};

use support::random::Random;

use crate::service::Figures;
use disk::{Disk, DiskFaults};

/// A mistake in the service or in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// The store appends to whatever version there is.
    NoVersionCheck,
    /// The store acknowledges before the records are durable, and loses power at times.
    AcknowledgedBeforeDurable,
    /// The service keeps what it judged when it does not know whether it is stored.
    CacheKeptAfterUnknown,
    /// The store only looks whether it has a record of the version: one that was folded away is
    /// taken again from a server that slept meanwhile.
    CutUnderStaleServer,
    /// The service gives answers without changes from a cache that may be old.
    Unconfirmed,
    /// The service gives answers without changes from a cache that is older than it may be.
    AgeForgotten,
    /// The service answers calls that could change something from a cache that may be old.
    ChangesOnOldStates,
    /// The store keeps the records that a restored account had before.
    RestoreKeepsRecords,
    /// The store restores an account whatever version it has.
    RestoreWithoutVersionCheck,
    /// The service restores again what may have been restored already.
    RestoredAgain,
    /// The service keeps a cached account that another server has restored meanwhile.
    CacheKeptAfterRestore,
    /// The service forgets a row and leaves the records that name it.
    ForgetWithoutFold,
}

/// What happened in a run, to see that everything does happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Happened {
    calls: usize,
    answered: usize,
    records: usize,
    conflicts: u64,
    unknown: u64,
    together: u64,
    folds: u64,
    crashes: usize,
    late: usize,
    lost_replies: usize,
    cached_reads: usize,
    exports: usize,
    restores: usize,
    emptied: usize,
    forgotten: usize,
    /// Of everything that callers saw.
    digest: u64,
}

/// One run. The error is what the checker found.
fn run(seed: u64, planted: Planted) -> Result<Happened, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(simulate(seed, planted)).map_err(|found| format!("seed {seed}: {found}"))
}

async fn simulate(seed: u64, planted: Planted) -> Result<Happened, String> {
    let mut random = Random::new(seed);
    // One server that has the store for itself, as with an embedded store, or several.
    let is_exclusive = planted == Planted::Nothing && random.one_in(4);
    let faults = DiskFaults::draw(&mut random, planted);
    let disk = Arc::new(Mutex::new(Disk::new(Random::new(random.bits()), faults)));
    let calls = if is_exclusive {
        callers::run::<true>(&mut random, &disk, planted).await
    } else {
        callers::run::<false>(&mut random, &disk, planted).await
    };
    let disk = disk.lock().unwrap();
    let mut happened = checker::check(&calls.calls, &disk)?;
    happened.crashes = calls.crashes;
    happened.late = disk.late;
    happened.lost_replies = disk.lost_replies;
    happened.add(&calls.figures);
    Ok(happened)
}

impl Happened {
    fn add(&mut self, figures: &Figures) {
        self.conflicts += figures.conflicts;
        self.unknown += figures.unknown;
        self.together += figures.records - figures.appends;
        self.folds += figures.folds;
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

fn seeds() -> std::ops::Range<u64> {
    match number("SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SIM_SEEDS").unwrap_or(1000),
    }
}

#[test]
fn the_service_keeps_its_promises() {
    let mut all = Happened::default();
    for seed in seeds() {
        let happened = run(seed, Planted::Nothing).unwrap_or_else(|found| panic!("{found}"));
        all.calls += happened.calls;
        all.answered += happened.answered;
        all.records += happened.records;
        all.conflicts += happened.conflicts;
        all.unknown += happened.unknown;
        all.together += happened.together;
        all.folds += happened.folds;
        all.crashes += happened.crashes;
        all.late += happened.late;
        all.lost_replies += happened.lost_replies;
        all.cached_reads += happened.cached_reads;
        all.exports += happened.exports;
        all.restores += happened.restores;
        all.emptied += happened.emptied;
        all.forgotten += happened.forgotten;
    }
    println!("{all:?}");
    if seeds().count() >= 100 {
        let rare = [all.conflicts, all.unknown, all.together, all.folds];
        assert!(rare.iter().all(|count| *count > 50), "too little happened: {all:?}");
        let rare = [all.crashes, all.late, all.lost_replies, all.cached_reads];
        assert!(rare.iter().all(|count| *count > 50), "too little happened: {all:?}");
        let rare = [all.exports, all.restores, all.emptied, all.forgotten];
        assert!(rare.iter().all(|count| *count > 50), "too little happened: {all:?}");
        assert!(all.answered * 10 > all.calls * 7, "too few calls were answered: {all:?}");
    }
}

#[test]
fn a_seed_replays() {
    for seed in 0..20 {
        assert_eq!(run(seed, Planted::Nothing), run(seed, Planted::Nothing));
    }
}

/// The number of the first seed that finds the mistake, and what was found.
fn found(planted: Planted) -> (u64, String) {
    let found = (0..1000).find_map(|seed| Some((seed, run(seed, planted).err()?)));
    let (seed, what) = found.unwrap_or_else(|| panic!("{planted:?} was not found"));
    println!("{planted:?}: {what}");
    (seed, what)
}

#[test]
fn a_missing_version_check_is_found() {
    assert!(found(Planted::NoVersionCheck).0 < 100);
}

#[test]
fn acknowledging_before_the_data_is_durable_is_found() {
    assert!(found(Planted::AcknowledgedBeforeDurable).0 < 100);
}

#[test]
fn a_cache_that_is_kept_after_an_unknown_end_is_found() {
    assert!(found(Planted::CacheKeptAfterUnknown).0 < 100);
}

#[test]
fn records_that_are_cut_under_a_stale_server_are_found() {
    assert!(found(Planted::CutUnderStaleServer).0 < 1000);
}

#[test]
fn cached_answers_that_are_too_old_are_found() {
    assert!(found(Planted::AgeForgotten).0 < 100);
}

#[test]
fn calls_that_could_change_something_judged_on_old_states_are_found() {
    assert!(found(Planted::ChangesOnOldStates).0 < 1000);
}

#[test]
fn answers_without_confirmation_are_found() {
    assert!(found(Planted::Unconfirmed).0 < 100);
}

#[test]
fn a_restore_that_keeps_old_records_is_found() {
    assert!(found(Planted::RestoreKeepsRecords).0 < 100);
}

#[test]
fn a_restore_without_a_version_check_is_found() {
    assert!(found(Planted::RestoreWithoutVersionCheck).0 < 100);
}

#[test]
fn a_restore_that_is_done_again_after_an_unknown_end_is_found() {
    assert!(found(Planted::RestoredAgain).0 < 100);
}

#[test]
fn a_cache_that_is_kept_after_a_restore_by_another_server_is_found() {
    assert!(found(Planted::CacheKeptAfterRestore).0 < 100);
}

#[test]
fn forgetting_without_a_fold_is_found() {
    assert!(found(Planted::ForgetWithoutFold).0 < 100);
}
