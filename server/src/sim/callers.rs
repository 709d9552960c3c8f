//! The simulated callers, and everything that happens to servers and accounts meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use convmark::{Account, Command, UserId};
use support::bodies::{Requester, user_contact};
use support::random::Random;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

use super::Planted;
use super::disk::Disk;
use super::servers::Server;
use crate::service::Figures;
use crate::store::{AccountKey, AppendId, Snapshot, Version, encoding};

const USERS: [&str; 3] = ["anna", "ben", "cleo"];
const GROUPS: [&str; 3] = ["family", "work", "club"];
const CONTACTS: [&str; 4] = ["dora", "emil", "fred", "gina"];

/// What a caller saw.
pub(super) struct SimCall {
    pub(super) account: AccountKey,
    pub(super) command: Command,
    pub(super) body: String,
    /// A text that only the changes of this call have.
    pub(super) token: Option<String>,
    /// Places in the order of all beginnings and ends.
    pub(super) began: u64,
    pub(super) ended: u64,
    /// The moment whose state an answer without changes may be given on.
    pub(super) may_be_of: Instant,
    /// How many records the account had then.
    pub(super) length_at_begin: usize,
    pub(super) length_at_end: usize,
    /// Nothing if the server crashed.
    pub(super) answer: Option<Bytes>,
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
        self.disk.lock().unwrap().accounts.get(account).map_or(0, |entry| entry.history.len())
    }

    async fn caller(&self, caller: usize, mut random: Random) {
        for number in 0..12 {
            sleep(Duration::from_millis(random.below(60) as u64)).await;
            let user = *random.pick(&USERS[..1 + caller % 3]);
            let (command, body, token) = draw(&mut random, user, &format!("t{caller}x{number}"));
            let server = &self.servers[random.below(self.servers.len())];
            let account = AccountKey::new(&UserId::new(user).unwrap());
            let may_be_of = Instant::now() - server.age();
            let (began, length_at_begin) = (self.event(), self.length(&account));
            let answer = server.call(command, body.as_bytes()).await;
            let (ended, length_at_end) = (self.event(), self.length(&account));
            self.calls.borrow_mut().push(SimCall {
                account,
                command,
                body,
                token,
                began,
                may_be_of,
                ended,
                length_at_begin,
                length_at_end,
                answer,
            });
        }
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
        let account = AccountKey::new(&UserId::new(*random.pick(&USERS)).unwrap());
        let mut disk = self.disk.lock().unwrap();
        let Some(entry) = disk.accounts.get(&account) else { return };
        let length = random.below(entry.history.len() + 1);
        let mut state = Account::new();
        for record in &entry.history[..length] {
            let changes = encoding::read_changes(&record.changes).unwrap();
            if state.replay_all(&changes).is_err() {
                // A planted mistake, which the checker finds.
                return;
            }
        }
        let Some(last) = entry.history[..length].last() else { return };
        let snapshot = Snapshot {
            version: Version::new(length as u64),
            time_seconds: last.time_seconds,
            id: AppendId::new([0; 16]),
            account: encoding::write_account(&state).unwrap().into(),
        };
        disk.fold(&account, &snapshot);
    }
}

/// A request, and a text that only its changes have, if they have one.
fn draw(random: &mut Random, user: &str, token: &str) -> (Command, String, Option<String>) {
    let bodies = Requester(user);
    let group = *random.pick(&GROUPS);
    let contact = *random.pick(&CONTACTS);
    let token = token.to_owned();
    match random.below(12) {
        0..=3 => (Command::MarkContact, bodies.set_custom_mark(contact, &token), Some(token)),
        4 | 5 => {
            let body = bodies.create(group, &user_contact(&token));
            (Command::CreateContactGroup, body, Some(token))
        }
        6 => {
            let body = bodies.add(group, &[user_contact(&token)]);
            (Command::UpdateContactGroup, body, Some(token))
        }
        7 => (Command::DelContactGroup, bodies.delete(group), None),
        8 => {
            let body = bodies.search(&user_contact(contact));
            (Command::SearchContactGroup, body, None)
        }
        _ => (Command::GetContactGroup, bodies.get(0), None),
    }
}
