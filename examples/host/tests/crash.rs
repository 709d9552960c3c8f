//! A host that is killed at any moment keeps every acknowledged change, and stores each request as
//! a whole or not at all.
//!
//! Each round starts the host, compares all accounts with a fake service, sends requests on several
//! connections, and kills the host. CONVMARK_ROUNDS is the number of rounds, CONVMARK_SEED the
//! seed.

mod common;

use std::fs;
use std::net::SocketAddr;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use common::{Client, Directory, Random, Server, now, spawn, target, timeless};
use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Command, Facts, Policy};
use support::bodies::{Requester, addition, chat_contact, mark_item, removal, user_contact};

const CLIENTS: u64 = 4;
/// No two clients share an account, so each knows the order of its requests.
const ACCOUNTS_PER_CLIENT: u64 = 3;

struct Request {
    command: Command,
    account: String,
    body: String,
}

/// What one client knows about its accounts.
struct Ledger {
    accounts: Vec<String>,
    random: Random,
    /// All acknowledged requests, applied.
    model: Service,
    /// The request that was sent but not answered when the host was killed.
    open: Option<Request>,
    acknowledged: u64,
    /// How many open requests were stored, and how many were not.
    done: u64,
    undone: u64,
}

impl Ledger {
    fn new(client: u64, seed: u64) -> Self {
        let accounts =
            (0..ACCOUNTS_PER_CLIENT).map(|number| format!("user {client}.{number}")).collect();
        let random = Random(seed ^ (client << 32));
        Self {
            accounts,
            random,
            model: Service::new(&Policy::default()),
            open: None,
            acknowledged: 0,
            done: 0,
            undone: 0,
        }
    }

    /// Sends requests until the host is gone.
    fn load(&mut self, address: SocketAddr) {
        let Ok(mut client) = Client::connect(address) else { return };
        loop {
            let request = self.next();
            match client.post(&target(request.command.name()), request.body.as_bytes()) {
                Ok(answer) => {
                    assert_eq!(answer.status, 200);
                    let expected = serve(&mut self.model, request.command, &request.body);
                    assert_eq!(answer.body, expected, "{}", request.body);
                    self.acknowledged += 1;
                }
                Err(_) => {
                    self.open = Some(request);
                    return;
                }
            }
        }
    }

