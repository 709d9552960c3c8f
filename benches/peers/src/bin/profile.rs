//! One stage of one workload and nothing else, for a profiler:
//!
//! ```text
//! cargo build --release --manifest-path benches/peers/Cargo.toml --bin profile
//! valgrind --tool=callgrind --collect-atstart=no --toggle-collect='profile::measured*' \
//!     benches/peers/target/release/profile mark_100 decode
//! ```
//!
//! The last line says how many items the measured part had, to divide by.

use std::hint::black_box;

use convmark::{Account, CheckedRequest, Command as Wire, Facts, Policy, Validator};
use convmark_peers::core::{Desk, apply, command, decoded, prepared};
use convmark_peers::workload::{Flow, NAMES, Request, Variant, Workload, malformed_mark, workload};
use serde::de::IgnoredAny;

const USAGE: &str = "\
usage: profile WORKLOAD STAGE [ROWS [VARIANT [RUNS]]]

  WORKLOAD  one of the benches' workloads, or `malformed` for a body in which every item is wrong
  STAGE     floor, decode, apply, write, all (end to end), report
  ROWS      of the account, or items of the malformed body (default 100)
  VARIANT   plain, realistic, non-ascii, escaped, pretty (default plain)
  RUNS      over all steps of the workload (default: about 20000 items in all)
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
        let mut buffers = Buffers::new();
        measured(|| {
            for _ in 0..runs {
                black_box(buffers.report(
                    Wire::MarkContact,
                    black_box(&body.body),
                    &Policy::default(),
                ));
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

/// What the profiler looks at.
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
        let (mut buffers, policy) = (Buffers::new(), Policy::default());
        measured(|| {
            for step in self.steps() {
                let checked = buffers.decode(command(step.command), black_box(&step.body), &policy);
                buffers.reclaim(black_box(checked).expect("a workload is valid"));
            }
        });
    }

    fn report(&self) {
        let (mut buffers, policy) = (Buffers::new(), Policy::default());
        measured(|| {
            for step in self.steps() {
                black_box(buffers.report(command(step.command), black_box(&step.body), &policy));
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
        let (mut accounts, mut buffers, facts) =
            (self.accounts(), Buffers::new(), Facts::vouched());
        let count = accounts.len();
        let steps = std::iter::repeat_n(&checked, self.runs).flatten();
        measured(|| {
            for (i, step) in steps.enumerate() {
                apply(
                    &mut accounts[i % count],
                    &mut buffers,
                    &facts,
                    black_box(step),
                    self.now + i as u64,
                );
            }
        });
    }

    fn write(&self) {
        let (policy, facts) = (Policy::default(), Facts::vouched());
        let (mut accounts, mut buffers, mut out) = (self.accounts(), Buffers::new(), Vec::new());
        let count = accounts.len();
        for (i, step) in self.steps().enumerate() {
            let checked = decoded(step, &policy);
            let account = &mut accounts[i % count];
            let outcome = account
                .apply_with(&mut buffers, &checked, &facts, self.now)
                .expect("all facts are there");
            out.clear();
            measured(|| black_box(&outcome).write_answer(&mut out));
            buffers.reclaim_outcome(outcome);
        }
    }

    fn all(&self) {
        let (mut accounts, mut desk) = (self.accounts(), Desk::default());
        let count = accounts.len();
        measured(|| {
            for (i, step) in self.steps().enumerate() {
                desk.serve(&mut accounts[i % count], black_box(step), self.now + i as u64);
                black_box(&desk.answer);
            }
        });
    }
}
