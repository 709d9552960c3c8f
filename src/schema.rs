//! The tables of request bodies and URL parameters as data: a read-only view of what the crate
//! itself reads and judges by.
//!
//! It has the documented members of each kind of object, with their types, when they are used, and
//! which values are allowed under a policy; and the parameters of the URL. Tools make other forms
//! of them, for example an `OpenAPI` document. The view says only what can be said about one
//! member. How a number may be spelled, what repeated members mean and the like is in the rules
//! ([`Rule`](crate::Rule)).
//!
//! ```
//! use convmark::schema::{Object, Shape};
//! use convmark::{Command, Policy};
//!
//! let body = Object::of_body(Command::GetContactGroup);
//! let fields = body.fields(&Policy::default());
//! assert_eq!(fields[1].name(), "StartIndex");
//! assert_eq!(fields[1].shape(), Shape::Integer { min: 0, max: u64::MAX });
//! ```

mod object;
mod parameter;

pub use object::Object;
pub use parameter::Parameter;

use core::fmt;

use crate::conversation::{GROUP_CHAT_ID_MAX, TOPIC_ID_MAX, TOPIC_SIGN, USER_ID_MAX};
use crate::request::Expected;

/// A type of JSON value that is documented for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// A number without fraction or exponent.
    Integer,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// As JSON Schema calls it, for example `integer`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// In words, with an article.
impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integer => "an integer (a number without fraction or exponent)",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// One documented field of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) expected: Expected,
    pub(crate) presence: Presence,
    pub(crate) shape: Shape,
    pub(crate) about: &'static str,
}

impl Field {
    /// The name on the wire, case-sensitive.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// When the field is used, and whether it must be there then.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        self.presence
    }

    /// What its value must be where the field is used. Where it is not, only the outer JSON type
    /// counts.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The JSON type.
    #[must_use]
    pub const fn json_type(&self) -> JsonType {
        self.expected.json_type
    }

    /// Whether `""` is the same as absent: IDs and names.
    #[must_use]
    pub const fn empty_is_absent(&self) -> bool {
        self.expected.empty_is_absent
    }

    /// What it means, in our words.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }
}

/// When a field is used, and whether it must be there then. `null` is the same as absent
/// everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// Always used and required.
    Required,
    /// Always used, and may be absent.
    Optional,
    /// Used, and then required, when another integer field of the object has one of these values.
    RequiredWhen {
        /// The other field.
        selector: &'static str,
        /// Its values.
        values: &'static [u8],
    },
    /// Used when another integer field of the object has one of these values, and may be absent
    /// even then.
    OptionalWhen {
        /// The other field.
        selector: &'static str,
        /// Its values.
        values: &'static [u8],
    },
}

impl Presence {
    /// `when` is a selector with the values that use the field.
    pub(crate) const fn new(required: bool, when: Option<(&'static str, &'static [u8])>) -> Self {
        match (required, when) {
            (true, None) => Self::Required,
            (false, None) => Self::Optional,
            (true, Some((selector, values))) => Self::RequiredWhen { selector, values },
            (false, Some((selector, values))) => Self::OptionalWhen { selector, values },
        }
    }
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A number without fraction or exponent, both ends included.
    Integer {
        /// The minimum.
        min: u64,
        /// The maximum.
        max: u64,
    },
    /// A user ID: printable ASCII, not empty.
    UserId {
        /// The maximum number of bytes.
        max_bytes: usize,
    },
    /// A group chat ID: printable ASCII, not empty.
    GroupChatId {
        /// The maximum number of bytes.
        max_bytes: usize,
        /// The text that the ID of a topic contains.
        topic_sign: &'static str,
        /// The maximum number of bytes of the ID of a topic.
        topic_max_bytes: usize,
    },
    /// The name of a conversation group, not empty.
    Name {
        /// The maximum number of bytes of UTF-8; `None` for names that only look a group up.
        max_bytes: Option<u32>,
    },
    /// A string, which may be empty.
    Text {
        /// The maximum number of bytes of UTF-8.
        max_bytes: u32,
    },
    /// A string that is not empty.
    Secret,
    /// Exactly this string.
    Literal(&'static str),
    /// An array.
    Array {
        /// The minimum number of elements.
        min: u32,
        /// The maximum number of elements; `None` means no limit.
        max: Option<u32>,
        /// What each element must be. `null` is never allowed.
        element: Element,
    },
    /// An object.
    Object(Object),
}

impl Shape {
    pub(crate) const USER_ID: Self = Self::UserId { max_bytes: USER_ID_MAX };
    pub(crate) const GROUP_CHAT_ID: Self = Self::GroupChatId {
        max_bytes: GROUP_CHAT_ID_MAX,
        topic_sign: TOPIC_SIGN,
        topic_max_bytes: TOPIC_ID_MAX,
    };
}

/// What an array's element must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Element {
    /// A number without fraction or exponent, both ends included.
    Integer {
        /// The minimum.
        min: u64,
        /// The maximum.
        max: u64,
    },
    /// The name of a conversation group, not empty, of any length.
    Name,
    /// An object.
    Object(Object),
}

