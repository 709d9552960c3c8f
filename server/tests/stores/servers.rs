//! Three servers over one PostgreSQL, under random load with hot accounts, while servers and
//! PostgreSQL are killed and connections cut. Nothing acknowledged is lost, and every answer is right.
//!
//! `POSTGRES_ROUNDS=100` sets the number of events; 8 without it. `POSTGRES_SEED` sets the order of things.

mod callers;
mod checker;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use support::random::Random;

use crate::cluster::Cluster;
use crate::common::{Server, command};
use crate::proxy::{CUTS, Proxy};
use callers::Call;
use checker::Report;

const SCHEMA: &str = "convmark";
const CALLERS: usize = 9;
const CALL_TIMEOUT: &str = "3s";

/// Every record as it was committed, even if it is folded away later.
const WITNESS: &str = "
    CREATE TABLE convmark.history (account bytea, version bigint, sealed bytea);
    CREATE FUNCTION convmark.witness() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO convmark.history VALUES (NEW.account, NEW.version, NEW.sealed);
        RETURN NULL;
    END $$;
    CREATE TRIGGER witness AFTER INSERT ON convmark.records
        FOR EACH ROW EXECUTE FUNCTION convmark.witness();
";

/// What callers and events share.
struct World {
    /// `None` while a server starts again.
    servers: [Mutex<Option<Server>>; 3],
    proxies: [Proxy; 3],
    url: [String; 3],
    is_over: AtomicBool,
    events: AtomicU64,
    calls: Mutex<Vec<Call>>,
}

impl World {
    /// `standby` is the port of another PostgreSQL, if there is one.
    fn start(cluster: &Cluster, standby: Option<u16>) -> Arc<Self> {
        let proxies = [(); 3].map(|()| Proxy::to(cluster.port));
        let url = [0, 1, 2].map(|place: usize| match standby {
            None => cluster.url_at(proxies[place].port),
            Some(standby) => Cluster::url_at_both(proxies[place].port, standby),
        });
        let world = Self {
            servers: [(); 3].map(|()| Mutex::new(None)),
            proxies,
            url,
            is_over: AtomicBool::new(false),
            events: AtomicU64::new(0),
            calls: Mutex::default(),
        };
        for place in 0..3 {
            world.start_server(place);
        }
        cluster.sql(WITNESS);
        Arc::new(world)
    }

    fn start_server(&self, place: usize) {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--log-level", "error"]);
        command.args(["--call-timeout", CALL_TIMEOUT, "--postgres-connections", "4"]);
        command.args(["--store", &self.url[place]]);
        *self.servers[place].lock().unwrap() = Some(Server::of(command));
    }

    fn event(&self) -> u64 {
        self.events.fetch_add(1, Relaxed)
    }

    /// Waits until a call of each server is acknowledged again.
    fn settle(&self) {
        for place in 0..3 {
            callers::until_acknowledged(self, place);
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

fn start_callers(world: &Arc<World>, random: &mut Random) -> Vec<JoinHandle<()>> {
    let start = |caller| {
        let (world, random) = (Arc::clone(world), Random::new(random.bits()));
        spawn(move || callers::call_until_over(&world, caller, random))
    };
    (0..CALLERS).map(start).collect()
}

/// Ends the load and checks everything against what that PostgreSQL has.
fn end(world: &World, callers: Vec<JoinHandle<()>>, cluster: &Cluster, seed: u64) -> Report {
    world.is_over.store(true, Relaxed);
    for caller in callers {
        caller.join().unwrap();
    }
    let calls = std::mem::take(&mut *world.calls.lock().unwrap());
    let found = checker::check(&calls, cluster, SCHEMA);
    let report = found.unwrap_or_else(|found| panic!("POSTGRES_SEED={seed}: {found}"));
    assert!(report.answered * 4 > report.calls, "too few calls were answered: {report:?}");
    report
}

/// The primary dies under load, and its synchronous standby takes over. `POSTGRES_FAILOVERS` says how often.
#[test]
fn a_promoted_standby_has_all_that_was_acknowledged() {
    let seed = number("POSTGRES_SEED", 1);
    let mut random = Random::new(seed);
    for _ in 0..number("POSTGRES_FAILOVERS", 1) {
        let Some(primary) = Cluster::start(&["max_connections=60"]) else { return };
        let standby = primary.standby();
        let world = World::start(&primary, Some(standby.port));
        let callers = start_callers(&world, &mut random);
        sleep(Duration::from_millis(1000 + random.below(1000) as u64));
        // It does not come back: that is the fence.
        primary.kill();
        standby.sql("SELECT pg_promote()");
        world.settle();
        sleep(Duration::from_millis(500));
        let report = end(&world, callers, &standby, seed);
        println!("the primary was killed: {report:?}");
        assert!(report.acknowledged > 20, "{report:?}");
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let Some(cluster) = Cluster::start(&["max_connections=100"]) else { return };
    let seed = number("POSTGRES_SEED", 1);
    let mut random = Random::new(seed);
    let world = World::start(&cluster, None);
    let callers = start_callers(&world, &mut random);
    let (mut servers_killed, mut databases_killed, mut cuts) = (0, 0, 0);
    for round in 0..number("POSTGRES_ROUNDS", 8) {
        sleep(Duration::from_millis(100 + random.below(300) as u64));
        let place = random.below(3);
        match round % 4 {
            0 => {
                let server = world.servers[place].lock().unwrap().take().unwrap();
                // It is killed when it is dropped.
                drop(server);
                world.start_server(place);
                servers_killed += 1;
            }
            1 => {
                cluster.kill();
                sleep(Duration::from_millis(random.below(200) as u64));
                cluster.restart();
                databases_killed += 1;
            }
            _ => {
                for _ in 0..15 {
                    world.proxies[random.below(3)].arm(*random.pick(&CUTS));
                    sleep(Duration::from_millis(random.below(40) as u64));
                    cuts += 1;
                }
            }
        }
        world.settle();
    }
    let report = end(&world, callers, &cluster, seed);
    println!(
        "{servers_killed} servers and {databases_killed} times PostgreSQL killed, {cuts} cuts: {report:?}"
    );
    assert!(report.acknowledged > 200, "{report:?}");
    assert!(report.folded_accounts > 0, "{report:?}");
}
