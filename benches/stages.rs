//! The stages of a request, one by one and together: decode, report, apply, write the answer, end
//! to end. And replaying the changes that the requests make.
//!
//! The first bench of each workload is the floor: skipping the same bytes with `serde_json`.
//! Compare other figures with it. The package `benches/peers` compares the crate with other ways to
//! do the same.

mod service;

use std::hint::black_box;
use std::time::{Duration, Instant};

use convmark::{Account, Change, CheckedRequest, Facts, Outcome, Policy, Validator};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use service::{Service, command};
use support::workload::{Flow, START, Variant, Workload, workload};

const WORKLOADS: [&str; 8] = [
    "mark_1",
    "mark_100",
    "update_100",
    "churn_100",
    "create_100",
    "del",
    "get_page_100",
    "search_300",
];
/// Rows of the account.
const ROWS: usize = 1000;

fn prepared(work: &Workload) -> Account {
    let (mut account, mut service) = (Account::new(), Service::default());
    for request in &work.setup {
        service.serve(&mut account, request, START);
    }
    account
}

/// Runs the steps one after another, on one account or each on a copy of it. Copying is not
/// measured.
fn on_account(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    work: &Workload,
    mut run: impl FnMut(&mut Account, usize, u64),
) {
    let base = prepared(work);
    let (mut account, mut now) = (base.clone(), START);
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let mut time = Duration::ZERO;
            for _ in 0..iterations {
                match work.flow {
                    Flow::Cycle => {
                        let start = Instant::now();
                        for step in 0..work.steps.len() {
                            now += 1;
                            run(&mut account, step, now);
                        }
                        time += start.elapsed();
                    }
                    Flow::Fresh => {
                        for step in 0..work.steps.len() {
                            now += 1;
                            account.clone_from(&base);
                            let start = Instant::now();
                            run(&mut account, step, now);
                            time += start.elapsed();
                        }
                    }
                }
            }
            time
        });
    });
}

/// The changes that each step makes.
fn changes(
    work: &Workload,
    checked: &[CheckedRequest<'_>],
    facts: &Facts,
) -> Vec<Vec<Change<'static>>> {
    let base = prepared(work);
    let mut account = base.clone();
    let changes_of = |request| {
        if work.flow == Flow::Fresh {
            account.clone_from(&base);
        }
        let outcome = account.apply(request, facts, START).expect("the facts are complete");
        outcome.changes().map(Change::into_owned).collect()
    };
    checked.iter().map(changes_of).collect()
}

/// Each bench runs all steps of the workload. The throughput counts items.
fn stages(criterion: &mut Criterion) {
    let (policy, facts) = (Policy::default(), Facts::vouched());
    for name in WORKLOADS {
        let work = workload(name, ROWS, Variant::Plain);
        let checked: Vec<CheckedRequest<'_>> = work
            .steps
            .iter()
            .map(|step| {
                Validator::new(&policy)
                    .decode(command(step.command), &step.body)
                    .expect("a workload is valid")
            })
            .collect();
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(work.items() as u64));
        group.bench_function("floor", |bencher| {
            bencher.iter(|| {
                for step in &work.steps {
                    black_box(serde_json::from_slice::<IgnoredAny>(black_box(&step.body)).is_ok());
                }
            });
        });
        let mut validator = Validator::new(&policy);
        group.bench_function("decode", |bencher| {
            bencher.iter(|| {
                for step in &work.steps {
                    let checked = validator.decode(command(step.command), black_box(&step.body));
                    validator.reclaim(black_box(checked).expect("a workload is valid"));
                }
            });
        });
        group.bench_function("report", |bencher| {
            bencher.iter(|| {
                for step in &work.steps {
                    black_box(validator.report(command(step.command), black_box(&step.body)));
                }
            });
        });
        on_account(&mut group, "apply", &work, |account, step, now| {
            let outcome = account
                .apply_with(&mut validator, &checked[step], &facts, now)
                .expect("the facts are complete");
            validator.reclaim_outcome(black_box(outcome));
        });
        let mut service = Service::default();
        on_account(&mut group, "end to end", &work, |account, step, now| {
            service.serve(account, black_box(&work.steps[step]), now);
            black_box(&service.answer);
        });

        let changes: Vec<Vec<Change<'_>>> = changes(&work, &checked, &facts);
        if changes.iter().any(|changes| !changes.is_empty()) {
            on_account(&mut group, "replay all", &work, |account, step, _| {
                black_box(account.replay_all(&changes[step])).expect("the changes fit");
            });
        }

        // An outcome borrows its account, so writing is measured with the first step alone.
        let mut account = prepared(&work);
        let outcome: Outcome<'_> =
            account.apply(&checked[0], &facts, START).expect("the facts are complete");
        let mut answer = Vec::new();
        group.throughput(Throughput::Elements(work.steps[0].items as u64));
        group.bench_function("write", |bencher| {
            bencher.iter(|| {
                answer.clear();
                black_box(&outcome).write_answer(&mut answer);
                black_box(&answer);
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1000));
    targets = stages
}
criterion_main!(benches);
