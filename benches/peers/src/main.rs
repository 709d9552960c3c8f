//! Measures all contenders side by side and prints the tables.

use std::fmt::Write as _;
use std::time::Duration;

use convmark_peers::clock::Effort;
use convmark_peers::contest::{self, *};
use convmark_peers::schemas::Schemas;
use convmark_peers::workload::{self, NAMES, SIZES, Variant, workload};
use convmark_peers::{agree, cold, machine, reject, stored};

const USAGE: &str = "\
usage: convmark-peers [--rounds N] [--only NAME] [--skip-check] [--out FILE]

  --rounds N    rounds of every measurement (default 15)
  --only NAME   measure only this workload, or only one of: variants, growth, rejection, cold, stored
  --skip-check  do not check first that the contenders agree
  --out FILE    write the tables to FILE too; the sections of FILE from `Tried` on are kept
";

const HEAD: &str = "\
# Results

This command makes the tables. It first checks that the contenders agree:

    cargo run --release --manifest-path benches/peers/Cargo.toml -- --out benches/RESULTS.md

Every multiple was measured side by side: the contenders take turns in one process, a ratio is taken within each round, and
the table shows the median over the rounds. Time is the CPU time of the thread. Every write that is timed changes every row
that it names. The floor is `serde_json::from_slice::<IgnoredAny>` over the same body in compact form. The state in SQLite
gets the requests that the crate decoded. It is compared with the stage `apply`, which only applies them.

";

/// The heading of the first section that is written by hand.
const TRIED: &str = "\n## Tried\n";

/// What is measured in addition to the workloads.
const PARTS: [&str; 5] = ["variants", "growth", "rejection", "cold", "stored"];

struct Options {
    rounds: usize,
    only: Option<&'static str>,
    check: bool,
    out: Option<String>,
}

fn options() -> Option<Options> {
    let mut options = Options { rounds: 15, only: None, check: true, out: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => {
                options.rounds = arguments.next()?.parse().ok().filter(|&rounds| rounds > 0)?
            }
            "--only" => {
                let wanted = arguments.next()?;
                options.only = Some(NAMES.into_iter().chain(PARTS).find(|&name| name == wanted)?);
            }
            "--skip-check" => options.check = false,
            "--out" => options.out = Some(arguments.next()?),
            _ => return None,
        }
    }
    Some(options)
}

fn main() {
    let Some(options) = options() else {
        eprint!("{USAGE}");
        std::process::exit(2);
    };
    let wants = |part: &str| options.only.is_none_or(|only| only == part);
    let names: Vec<&'static str> = NAMES.into_iter().filter(|&name| wants(name)).collect();
    let schemas = Schemas::new();
    if options.check {
        eprintln!("checking that the contenders agree");
        for &name in &names {
            for rows in SIZES {
                for variant in Variant::ALL {
                    // The long cycles of single items repeat the same requests, so the shorter ones are enough.
                    if rows < 1000 || variant == Variant::Plain && !name.ends_with("_1") {
                        agree::check(&workload(name, rows, variant), &schemas);
                    }
                }
            }
        }
    }
    let effort = Effort { rounds: options.rounds, lane: Duration::from_millis(3) };
    let mut results = Vec::new();
    for &name in &names {
        for rows in SIZES {
            eprintln!("{name}, {rows} rows");
            results.push(contest(
                &workload(name, rows, Variant::Plain),
                &schemas,
                Lanes::All,
                effort,
            ));
        }
    }
    let mut text = format!("{HEAD}{}\n", machine::describe());
    let rest = Rest::measure(wants, &schemas, effort);
    text.push_str(&targets(&results, &rest));
    text.push_str(&stages(&results));
    text.push_str(&peers(&results));
    text.push_str(&rest.tables());
    print!("{text}");
    if let Some(file) = options.out {
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        let tried = before.find(TRIED).and_then(|start| before.get(start..)).unwrap_or(TRIED);
        if let Err(error) = std::fs::write(&file, format!("{text}{tried}")) {
            eprintln!("{file}: {error}");
            std::process::exit(1);
        }
    }
}

