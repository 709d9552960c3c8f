//! Measures the contenders on one workload, side by side.

use std::hint::black_box;
use std::time::Duration;

use convmark::{Account, CheckedRequest, Facts, Outcome, Policy, Validator};
use serde::de::IgnoredAny;

use crate::clock::{Effort, Lane, Moment, Times, measure};
use crate::core::{
    Service, TEMPLATE, apply, apply_sqlite, command, decoded, prepared, prepared_sqlite,
    serve_asking,
};
use crate::derived::Page;
use crate::schemas::Schemas;
use crate::sqlite_state::SqliteState;
use crate::value_handler::ValueHandler;
use crate::workload::{Flow, OWNER, Request, Variant, Workload, workload};

pub const FLOOR: &str = "floor";
pub const DECODE: &str = "decode";
pub const APPLY: &str = "apply";
pub const WRITE: &str = "write";
pub const END_TO_END: &str = "end to end";
pub const ASKING: &str = "end to end, facts asked";
pub const REPORT: &str = "report";
pub const VALUE: &str = "Value handler";
pub const SCHEMA: &str = "parse + jsonschema";
pub const SQLITE: &str = "SQLite state";
pub const SONIC: &str = "decode on sonic-rs";
pub const DERIVED: &str = "derived Serialize";

/// The times of all lanes of one workload.
pub struct Result {
    pub name: &'static str,
    pub rows: usize,
    pub variant: Variant,
    pub steps: usize,
    pub items: f64,
    pub bytes: f64,
    /// How many items the steps of the writing lanes have.
    pub written_items: f64,
    pub times: Times,
}

impl Result {
    /// Nanoseconds per item.
    pub fn per_item(&self, lane: &str) -> f64 {
        self.times.nanos(lane)
            / if [WRITE, DERIVED].contains(&lane) { self.written_items } else { self.items }
    }

    /// Time per item as a multiple of the floor's.
    pub fn to_floor(&self, lane: &str) -> f64 {
        let items =
            if [WRITE, DERIVED].contains(&lane) { self.items / self.written_items } else { 1.0 };
        self.times.ratio(lane, FLOOR) * items
    }
}

/// How many fresh accounts are measured at once: enough that reading the clock costs little, few enough to stay in the cache.
fn batch(rows: usize) -> usize {
    (1600 / rows.max(1)).clamp(1, 64)
}

/// Runs each step on its own copy of an account. Copying is not measured.
fn on_copies(
    passes: u32,
    steps: usize,
    rows: usize,
    base: &Account,
    copies: &mut Vec<Account>,
    mut run: impl FnMut(&mut Account, usize),
) -> Duration {
    let total = passes as usize * steps;
    let mut time = Duration::ZERO;
    let mut done = 0;
    while done < total {
        let count = batch(rows).min(total - done);
        copies.clear();
        copies.extend((0..count).map(|_| base.clone()));
        let start = Moment::now();
        for (i, account) in copies.iter_mut().enumerate() {
            run(account, (done + i) % steps);
        }
        time += start.elapsed();
        done += count;
    }
    time
}

/// A lane that runs the steps on an account.
fn state_lane<'a>(
    name: &'static str,
    work: &'a Workload,
    base: &'a Account,
    mut now: u64,
    mut run: impl FnMut(&mut Account, usize, u64) + 'a,
) -> Lane<'a> {
    let steps = work.steps.len();
    match work.flow {
        Flow::Cycle => {
            let mut account = base.clone();
            Lane::new(name, move || {
                for step in 0..steps {
                    run(&mut account, step, now);
                    now += 1;
                }
            })
        }
        Flow::Fresh => {
            let mut copies = Vec::new();
            Lane::own_clock(name, move |passes| {
                on_copies(passes, steps, work.rows, base, &mut copies, |account, step| {
                    run(account, step, now);
                    now += 1;
                })
            })
        }
    }
}

/// Which lanes to measure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// All of them.
    All,
    /// The crate's stages, the floor and sonic-rs.
    Own,
}

