//! The two kinds of conversation and the IDs that name them.

mod wire;

pub(crate) use wire::KindAndId;

use alloc::borrow::Cow;
use core::borrow::Borrow;
use core::fmt;

use crate::request::ContactType;

/// The maximum length of a user ID, in bytes (page 1047/53437).
pub(crate) const USER_ID_MAX: usize = 32;
/// The maximum length of a group chat ID, in bytes.
pub(crate) const GROUP_CHAT_ID_MAX: usize = 48;
/// The maximum length of the ID of a topic in a community, in bytes.
pub(crate) const TOPIC_ID_MAX: usize = 96;
/// The text that the ID of a topic contains.
pub(crate) const TOPIC_SIGN: &str = "@TOPIC#_";

/// Why a text is not a valid ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// IDs have at least one byte.
    #[error("an ID must not be empty")]
    Empty,
    /// The ID is too long.
    #[error("an ID of this kind has at most {max} bytes")]
    TooLong {
        /// The maximum, in bytes.
        max: usize,
    },
    /// The ID has a byte outside 0x20 to 0x7e.
    #[error("an ID has only printable ASCII characters")]
    NotPrintableAscii,
}

macro_rules! id_type {
    ($(#[$doc:meta])+ $Name:ident, $max:expr) => {
        $(#[$doc])+
        ///
        /// `Debug` shows the length only, so that IDs do not get into logs by accident.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name<'a>(Cow<'a, str>);

        impl<'a> $Name<'a> {
            /// Checks the text and wraps it.
            ///
            /// # Errors
            ///
            /// [`IdError`] when the text is empty, too long, or not printable ASCII.
            #[inline(always)]
            pub fn new(text: impl Into<Cow<'a, str>>) -> Result<Self, IdError> {
                let text = text.into();
                let max: fn(&str) -> usize = $max;
                check(&text, max)?;
                Ok(Self(text))
            }

            /// The ID as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same ID, borrowed from this one.
            #[must_use]
            pub fn borrowed(&self) -> $Name<'_> {
                $Name(Cow::Borrowed(&self.0))
            }

            /// The same ID with its own text.
            #[must_use]
            pub fn into_owned(self) -> $Name<'static> {
                $Name(Cow::Owned(self.0.into_owned()))
            }
        }

        impl fmt::Debug for $Name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({} bytes)"), self.0.len())
            }
        }

        /// An ID orders and hashes as its text does.
        impl Borrow<str> for $Name<'_> {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $Name<'_> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'a> TryFrom<&'a str> for $Name<'a> {
            type Error = IdError;

            fn try_from(text: &'a str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

id_type! {
    /// A user ID: 1 to 32 bytes (doc) of printable ASCII (implied).
    UserId, |_| USER_ID_MAX
}

id_type! {
    /// A group chat ID: 1 to 48 bytes, or 1 to 96 if it contains `@TOPIC#_`, of printable ASCII
    /// (doc).
    GroupChatId, |text| if text.len() > GROUP_CHAT_ID_MAX && text.contains(TOPIC_SIGN) { TOPIC_ID_MAX } else { GROUP_CHAT_ID_MAX }
}

#[inline(always)]
fn check(text: &str, max: fn(&str) -> usize) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    let max = max(text);
    if text.len() > max {
        return Err(IdError::TooLong { max });
    }
    if is_printable_ascii(text.as_bytes()) { Ok(()) } else { Err(IdError::NotPrintableAscii) }
}

/// Eight bytes at a time: IDs are checked once per item, and this is the hot path.
#[inline]
fn is_printable_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut chunks = bytes.chunks_exact(8);
    let mut bad = 0;
    for chunk in &mut chunks {
        if let Ok(chunk) = <[u8; 8]>::try_from(chunk) {
            let word = u64::from_le_bytes(chunk);
            // The high bit is set below 0x20 and at 0xff in the difference, from 0x7f to 0xfe in
            // the sum. Only a bad byte borrows or carries.
            bad |= word.wrapping_sub(0x2020_2020_2020_2020);
            bad |= word.wrapping_add(0x0101_0101_0101_0101);
        }
    }
    bad & HIGH == 0 && chunks.remainder().iter().all(|byte| matches!(byte, 0x20..=0x7e))
}

/// One conversation of an account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Conversation<'a> {
    /// One-to-one, `Type` 1: the peer, `To_Account`.
    User(UserId<'a>),
    /// Group chat, `Type` 2: the group chat, `ToGroupId`.
    Group(GroupChatId<'a>),
}

impl<'a> Conversation<'a> {
    /// A one-to-one conversation with that peer.
    ///
    /// # Errors
    ///
    /// [`IdError`] if the text is not a valid user ID.
    pub fn user(id: impl Into<Cow<'a, str>>) -> Result<Self, IdError> {
        UserId::new(id).map(Self::User)
    }

    /// The conversation of that group chat.
    ///
    /// # Errors
    ///
    /// [`IdError`] if the text is not a valid group chat ID.
    pub fn group(id: impl Into<Cow<'a, str>>) -> Result<Self, IdError> {
        GroupChatId::new(id).map(Self::Group)
    }

    /// The conversation with that [`kind`](Self::kind) and ID, if there is such a kind.
    pub(crate) fn of_kind(kind: u8, id: impl Into<Cow<'a, str>>) -> Option<Result<Self, IdError>> {
        match kind {
            USER => Some(Self::user(id)),
            GROUP => Some(Self::group(id)),
            _ => None,
        }
    }

    /// `Type` on the wire: 1 one-to-one, 2 group chat.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::User(_) => USER,
            Self::Group(_) => GROUP,
        }
    }

    /// The ID as text, without its kind.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Group(id) => id.as_str(),
        }
    }

    /// The same conversation, borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> Conversation<'_> {
        match self {
            Self::User(id) => Conversation::User(id.borrowed()),
            Self::Group(id) => Conversation::Group(id.borrowed()),
        }
    }

    /// The same conversation with its own text.
    #[must_use]
    pub fn into_owned(self) -> Conversation<'static> {
        match self {
            Self::User(id) => Conversation::User(id.into_owned()),
            Self::Group(id) => Conversation::Group(id.into_owned()),
        }
    }
}

impl<'a> From<UserId<'a>> for Conversation<'a> {
    fn from(peer: UserId<'a>) -> Self {
        Self::User(peer)
    }
}

impl<'a> From<GroupChatId<'a>> for Conversation<'a> {
    fn from(group_chat: GroupChatId<'a>) -> Self {
        Self::Group(group_chat)
    }
}

/// `Type` of a one-to-one conversation.
pub(crate) const USER: u8 = ContactType::User.value();
/// `Type` of a group chat.
pub(crate) const GROUP: u8 = ContactType::Group.value();
