//! Strings: IDs, names of conversation groups, custom marks.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Deserializer;
use serde::de::DeserializeSeed;

use super::{Expected, Kind};
use crate::conversation;
use crate::policy::Policy;
use crate::read::TextSeed;
use crate::report::FindingKind;
use crate::request::fast::Context;
use crate::request::full::{FullValidation, UnreadableString};
use crate::request::raw::Raw;
use crate::revision::revision;
use crate::rule::{Rule, Warning};
use crate::schema::{JsonType, Shape};
use crate::write;

/// A kind of string with one rule.
pub(crate) trait TextKind {
    const EXPECTED: Expected;
    type Value<'a>;
    type Ref<'a>: AsRef<str>;

    fn shape(policy: &Policy) -> Shape;

    /// The value, if the text keeps the rule.
    fn check<'a>(
        text: Cow<'a, str>,
        policy: &Policy,
    ) -> Result<Self::Value<'a>, Broken<Self::Value<'a>>>;

    /// The warning that a value draws although it keeps the rule.
    #[inline(always)]
    fn warning(_: &Self::Value<'_>) -> Option<(Warning, FindingKind)> {
        None
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Self::Value<'static>>;
}

/// A rule that a text breaks, and the value for the other checks of the object, if the text can
/// still be used.
pub(crate) struct Broken<V> {
    rule: Rule,
    kind: FindingKind,
    left: Option<V>,
}

impl<K: TextKind> Kind for K {
    const EXPECTED: Expected = K::EXPECTED;
    type Read<'a> = Cow<'a, str>;
    type Value<'a> = K::Value<'a>;
    type Ref<'a> = K::Ref<'a>;

    fn shape(policy: &Policy) -> Shape {
        <K as TextKind>::shape(policy)
    }

    #[inline(always)]
    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        _: &Context<'_, 'de>,
    ) -> Result<Cow<'de, str>, D::Error> {
        TextSeed.deserialize(reader)
    }

    #[inline(always)]
    fn is_nothing(read: &Cow<'_, str>) -> bool {
        read.is_empty()
    }

    #[inline(always)]
    fn accept<'a>(read: Cow<'a, str>, context: &Context<'_, 'a>) -> Option<K::Value<'a>> {
        if K::EXPECTED.empty_is_absent && read.is_empty() {
            return None;
        }
        let value = K::check(read, context.policy).ok()?;
        context.note_warning_if(K::warning(&value).is_some());
        Some(value)
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<K::Value<'b>>, UnreadableString> {
        match K::check(full.string(raw)?, full.policy) {
            Ok(value) => {
                if let Some((warning, kind)) = K::warning(&value) {
                    full.warning(warning, kind, raw);
                }
                Ok(Some(value))
            }
            Err(Broken { rule, kind, left }) => {
                full.error(rule, kind, raw);
                Ok(left)
            }
        }
    }

    fn write(value: K::Ref<'_>, _: &Policy, out: &mut Vec<u8>) {
        write::string(value.as_ref().as_bytes(), out);
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<K::Value<'static>> {
        <K as TextKind>::draw(drawing)
    }
}

/// Checks the maximum length of a text, in bytes.
#[inline(always)]
fn exceeds(text: &str, maximum_bytes: u32) -> bool {
    !u32::try_from(text.len()).is_ok_and(|bytes| bytes <= maximum_bytes)
}

#[inline(always)]
fn at_most(
    text: Cow<'_, str>,
    maximum_bytes: u32,
    rule: Rule,
) -> Result<Cow<'_, str>, Broken<Cow<'_, str>>> {
    if !exceeds(&text, maximum_bytes) {
        return Ok(text);
    }
    let kind = FindingKind::TooLong { found_bytes: text.len(), maximum_bytes };
    Err(Broken { rule, kind, left: Some(text) })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $Kind:ident: $Id:ident, $shape:expr, $expected:expr, $draw:ident;)+) => {
        $(
            $(#[$doc])*
            pub(crate) enum $Kind {}

            impl TextKind for $Kind {
                const EXPECTED: Expected = $expected;
                type Value<'a> = conversation::$Id<'a>;
                type Ref<'a> = &'a conversation::$Id<'a>;

                fn shape(_: &Policy) -> Shape {
                    $shape
                }

                #[inline(always)]
                fn check<'a>(text: Cow<'a, str>, _: &Policy) -> Result<Self::Value<'a>, Broken<Self::Value<'a>>> {
                    conversation::$Id::new(text).map_err(|error| {
                        Broken { rule: Rule::MalformedId, kind: FindingKind::Id(error), left: None }
                    })
                }

                #[cfg(any(feature = "arbitrary", feature = "proptest"))]
                fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Self::Value<'static>> {
                    drawing.$draw()
                }
            }
        )+
    };
}

