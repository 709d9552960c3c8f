//! The callers: random calls over HTTP, and what came back.

use std::sync::atomic::Ordering::Relaxed;
use std::thread::sleep;
use std::time::{Duration, Instant};

use convmark::Command;
use support::bodies::{Requester, user_contact};
use support::random::Random;

use super::World;
use crate::common::{Client, target};

/// The first one is hot.
const USERS: [&str; 4] = ["anna", "anna", "ben", "cleo"];
const GROUPS: [&str; 8] =
    ["family", "work", "a\\u0000b", "club", "band", "team", "class", "street"];
const CONTACTS: [&str; 4] = ["dora", "emil", "fred", "gina"];

/// A call and what came back.
pub struct Call {
    pub user: String,
    pub command: Command,
    pub body: String,
    /// A text that only the changes of this call have.
    pub token: Option<String>,
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
        let (command, body, token) = draw(&mut random, user, &format!("t{caller}x{number}"));
        let place = random.below(3);
        call(world, &mut clients, place, user, command, body, token);
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
        let user = "dan";
        if call(world, &mut clients, place, user, Command::MarkContact, body, Some(token)) {
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
    command: Command,
    body: String,
    token: Option<String>,
) -> bool {
    if clients[place].is_none() {
        let address = world.servers[place].lock().unwrap().as_ref().map(|server| server.address);
        clients[place] = address.and_then(|address| Client::try_connect(address).ok());
    }
    let Some(client) = &mut clients[place] else { return false };
    let began = world.event();
    let target = target(command.name());
    let answer = client.request("POST", &target, "", body.as_bytes());
    let ended = world.event();
    if answer.is_err() {
        clients[place] = None;
    }
    let answer = answer.ok().map(|answer| answer.body);
    let is_acknowledged =
        answer.as_ref().is_some_and(|answer| answer.contains(r#""ErrorCode":0,"#));
    let user = user.to_owned();
    world.calls.lock().unwrap().push(Call { user, command, body, token, began, ended, answer });
    is_acknowledged
}

/// A request, and a text that only its changes have, if they have one.
fn draw(random: &mut Random, user: &str, token: &str) -> (Command, String, Option<String>) {
    let bodies = Requester(user);
    let group = *random.pick(&GROUPS);
    let contact = *random.pick(&CONTACTS);
    let token = token.to_owned();
    match random.below(12) {
        0..=2 => (Command::MarkContact, bodies.set_custom_mark(contact, &token), Some(token)),
        // Done twice, it answers something else.
        3..=6 => {
            let body = bodies.create(group, &user_contact(&token));
            (Command::CreateContactGroup, body, Some(token))
        }
        7 => {
            let body = bodies.add(group, &[user_contact(&token)]);
            (Command::UpdateContactGroup, body, Some(token))
        }
        8 | 9 => (Command::DelContactGroup, bodies.delete(group), None),
        10 => {
            let body = bodies.search(&user_contact(contact));
            (Command::SearchContactGroup, body, None)
        }
        _ => (Command::GetContactGroup, bodies.get(0), None),
    }
}
