//! The simulated callers, and everything that happens to servers and accounts meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use convmark::{Account, Conversation, UserId};
use support::random::Random;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

use super::disk::{Disk, SimAccount, StoredBytes, StoredEvent};
use super::servers::Server;
use super::{Planted, whole};
use crate::model::requests::{Request, Requests};
use crate::service::{Figures, Forgotten, HowToRestore, Restored, StoredAccount, WholeError};
use crate::store::{AccountKey, AppendId, Snapshot, encoding};

const USERS: [&str; 3] = ["anna", "ben", "cleo"];
const CONTACTS: [&str; 4] = ["dora", "emil", "fred", "gina"];
const REQUESTS: Requests = Requests {
    groups: &["family", "work", "club"],
    contacts: &CONTACTS,
    often: [4, 2, 1, 1, 1, 3],
};

pub(super) fn key(user: &str) -> AccountKey {
    AccountKey::new(&UserId::new(user).unwrap())
}

/// What a caller saw.
pub(super) struct SimCall {
    pub(super) account: AccountKey,
    /// Places in the order of all beginnings and ends.
    pub(super) began: u64,
    pub(super) ended: u64,
    /// The moment whose state an answer without changes may be given on.
    pub(super) may_be_of: Instant,
    /// How many events the account had had then.
    pub(super) length_at_begin: usize,
    pub(super) length_at_end: usize,
    /// What the store had of the account, if that is checked.
    pub(super) stored_at_end: Option<StoredBytes>,
    pub(super) asked: Asked,
}

/// What was asked, and what came back.
pub(super) enum Asked {
    /// There is no answer if the server crashed.
    Request(Request, Option<Bytes>),
    Export(Result<Option<StoredAccount>, WholeError>),
    Restore(Restore, Result<Restored, WholeError>),
    /// Whether there was anything.
    Empty(Result<bool, WholeError>),
    Forget(Conversation<'static>, Result<Forgotten, WholeError>),
}

impl Asked {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Request(request, _) => request.command.name(),
            Self::Export(_) => "export",
            Self::Restore(..) => "restore",
            Self::Empty(_) => "empty",
            Self::Forget(..) => "forget",
        }
    }
}

/// What an account is to become.
#[derive(Clone)]
pub(super) struct Restore {
    pub(super) stored: StoredAccount,
    pub(super) how: HowToRestore,
}

pub(super) struct Calls {
    pub(super) calls: Vec<SimCall>,
    pub(super) crashes: usize,
    pub(super) figures: Figures,
}

/// What all callers share.
struct World<const EXCLUSIVE: bool> {
    servers: Vec<Server<EXCLUSIVE>>,
    disk: Arc<Mutex<Disk>>,
    calls: RefCell<Vec<SimCall>>,
    events: Cell<u64>,
    crashes: Cell<usize>,
}

pub(super) async fn run<const EXCLUSIVE: bool>(
    random: &mut Random,
    disk: &Arc<Mutex<Disk>>,
    planted: Planted,
) -> Calls {
    let servers = if EXCLUSIVE { 1 } else { 2 + random.below(2) };
    let servers = (0..servers).map(|_| Server::new(random, disk, planted)).collect();
    let world = Rc::new(World::<EXCLUSIVE> {
        servers,
        disk: Arc::clone(disk),
        calls: RefCell::default(),
        events: Cell::new(0),
        crashes: Cell::new(0),
    });
    let tasks = LocalSet::new();
    let chaos = {
        let (world, random) = (Rc::clone(&world), Random::new(random.bits()));
        tasks.spawn_local(async move { world.chaos(random, planted).await })
    };
    let callers: Vec<_> = (0..3 + random.below(5))
        .map(|caller| {
            let (world, random) = (Rc::clone(&world), Random::new(random.bits()));
            tasks.spawn_local(async move { world.caller(caller, random).await })
        })
        .collect();
    tasks
        .run_until(async {
            for caller in callers {
                caller.await.unwrap();
            }
            chaos.abort();
            // What is still on its way to the store arrives.
            sleep(Duration::from_secs(5)).await;
        })
        .await;
    let mut figures = Figures::default();
    for server in &world.servers {
        let of_server = server.figures();
        figures.conflicts += of_server.conflicts;
        figures.unknown += of_server.unknown;
        figures.records += of_server.records;
        figures.appends += of_server.appends;
        figures.folds += of_server.folds;
    }
    Calls { calls: world.calls.take(), crashes: world.crashes.get(), figures }
}

