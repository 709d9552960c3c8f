//! What is to be reached.

/// One line of the table.
pub struct Figure {
    /// What is measured, as in the table.
    pub name: &'static str,
    /// What it must reach, and what is aimed at.
    must: f64,
    aim: f64,
    unit: &'static str,
    is_less_better: bool,
}

const fn ratio(name: &'static str, must: f64, aim: f64) -> Figure {
    Figure { name, must, aim, unit: "", is_less_better: false }
}

const fn at_most(name: &'static str, must: f64, aim: f64, unit: &'static str) -> Figure {
    Figure { name, must, aim, unit, is_less_better: true }
}

pub const READS_10_MEMORY: Figure =
    ratio("reads, 10 rows, memory, against the empty handler", 0.6, 0.8);
pub const READS_1000_MEMORY: Figure =
    ratio("reads, 1000 rows, memory, against the empty handler", 0.6, 0.8);
pub const READS_10_EMBEDDED: Figure =
    ratio("reads, 10 rows, embedded, against the empty handler", 0.6, 0.8);
pub const READS_1000_EMBEDDED: Figure =
    ratio("reads, 1000 rows, embedded, against the empty handler", 0.6, 0.8);
pub const WRITES_MEMORY: Figure = ratio("writes, memory, against the empty handler", 0.5, 0.7);
pub const GROUP_COMMIT: Figure =
    ratio("durable writes, embedded, against commits of 1 record", 5.0, 10.0);
pub const SIZE_MEMORY: Figure = ratio("writes, 1000 rows against 10 rows, memory", 0.8, 0.95);
pub const SIZE_EMBEDDED: Figure = ratio("writes, 1000 rows against 10 rows, embedded", 0.8, 0.95);
pub const DISK: Figure = at_most(
    "disk bytes written per mark, with folds, 200 accounts of 1000 rows",
    2000.0,
    600.0,
    " B",
);
pub const WAITING: Figure =
    at_most("p99 of other accounts while 1000 callers wait for one", 50.0, 20.0, " ms");
pub const RESIDENT: Figure = at_most(
    "resident memory, 1,000,000 accounts of 20 rows stored, cache 64 MiB",
    250.0,
    150.0,
    " MiB",
);
pub const START: Figure = at_most("start on that store, after SIGTERM", 5.0, 1.0, " s");
pub const START_AFTER_KILL: Figure =
    at_most("start on that store, after SIGKILL under writes", 5.0, 1.0, " s");
pub const READS_POSTGRES: Figure =
    ratio("reads, PostgreSQL, against pgbench selecting the head row", 0.5, 0.7);
pub const WRITES_POSTGRES: Figure =
    ratio("writes, PostgreSQL, against pgbench with the same statement", 0.6, 0.8);
pub const SIZE_POSTGRES: Figure = ratio("writes, 1000 rows against 10 rows, PostgreSQL", 0.8, 0.95);

/// All lines, in the order of the table.
pub const ALL: [Figure; 16] = [
    READS_10_MEMORY,
    READS_1000_MEMORY,
    READS_10_EMBEDDED,
    READS_1000_EMBEDDED,
    READS_POSTGRES,
    WRITES_MEMORY,
    GROUP_COMMIT,
    SIZE_MEMORY,
    SIZE_EMBEDDED,
    SIZE_POSTGRES,
    DISK,
    WRITES_POSTGRES,
    WAITING,
    RESIDENT,
    START,
    START_AFTER_KILL,
];

impl Figure {
    /// A value with its unit.
    pub fn show(&self, value: f64) -> String {
        let digits = if value < 100.0 { 2 } else { 0 };
        format!("{value:.digits$}{}", self.unit)
    }

    /// The cells that say what is to be reached.
    pub fn wanted(&self) -> String {
        format!("{}{} | {}{}", self.must, self.unit, self.aim, self.unit)
    }

    /// What a value means.
    pub fn verdict(&self, value: f64) -> &'static str {
        let reaches = |wanted| if self.is_less_better { value <= wanted } else { value >= wanted };
        match (reaches(self.must), reaches(self.aim)) {
            (_, true) => "aim",
            (true, false) => "met",
            (false, false) => "**missed**",
        }
    }
}
