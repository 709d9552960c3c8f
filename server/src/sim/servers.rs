//! The simulated servers: they crash, come back, sleep, and have clocks that differ.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use convmark::{Command, Policy};
use support::random::Random;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::Planted;
use super::connection::{Life, SimStore};
use super::disk::Disk;
use crate::service::{Figures, ReadConsistency, Service, ServiceOptions};

pub(super) const START_SECONDS: u64 = 1_700_000_000;

/// One process.
struct Process<const EXCLUSIVE: bool> {
    service: Service<SimStore<EXCLUSIVE>>,
    life: Arc<Life>,
    crashed: Arc<Notify>,
}

pub(super) struct Server<const EXCLUSIVE: bool> {
    process: Mutex<Process<EXCLUSIVE>>,
    disk: Arc<Mutex<Disk>>,
    options: ServiceOptions,
    start: Instant,
    /// By how many seconds its clock is ahead.
    ahead_seconds: u64,
    /// What the processes before have done.
    past: Mutex<Vec<Figures>>,
}

impl<const EXCLUSIVE: bool> Server<EXCLUSIVE> {
    pub(super) fn new(random: &mut Random, disk: &Arc<Mutex<Disk>>, planted: Planted) -> Self {
        let mut options = ServiceOptions {
            cache_bytes: *random.pick(&[0, 1200, 1 << 20]),
            line_max: *random.pick(&[1, 4, 100]),
            together_max: *random.pick(&[1, 3, 100]),
            tries_max: 4,
            pause: Duration::from_millis(20),
            store_timeout: Duration::from_millis(400),
            fold_min_bytes: *random.pick(&[0, 300, 2000]),
            ..ServiceOptions::default()
        };
        let numbers = Mutex::new(Random::new(random.bits()));
        options.random = Arc::new(move || {
            let mut numbers = numbers.lock().unwrap();
            u128::from(numbers.bits()) << 64 | u128::from(numbers.bits())
        });
        if matches!(planted, Planted::AgeForgotten | Planted::ChangesOnOldStates)
            || random.one_in(3)
        {
            let age = Duration::from_millis(*random.pick(&[5, 50, 300]));
            options.reads = ReadConsistency::Cached(age);
        }
        options.sabotage.forgets_age = planted == Planted::AgeForgotten;
        options.sabotage.judges_changes_on_old_states = planted == Planted::ChangesOnOldStates;
        options.sabotage.keeps_cache_after_unknown = planted == Planted::CacheKeptAfterUnknown;
        options.sabotage.leaves_unconfirmed = planted == Planted::Unconfirmed;
        options.sabotage.keeps_cache_after_restore = planted == Planted::CacheKeptAfterRestore;
        options.sabotage.restores_again = planted == Planted::RestoredAgain;
        options.sabotage.forgets_without_fold = planted == Planted::ForgetWithoutFold;
        let start = Instant::now();
        let process = Mutex::new(Process::new(disk, &options, start));
        let disk = Arc::clone(disk);
        let ahead_seconds = random.below(20) as u64;
        Self { process, disk, options, start, ahead_seconds, past: Mutex::default() }
    }

    /// How old the state may be that answers without changes are given on.
    pub(super) fn age(&self) -> Duration {
        match self.options.reads {
            ReadConsistency::Strong => Duration::ZERO,
            ReadConsistency::Cached(age) => age,
        }
    }

    /// `None` if the server crashes meanwhile.
    pub(super) async fn call(&self, command: Command, body: &[u8]) -> Option<Bytes> {
        self.run(async |service, now| service.call(command, body, now).await).await
    }

    /// Does something on the server, with its time in Unix seconds; `None` if it crashes meanwhile.
    pub(super) async fn run<T>(
        &self,
        work: impl AsyncFnOnce(Service<SimStore<EXCLUSIVE>>, u64) -> T,
    ) -> Option<T> {
        let (service, crashed) = {
            let process = self.process.lock().unwrap();
            (process.service.clone(), Arc::clone(&process.crashed))
        };
        let now = START_SECONDS + self.start.elapsed().as_secs() + self.ahead_seconds;
        tokio::select! {
            biased;
            () = crashed.notified() => None,
            done = work(service, now) => Some(done),
        }
    }

    /// Ends the process where it is, and starts another one.
    pub(super) fn crash(&self) {
        let mut process = self.process.lock().unwrap();
        process.life.has_crashed.store(true, Relaxed);
        process.crashed.notify_waiters();
        self.past.lock().unwrap().push(process.service.figures());
        *process = Process::new(&self.disk, &self.options, self.start);
    }

    /// Stops the process for a while, between two steps with the store.
    pub(super) fn sleep(&self, duration: Duration) {
        let until = (self.start.elapsed() + duration).as_millis() as u64;
        self.process.lock().unwrap().life.sleeps_until_ms.store(until, Relaxed);
    }

    /// What all its processes have done.
    pub(super) fn figures(&self) -> Figures {
        let mut sum = self.process.lock().unwrap().service.figures();
        for past in self.past.lock().unwrap().iter() {
            sum.conflicts += past.conflicts;
            sum.unknown += past.unknown;
            sum.records += past.records;
            sum.appends += past.appends;
            sum.folds += past.folds;
        }
        sum
    }
}

impl<const EXCLUSIVE: bool> Process<EXCLUSIVE> {
    fn new(disk: &Arc<Mutex<Disk>>, options: &ServiceOptions, start: Instant) -> Self {
        let life = Arc::new(Life::default());
        let store = SimStore::new(disk, &life, start);
        let service = Service::new(store, &Policy::default(), options.clone());
        Self { service, life, crashed: Arc::new(Notify::new()) }
    }
}