impl<const EXCLUSIVE: bool> World<EXCLUSIVE> {
    fn event(&self) -> u64 {
        self.events.set(self.events.get() + 1);
        self.events.get()
    }

    fn length(&self, account: &AccountKey) -> usize {
        self.disk.lock().unwrap().accounts.get(account).map_or(0, |entry| entry.events.len())
    }

    async fn caller(&self, caller: usize, mut random: Random) {
        let users = &USERS[..1 + caller % 3];
        let mut imported = None;
        for number in 0..12 {
            sleep(Duration::from_millis(random.below(60) as u64)).await;
            let server = &self.servers[random.below(self.servers.len())];
            let user = *random.pick(users);
            let token = format!("t{caller}x{number}");
            match random.below(24) {
                0 | 1 => {
                    let contact = *random.pick(&CONTACTS);
                    self.ask(server, user, async || whole::forget(server, user, contact).await)
                        .await;
                }
                2 if random.one_in(3) => {
                    self.ask(server, user, async || whole::empty(server, user).await).await;
                }
                3 | 4 => {
                    if random.one_in(2) || imported.is_none() {
                        let from = *random.pick(&USERS);
                        let export = async || whole::export(server, from).await;
                        let exported = self.ask(server, from, export).await;
                        imported = exported.map(|stored| (user, whole::change(stored, &token)));
                    }
                    let Some((user, stored)) = imported.clone() else { continue };
                    let how = whole::draw_how(&mut random);
                    self.ask(server, user, async || {
                        whole::restore(server, user, stored, how).await
                    })
                    .await;
                }
                _ => {
                    let request = REQUESTS.draw(&mut random, user, &token);
                    self.ask(server, user, async || {
                        let answer = server.call(request.command, request.body.as_bytes()).await;
                        (Asked::Request(request, answer), ())
                    })
                    .await;
                }
            }
        }
    }

    /// Asks a server for something that concerns one account, and notes what came back.
    async fn ask<T>(
        &self,
        server: &Server<EXCLUSIVE>,
        user: &str,
        ask: impl AsyncFnOnce() -> (Asked, T),
    ) -> T {
        let account = key(user);
        let may_be_of = Instant::now() - server.age();
        let (began, length_at_begin) = (self.event(), self.length(&account));
        let (asked, result) = ask().await;
        let (ended, length_at_end) = (self.event(), self.length(&account));
        let stored_at_end = match asked {
            Asked::Request(..) => None,
            _ => self.disk.lock().unwrap().accounts.get(&account).map(SimAccount::sealed),
        };
        self.calls.borrow_mut().push(SimCall {
            account,
            began,
            ended,
            may_be_of,
            length_at_begin,
            length_at_end,
            stored_at_end,
            asked,
        });
        result
    }

    /// What happens beside the calls.
    async fn chaos(&self, mut random: Random, planted: Planted) {
        loop {
            sleep(Duration::from_millis(random.below(80) as u64)).await;
            let server = &self.servers[random.below(self.servers.len())];
            match random.below(8) {
                0 | 1 => {
                    server.crash();
                    self.crashes.set(self.crashes.get() + 1);
                }
                2 => server.sleep(Duration::from_millis(random.below(600) as u64)),
                3 | 4 if planted == Planted::AcknowledgedBeforeDurable => {
                    self.disk.lock().unwrap().lose_power();
                }
                5 if planted == Planted::AcknowledgedBeforeDurable => {
                    self.disk.lock().unwrap().make_durable();
                }
                _ => self.fold(&mut random),
            }
        }
    }

    /// Folds an account at any of its versions.
    fn fold(&self, random: &mut Random) {
        let user = random.pick(&USERS);
        let account = key(user);
        let mut disk = self.disk.lock().unwrap();
        let Some(entry) = disk.accounts.get(&account) else { return };
        let events = &entry.events[..random.below(entry.events.len() + 1)];
        let mut state = Account::new();
        for event in events {
            match event {
                StoredEvent::Record(record) => {
                    let changes = encoding::read_changes(&record.changes).unwrap();
                    if state.replay_all(&changes).is_err() {
                        // A planted mistake, which the checker finds.
                        return;
                    }
                }
                StoredEvent::Restored(snapshot) => {
                    state = encoding::read_account(&snapshot.account).unwrap();
                }
            }
        }
        let Some(last) = events.last() else { return };
        let snapshot = Snapshot {
            version: last.version(),
            time_seconds: last.time_seconds(),
            id: AppendId::new([0; 16]),
            account: encoding::write_account(&state).unwrap().into(),
        };
        disk.fold(&account, &snapshot);
    }
}