ids! {
    /// `From_Account`: the user whose data it is.
    Account: UserId, Shape::USER_ID, USER_ID, account;
    /// `To_Account`: the peer of a one-to-one conversation.
    UserId: UserId, Shape::USER_ID, USER_ID, user_id;
    /// `ToGroupId`.
    GroupChatId: GroupChatId, Shape::GROUP_CHAT_ID, Expected::NAME, group_chat_id;
}

/// User IDs that are not strings have a code of their own.
const USER_ID: Expected = Expected { otherwise: Rule::AccountNotString, ..Expected::NAME };

/// The maximum length, in bytes, of a group name that older SDKs accept: that of the oldest
/// revision.
const SHORT_NAME_BYTES: u32 = revision!("2023-03").policy().group_name_max_bytes();

/// The new name of a conversation group.
pub(crate) enum NewGroupName {}

impl TextKind for NewGroupName {
    const EXPECTED: Expected = Expected::NAME;
    type Value<'a> = Cow<'a, str>;
    type Ref<'a> = &'a str;

    fn shape(policy: &Policy) -> Shape {
        Shape::Name { max_bytes: Some(policy.group_name_max_bytes()) }
    }

    #[inline(always)]
    fn check<'a>(
        text: Cow<'a, str>,
        policy: &Policy,
    ) -> Result<Cow<'a, str>, Broken<Cow<'a, str>>> {
        at_most(text, policy.group_name_max_bytes(), Rule::GroupNameTooLong)
    }

    #[inline(always)]
    fn warning(name: &Cow<'_, str>) -> Option<(Warning, FindingKind)> {
        let kind =
            FindingKind::TooLong { found_bytes: name.len(), maximum_bytes: SHORT_NAME_BYTES };
        exceeds(name, SHORT_NAME_BYTES).then_some((Warning::LongGroupName, kind))
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Cow<'static, str>> {
        Some(drawing.group_name())
    }
}

/// A name that only looks up a conversation group. It can have any length.
pub(crate) enum ExistingGroupName {}

impl TextKind for ExistingGroupName {
    const EXPECTED: Expected = Expected::NAME;
    type Value<'a> = Cow<'a, str>;
    type Ref<'a> = &'a str;

    fn shape(_: &Policy) -> Shape {
        Shape::Name { max_bytes: None }
    }

    #[inline(always)]
    fn check<'a>(text: Cow<'a, str>, _: &Policy) -> Result<Cow<'a, str>, Broken<Cow<'a, str>>> {
        Ok(text)
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Cow<'static, str>> {
        Some(drawing.group_name())
    }
}

/// A custom mark, which may be empty.
pub(crate) enum CustomMark {}

impl TextKind for CustomMark {
    const EXPECTED: Expected = Expected::of(JsonType::String);
    type Value<'a> = Cow<'a, str>;
    type Ref<'a> = &'a str;

    fn shape(policy: &Policy) -> Shape {
        Shape::Text { max_bytes: policy.custom_mark_max_bytes() }
    }

    #[inline(always)]
    fn check<'a>(
        text: Cow<'a, str>,
        policy: &Policy,
    ) -> Result<Cow<'a, str>, Broken<Cow<'a, str>>> {
        at_most(text, policy.custom_mark_max_bytes(), Rule::CustomMarkTooLong)
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<Cow<'static, str>> {
        let maximum_bytes = drawing.policy.custom_mark_max_bytes();
        Some(drawing.text(&["", "x", "標\u{0}"], maximum_bytes))
    }
}
