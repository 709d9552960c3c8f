//! The compact form of a change: tuples of fixed lengths, without names.
//!
//! ```text
//! change = (version: u8, type: u8, at: u64, body)
//! ```
//!
//! `docs/formats.md` in the repository lists the types and their bodies.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// The version that is written, and the only one that is read.
const VERSION: u8 = 1;

/// The number of a change's type.
#[derive(Clone, Copy)]
enum Type {
    GroupCreated = 1,
    GroupRenamed = 2,
    GroupDeleted = 3,
    ConversationAdded = 4,
    ConversationRemoved = 5,
    ConversationMarked = 6,
    ConversationForgotten = 7,
}

impl Type {
    const ALL: [Self; 7] = [
        Self::GroupCreated,
        Self::GroupRenamed,
        Self::GroupDeleted,
        Self::ConversationAdded,
        Self::ConversationRemoved,
        Self::ConversationMarked,
        Self::ConversationForgotten,
    ];

    const fn number(self) -> u8 {
        self as u8
    }

    fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The number of elements in the body.
    const fn body_len(self) -> usize {
        match self {
            Self::ConversationForgotten => 1,
            Self::GroupCreated
            | Self::GroupDeleted
            | Self::ConversationAdded
            | Self::ConversationRemoved => 2,
            Self::GroupRenamed | Self::ConversationMarked => 3,
        }
    }
}
