//! Objects with a table of their own.

use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};

use super::{Expected, Kind};
use crate::json::Scanner;
use crate::policy::Policy;
use crate::read::unexplained;
use crate::request::fast::Context;
use crate::request::full::{FullValidation, UnreadableString};
use crate::request::raw::Raw;
use crate::request::table::Table;
use crate::schema::{JsonType, Shape};

/// The object that a table describes.
pub(crate) struct Object<T>(PhantomData<T>);

impl<T: Table> Kind for Object<T> {
    const EXPECTED: Expected = Expected::of(JsonType::Object);
    type Read<'a> = T::Item<'a>;
    type Value<'a> = T::Item<'a>;
    type Ref<'a> = &'a T::Item<'a>;

    fn shape(_: &Policy) -> Shape {
        Shape::Object(T::OBJECT)
    }

    #[inline(always)]
    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        context: &Context<'_, 'de>,
    ) -> Result<T::Item<'de>, D::Error> {
        reader.deserialize_map(ObjectVisitor::<T>(context, PhantomData))
    }

    fn is_nothing(_: &T::Item<'_>) -> bool {
        false
    }

    #[inline(always)]
    fn accept<'a>(read: T::Item<'a>, _: &Context<'_, 'a>) -> Option<T::Item<'a>> {
        Some(read)
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<T::Item<'b>>, UnreadableString> {
        let members = full.members::<T>(&mut Scanner::new(raw.text()))?;
        T::validate(full, &members)
    }

    fn write(item: &T::Item<'_>, policy: &Policy, out: &mut Vec<u8>) {
        T::write(item, policy, out);
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<T::Item<'static>> {
        T::draw(drawing)
    }
}

struct ObjectVisitor<'c, 'de, T>(&'c Context<'c, 'de>, PhantomData<T>);

impl<'de, T: Table> Visitor<'de> for ObjectVisitor<'_, 'de, T> {
    type Value = T::Item<'de>;

    unexplained!();

    #[inline(always)]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::read(map, self.0)
    }
}
