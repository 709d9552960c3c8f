//! Reading the tuples of the compact forms, with errors that quote no values.

use core::cell::Cell;
use core::fmt::Display;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, SeqAccess};

/// What can be wrong with a tuple in any of the compact forms.
pub(crate) trait TupleError: Copy + Display {
    /// Where a tuple is.
    type Place: Copy;

    /// The tuple ends before that element.
    fn missing(place: Self::Place, element: &'static str) -> Self;
    /// The element is of another type, or the bytes are damaged there.
    fn unreadable(place: Self::Place, element: &'static str) -> Self;
    /// The tuple goes on behind its last element.
    fn unknown(place: Self::Place) -> Self;
}

/// The first error that was found. What a format makes of it on its way out is not used, because
/// the errors of formats quote values.
pub(crate) struct Found<F>(Cell<Option<F>>);

impl<F: TupleError> Found<F> {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// What was found, if anything was.
    pub(crate) fn first(&self) -> Option<F> {
        self.0.get()
    }

    #[cold]
    pub(crate) fn error<E: de::Error>(&self, error: F) -> E {
        let first = self.0.get().unwrap_or(error);
        self.0.set(Some(first));
        E::custom(first)
    }

    #[inline]
    pub(crate) fn check<T, E: de::Error>(&self, result: Result<T, F>) -> Result<T, E> {
        result.map_err(|error| self.error(error))
    }

    /// Reads the next element of a list, if there is one.
    #[inline]
    pub(crate) fn next<'de, A: SeqAccess<'de>, S: DeserializeSeed<'de>>(
        &self,
        list: &mut A,
        seed: S,
        place: F::Place,
        element: &'static str,
    ) -> Result<Option<S::Value>, A::Error> {
        list.next_element_seed(seed).map_err(|_| self.error(F::unreadable(place, element)))
    }

    /// Reads an element of a tuple.
    #[inline]
    pub(crate) fn element<'de, A: SeqAccess<'de>, S: DeserializeSeed<'de>>(
        &self,
        tuple: &mut A,
        seed: S,
        place: F::Place,
        element: &'static str,
    ) -> Result<S::Value, A::Error> {
        match tuple.next_element_seed(seed) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.error(F::missing(place, element))),
            Err(_) => Err(self.error(F::unreadable(place, element))),
        }
    }

    #[inline]
    pub(crate) fn value<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(
        &self,
        tuple: &mut A,
        place: F::Place,
        element: &'static str,
    ) -> Result<T, A::Error> {
        self.element(tuple, PhantomData, place, element)
    }

    /// Checks that a tuple has no more elements.
    #[inline]
    pub(crate) fn end<'de, A: SeqAccess<'de>>(
        &self,
        tuple: &mut A,
        place: F::Place,
    ) -> Result<(), A::Error> {
        match tuple.next_element_seed(NoElement) {
            Ok(None) => Ok(()),
            _ => Err(self.error(F::unknown(place))),
        }
    }
}

/// Reads an element that must not be there: reading it fails.
pub(crate) struct NoElement;

impl<'b> DeserializeSeed<'b> for NoElement {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, _: D) -> Result<(), D::Error> {
        Err(de::Error::custom("one element too many"))
    }
}
