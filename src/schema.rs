//! What requests are made of, as data: a read-only view of the tables that the crate itself reads and judges by.
//!
//! The documented members of each kind of object, with their types, when they are used and which values are allowed under a
//! policy; and the parameters of the URL. Tools make other forms of them, for example an `OpenAPI` document. The view says what
//! can be said of one member; what a number's spelling, repeated members or the bytes behind an escape are about is in the
//! rules ([`Rule`](crate::Rule)).
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

mod parameter;

pub use parameter::Parameter;

use alloc::vec::Vec;

use crate::command::Command;
use crate::conversation::{GROUP_CHAT_ID_MAX, TOPIC_ID_MAX, TOPIC_SIGN, USER_ID_MAX};
use crate::policy::Policy;
use crate::request::{JsonType, described_fields};

/// One kind of JSON object in a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Object {
    /// The body of `create_contact_group`.
    CreateBody,
    /// The element of `GroupContactItem`.
    NewGroup,
    /// The body of `update_contact_group`.
    UpdateBody,
    /// `UpdateGroup`.
    GroupUpdate,
    /// The element of `ContactUpdateItem`.
    MembershipUpdate,
    /// The body of `del_contact_group`.
    DeleteBody,
    /// The body of `mark_contact`.
    MarkBody,
    /// The element of `MarkItem`.
    MarkItem,
    /// The body of `get_contact_group`.
    GetBody,
    /// The body of `search_contact_group`.
    SearchBody,
    /// `ContactItem`: one conversation.
    Contact,
}

impl Object {
    /// Every kind of object, those of the six bodies with what they contain.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::CreateBody,
            Self::NewGroup,
            Self::UpdateBody,
            Self::GroupUpdate,
            Self::MembershipUpdate,
            Self::DeleteBody,
            Self::MarkBody,
            Self::MarkItem,
            Self::GetBody,
            Self::SearchBody,
            Self::Contact,
        ]
    }

    /// The object that a body of the command is.
    #[must_use]
    pub const fn of_body(command: Command) -> Self {
        match command {
            Command::CreateContactGroup => Self::CreateBody,
            Command::UpdateContactGroup => Self::UpdateBody,
            Command::DelContactGroup => Self::DeleteBody,
            Command::MarkContact => Self::MarkBody,
            Command::GetContactGroup => Self::GetBody,
            Command::SearchContactGroup => Self::SearchBody,
        }
    }

    /// A name for it, unique: that of the field that holds it, or the command's in capitals with `Request` after it (decided).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateBody => "CreateContactGroupRequest",
            Self::NewGroup => "GroupContactItem",
            Self::UpdateBody => "UpdateContactGroupRequest",
            Self::GroupUpdate => "UpdateGroup",
            Self::MembershipUpdate => "ContactUpdateItem",
            Self::DeleteBody => "DelContactGroupRequest",
            Self::MarkBody => "MarkContactRequest",
            Self::MarkItem => "MarkItem",
            Self::GetBody => "GetContactGroupRequest",
            Self::SearchBody => "SearchContactGroupRequest",
            Self::Contact => "ContactItem",
        }
    }

    /// Its documented fields under a policy, in canonical order. Other fields are ignored, with a warning.
    #[must_use]
    pub fn fields(self, policy: &Policy) -> Vec<Field> {
        described_fields(self, policy)
    }
}

/// One documented field of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) json_type: JsonType,
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

    /// What its value must be where the field is used. Where it is not, only the outer JSON type counts.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The JSON type, in the words of JSON Schema: `integer`, `string`, `array` or `object`.
    #[must_use]
    pub const fn json_type(&self) -> &'static str {
        self.json_type.name()
    }

    /// Whether `""` is the same as absent: IDs and names.
    #[must_use]
    pub const fn empty_is_absent(&self) -> bool {
        self.json_type.empty_is_absent()
    }

    /// What it means, in our words.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }
}

