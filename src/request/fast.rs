//! The fast path: what the readers of all objects share.
//!
//! It only accepts or declines, in one pass, and allocates only if a used string has escapes. Full
//! validation judges what it declines. So it may decline for any reason, and its errors need no
//! text.

use alloc::vec::Vec;
use core::cell::Cell;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, Visitor};

use super::fields::Fields;
use super::memory::{Idle, ItemMemory, Kept, Pending};
use crate::policy::Policy;
use crate::read::unexplained;

/// What every reader needs, and what the readers note while they read.
pub(crate) struct Context<'c, 'de> {
    pub(crate) policy: &'c Policy,
    /// Whether full validation may have something to warn of.
    has_warnings: Cell<bool>,
    idle: Idle<'c>,
    /// Items that were read and wait for their request.
    pending: Pending<'de>,
}

impl<'c, 'de> Context<'c, 'de> {
    #[inline]
    pub(crate) fn new(policy: &'c Policy, memory: &'c mut ItemMemory) -> Self {
        Self {
            policy,
            has_warnings: Cell::new(false),
            idle: Idle::of(memory),
            pending: Pending::default(),
        }
    }

    /// Notes that a warning may be due.
    #[inline]
    pub(crate) fn note_warning_if(&self, warning: bool) {
        if warning {
            self.has_warnings.set(true);
        }
    }

    pub(crate) fn has_warnings(&self) -> bool {
        self.has_warnings.get()
    }

    /// An empty vector to read items into.
    #[inline]
    pub(crate) fn lend<T: Kept<'de>>(&self) -> Vec<T> {
        T::lend(&self.idle)
    }

    /// Keeps items until they are [taken](Self::take).
    #[inline]
    pub(crate) fn keep<T: Kept<'de>>(&self, items: Vec<T>) {
        T::pending(&self.pending).set(items);
    }

    /// The items that were kept.
    #[inline]
    pub(crate) fn take<T: Kept<'de>>(&self) -> Vec<T> {
        T::pending(&self.pending).take()
    }

    /// Gives back the memory of items that no request took.
    #[inline]
    pub(crate) fn give_back(self) {
        self.pending.give_back(&self.idle);
    }
}

/// The error of a declined body. It says nothing more: full validation finds the reasons.
#[cold]
pub(crate) fn declined<E: de::Error>() -> E {
    E::custom("declined")
}

/// Stores a member's value; a second one is declined.
#[inline]
pub(crate) fn set_once<T, E: de::Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(declined()),
    }
}

/// A required value.
#[inline]
pub(crate) fn required<T, E: de::Error>(value: Option<T>) -> Result<T, E> {
    value.ok_or_else(declined)
}

/// Reads a member name; `None` when it is not documented.
pub(crate) struct FieldSeed<F>(PhantomData<F>);

impl<F> FieldSeed<F> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, F: Fields> DeserializeSeed<'de> for FieldSeed<F> {
    type Value = Option<F>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_identifier(self)
    }
}

impl<F: Fields> Visitor<'_> for FieldSeed<F> {
    type Value = Option<F>;

    unexplained!();

    #[inline]
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(F::of_name(name))
    }
}
