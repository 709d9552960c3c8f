//! Arrays of objects, and arrays of exactly one value.

use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, SeqAccess, Visitor};

use super::{Expected, Kind, Object, Reading};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::report::FindingKind;
use crate::request::fast::{Context, declined, required};
use crate::request::full::{FullValidation, UnreadableString};
use crate::request::memory::Kept;
use crate::request::raw::Raw;
use crate::request::table::Table;
use crate::rule::Rule;
use crate::schema::{Element, JsonType, Shape};
use crate::write;

/// How many elements an array may have.
pub(crate) trait Limit {
    /// The rule that any other number breaks.
    const RULE: Rule;

    /// What to do with too many, in words.
    const ADVICE: &'static str;

    /// The minimum and, if there is one, the maximum.
    fn range(policy: &Policy) -> (u32, Option<u32>);

    #[inline(always)]
    fn allows(policy: &Policy, count: usize) -> bool {
        let (minimum, maximum) = Self::range(policy);
        u32::try_from(count)
            .is_ok_and(|count| count >= minimum && maximum.is_none_or(|maximum| count <= maximum))
    }

    /// The finding about the number of elements, if it is not allowed.
    fn judge(policy: &Policy, found: usize) -> Option<(Rule, FindingKind)> {
        let (minimum, maximum) = Self::range(policy);
        let maximum = maximum.unwrap_or(u32::MAX);
        let kind = FindingKind::Count { found, minimum, maximum, advice: Self::ADVICE };
        (!Self::allows(policy, found)).then_some((Self::RULE, kind))
    }
}

/// An array of objects that name a conversation each, as many as `L` allows.
pub(crate) struct List<T, L>(PhantomData<(T, L)>);

impl<T: Table, L: Limit> Kind for List<T, L>
where
    for<'a> T::Item<'a>: Kept<'a>,
{
    const EXPECTED: Expected = Expected::of(JsonType::Array);
    /// Whether the array has elements. The items themselves are kept in the context.
    type Read<'a> = Elements;
    type Value<'a> = Vec<T::Item<'a>>;
    type Ref<'a> = &'a [T::Item<'a>];

    fn shape(policy: &Policy) -> Shape {
        let (min, max) = L::range(policy);
        Shape::Array { min, max, element: Element::Object(T::OBJECT) }
    }

    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        context: &Context<'_, 'de>,
    ) -> Result<Elements, D::Error> {
        let mut items = context.lend();
        let (_, maximum) = L::range(context.policy);
        let maximum =
            maximum.map_or(usize::MAX, |maximum| usize::try_from(maximum).unwrap_or(usize::MAX));
        let read = reader.deserialize_seq(ItemsVisitor {
            items: &mut items,
            seed: Reading::<Object<T>>::new(context),
            maximum,
        });
        let elements = if items.is_empty() { Elements::None } else { Elements::Some };
        context.keep(items);
        read.map(|()| elements)
    }

    fn is_nothing(read: &Elements) -> bool {
        matches!(read, Elements::None)
    }

    #[inline(always)]
    fn accept<'a>(_: Elements, context: &Context<'_, 'a>) -> Option<Vec<T::Item<'a>>> {
        let items = context.take();
        if L::allows(context.policy, items.len()) {
            return Some(items);
        }
        context.keep(items);
        None
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<Self::Value<'b>>, UnreadableString> {
        let items = full.items::<T>(raw, L::judge)?;
        Ok((!items.is_empty() || raw.is_empty_array()).then_some(items))
    }

    fn write(items: &[T::Item<'_>], policy: &Policy, out: &mut Vec<u8>) {
        write::array(items, out, |item, out| T::write(item, policy, out));
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Vec<T::Item<'static>>> {
        let (minimum, maximum) = L::range(&drawing.policy);
        drawing.list(minimum, maximum, T::draw)
    }
}

/// Whether an array has elements.
#[derive(Clone, Copy)]
pub(crate) enum Elements {
    None,
    Some,
}

/// Reads the elements of an array into a vector, up to a maximum.
struct ItemsVisitor<'v, T, S> {
    items: &'v mut Vec<T>,
    seed: S,
    maximum: usize,
}

impl<'de, T, S: DeserializeSeed<'de, Value = T> + Copy> Visitor<'de> for ItemsVisitor<'_, T, S> {
    type Value = ();

    unexplained!();

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element_seed(self.seed)? {
            if self.items.len() >= self.maximum {
                return Err(declined());
            }
            self.items.push(item);
        }
        Ok(())
    }
}

/// An array of exactly one value.
pub(crate) struct Single<K>(PhantomData<K>);

enum ExactlyOne {}

impl Limit for ExactlyOne {
    const RULE: Rule = Rule::SingleItemOnly;
    const ADVICE: &'static str = "send one request for each";

    fn range(_: &Policy) -> (u32, Option<u32>) {
        (1, Some(1))
    }
}

impl<K: Kind> Kind for Single<K> {
    const EXPECTED: Expected = Expected::of(JsonType::Array);
    type Read<'a> = K::Read<'a>;
    type Value<'a> = K::Value<'a>;
    type Ref<'a> = K::Ref<'a>;

    fn shape(policy: &Policy) -> Shape {
        let (min, max) = ExactlyOne::range(policy);
        Shape::Array { min, max, element: Element::of(K::shape(policy)) }
    }

    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        context: &Context<'_, 'de>,
    ) -> Result<K::Read<'de>, D::Error> {
        reader.deserialize_seq(SingleVisitor(Reading::<K>::new(context)))
    }

    fn is_nothing(_: &K::Read<'_>) -> bool {
        false
    }

    #[inline(always)]
    fn accept<'a>(read: K::Read<'a>, context: &Context<'_, 'a>) -> Option<K::Value<'a>> {
        K::accept(read, context)
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<K::Value<'b>>, UnreadableString> {
        let policy = full.policy;
        let mut value = None;
        full.elements(
            raw,
            |found| ExactlyOne::judge(policy, found),
            |full, element| {
                value = full.element::<K>(Raw::new(element.value()?))?;
                Ok(1)
            },
        )?;
        Ok(value)
    }

    fn write(value: K::Ref<'_>, policy: &Policy, out: &mut Vec<u8>) {
        out.push(b'[');
        K::write(value, policy, out);
        out.push(b']');
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<K::Value<'static>> {
        K::draw(drawing)
    }
}

struct SingleVisitor<'c, 'de, K>(Reading<'c, 'de, K>);

impl<'de, K: Kind> Visitor<'de> for SingleVisitor<'_, 'de, K> {
    type Value = K::Read<'de>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let read = required(seq.next_element_seed(self.0)?)?;
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(read),
            Some(_) => Err(declined()),
        }
    }
}
