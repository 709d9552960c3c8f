//! Loading and storing accounts in each form and format, against the same rows as plain tuples; and replaying changes.

use std::hint::black_box;

use convmark::{Account, Change, Facts, Policy, StandardMarks, Validator};
use serde::de::IgnoredAny;

use crate::clock::{Effort, Lane, Times, measure};
use crate::core::{Service, command, prepared};
use crate::workload::{Variant, workload};

const ROWS: usize = 1000;

/// What is compared for one format. Ratios are the medians over the rounds.
pub struct Result {
    pub format: &'static str,
    /// Bytes per row, all in.
    pub bytes: f64,
    /// Nanoseconds per row.
    pub load: f64,
    pub write: f64,
    pub load_to_ignored: Option<f64>,
    pub load_to_borrowed: Option<f64>,
    pub load_to_owned: Option<f64>,
    pub write_to_tuples: Option<f64>,
}

/// A row as a tuple: kind and length of the ID, ID, marks, custom mark, groups, timestamp.
type Owned = (u8, String, u64, String, u64, u64);
type Borrowed<'a> = (u8, &'a str, u64, &'a str, u64, u64);

/// Rows with one standard mark in two groups each, and a custom mark on one in ten.
fn account() -> Account {
    let row = |number: usize| {
        let custom = if number % 10 == 0 { "cccc" } else { "" };
        let at = 1_700_000_000 + number / 100;
        format!(
            r#"{{"conversation":{{"Type":2,"ToGroupId":"@TGS#{number:09}"}},"standard_mark":"{}","custom_mark":"{custom}","group_ids":[1,2],"timestamp":{at}}}"#,
            StandardMarks::STAR,
        )
    };
    let rows: Vec<String> = (0..ROWS).map(row).collect();
    let json = format!(
        r#"{{"version":1,"last_group_id":2,"groups":[{{"group_id":1,"name":"family"}},{{"group_id":2,"name":"friends"}}],"rows":[{}]}}"#,
        rows.join(",")
    );
    serde_json::from_str(&json).expect("the snapshot is valid")
}

fn tuples(account: &Account) -> Vec<Owned> {
    let tuple = |row: convmark::account::RowView<'_>| {
        let custom = row.custom_mark().unwrap_or_default().to_owned();
        (14, row.id().to_owned(), row.standard_marks().bits(), custom, 3, row.timestamp_seconds())
    };
    account.rows().map(tuple).collect()
}

pub fn run(effort: Effort) -> Vec<Result> {
    let account = account();
    let tuples = tuples(&account);
    vec![
        json(&account, effort),
        postcard(&account, &tuples, effort),
        cbor(&account, &tuples, effort),
        message_pack(&account, &tuples, effort),
    ]
}

const LOAD: &str = "load";
const WRITE: &str = "write";
const IGNORED: &str = "ignored";
const BORROWED: &str = "borrowed";
const OWNED: &str = "owned";
const TUPLES: &str = "tuples";

/// A lane that drops what the closure makes.
fn lane<'a, T>(name: &'static str, mut make: impl FnMut() -> T + 'a) -> Lane<'a> {
    Lane::new(name, move || drop(black_box(make())))
}

fn result(format: &'static str, bytes: usize, times: &Times) -> Result {
    let ratio = |lane, base| times.has(base).then(|| times.ratio(lane, base));
    Result {
        format,
        bytes: bytes as f64 / ROWS as f64,
        load: times.nanos(LOAD) / ROWS as f64,
        write: times.nanos(WRITE) / ROWS as f64,
        load_to_ignored: ratio(LOAD, IGNORED),
        load_to_borrowed: ratio(LOAD, BORROWED),
        load_to_owned: ratio(LOAD, OWNED),
        write_to_tuples: ratio(WRITE, TUPLES),
    }
}

const WORKS: &str = "what was stored can be loaded";

fn json(account: &Account, effort: Effort) -> Result {
    let text = serde_json::to_string(account).expect(WORKS);
    let times = measure(
        vec![
            lane(IGNORED, || serde_json::from_str::<IgnoredAny>(black_box(&text)).expect(WORKS)),
            lane(LOAD, || serde_json::from_str::<Account>(black_box(&text)).expect(WORKS)),
            lane(WRITE, || serde_json::to_string(black_box(account)).expect(WORKS)),
        ],
        effort,
    );
    result("JSON", text.len(), &times)
}

