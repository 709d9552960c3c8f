//! What IDs cost that an attacker chose so that all of them fall into one place of the index. The hash has a fixed seed, so
//! such IDs can be found.

use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;
use std::time::{Duration, Instant};

use convmark::request::{MarkContacts, MarkItem};
use convmark::{Account, Conversation, Facts, Policy, StandardMarks, UserId, Validator};

/// Bits of the hash that the index of 1000 rows uses: the place among 2048, and the 7-bit tag at the top.
const USED: u64 = 0xFE00_0000_0000_07FF;

/// The hash of a one-to-one conversation, as the crate computes it.
fn hash(id: &str) -> u64 {
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    hasher.write(id.as_bytes());
    hasher.write_u8(1);
    hasher.finish()
}

fn main() {
    let ordinary: Vec<String> = (0..1000).map(|number| format!("u{number:013}")).collect();
    let target = hash("u0000000000000") & USED;
    let (mut chosen, mut tries) = (Vec::new(), 0_u64);
    while chosen.len() < 1000 {
        let id = format!("u{tries:013}");
        tries += 1;
        if hash(&id) & USED == target {
            chosen.push(id);
        }
    }
    println!("{tries} IDs were tried to find 1000 that collide");
    let (usual, flooded) = (time(&ordinary), time(&chosen));
    println!(
        "applying 100 marks to an account of 1000 rows takes {:.1} us, and with IDs chosen to collide {:.1} us, {:.0} times as long",
        micros(usual),
        micros(flooded),
        micros(flooded) / micros(usual)
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The best of many runs of a request that marks a hundred of the rows.
fn time(ids: &[String]) -> Duration {
    let (policy, facts) = (Policy::default(), Facts::vouched());
    let (mut account, mut validator) = (Account::new(), Validator::new(&policy));
    let request = |ids: &[String], marks: StandardMarks| {
        let item = |id: &String| {
            let conversation = Conversation::user(id.clone()).expect("IDs are well-formed");
            MarkItem::standard(conversation, StandardMarks::all(), marks)
        };
        let owner = UserId::new("owner").expect("a user ID");
        Validator::new(&policy)
            .check(MarkContacts::new(owner, ids.iter().map(item).collect()))
            .expect("within the limits")
    };
    for batch in ids.chunks(100) {
        account.apply(&request(batch, StandardMarks::STAR), &facts, 1).expect("vouched");
    }
    assert_eq!(account.usage().rows, 1000);
    let spread: Vec<String> = ids.iter().step_by(10).cloned().collect();
    let turns = [request(&spread, StandardMarks::UNREAD), request(&spread, StandardMarks::STAR)];
    (0..200)
        .map(|round| {
            let start = Instant::now();
            let outcome = account
                .apply_with(&mut validator, black_box(&turns[round % 2]), &facts, 2)
                .expect("vouched");
            validator.reclaim_outcome(outcome);
            start.elapsed()
        })
        .min()
        .expect("200 runs")
}