impl Element {
    /// An element of that shape. Arrays hold integers, names and objects only.
    pub(crate) const fn of(shape: Shape) -> Self {
        match shape {
            Shape::Integer { min, max } => Self::Integer { min, max },
            Shape::Object(object) => Self::Object(object),
            Shape::UserId { .. }
            | Shape::GroupChatId { .. }
            | Shape::Name { .. }
            | Shape::Text { .. }
            | Shape::Secret
            | Shape::Literal(_)
            | Shape::Array { .. } => Self::Name,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;
    use crate::policy::Policy;
    use crate::revision::Revision;

    fn policies() -> impl Iterator<Item = Policy> {
        Revision::ALL.iter().map(|revision| revision.policy())
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = Object::all().iter().map(|object| object.name()).collect();
        assert_eq!(names.len(), Object::all().len());
        for policy in policies() {
            for object in Object::all() {
                let fields = object.fields(&policy);
                let names: BTreeSet<_> = fields.iter().map(Field::name).collect();
                assert!(!fields.is_empty());
                assert_eq!(names.len(), fields.len(), "{object:?}");
            }
        }
    }

    #[test]
    fn shapes_are_of_the_type_that_is_checked() {
        for policy in policies() {
            for field in Object::all().iter().flat_map(|object| object.fields(&policy)) {
                let fits = match field.shape {
                    Shape::Integer { min, max } => {
                        field.json_type() == JsonType::Integer && min <= max
                    }
                    Shape::UserId { .. }
                    | Shape::GroupChatId { .. }
                    | Shape::Name { .. }
                    | Shape::Text { .. } => field.json_type() == JsonType::String,
                    Shape::Array { min, max, .. } => {
                        field.json_type() == JsonType::Array && max.is_none_or(|max| min <= max)
                    }
                    Shape::Object(_) => field.json_type() == JsonType::Object,
                    Shape::Secret | Shape::Literal(_) => false,
                };
                assert!(fits, "{}", field.name);
                let named = matches!(
                    field.shape,
                    Shape::UserId { .. } | Shape::GroupChatId { .. } | Shape::Name { .. }
                );
                assert_eq!(field.empty_is_absent(), named, "{}", field.name);
            }
        }
    }

    #[test]
    fn selectors_are_required_integers_of_the_same_object() {
        for policy in policies() {
            for object in Object::all() {
                let fields = object.fields(&policy);
                for field in &fields {
                    let (Presence::RequiredWhen { selector, values }
                    | Presence::OptionalWhen { selector, values }) = field.presence
                    else {
                        continue;
                    };
                    let selector = fields.iter().find(|other| other.name == selector).unwrap();
                    assert_eq!(selector.presence, Presence::Required);
                    let Shape::Integer { min, max } = selector.shape else {
                        panic!("{}", selector.name)
                    };
                    assert!(
                        values.iter().all(|value| (min..=max).contains(&u64::from(*value))),
                        "{}",
                        field.name
                    );
                }
            }
        }
    }
}