fn postcard(account: &Account, tuples: &Vec<Owned>, effort: Effort) -> Result {
    use postcard::{from_bytes, to_allocvec};
    let stored = to_allocvec(account).expect(WORKS);
    let plain = to_allocvec(tuples).expect(WORKS);
    assert!(from_bytes::<Account>(&stored).expect(WORKS) == *account);
    let times = measure(
        vec![
            lane(BORROWED, || from_bytes::<Vec<Borrowed>>(black_box(&plain)).expect(WORKS)),
            lane(OWNED, || from_bytes::<Vec<Owned>>(black_box(&plain)).expect(WORKS)),
            lane(LOAD, || from_bytes::<Account>(black_box(&stored)).expect(WORKS)),
            lane(TUPLES, || to_allocvec(black_box(tuples)).expect(WORKS)),
            lane(WRITE, || to_allocvec(black_box(account)).expect(WORKS)),
        ],
        effort,
    );
    result("postcard", stored.len(), &times)
}

fn cbor(account: &Account, tuples: &Vec<Owned>, effort: Effort) -> Result {
    fn write(value: &impl serde::Serialize) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).expect(WORKS);
        bytes
    }
    fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
        ciborium::from_reader(bytes).expect(WORKS)
    }
    let (stored, plain) = (write(account), write(tuples));
    assert!(read::<Account>(&stored) == *account);
    let times = measure(
        vec![
            lane(OWNED, || read::<Vec<Owned>>(black_box(&plain))),
            lane(LOAD, || read::<Account>(black_box(&stored))),
            lane(TUPLES, || write(black_box(tuples))),
            lane(WRITE, || write(black_box(account))),
        ],
        effort,
    );
    result("CBOR", stored.len(), &times)
}

fn message_pack(account: &Account, tuples: &Vec<Owned>, effort: Effort) -> Result {
    use rmp_serde::{from_slice, to_vec};
    let (stored, plain) = (to_vec(account).expect(WORKS), to_vec(tuples).expect(WORKS));
    assert!(from_slice::<Account>(&stored).expect(WORKS) == *account);
    let times = measure(
        vec![
            lane(BORROWED, || from_slice::<Vec<Borrowed>>(black_box(&plain)).expect(WORKS)),
            lane(OWNED, || from_slice::<Vec<Owned>>(black_box(&plain)).expect(WORKS)),
            lane(LOAD, || from_slice::<Account>(black_box(&stored)).expect(WORKS)),
            lane(TUPLES, || to_vec(black_box(tuples)).expect(WORKS)),
            lane(WRITE, || to_vec(black_box(account)).expect(WORKS)),
        ],
        effort,
    );
    result("MessagePack", stored.len(), &times)
}

/// Replaying the changes of a workload, against the requests that made them.
pub struct Replay {
    pub name: &'static str,
    pub changes: usize,
    /// Nanoseconds per change.
    pub replay: f64,
    pub end_to_end: f64,
    /// The time of the requests as a multiple of the replay.
    pub ratio: f64,
}

pub fn replays(effort: Effort) -> Vec<Replay> {
    ["mark_100", "update_100", "churn_100"].map(|name| replay(name, effort)).into()
}

fn replay(name: &'static str, effort: Effort) -> Replay {
    let workload = workload(name, ROWS, Variant::Plain);
    let (start, now) = prepared(&workload.setup);
    let mut account = start.clone();
    let mut validator = Validator::new(&Policy::default());
    let mut changes: Vec<Change<'static>> = Vec::new();
    for (step, now) in workload.steps.iter().zip(now..) {
        let request =
            validator.decode(command(step.command), &step.body).expect("a workload is valid");
        let outcome =
            account.apply(&request, &Facts::vouched(), now).expect("the facts are complete");
        changes.extend(outcome.changes().map(Change::into_owned));
    }
    let mut replayed = start.clone();
    replayed.replay_all(&changes).expect("changes fit");
    assert!(replayed == account);
    let mut service = Service::default();
    // The account is copied outside of what is measured.
    let own_clock = |passes: u32, work: &mut dyn FnMut(&mut Account)| {
        (0..passes)
            .map(|_| {
                let mut account = start.clone();
                let moment = crate::clock::Moment::now();
                work(&mut account);
                let time = moment.elapsed();
                drop(black_box(account));
                time
            })
            .sum::<std::time::Duration>()
    };
    let times = measure(
        vec![
            Lane::own_clock("replay", |passes| {
                own_clock(passes, &mut |account| {
                    account.replay_all(black_box(&changes)).expect("changes fit");
                })
            }),
            Lane::own_clock("requests", |passes| {
                own_clock(passes, &mut |account| {
                    for (step, now) in workload.steps.iter().zip(now..) {
                        service.serve(account, step, now);
                    }
                })
            }),
        ],
        effort,
    );
    let per_change = |lane| times.nanos(lane) / changes.len() as f64;
    Replay {
        name,
        changes: changes.len(),
        replay: per_change("replay"),
        end_to_end: per_change("requests"),
        ratio: times.ratio("requests", "replay"),
    }
}