/// When a field is used, and whether it must be there then. `null` is the same as absent everywhere.
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
    /// Used when another integer field of the object has one of these values, and may be absent even then.
    OptionalWhen {
        /// The other field.
        selector: &'static str,
        /// Its values.
        values: &'static [u8],
    },
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A number without fraction or exponent, both ends included.
    Integer {
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// A user ID: printable ASCII, not empty.
    UserId {
        /// Most bytes.
        max_bytes: usize,
    },
    /// A group chat ID: printable ASCII, not empty.
    GroupChatId {
        /// Most bytes.
        max_bytes: usize,
        /// What an ID contains that names a topic.
        topic_sign: &'static str,
        /// Most bytes of an ID that names a topic.
        topic_max_bytes: usize,
    },
    /// The name of a conversation group, not empty.
    Name {
        /// Most bytes of UTF-8; `None` for names that only look a group up.
        max_bytes: Option<u32>,
    },
    /// A string, which may be empty.
    Text {
        /// Most bytes of UTF-8.
        max_bytes: u32,
    },
    /// A string that is not empty.
    Secret,
    /// Exactly this string.
    Literal(&'static str),
    /// An array.
    Array {
        /// Fewest elements.
        min: u32,
        /// Most elements; `None` is no limit.
        max: Option<u32>,
        /// What each element is; `null` is none of these.
        element: Element,
    },
    /// An object.
    Object(Object),
}

impl Shape {
    pub(crate) const USER_ID: Self = Self::UserId { max_bytes: USER_ID_MAX };
    pub(crate) const GROUP_CHAT_ID: Self =
        Self::GroupChatId { max_bytes: GROUP_CHAT_ID_MAX, topic_sign: TOPIC_SIGN, topic_max_bytes: TOPIC_ID_MAX };
}

/// What an array's element must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Element {
    /// A number without fraction or exponent, both ends included.
    Integer {
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// The name of a conversation group, not empty, of any length.
    Name,
    /// An object.
    Object(Object),
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;
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
    fn shapes_are_of_the_type_that_the_walk_checks() {
        for policy in policies() {
            for field in Object::all().iter().flat_map(|object| object.fields(&policy)) {
                let fits = match field.shape {
                    Shape::Integer { min, max } => field.json_type == JsonType::Integer && min <= max,
                    Shape::UserId { .. } => field.json_type == JsonType::Account,
                    Shape::GroupChatId { .. } | Shape::Name { .. } => field.json_type == JsonType::Name,
                    Shape::Text { .. } => field.json_type == JsonType::Text,
                    Shape::Array { min, max, .. } => field.json_type == JsonType::Array && max.is_none_or(|max| min <= max),
                    Shape::Object(_) => field.json_type == JsonType::Object,
                    Shape::Secret | Shape::Literal(_) => false,
                };
                assert!(fits, "{}", field.name);
                let named = matches!(field.shape, Shape::UserId { .. } | Shape::GroupChatId { .. } | Shape::Name { .. });
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
                    let (Presence::RequiredWhen { selector, values } | Presence::OptionalWhen { selector, values }) =
                        field.presence
                    else {
                        continue;
                    };
                    let selector = fields.iter().find(|other| other.name == selector).unwrap();
                    assert_eq!(selector.presence, Presence::Required);
                    let Shape::Integer { min, max } = selector.shape else { panic!("{}", selector.name) };
                    assert!(values.iter().all(|value| (min..=max).contains(&u64::from(*value))), "{}", field.name);
                }
            }
        }
    }

    #[test]
    fn every_object_is_reached_from_a_body() {
        let mut reached: BTreeSet<Object> = Command::all().iter().map(|command| Object::of_body(*command)).collect();
        for _ in 0..4 {
            for field in reached.clone().iter().flat_map(|object| object.fields(&Policy::default())) {
                if let Shape::Object(object) | Shape::Array { element: Element::Object(object), .. } = field.shape {
                    reached.insert(object);
                }
            }
        }
        assert!(reached.iter().eq(Object::all()));
    }
}
