//! The fast door: what the visitors of all commands share.
//!
//! It only accepts or declines, in one pass and without allocation unless a used string has escapes. Whatever it declines,
//! the walk judges; so it may decline for any reason, and the reasons need no texts.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::cell::Cell;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};

use super::fields::Fields;
use super::{MarkItem, Membership};
use crate::conversation::Conversation;
use crate::policy::Policy;

use crate::read::unexplained;

pub(crate) use crate::read::TextSeed;

/// What each visitor needs to know, and whether the walk would have something to warn about.
#[derive(Debug)]
pub(crate) struct Context<'p> {
    pub(crate) policy: &'p Policy,
    odd: Cell<bool>,
}

impl<'p> Context<'p> {
    pub(crate) const fn new(policy: &'p Policy) -> Self {
        Self { policy, odd: Cell::new(false) }
    }

    /// Notes that a warning may be due.
    #[inline]
    pub(crate) fn note_if(&self, odd: bool) {
        if odd {
            self.odd.set(true);
        }
    }

    pub(crate) fn is_odd(&self) -> bool {
        self.odd.get()
    }
}

/// Where the items of a request are collected. The vectors outlive a declined body, so that their memory can be used again.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) conversations: Vec<Conversation<'a>>,
    pub(crate) memberships: Vec<Membership<'a>>,
    pub(crate) marks: Vec<MarkItem<'a>>,
}

/// An element that names a conversation, as the fast door reads it alone.
pub(crate) trait Item<'de>: Sized {
    fn accept<D: Deserializer<'de>>(reader: D, context: &Context<'_>) -> Option<Self>;
    fn conversation(&self) -> &Conversation<'de>;

    /// One element's text, if there is nothing at all to say about it.
    fn accept_alone(text: &'de str, policy: &Policy) -> Option<Self> {
        let context = Context::new(policy);
        let item = Self::accept(&mut serde_json::Deserializer::from_str(text), &context)?;
        (!context.is_odd()).then_some(item)
    }
}

/// The error of a declined body. It carries nothing: the walk finds the reasons.
#[cold]
pub(crate) fn declined<E: de::Error>() -> E {
    E::custom("declined")
}

/// Stores a member's value; a second one is declined.
#[inline]
pub(crate) fn once<T, E: de::Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
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

/// A required name: not empty.
#[inline]
pub(crate) fn required_name<E: de::Error>(value: Option<Cow<'_, str>>) -> Result<Cow<'_, str>, E> {
    value.filter(|name| !name.is_empty()).ok_or_else(declined)
}

/// Reads an object member by member. What is not documented is skipped, and noted for the walk to warn of.
macro_rules! read_members {
    ($map:ident, $context:expr, { $($field:path => $read:expr,)+ }) => {
        while let Some(field) = $map.next_key_seed($crate::request::seed::FieldSeed::new())? {
            match field {
                $(Some($field) => $read,)+
                None => {
                    $context.note_if(true);
                    $map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
    };
}

pub(crate) use read_members;

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

/// Reads an integer that is not negative.
pub(crate) struct IntegerSeed;

impl<'de> DeserializeSeed<'de> for IntegerSeed {
    type Value = u64;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<u64, D::Error> {
        reader.deserialize_u64(self)
    }
}

impl Visitor<'_> for IntegerSeed {
    type Value = u64;

    unexplained!();

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    /// For formats whose integers all have a sign.
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| declined())
    }
}

/// Reads the elements of an array into a vector, at most so many.
pub(crate) struct ElementsSeed<'v, T, S> {
    pub(crate) into: &'v mut Vec<T>,
    pub(crate) seed: S,
    pub(crate) max: Option<u32>,
}

impl<'de, T, S: DeserializeSeed<'de, Value = T> + Copy> DeserializeSeed<'de> for ElementsSeed<'_, T, S> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, T, S: DeserializeSeed<'de, Value = T> + Copy> Visitor<'de> for ElementsSeed<'_, T, S> {
    type Value = ();

    unexplained!();

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let max = self.max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
        while let Some(item) = seq.next_element_seed(self.seed)? {
            if self.into.len() >= max {
                return Err(declined());
            }
            self.into.push(item);
        }
        Ok(())
    }
}
