//! Runs one stage of one workload and nothing else, for a profiler:
//!
//! ```text
//! cargo build --release --manifest-path benches/peers/Cargo.toml --bin profile
//! valgrind --tool=callgrind --collect-atstart=no --toggle-collect='profile::measured*' \
//!     benches/peers/target/release/profile mark_100 decode
//! ```
//!
//! The last line says how many items the measured part had: divide by it for figures per item.

use std::hint::black_box;

use convmark::{Account, CheckedRequest, Command as Wire, Facts, Policy, Validator};
use convmark_peers::core::{Service, apply, command, decoded, prepared};
use convmark_peers::workload::{Flow, NAMES, Request, Variant, Workload, malformed_mark, workload};
use serde::de::IgnoredAny;

const USAGE: &str = "\
usage: profile WORKLOAD STAGE [ROWS [VARIANT [RUNS]]]

  WORKLOAD  one of the workloads of the benches, or `malformed` for a body in which every item has an error
  STAGE     floor, decode, apply, write, all (end to end), report
  ROWS      rows of the account, or items of the malformed body (default 100)
  VARIANT   plain, realistic, non-ascii, escaped, pretty (default plain)
  RUNS      how often all steps of the workload run (default: until about 20000 items are done)
";

struct Job {
    work: Workload,
    base: Account,
    now: u64,
    runs: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if job(&arguments).is_none() {
        eprint!("{USAGE}");
        std::process::exit(2);
    }
}

fn job(arguments: &[String]) -> Option<()> {
    let rows: usize = arguments.get(2).map_or(Some(100), |rows| rows.parse().ok())?;
    let variant = arguments.get(3).map_or("plain", String::as_str);
    let variant = Variant::ALL.into_iter().find(|known| known.name() == variant)?;
    let runs: Option<usize> =
        arguments.get(4).map_or(Some(None), |runs| runs.parse().ok().map(Some))?;
    let stage = arguments.get(1)?.as_str();
    if arguments.first()? == "malformed" {
        let body = malformed_mark(rows);
        let runs = runs.unwrap_or(20_000 / rows.max(1)).max(1);
        let mut validator = Validator::default();
        measured(|| {
            for _ in 0..runs {
                black_box(validator.report(Wire::MarkContact, black_box(&body.body)));
            }
        });
        println!("{} items, {} bytes", runs * rows, runs * body.body.len());
        return Some(());
    }
    let name = NAMES.into_iter().find(|name| name == arguments.first().unwrap())?;
    let work = workload(name, rows, variant);
    let (base, now) = prepared(&work.setup);
    let runs = runs.unwrap_or(20_000 / work.items().max(1)).max(1);
    let job = Job { work, base, now, runs };
    let items = job.runs * job.work.items();
    match stage {
        "floor" => job.floor(),
        "decode" => job.decode(),
        "apply" => job.apply(),
        "write" => job.write(),
        "all" => job.all(),
        "report" => job.report(),
        _ => return None,
    }
    println!("{items} items, {} bytes", job.runs * job.work.bytes());
    Some(())
}

/// The part that the profiler measures.
#[inline(never)]
fn measured(work: impl FnOnce()) {
    work();
}

impl Job {
    fn steps(&self) -> impl Iterator<Item = &Request> {
        std::iter::repeat_n(&self.work.steps, self.runs).flatten()
    }

    fn floor(&self) {
        measured(|| {
            for step in self.steps() {
                black_box(serde_json::from_slice::<IgnoredAny>(black_box(&step.body)).is_ok());
            }
        });
    }

    fn decode(&self) {
        let mut validator = Validator::default();
        measured(|| {
            for step in self.steps() {
                let checked = validator.decode(command(step.command), black_box(&step.body));
                validator.reclaim(black_box(checked).expect("a workload is valid"));
            }
        });
    }

    fn report(&self) {
        let mut validator = Validator::default();
        measured(|| {
            for step in self.steps() {
                black_box(validator.report(command(step.command), black_box(&step.body)));
            }
        });
    }

    /// Accounts to run all steps on: one for a cycle, one for each step otherwise.
    fn accounts(&self) -> Vec<Account> {
        match self.work.flow {
            Flow::Cycle => vec![self.base.clone()],
            Flow::Fresh => vec![self.base.clone(); self.runs * self.work.steps.len()],
        }
    }

    fn apply(&self) {
        let policy = Policy::default();
        let checked: Vec<CheckedRequest<'_>> =
            self.work.steps.iter().map(|step| decoded(step, &policy)).collect();
        let (mut accounts, mut validator, facts) =
            (self.accounts(), Validator::new(&policy), Facts::vouched());
        let count = accounts.len();
        let steps = std::iter::repeat_n(&checked, self.runs).flatten();
        measured(|| {
            for (i, step) in steps.enumerate() {
                apply(
                    &mut accounts[i % count],
                    &mut validator,
                    &facts,
                    black_box(step),
                    self.now + i as u64,
                );
            }
        });
    }

    fn write(&self) {
        let (policy, facts) = (Policy::default(), Facts::vouched());
        let (mut accounts, mut validator, mut out) =
            (self.accounts(), Validator::new(&policy), Vec::new());
        let count = accounts.len();
        for (i, step) in self.steps().enumerate() {
            let checked = decoded(step, &policy);
            let account = &mut accounts[i % count];
            let outcome = account
                .apply_with(&mut validator, &checked, &facts, self.now)
                .expect("the facts are complete");
            out.clear();
            measured(|| black_box(&outcome).write_answer(&mut out));
            validator.reclaim_outcome(outcome);
        }
    }

    fn all(&self) {
        let (mut accounts, mut service) = (self.accounts(), Service::default());
        let count = accounts.len();
        measured(|| {
            for (i, step) in self.steps().enumerate() {
                service.serve(&mut accounts[i % count], black_box(step), self.now + i as u64);
                black_box(&service.answer);
            }
        });
    }
}
