//! The callers: random calls over HTTP, and what came back.

use std::sync::atomic::Ordering::Relaxed;
use std::thread::sleep;
use std::time::{Duration, Instant};

use convmark::Command;
use support::bodies::Requester;
use support::random::Random;

use super::World;
use crate::common::{Client, target};
use crate::model::requests::{Request, Requests};

/// The first one is hot.
const USERS: [&str; 4] = ["anna", "anna", "ben", "cleo"];
const REQUESTS: Requests = Requests {
    groups: &["family", "work", "a\\u0000b", "club", "band", "team", "class", "street"],
    contacts: &["dora", "emil", "fred", "gina"],
    // A group that is created twice answers something else.
    often: [3, 4, 1, 2, 1, 1],
};

/// A call and what came back.
pub struct Call {
    pub user: String,
    pub request: Request,
    /// Places in the order of all beginnings and ends.
    pub began: u64,
    pub ended: u64,
    /// Nothing if the connection broke.
    pub answer: Option<String>,
}

/// One caller, on any server.
pub fn call_until_over(world: &World, caller: usize, mut random: Random) {
    let mut number = 0;
    let mut clients = [None, None, None];
    while !world.is_over.load(Relaxed) {
        number += 1;
        let user = *random.pick(&USERS);
        let request = REQUESTS.draw(&mut random, user, &format!("t{caller}x{number}"));
        call(world, &mut clients, random.below(3), user, request);
        sleep(Duration::from_millis(random.below(20) as u64));
    }
}

/// Marks on one server until it is acknowledged.
pub fn until_acknowledged(world: &World, place: usize) {
    let start = Instant::now();
    let mut clients = [None, None, None];
    loop {
        let token = format!("settle{}", world.event());
        let body = Requester("dan").set_custom_mark("dora", &token);
        let request = Request { command: Command::MarkContact, body, token: Some(token) };
        if call(world, &mut clients, place, "dan", request) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "server {place} does not come back");
        sleep(Duration::from_millis(30));
    }
}

/// Whether the call was acknowledged.
fn call(
    world: &World,
    clients: &mut [Option<Client>; 3],
    place: usize,
    user: &str,
    request: Request,
) -> bool {
    if clients[place].is_none() {
        let address = world.servers[place].lock().unwrap().as_ref().map(|server| server.address);
        clients[place] = address.and_then(|address| Client::try_connect(address).ok());
    }
    let Some(client) = &mut clients[place] else { return false };
    let began = world.event();
    let target = target(request.command.name());
    let answer = client.request("POST", &target, "", request.body.as_bytes());
    let ended = world.event();
    if answer.is_err() {
        clients[place] = None;
    }
    let answer = answer.ok().map(|answer| answer.body);
    let is_acknowledged =
        answer.as_ref().is_some_and(|answer| answer.contains(r#""ErrorCode":0,"#));
    world.acknowledged.fetch_add(u64::from(is_acknowledged), Relaxed);
    let user = user.to_owned();
    world.calls.lock().unwrap().push(Call { user, request, began, ended, answer });
    is_acknowledged
}
