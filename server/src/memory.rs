//! A handler over the fake service of the core, in memory.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Command, Policy, Refusal, Validator};

use crate::facts::Known;
use crate::http::Handler;

/// A handler over the fake service of the core. Nothing outlives it.
pub struct Memory {
    policy: Policy,
    known: Known,
    service: Mutex<Service>,
}

impl Memory {
    /// A service without data.
    #[must_use]
    pub fn new(policy: &Policy, known: Known) -> Self {
        Self { policy: *policy, known, service: Mutex::new(Service::new(policy)) }
    }

    fn answer(&self, command: Command, body: &[u8], now_seconds: u64) -> Result<Vec<u8>, Refusal> {
        let request = Validator::new(&self.policy).decode(command, body)?;
        let facts = self.known.facts(&request);
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        let incoming = Incoming::new(command, body);
        let outcome = service.serve(&incoming, &facts, Time::from_seconds(now_seconds));
        outcome.map(|outcome| outcome.into_parts().0).map_err(|_| Refusal::host_fault(command))
    }
}

impl Handler for Memory {
    async fn call(&self, command: Command, body: Bytes, now_seconds: u64) -> Vec<u8> {
        self.answer(command, &body, now_seconds).unwrap_or_else(|refusal| {
            let mut answer = Vec::new();
            refusal.write_answer(&self.policy, &mut answer);
            answer
        })
    }
}
