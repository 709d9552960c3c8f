//! Instructions per item. Valgrind counts them, so the figures are the same on a busy machine as on an idle one.
//!
//! `cargo bench --bench instructions` compares them with the committed figures in `benches/instructions.txt` and fails if
//! one differs by more than 2 %. `-- --update` writes new figures. They are only comparable with the same compiler version.

mod service;

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use convmark::Account;
use service::Service;
use support::workload::{self, Variant, Workload};

const WORKLOADS: [&str; 4] = ["mark_100", "update_100", "search_300", "get_page_100"];
const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
/// How much a figure may differ from the committed one, in percent.
const TOLERANCE: f64 = 2.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", name, rounds] => {
            serve(
                &workload::workload(known(name), 1000, Variant::Plain),
                rounds.parse().expect("a number of rounds"),
            );
            ExitCode::SUCCESS
        }
        others => judge(others.contains(&"--update")),
    }
}

fn known(name: &str) -> &'static str {
    WORKLOADS.into_iter().find(|known| *known == name).expect("a known workload")
}

/// Counts the instructions of each workload and compares the figures or writes them.
fn judge(update: bool) -> ExitCode {
    let committed = std::fs::read_to_string(FIGURES).unwrap_or_default();
    let (mut counted, mut off) = (String::new(), false);
    for name in WORKLOADS {
        let items = workload::workload(name, 1000, Variant::Plain).items() as f64;
        // The difference of two runs does not contain the start and the preparation.
        let figure = (instructions(name, 4) - instructions(name, 2)) / 2.0 / items;
        let expected =
            committed.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        let percent = expected.map(|expected| (figure / expected - 1.0) * 100.0);
        off |= percent.is_none_or(|percent| percent.abs() > TOLERANCE);
        println!(
            "{name}: {figure:.1} instructions per item, {:+.1} %",
            percent.unwrap_or(f64::NAN)
        );
        writeln!(counted, "{name} {figure:.1}").expect("a string takes all");
    }
    if update {
        std::fs::write(FIGURES, counted).expect("the figures can be written");
    } else if off {
        eprintln!(
            "a figure differs by more than {TOLERANCE} %: find the cause, or write new figures with `cargo bench --bench instructions -- --update`"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The instructions of a whole run of this program.
fn instructions(name: &str, rounds: u32) -> f64 {
    let program = std::env::current_exe().expect("this program has a path");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["serve", name, &rounds.to_string()])
        .output()
        .expect("valgrind is needed to count instructions");
    let report = String::from_utf8_lossy(&run.stderr);
    let collected = report.lines().find_map(|line| line.split("Collected :").nth(1));
    collected
        .and_then(|count| count.trim().parse().ok())
        .expect("callgrind says how many instructions it counted")
}

/// Runs the steps that many times from body to answer, in reused memory.
fn serve(workload: &Workload, rounds: u32) {
    let (mut account, mut service) = (Account::new(), Service::default());
    let mut now = workload::START;
    let mut run = |request: &workload::Request| {
        now += 1;
        service.serve(&mut account, black_box(request), now);
        black_box(&service.answer);
    };
    workload.setup.iter().for_each(&mut run);
    for _ in 0..rounds {
        workload.steps.iter().for_each(&mut run);
    }
}