    /// All accounts are as the fake service has them, or as it has them after the open request.
    fn check(&mut self, address: SocketAddr) {
        let mut client = Client::connect(address).unwrap();
        let open = self.open.take();
        for account in &self.accounts {
            let mut found = Vec::new();
            let complete = pages(account, |body| {
                let answer = client.post(&target("get_contact_group"), body.as_bytes()).unwrap();
                let (text, times) = timeless(&answer.body);
                assert!(times.iter().all(|time| (1_600_000_000..=now()).contains(time)), "{text}");
                found.push(text.clone());
                text
            });
            assert!(complete, "{account}: {found:?}");
            let before = expected_pages(&mut self.model, account);
            match open.as_ref().filter(|open| open.account == *account) {
                None => assert_eq!(
                    found, before,
                    "{account}: acknowledged changes are missing, or others are there"
                ),
                Some(open) => {
                    let mut after = self.model.clone();
                    serve(&mut after, open.command, &open.body);
                    let after_pages = expected_pages(&mut after, account);
                    if found == after_pages {
                        // A request that changes nothing is not counted.
                        self.done += u64::from(after_pages != before);
                        self.model = after;
                    } else {
                        assert_eq!(
                            found, before,
                            "{account}: neither before nor after {}",
                            open.body
                        );
                        self.undone += 1;
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Request {
        let random = &mut self.random;
        let account = self.accounts[random.below(ACCOUNTS_PER_CLIENT) as usize].clone();
        let (requester, group) = (Requester(&account), format!("g{}", random.below(8)));
        let (name, body) = match random.below(20) {
            0..=3 => {
                let contacts = list(random, 30, |_, contact| contact);
                ("create_contact_group", requester.create(&group, &contacts))
            }
            4..=8 => {
                let items = list(random, 30, |random, contact| {
                    if random.below(2) == 0 { addition(&contact) } else { removal(&contact) }
                });
                ("update_contact_group", requester.change(&group, &items))
            }
            9 => {
                let new = format!("g{}", random.below(8));
                ("update_contact_group", requester.rename(&group, &new))
            }
            10 => ("del_contact_group", requester.delete(&group)),
            _ => {
                let items = list(random, 20, |random, contact| {
                    let (kind, set, clear, custom) = (
                        [1, 2, 3][random.below(3) as usize],
                        1 + random.below(64),
                        1 + random.below(64),
                        random.below(50),
                    );
                    // The empty string removes the mark.
                    let custom = if custom < 10 { String::new() } else { format!("m{custom}") };
                    let members = format!(
                        r#","SetMark":[{set}],"ClearMark":[{clear}],"CustomMark":"{custom}""#
                    );
                    mark_item(kind, &contact, &members)
                });
                ("mark_contact", requester.mark(&items))
            }
        };
        Request { command: Command::from_str(name).unwrap(), account, body }
    }
}

/// A list of 1 to `maximum` items, each about one of 300 conversations, which are several pages.
fn list(
    random: &mut Random,
    maximum: u64,
    mut item: impl FnMut(&mut Random, String) -> String,
) -> Vec<String> {
    (0..1 + random.below(maximum))
        .map(|_| {
            let contact = match random.below(300) {
                id @ 0..200 => user_contact(&format!("u{id}")),
                id => chat_contact(&format!("@TGS#{id}")),
            };
            item(random, contact)
        })
        .collect()
}

fn serve(model: &mut Service, command: Command, body: &str) -> String {
    let incoming = Incoming::new(command, body.as_bytes());
    let outcome = model.serve(&incoming, &Facts::vouched(), Time::default()).unwrap();
    String::from_utf8(outcome.into_parts().0).unwrap()
}

fn expected_pages(model: &mut Service, account: &str) -> Vec<String> {
    let mut pages_of_model = Vec::new();
    pages(account, |body| {
        pages_of_model.push(serve(model, Command::GetContactGroup, body));
        pages_of_model.last().cloned().unwrap_or_default()
    });
    pages_of_model
}

/// Asks for page after page; whether the last one was reached.
fn pages(account: &str, mut ask: impl FnMut(&str) -> String) -> bool {
    let mut start = 0;
    loop {
        let answer = ask(&Requester(account).get(start));
        let answer = convmark::answer::Answer::read(answer.as_bytes()).unwrap();
        match (answer.complete, answer.next_start_index) {
            (Some(false), Some(next)) if next > start => start = next,
            (complete, _) => return complete == Some(true),
        }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| {
        value.parse().unwrap_or_else(|_| panic!("{name} must be a number"))
    })
}

#[test]
fn a_killed_host_keeps_what_it_acknowledged() {
    let (rounds, seed) = (setting("CONVMARK_ROUNDS", 5), setting("CONVMARK_SEED", 1));
    let directory = Directory::new();
    let data = directory.file("host.redb");
    let mut random = Random(seed);
    let mut ledgers: Vec<_> = (0..CLIENTS).map(|client| Ledger::new(client, seed)).collect();
    let started = Instant::now();
    let mut killed_early = 0;
    for round in 0..=rounds {
        // Sometimes it is killed while it starts: while it creates the file, or while it recovers
        // it.
        while random.below(3) == 0 {
            let mut process = spawn(&data, &[]);
            thread::sleep(Duration::from_micros(random.below(20_000)));
            process.kill().unwrap();
            process.wait().unwrap();
            killed_early += 1;
        }
        let server = Server::start(&data, &[]);
        let address = server.address;
        for ledger in &mut ledgers {
            ledger.check(address);
        }
        if round == rounds {
            break;
        }
        thread::scope(|scope| {
            for ledger in &mut ledgers {
                scope.spawn(|| ledger.load(address));
            }
            thread::sleep(Duration::from_micros(random.below(150_000)));
            server.kill();
        });
    }
    let sum = |count: fn(&Ledger) -> u64| ledgers.iter().map(count).sum::<u64>();
    let rows: u32 = ledgers
        .iter()
        .flat_map(|ledger| ledger.model.accounts())
        .map(|(_, account)| account.usage().rows)
        .sum();
    println!(
        "{rounds} rounds in {:.1} s, seed {seed}: {} requests acknowledged, {rows} rows at the end; in flight when killed and \
         then there: {}, not there: {}; killed while starting: {killed_early}",
        started.elapsed().as_secs_f64(),
        sum(|ledger| ledger.acknowledged),
        sum(|ledger| ledger.done),
        sum(|ledger| ledger.undone),
    );
    assert!(
        sum(|ledger| ledger.acknowledged) >= rounds,
        "fewer requests were acknowledged than there were rounds"
    );
}

#[test]
fn a_host_killed_while_it_makes_its_file_starts_again() {
    let mut random = Random(setting("CONVMARK_SEED", 1));
    for _ in 0..setting("CONVMARK_ROUNDS", 5) {
        let directory = Directory::new();
        let data = directory.file("host.redb");
        let mut process = spawn(&data, &[]);
        // At any moment from when the file appears.
        let seen = Instant::now();
        while fs::read_dir(directory.path()).unwrap().next().is_none()
            && seen.elapsed() < Duration::from_secs(60)
        {}
        thread::sleep(Duration::from_micros(random.below(3_000)));
        process.kill().unwrap();
        process.wait().unwrap();
        let server = Server::start(&data, &[]);
        let answer = server
            .client()
            .post(&target("get_contact_group"), Requester("a").get(0).as_bytes())
            .unwrap();
        assert!(answer.body.contains(r#""ErrorCode":0"#), "{}", answer.body);
    }
}
