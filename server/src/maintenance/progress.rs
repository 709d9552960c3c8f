//! The progress bar, on standard error if that is a terminal.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// How far an operation has come.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Of accounts, whose number is not known before.
    pub(super) fn accounts(verb: &'static str) -> Self {
        Self::of(
            ProgressBar::no_length(),
            "accounts {msg}: {human_pos}, {rate} a second, {elapsed}",
            verb,
        )
    }

    /// Of a file of that many bytes.
    pub(super) fn bytes(length: u64, verb: &'static str) -> Self {
        let bar = "{wide_bar} {percent:>3} % of {total_bytes} {msg}, {elapsed}, {eta} left";
        Self::of(ProgressBar::new(length), bar, verb)
    }

    fn of(bar: ProgressBar, template: &str, verb: &'static str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(template) {
            // Decimals would only flicker.
            let rate = |state: &ProgressState, text: &mut dyn Write| {
                let _ = write!(text, "{:.0}", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_message(verb);
        Self(bar)
    }

    pub(super) fn add(&self, number: u64) {
        self.0.inc(number);
    }

    pub(super) fn set(&self, number: u64) {
        self.0.set_position(number);
    }

    /// Prints something without harm to the bar.
    pub(super) fn above(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