pub fn contest(work: &Workload, schemas: &Schemas, lanes: Lanes, effort: Effort) -> Result {
    let policy = Policy::default();
    let (base, now) = prepared(&work.setup);
    let checked: Vec<CheckedRequest<'_>> =
        work.steps.iter().map(|step| decoded(step, &policy)).collect();

    // The floor always reads the compact form of the same requests.
    let compact = (work.variant == Variant::Pretty)
        .then(|| workload(work.name, work.rows, Variant::Realistic));
    let floor_steps = compact.as_ref().map_or(&work.steps[..], |work| &work.steps[..]);

    // An outcome borrows its account, so writing is measured on a few steps, each with an account of its own.
    let few = work.steps.len().min(8);
    let mut accounts: Vec<Account> = Vec::new();
    let mut account = base.clone();
    for step in &checked[..few] {
        accounts.push(account.clone());
        if work.flow == Flow::Cycle {
            account.apply(step, &Facts::vouched(), now).expect("the facts are complete");
        }
    }
    let outcomes: Vec<Outcome<'_>> = accounts
        .iter_mut()
        .zip(&checked)
        .map(|(account, step)| {
            account.apply(step, &Facts::vouched(), now).expect("the facts are complete")
        })
        .collect();
    let written_items = work.steps[..few].iter().map(|step| step.items).sum::<usize>() as f64;
    let answers: Vec<Vec<u8>> = outcomes
        .iter()
        .map(|outcome| {
            let mut answer = Vec::new();
            outcome.write_answer(&mut answer);
            answer
        })
        .collect();

    let pages: Vec<Page> = match work.steps[0].command {
        "get_contact_group" => answers.iter().map(|answer| Page::read(answer)).collect(),
        _ => Vec::new(),
    };
    let (checked, outcomes, pages) = (&checked, &outcomes, &pages);

    let mut list = vec![Lane::new(FLOOR, move || {
        for step in floor_steps {
            black_box(serde_json::from_slice::<IgnoredAny>(black_box(&step.body)).is_ok());
        }
    })];
    let mut validator = Validator::new(&policy);
    list.push(Lane::new(DECODE, {
        move || {
            for step in &work.steps {
                let checked = validator.decode(command(step.command), black_box(&step.body));
                validator.reclaim(black_box(checked).expect("a workload is valid"));
            }
        }
    }));
    let (mut validator, facts) = (Validator::new(&policy), Facts::vouched());
    list.push(state_lane(APPLY, work, &base, now, move |account, step, now| {
        apply(account, &mut validator, &facts, black_box(&checked[step]), now);
    }));
    let mut out = Vec::new();
    list.push(Lane::new(WRITE, move || {
        for outcome in outcomes {
            out.clear();
            black_box(outcome).write_answer(&mut out);
            black_box(&out);
        }
    }));
    let mut service = Service::default();
    list.push(state_lane(END_TO_END, work, &base, now, move |account, step, now| {
        service.serve(account, black_box(&work.steps[step]), now);
        black_box(&service.answer);
    }));
    if work.name == "mark_100" {
        let mut service = Service::default();
        list.push(state_lane(ASKING, work, &base, now, move |account, step, now| {
            serve_asking(&mut service, account, black_box(&work.steps[step]), now);
            black_box(&service.answer);
        }));
    }
    let mut validator = Validator::new(&policy);
    list.push(Lane::new(REPORT, move || {
        for step in &work.steps {
            black_box(validator.report(command(step.command), black_box(&step.body)));
        }
    }));
    let mut validator = Validator::new(&policy);
    list.push(Lane::new(SONIC, move || {
        for step in &work.steps {
            let text = std::str::from_utf8(black_box(&step.body)).expect("UTF-8");
            let mut reader = sonic_rs::Deserializer::from_str(text);
            let checked = validator
                .deserialize(command(step.command), &mut reader)
                .expect("a workload is valid");
            reader.end().expect("nothing follows");
            validator.reclaim(black_box(checked));
        }
    }));
    let mut out = Vec::new();
    if !pages.is_empty() {
        list.push(Lane::new(DERIVED, move || {
            for page in pages {
                out.clear();
                serde_json::to_writer(&mut out, black_box(page)).expect("writing to memory");
                black_box(&out);
            }
        }));
    }
    if lanes == Lanes::All {
        list.push(value_lane(work));
        list.push(Lane::new(SCHEMA, move || {
            for step in &work.steps {
                black_box(schemas.parse_and_validate(command(step.command), black_box(&step.body)));
            }
        }));
        list.push(sqlite_lane(work, checked));
    }
    let times = measure(list, effort);
    Result {
        name: work.name,
        rows: work.rows,
        variant: work.variant,
        steps: work.steps.len(),
        items: work.items() as f64,
        bytes: work.bytes() as f64,
        written_items,
        times,
    }
}

