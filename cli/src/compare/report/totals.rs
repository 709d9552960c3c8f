//! How many exchanges agree, differ, and were skipped.

#[derive(Default)]
pub struct Totals {
    pub agree: u64,
    pub differ: u64,
    pub differences: u64,
    pub faults: u64,
    pub no_answer: u64,
    pub other: u64,
    pub wrong: u64,
}

impl Totals {
    /// What was not compared: `2 skipped: not an exchange`.
    pub fn skipped(&self) -> Vec<String> {
        let skipped = [
            (self.faults, "the service's own failures"),
            (self.no_answer, "without a JSON object as answer"),
            (self.other, "not a call of a modeled command"),
            (self.wrong, "not an exchange"),
        ];
        let skipped = skipped.into_iter().filter(|(number, _)| *number > 0);
        skipped.map(|(number, which)| format!("{number} skipped: {which}")).collect()
    }
}
