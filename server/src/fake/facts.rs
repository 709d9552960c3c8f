//! Facts that tests change while the server runs.

use std::sync::{Arc, PoisonError, RwLock};

use convmark::{CheckedRequest, Facts};

use crate::facts::Known;
use crate::service::{FactsError, FactsSource};

/// What is known, for the next call.
#[derive(Debug)]
pub struct ChangingFacts {
    at_start: Arc<Known>,
    now: RwLock<Arc<Known>>,
}

impl ChangingFacts {
    /// Begins with what the server was started with.
    pub fn new(at_start: Known) -> Self {
        let at_start = Arc::new(at_start);
        Self { now: RwLock::new(Arc::clone(&at_start)), at_start }
    }

    /// What is known now.
    pub fn now(&self) -> Arc<Known> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From the next call on, this is known.
    pub fn set(&self, known: Known) {
        self.put(Arc::new(known));
    }

    /// Back to what the server was started with.
    pub fn reset(&self) {
        self.put(Arc::clone(&self.at_start));
    }

    fn put(&self, known: Arc<Known>) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

/// What the service asks for facts.
#[derive(Clone, Debug)]
pub enum KnownNow {
    /// It stays as it was at the start.
    Fixed(Arc<Known>),
    /// Tests change it.
    Changing(Arc<ChangingFacts>),
}

impl FactsSource for KnownNow {
    async fn facts(&self, request: &CheckedRequest<'_>) -> Result<Facts, FactsError> {
        Ok(match self {
            Self::Fixed(known) => known.facts(request),
            Self::Changing(facts) => facts.now().facts(request),
        })
    }
}
