//! Arrays of mark indexes, folded into bits.

use alloc::vec::Vec;

use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};

use super::integer::IntegerSeed;
use super::{Expected, Kind};
use crate::marks::{MarkBase, StandardMarks};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::report::FindingKind;
use crate::request::fast::{Context, required};
use crate::request::full::{FullValidation, UnreadableString};
use crate::request::raw::Raw;
use crate::rule::{Rule, Warning};
use crate::schema::{Element, JsonType, Shape};
use crate::write;

/// `SetMark` and `ClearMark`: indexes that start where the policy says.
pub(crate) enum MarkIndexes {}

/// The marks of an array of indexes.
#[derive(Clone, Copy)]
pub(crate) struct Indexed {
    pub(crate) marks: StandardMarks,
    /// Whether the array has elements, even wrong ones.
    pub(crate) any: bool,
}

impl Kind for MarkIndexes {
    const EXPECTED: Expected = Expected::of(JsonType::Array);
    type Read<'a> = StandardMarks;
    type Value<'a> = Indexed;
    type Ref<'a> = StandardMarks;

    fn shape(policy: &Policy) -> Shape {
        let (min, max) = range(policy.mark_base());
        Shape::Array { min: 0, max: None, element: Element::Integer { min, max } }
    }

    #[inline]
    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        context: &Context<'_, 'de>,
    ) -> Result<StandardMarks, D::Error> {
        reader.deserialize_seq(IndexesVisitor(context.policy.mark_base()))
    }

    #[inline]
    fn is_nothing(read: &StandardMarks) -> bool {
        read.is_empty()
    }

    #[inline(always)]
    fn accept<'a>(marks: StandardMarks, context: &Context<'_, 'a>) -> Option<Indexed> {
        context.note_warning_if(marks.intersects(StandardMarks::INTERNAL));
        Some(Indexed { marks, any: !marks.is_empty() })
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<Indexed>, UnreadableString> {
        let mut marks = StandardMarks::empty();
        let base = full.policy.mark_base();
        full.elements(
            raw,
            |_| None,
            |full, element| {
                let index = Raw::new(element.value()?);
                marks |= validate_index(full, index, base).unwrap_or_default();
                Ok(1)
            },
        )?;
        Ok(Some(Indexed { marks, any: !raw.is_empty_array() }))
    }

    fn write(marks: StandardMarks, policy: &Policy, out: &mut Vec<u8>) {
        write::array(policy.mark_base().indexes(marks), out, write::integer);
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Indexed> {
        let marks = drawing.standard_marks();
        Some(Indexed { marks, any: !marks.is_empty() })
    }
}

fn range(base: MarkBase) -> (u64, u64) {
    (u64::from(base.first()), u64::from(base.last()))
}

fn validate_index<'b>(
    full: &mut FullValidation<'_, 'b>,
    element: Raw<'b>,
    base: MarkBase,
) -> Option<StandardMarks> {
    if !full.element_is(element, JsonType::Integer) {
        return None;
    }
    let (minimum, maximum) = range(base);
    let mark = element.to_u64().and_then(|index| base.mark(index));
    match mark {
        Some(mark) if StandardMarks::INTERNAL.contains(mark) => {
            full.warning(Warning::InternalMarkBit, FindingKind::Rule, element)
        }
        Some(_) => {}
        None if element.to_u64() == Some(0) => {
            full.error(Rule::OutOfRange, FindingKind::MarkIndexZero { maximum }, element)
        }
        None => full.error(Rule::OutOfRange, FindingKind::OutOfRange { minimum, maximum }, element),
    }
    mark
}

struct IndexesVisitor(MarkBase);

impl<'de> Visitor<'de> for IndexesVisitor {
    type Value = StandardMarks;

    unexplained!();

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut marks = StandardMarks::empty();
        while let Some(index) = seq.next_element_seed(IntegerSeed)? {
            marks |= required(self.0.mark(index))?;
        }
        Ok(marks)
    }
}