/// The results of what is measured in addition to the workloads.
#[derive(Default)]
struct Rest {
    variants: Vec<contest::Result>,
    growth: Vec<(&'static str, f64, f64, f64)>,
    cold: Vec<cold::Result>,
    rejections: Vec<reject::Result>,
    stored: Vec<stored::Result>,
    replays: Vec<stored::Replay>,
}

impl Rest {
    fn measure(wants: impl Fn(&str) -> bool, schemas: &Schemas, effort: Effort) -> Rest {
        let mut rest = Rest::default();
        if wants("variants") {
            for name in NAMES {
                for variant in Variant::ALL.into_iter().filter(|&variant| variant != Variant::Plain)
                {
                    eprintln!("{name}, {}", variant.name());
                    rest.variants.push(contest(
                        &workload(name, 100, variant),
                        schemas,
                        Lanes::Own,
                        effort,
                    ));
                }
            }
        }
        if wants("growth") {
            eprintln!("growth");
            for name in NAMES {
                let (small, large, ratio) = contest::growth(name, effort);
                rest.growth.push((name, small, large, ratio));
            }
        }
        if wants("rejection") {
            eprintln!("rejection");
            rest.rejections = reject::run(Effort { rounds: effort.rounds.min(7), ..effort });
        }
        if wants("cold") {
            eprintln!("cold");
            let mut accounts = Vec::new();
            for items in [1, 10, 50] {
                let cold = workload::cold(100_000, items);
                agree::check_cold(&cold);
                if accounts.is_empty() {
                    accounts = cold::accounts(&cold);
                }
                rest.cold.push(cold::run(&cold, &mut accounts, 5));
            }
        }
        if wants("stored") {
            eprintln!("stored");
            rest.stored = stored::run(effort);
            rest.replays = stored::replays(effort);
        }
        rest
    }

    fn tables(&self) -> String {
        [
            self.variants(),
            self.growth(),
            self.cold(),
            self.rejections(),
            self.stored(),
            self.replays(),
        ]
        .concat()
    }

    fn variants(&self) -> String {
        let row = |result: &contest::Result| {
            let (name, variant, bytes) =
                (result.name, result.variant.name(), result.bytes / result.items);
            let [decode, all, report, sonic] =
                [DECODE, END_TO_END, REPORT, SONIC].map(|lane| result.to_floor(lane));
            let floor = result.per_item(FLOOR);
            format!(
                "{name} | {variant} | {bytes:.0} | {floor:.1} | {decode:.2} | {all:.2} | {report:.2} | {sonic:.2}"
            )
        };
        table(
            "Variants",
            "Accounts of 100 rows. Times are multiples of the floor over the compact form of the same bodies.",
            &[
                "workload",
                "variant",
                "bytes/item",
                "floor ns/item",
                DECODE,
                END_TO_END,
                REPORT,
                SONIC,
            ],
            self.variants.iter().map(row),
        )
    }

    fn growth(&self) -> String {
        table(
            "Growth with the account",
            "End to end, ns per item, or for `del` per member row. At 10 rows `create_100` mostly makes new rows.",
            &["workload", "10 rows", "1000 rows", "ratio"],
            self.growth.iter().map(|(name, small, large, ratio)| {
                format!("{name} | {small:.1} | {large:.1} | {ratio:.2}")
            }),
        )
    }

    fn cold(&self) -> String {
        let row = |result: &cold::Result| {
            let cold::Result { items, cold, hot, ratio } = result;
            format!("{items} | {cold:.0} | {hot:.0} | {ratio:.2}")
        };
        table(
            "Cold",
            "100,000 accounts of 50 rows in random order, compared with 16 accounts. End to end, ns per item.",
            &["items per request", "cold", "hot", "ratio"],
            self.cold.iter().map(row),
        )
    }

