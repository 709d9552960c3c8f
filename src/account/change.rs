//! What changed in an account: the unit that hosts store or push.

mod compact;
mod read;
mod write;

use alloc::borrow::Cow;
use core::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::conversation::Conversation;
use crate::marks::StandardMarks;

/// One change and its time. Replaying an account's changes on an empty account gives the same
/// account.
///
/// The JSON form (version 1, stable) is that of the variants of [`ChangeKind`], for example
/// `{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}`. Reading it is strict: an
/// unknown, repeated, missing or `null` member is an error. Formats that are not for people, such as
/// postcard, CBOR and MessagePack, get a compact form of tuples (version 1, stable).
///
/// A change borrows its texts where the format lends them. To read one from a stream, wrap it:
///
/// ```
/// use convmark::Change;
/// use serde::{Deserialize, Deserializer};
///
/// struct OwnedChange(Change<'static>);
///
/// impl<'de> Deserialize<'de> for OwnedChange {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         Change::deserialize(deserializer).map(|change| Self(change.into_owned()))
///     }
/// }
///
/// let json = br#"{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}"#;
/// let OwnedChange(change) = serde_json::from_reader(&json[..]).unwrap();
/// assert_eq!(change.kind().name(), "group_created");
/// ```
///
/// ```
/// use convmark::{Account, Change};
///
/// let json = r#"{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}"#;
/// let change: Change<'_> = serde_json::from_str(json).unwrap();
/// assert_eq!(serde_json::to_string(&change).unwrap(), json);
/// let mut account = Account::new();
/// account.replay(&change).unwrap();
/// assert!(account.group("a").is_some());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Change<'a> {
    at: u64,
    kind: ChangeKind<'a>,
}

/// What changed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind<'a> {
    /// A group was created, without members:
    /// `{"type":"group_created","at":..,"group_id":1,"name":"a"}`.
    GroupCreated {
        /// Its ID: one more than the highest ever used.
        group_id: u32,
        /// Its name.
        name: Cow<'a, str>,
    },
    /// A group got another name:
    /// `{"type":"group_renamed","at":..,"group_id":1,"old_name":"a","name":"b"}`.
    GroupRenamed {
        /// Its ID.
        group_id: u32,
        /// The name before.
        old_name: Cow<'a, str>,
        /// The name from now on.
        name: Cow<'a, str>,
    },
    /// A group was deleted and left every row:
    /// `{"type":"group_deleted","at":..,"group_id":1,"name":"a"}`.
    GroupDeleted {
        /// Its ID.
        group_id: u32,
        /// Its name.
        name: Cow<'a, str>,
    },
    /// A conversation joined a group:
    /// `{"type":"conversation_added","at":..,"group_id":1,"conversation":{..}}`.
    ConversationAdded {
        /// The group's ID.
        group_id: u32,
        /// The conversation.
        conversation: Conversation<'a>,
    },
    /// A conversation left a group:
    /// `{"type":"conversation_removed","at":..,"group_id":1,"conversation":{..}}`.
    ConversationRemoved {
        /// The group's ID.
        group_id: u32,
        /// The conversation.
        conversation: Conversation<'a>,
    },
    /// A conversation's marks changed to these values:
    /// `{"type":"conversation_marked","at":..,"conversation":{..},"standard_mark":"111","custom_mark":"abcd"}`.
    /// At least one of the two is there.
    ConversationMarked {
        /// The conversation.
        conversation: Conversation<'a>,
        /// All standard marks, if they changed.
        standard_mark: Option<StandardMarks>,
        /// The custom mark, if it changed; empty when it was removed.
        custom_mark: Option<Cow<'a, str>>,
    },
    /// The host dropped a conversation's row:
    /// `{"type":"conversation_forgotten","at":..,"conversation":{..}}`.
    ConversationForgotten {
        /// The conversation.
        conversation: Conversation<'a>,
    },
}

impl<'a> Change<'a> {
    /// A change at that time, in Unix seconds.
    #[must_use]
    pub const fn new(at_seconds: u64, kind: ChangeKind<'a>) -> Self {
        Self { at: at_seconds, kind }
    }

    /// The time of the change, in Unix seconds.
    #[must_use]
    pub const fn at_seconds(&self) -> u64 {
        self.at
    }

    /// What changed, with the new values.
    #[must_use]
    pub const fn kind(&self) -> &ChangeKind<'a> {
        &self.kind
    }

    /// The same change with its own texts, to be queued.
    #[must_use]
    pub fn into_owned(self) -> Change<'static> {
        fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        let kind = match self.kind {
            ChangeKind::GroupCreated { group_id, name } => {
                ChangeKind::GroupCreated { group_id, name: owned(name) }
            }
            ChangeKind::GroupRenamed { group_id, old_name, name } => {
                ChangeKind::GroupRenamed { group_id, old_name: owned(old_name), name: owned(name) }
            }
            ChangeKind::GroupDeleted { group_id, name } => {
                ChangeKind::GroupDeleted { group_id, name: owned(name) }
            }
            ChangeKind::ConversationAdded { group_id, conversation } => {
                ChangeKind::ConversationAdded { group_id, conversation: conversation.into_owned() }
            }
            ChangeKind::ConversationRemoved { group_id, conversation } => {
                ChangeKind::ConversationRemoved {
                    group_id,
                    conversation: conversation.into_owned(),
                }
            }
            ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
                ChangeKind::ConversationMarked {
                    conversation: conversation.into_owned(),
                    standard_mark,
                    custom_mark: custom_mark.map(owned),
                }
            }
            ChangeKind::ConversationForgotten { conversation } => {
                ChangeKind::ConversationForgotten { conversation: conversation.into_owned() }
            }
        };
        Change { at: self.at, kind }
    }
}

impl ChangeKind<'_> {
    /// The `type` of the JSON form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::GroupCreated { .. } => "group_created",
            Self::GroupRenamed { .. } => "group_renamed",
            Self::GroupDeleted { .. } => "group_deleted",
            Self::ConversationAdded { .. } => "conversation_added",
            Self::ConversationRemoved { .. } => "conversation_removed",
            Self::ConversationMarked { .. } => "conversation_marked",
            Self::ConversationForgotten { .. } => "conversation_forgotten",
        }
    }
}

/// Shows the kind of change, never a name, an ID or a mark.
impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({} at {})", self.kind.name(), self.at)
    }
}

impl fmt::Debug for ChangeKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const UNKNOWN_TYPE: &str = "unknown type of change";

const NO_MARKS: &str = "a change of marks needs `standard_mark`, `custom_mark` or both";

impl Serialize for Change<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            write::write(self, serializer)
        } else {
            compact::write(self, serializer)
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Change<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            read::read(deserializer)
        } else {
            compact::read(deserializer)
        }
    }
}
