//! A service in memory that a reset replaces by a new one.

use std::sync::{PoisonError, RwLock};

use super::facts::KnownNow;
use crate::service::Service;
use crate::store::memory::MemoryStore;

type InMemory = Service<MemoryStore, KnownNow>;

/// A service in memory. Calls that are under way while it is replaced end on the old one.
pub struct Replaceable {
    now: RwLock<InMemory>,
    make: Box<dyn Fn() -> InMemory + Send + Sync>,
}

impl Replaceable {
    /// Begins with what `make` makes.
    pub fn new(make: impl Fn() -> InMemory + Send + Sync + 'static) -> Self {
        Self { now: RwLock::new(make()), make: Box::new(make) }
    }

    /// The service that counts now.
    pub fn now(&self) -> InMemory {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on a service without accounts counts.
    pub fn replace(&self) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (self.make)();
    }
}