    fn rejections(&self) -> String {
        let row = |result: &reject::Result| {
            let reject::Result { what, bytes, findings, report, ratio } = result;
            format!("{what} | {bytes} | {findings} | {report:.2} | {ratio:.2}")
        };
        table(
            "Rejection",
            "The full report of an invalid body, compared with decoding a valid `mark_contact` body of 100 items. Both per byte.",
            &["body", "bytes", "findings", "report ns/byte", "times accepting"],
            self.rejections.iter().map(row),
        )
    }

    fn stored(&self) -> String {
        let row = |result: &stored::Result| {
            let stored::Result { format, bytes, load, write, .. } = result;
            let [borrowed, owned, ignored, wrote] = [
                result.load_to_borrowed,
                result.load_to_owned,
                result.load_to_ignored,
                result.write_to_tuples,
            ]
            .map(multiple);
            format!(
                "{format} | {bytes:.1} | {load:.1} | {ignored} | {borrowed} | {owned} | {write:.1} | {wrote}"
            )
        };
        table(
            "Stored forms",
            "An account of 1000 rows with IDs of 14 bytes, one standard mark and two groups each, and a custom mark of 4 bytes on \
             one row in ten. Nanoseconds per row; multiples of reading the same text into `IgnoredAny`, and of reading and writing \
             the same rows as `Vec` of tuples (a number, ID, marks, custom mark, groups, timestamp) in the same format, with \
             borrowed and with owned texts.",
            &[
                "format",
                "bytes/row",
                "load",
                "to `IgnoredAny`",
                "to borrowed tuples",
                "to owned tuples",
                "write",
                "to tuples",
            ],
            self.stored.iter().map(row),
        )
    }

    fn replays(&self) -> String {
        let row = |result: &stored::Replay| {
            let stored::Replay { name, changes, replay, end_to_end, ratio } = result;
            format!("{name} | {changes} | {replay:.1} | {end_to_end:.1} | {ratio:.2}")
        };
        table(
            "Replay",
            "`Account::replay_all` with the changes of a workload on an account of 1000 rows, compared with the requests that made \
             them, end to end. Both in nanoseconds per change and on a copy of the account; copying it is not counted.",
            &["workload", "changes", "replay_all", END_TO_END, "end to end, times replay_all"],
            self.replays.iter().map(row),
        )
    }
}

/// A multiple, or a dash if there is none.
fn multiple(ratio: Option<f64>) -> String {
    ratio.map_or("-".into(), |ratio| format!("{ratio:.2}"))
}

/// A section with a table, or nothing if there are no rows.
fn table(title: &str, intro: &str, columns: &[&str], rows: impl Iterator<Item = String>) -> String {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return String::new();
    }
    let rule = vec!["---"; columns.len()].join("|");
    let mut text = format!("\n## {title}\n\n{intro}\n\n| {} |\n|{rule}|\n", columns.join(" | "));
    for row in rows {
        writeln!(text, "| {row} |").unwrap();
    }
    text
}

/// One row of the table of targets. Smaller is better, unless `at_least`.
struct Target {
    what: String,
    must: f64,
    aim: f64,
    at_least: bool,
    /// The figure of each case. The worst decides.
    measured: Vec<(String, f64)>,
}

impl Target {
    fn row(&self) -> String {
        let measured = || self.measured.iter().filter(|(_, value)| value.is_finite());
        let worse = |a: f64, b: f64| if self.at_least { a.min(b) } else { a.max(b) };
        let Some(worst) = measured().map(|(_, value)| *value).reduce(worse) else {
            return String::new();
        };
        let meets = |goal: f64| if self.at_least { worst >= goal } else { worst <= goal };
        let verdict = match (meets(self.aim), meets(self.must)) {
            (true, _) => "aim met",
            (_, true) => "met",
            _ => "**missed**",
        };
        let bound = if self.at_least { "≥" } else { "≤" };
        let cases: Vec<String> =
            measured().map(|(case, value)| format!("{case} {value:.2}")).collect();
        format!(
            "| {} | {bound} {} | {} | {worst:.2} | {verdict} | {} |\n",
            self.what,
            self.must,
            self.aim,
            cases.join(", ")
        )
    }
}

