//! The crate as a service uses it, with memory that is reused between requests. The benches and the test of memory include
//! this file.

use convmark::{Account, CheckedRequest, Command, Facts, Validator};
use support::workload::Request;

/// The command of that name.
#[inline]
pub fn command(name: &str) -> Command {
    name.parse().expect("a workload has known commands")
}

/// What a service keeps between requests.
pub struct Service {
    pub validator: Validator,
    pub facts: Facts,
    pub answer: Vec<u8>,
}

impl Default for Service {
    /// Under the default policy. Every fact is given.
    fn default() -> Self {
        Self { validator: Validator::default(), facts: Facts::vouched(), answer: Vec::new() }
    }
}

impl Service {
    /// Serves one request, from the bytes of the body to those of the answer.
    #[inline]
    pub fn serve(&mut self, account: &mut Account, request: &Request, now: u64) {
        let command = command(request.command);
        let checked = self.validator.decode(command, &request.body).expect("a workload is valid");
        self.finish(account, checked, now);
    }

    /// Applies a decoded request and writes the answer.
    #[inline]
    pub fn finish(&mut self, account: &mut Account, checked: CheckedRequest<'_>, now: u64) {
        let outcome = account
            .apply_with(&mut self.validator, &checked, &self.facts, now)
            .expect("the facts are complete");
        self.answer.clear();
        outcome.write_answer(&mut self.answer);
        self.validator.reclaim_outcome(outcome);
        self.validator.reclaim(checked);
    }
}