fn value_lane(work: &Workload) -> Lane<'_> {
    let mut base = ValueHandler::default();
    let (mut out, mut now) = (Vec::new(), crate::workload::START);
    for request in &work.setup {
        base.handle(request.command, &request.body, now, &mut out);
        now += 1;
    }
    let mut serve = move |handler: &mut ValueHandler, step: &Request| {
        handler.handle(step.command, black_box(&step.body), now, &mut out);
        black_box(&out);
        now += 1;
    };
    match work.flow {
        Flow::Cycle => {
            Lane::new(VALUE, move || work.steps.iter().for_each(|step| serve(&mut base, step)))
        }
        Flow::Fresh => Lane::own_clock(VALUE, move |passes| {
            let mut time = Duration::ZERO;
            for _ in 0..passes {
                for step in &work.steps {
                    let mut copy = base.clone();
                    let start = Moment::now();
                    serve(&mut copy, step);
                    time += start.elapsed();
                }
            }
            time
        }),
    }
}

fn sqlite_lane<'a>(work: &'a Workload, checked: &'a [CheckedRequest<'a>]) -> Lane<'a> {
    let (mut state, mut now) = prepared_sqlite(work);
    let mut codes = Vec::new();
    let mut serve = move |state: &mut SqliteState, step: &CheckedRequest<'_>| {
        apply_sqlite(state, black_box(step), now, &mut codes);
        now += 1;
    };
    match work.flow {
        Flow::Cycle => {
            Lane::new(SQLITE, move || checked.iter().for_each(|step| serve(&mut state, step)))
        }
        Flow::Fresh => Lane::own_clock(SQLITE, move |passes| {
            let mut time = Duration::ZERO;
            for _ in 0..passes {
                for step in checked {
                    state.copy(TEMPLATE, OWNER).expect("SQLite copies");
                    let start = Moment::now();
                    serve(&mut state, step);
                    time += start.elapsed();
                }
            }
            time
        }),
    }
}

/// Measures end to end on two sizes of account, side by side. Gives nanoseconds per item on the small and on the large
/// account, and their ratio.
pub fn growth(name: &'static str, effort: Effort) -> (f64, f64, f64) {
    let (small, large) = (workload(name, 10, Variant::Plain), workload(name, 1000, Variant::Plain));
    let (small_base, small_now) = prepared(&small.setup);
    let (large_base, large_now) = prepared(&large.setup);
    let lane = |name, work, base, now| {
        let mut service = Service::default();
        let work: &Workload = work;
        state_lane(name, work, base, now, move |account, step, now| {
            service.serve(account, black_box(&work.steps[step]), now);
            black_box(&service.answer);
        })
    };
    let lanes = vec![
        lane(SMALL, &small, &small_base, small_now),
        lane(LARGE, &large, &large_base, large_now),
    ];
    let times = measure(lanes, effort);
    let items = small.items() as f64 / large.items() as f64;
    let per_item = |lane: &str, work: &Workload| times.nanos(lane) / work.items() as f64;
    (per_item(SMALL, &small), per_item(LARGE, &large), times.ratio(LARGE, SMALL) * items)
}

const SMALL: &str = "10 rows";
const LARGE: &str = "1000 rows";