fn targets(results: &[contest::Result], rest: &Rest) -> String {
    let of = |name: &'static str| results.iter().filter(move |result| result.name == name);
    let by_rows =
        |name: &'static str, figure: &dyn Fn(&contest::Result) -> f64| -> Vec<(String, f64)> {
            of(name).map(|result| (format!("{} rows:", result.rows), figure(result))).collect()
        };
    // The worst of the sizes of each workload.
    let by_name = |figure: &dyn Fn(&contest::Result) -> f64| -> Vec<(String, f64)> {
        let mut list: Vec<(String, f64)> = Vec::new();
        for result in results {
            let value = figure(result);
            match list.last_mut() {
                Some((name, worst)) if name.trim_end_matches(':') == result.name => {
                    *worst = worst.min(value)
                }
                _ => list.push((format!("{}:", result.name), value)),
            }
        }
        list
    };
    let mut text = String::from(
        "## Targets\n\nThe worst case decides.\n\n| what | must | aim | measured | | cases |\n|---|--:|--:|--:|---|---|\n",
    );
    let mut add =
        |what: &str, must: f64, aim: f64, at_least: bool, measured: Vec<(String, f64)>| {
            text.push_str(&Target { what: what.into(), must, aim, at_least, measured }.row());
        };
    for (name, must, aim) in [("mark_100", 2.0, 1.8), ("mark_1", 2.3, 2.0), ("update_1", 2.3, 2.0)]
    {
        let figure = |r: &contest::Result| r.to_floor(END_TO_END);
        let what = format!("end to end, `{name}`, times the floor");
        add(&what, must, aim, false, by_rows(name, &figure));
    }
    add(
        "`Value` handler, times the crate end to end",
        8.5,
        10.0,
        true,
        by_name(&|r| r.times.ratio(VALUE, END_TO_END)),
    );
    for (name, what) in [
        ("mark_100", "SQLite as state, times apply, `mark_100`"),
        ("update_100", "SQLite as state, times apply, `update_100`"),
    ] {
        add(what, 20.0, 40.0, true, by_rows(name, &|r| r.times.ratio(SQLITE, APPLY)));
    }
    // A body with more items than its account has rows repeats conversations, which draws many warnings.
    let repeats = |r: &contest::Result| {
        let items = r.items / r.steps as f64;
        r.name != "mixed"
            && !["create_100", "del", "get_page_100"].contains(&r.name)
            && items * 0.9 > r.rows as f64
    };
    let tiny = |r: &contest::Result| ["del", "get_page_100"].contains(&r.name);
    for (what, must, which) in [
        (
            "parse + jsonschema, times the report, no warnings",
            3.5,
            &(|r: &contest::Result| !repeats(r) && !tiny(r)) as &dyn Fn(&contest::Result) -> bool,
        ),
        ("the same, bodies of about 50 bytes", 3.0, &tiny),
        ("the same, a warning on most items", 3.5, &repeats),
    ] {
        let figure =
            |r: &contest::Result| if which(r) { r.times.ratio(SCHEMA, REPORT) } else { f64::NAN };
        add(what, must, 4.5, true, by_name(&figure));
    }
    let hot: Vec<(String, f64)> = ["mark_100", "update_100", "churn_100"]
        .into_iter()
        .flat_map(|name| {
            of(name)
                .filter(|r| r.rows == 1000)
                .map(move |r| (format!("{name}:"), r.to_floor(APPLY)))
        })
        .collect();
    add("apply per item, 1000 rows, times the floor", 0.25, 0.16, false, hot);
    add(
        "derived `Serialize`, times writing `get_page_100`",
        1.0,
        3.0,
        true,
        by_rows("get_page_100", &|r| r.times.ratio(DERIVED, WRITE)),
    );
    let growth = rest.growth.iter().map(|(name, .., ratio)| (format!("{name}:"), *ratio)).collect();
    add("end to end per item, 1000 rows against 10", 1.5, 1.2, false, growth);
    let cold =
        rest.cold.iter().map(|result| (format!("{} items:", result.items), result.ratio)).collect();
    add("cold per item against hot", 4.0, 2.5, false, cold);
    let zeros = |result: &&reject::Result| result.what.contains("zeros");
    let rejected = |of_zeros: bool| {
        let results = rest.rejections.iter().filter(|result| zeros(result) == of_zeros);
        results.map(|result| (format!("{}:", result.what), result.ratio)).collect()
    };
    let what = "rejecting with a full report, times accepting, per byte";
    add(what, 3.5, 3.0, false, rejected(false));
    add("the same, an array of zeros", 4.0, 3.0, false, rejected(true));
    let figure = |figure: &dyn Fn(&stored::Result) -> Option<f64>| -> Vec<(String, f64)> {
        let of = |result: &stored::Result| Some((format!("{}:", result.format), figure(result)?));
        rest.stored.iter().filter_map(of).collect()
    };
    let load = figure(&|result| result.load_to_ignored);
    add("loading JSON, times reading it into `IgnoredAny`", 2.0, 1.7, false, load);
    let postcard = || rest.stored.iter().filter(|result| result.format == "postcard");
    let case = |what: &str, ratio: Option<f64>| Some((what.to_owned(), ratio?));
    let load = postcard()
        .flat_map(|r| [case("borrowed:", r.load_to_borrowed), case("owned:", r.load_to_owned)])
        .flatten()
        .collect();
    add("loading postcard, times loading tuples", 3.0, 2.0, false, load);
    let write = postcard().filter_map(|r| case("tuples:", r.write_to_tuples)).collect();
    add("writing postcard, times writing tuples", 2.0, 1.2, false, write);
    let replays = rest.replays.iter().map(|r| (format!("{}:", r.name), r.ratio)).collect();
    add("requests end to end, times `replay_all`, per change", 5.0, 10.0, true, replays);
    let bytes = postcard().map(|r| ("postcard:".to_owned(), r.bytes)).collect();
    add("bytes per row in postcard", 26.0, 22.0, false, bytes);
    text
}

