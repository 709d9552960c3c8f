//! A conversation to be found.

use core::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::texts::ID_LEN;
use crate::conversation::{Conversation, GROUP, USER};

/// A conversation to be found in the rows of an account.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    /// The length of the ID, and a bit for group chats.
    pub(super) head: u8,
    pub(super) id: &'a [u8],
    /// Left out for the few rows that are found without it.
    hash: Option<u64>,
}

const GROUP_BIT: u8 = 0x80;

impl<'a> Key<'a> {
    #[inline]
    pub(super) fn new(kind: u8, id: &'a [u8], hashed: bool) -> Self {
        let kind_bit = if kind == GROUP { GROUP_BIT } else { 0 };
        // IDs have at most 96 bytes.
        let head = u8::try_from(id.len()).unwrap_or(ID_LEN) | kind_bit;
        Self { head, id, hash: hashed.then(|| hash_parts(kind, id)) }
    }

    #[inline]
    pub(super) fn of(conversation: &'a Conversation<'_>, hashed: bool) -> Self {
        Self::new(conversation.kind(), conversation.id().as_bytes(), hashed)
    }

    #[inline]
    pub(super) fn hash(&self) -> u64 {
        match self.hash {
            Some(hash) => hash,
            None => self.late_hash(),
        }
    }

    #[cold]
    fn late_hash(&self) -> u64 {
        hash_stored(self.head, self.id)
    }
}

/// The kind of a conversation, from the head of its ID.
#[inline]
pub(super) const fn kind(head: u8) -> u8 {
    if head & GROUP_BIT == 0 { USER } else { GROUP }
}

/// The hash of a conversation, the same on every machine.
pub(crate) fn hash(conversation: &Conversation<'_>) -> u64 {
    hash_parts(conversation.kind(), conversation.id().as_bytes())
}

/// The hash of a conversation, from the head of its ID and the ID.
#[inline]
pub(super) fn hash_stored(head: u8, id: &[u8]) -> u64 {
    hash_parts(kind(head), id)
}

/// The hash of a text of some kind. The seed is fixed. `docs/security.md` in the repository says
/// what an attacker can gain.
#[inline]
pub(crate) fn hash_parts(kind: u8, id: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(id);
    hasher.write_u8(kind);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::format;

    use super::*;

    #[test]
    fn different_conversations_hash_differently() {
        let mut hashes = BTreeSet::new();
        for number in 0..500 {
            let id = format!("user_{number:04}");
            for conversation in
                [Conversation::user(&*id).unwrap(), Conversation::group(&*id).unwrap()]
            {
                hashes.insert(hash(&conversation));
            }
        }
        assert_eq!(hashes.len(), 1000);
    }

    #[test]
    fn a_hash_is_the_same_whenever_it_is_computed() {
        for kind in [USER, GROUP] {
            for length in [1, 32, 96] {
                let id = &[b'x'; 96][..length];
                let (now, later) = (Key::new(kind, id, true), Key::new(kind, id, false));
                assert_eq!(now.hash(), later.hash());
                assert_eq!(now.head, later.head);
                assert_eq!((self::kind(now.head), usize::from(now.head & ID_LEN)), (kind, length));
            }
        }
    }
}