fn stages(results: &[contest::Result]) -> String {
    let row = |result: &contest::Result| {
        let mut row = format!(
            "{} | {} | {:.0} | {:.1}",
            result.name,
            result.rows,
            result.bytes / result.items,
            result.per_item(FLOOR)
        );
        for lane in [DECODE, APPLY, WRITE, END_TO_END, REPORT, SONIC] {
            write!(row, " | {:.1} ({:.2})", result.per_item(lane), result.to_floor(lane)).unwrap();
        }
        row
    };
    let mut text = table(
        "Stages",
        "Plain bodies. Nanoseconds per item, and in parentheses the multiple of the floor.",
        &["workload", "rows", "bytes/item", FLOOR, DECODE, APPLY, WRITE, END_TO_END, REPORT, SONIC],
        results.iter().map(row),
    );
    for result in results.iter().filter(|result| result.times.has(ASKING)) {
        let (name, rows) = (result.name, result.rows);
        let (asking, vouched) = (result.to_floor(ASKING), result.to_floor(END_TO_END));
        writeln!(text, "\n`{name}`, {rows} rows, with every fact asked for: {asking:.2} times the floor instead of {vouched:.2}.")
            .unwrap();
    }
    text
}

fn peers(results: &[contest::Result]) -> String {
    let row = |result: &contest::Result| {
        let mut row = format!("{} | {}", result.name, result.rows);
        for (own, other) in [(END_TO_END, VALUE), (APPLY, SQLITE), (REPORT, SCHEMA)] {
            let (ours, theirs, ratio) =
                (result.per_item(own), result.per_item(other), result.times.ratio(other, own));
            write!(row, " | {ours:.1} | {theirs:.0} ({ratio:.1})").unwrap();
        }
        row
    };
    table(
        "Contenders",
        "Nanoseconds per item, and in parentheses the multiple of the crate's time for the same work.",
        &["workload", "rows", END_TO_END, VALUE, APPLY, SQLITE, REPORT, SCHEMA],
        results.iter().map(row),
    )
}
