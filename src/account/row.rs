//! One row as it is stored: 64 bytes, with short IDs and short custom marks inline.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::conversation::{Conversation, GROUP, USER};

/// The maximum length of an ID that is stored inline, in bytes. Longer ones get a box.
const INLINE_ID: usize = 21;
/// The maximum length of a custom mark that is stored inline, in bytes.
const INLINE_MARK: usize = 14;

#[derive(Clone)]
pub(super) struct Row {
    id: Id,
    pub(super) custom: CustomMark,
    pub(super) marks: u64,
    /// A bit for each slot of [`Groups`](super::groups::Groups).
    pub(super) groups: u64,
    /// Unix seconds of the last change.
    pub(super) timestamp: u64,
}

const _: () = assert!(size_of::<Row>() == 64, "a row fills a cache line");

#[derive(Clone)]
enum Id {
    /// A row that was removed. Its place is used again when the gaps are closed.
    Gone,
    Inline {
        kind: u8,
        len: u8,
        bytes: [u8; INLINE_ID],
    },
    Boxed {
        kind: u8,
        bytes: Box<[u8]>,
    },
}

impl Row {
    /// A row without a conversation yet.
    pub(super) const EMPTY: Self =
        Self { id: Id::Gone, custom: CustomMark::NONE, marks: 0, groups: 0, timestamp: 0 };

    /// Gives an empty row its conversation, in place: see [`CustomMark::set`].
    #[inline]
    pub(super) fn fill(&mut self, kind: u8, id: &[u8], timestamp: u64) {
        self.id = Id::Inline { kind, len: 0, bytes: [0; INLINE_ID] };
        self.timestamp = timestamp;
        if let Id::Inline { len, bytes, .. } = &mut self.id {
            if let (Some(place), Ok(short)) = (bytes.get_mut(..id.len()), u8::try_from(id.len())) {
                place.copy_from_slice(id);
                *len = short;
                return;
            }
        }
        self.id = Id::Boxed { kind, bytes: id.into() };
    }

    pub(super) const fn is_gone(&self) -> bool {
        matches!(self.id, Id::Gone)
    }

    pub(super) fn clear(&mut self) {
        self.id = Id::Gone;
        self.custom = CustomMark::NONE;
        self.groups = 0;
    }

    #[inline]
    pub(super) const fn kind(&self) -> u8 {
        match &self.id {
            Id::Gone => 0,
            Id::Inline { kind, .. } | Id::Boxed { kind, .. } => *kind,
        }
    }

    #[inline]
    pub(super) fn id(&self) -> &[u8] {
        match &self.id {
            Id::Gone => &[],
            Id::Inline { len, bytes, .. } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Id::Boxed { bytes, .. } => bytes,
        }
    }

    /// The conversation. IDs were checked on their way in.
    pub(super) fn conversation(&self) -> Option<Conversation<'_>> {
        let id = core::str::from_utf8(self.id()).ok()?;
        match self.kind() {
            USER => Conversation::user(id).ok(),
            GROUP => Conversation::group(id).ok(),
            _ => None,
        }
    }

    /// Whether the row has a standard or a custom mark.
    #[inline]
    pub(super) const fn is_marked(&self) -> bool {
        self.marks != 0 || !self.custom.is_empty()
    }

    /// Whether the row is in any group.
    #[inline]
    pub(super) const fn is_grouped(&self) -> bool {
        self.groups != 0
    }
}

/// A custom mark, empty when there is none.
#[derive(Clone)]
pub(super) enum CustomMark {
    Inline {
        len: u8,
        bytes: [u8; INLINE_MARK],
    },
    Boxed(
        #[expect(clippy::box_collection, reason = "a thin pointer keeps the row at 64 bytes")]
        Box<Vec<u8>>,
    ),
}

impl CustomMark {
    const NONE: Self = Self::Inline { len: 0, bytes: [0; INLINE_MARK] };

    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        // Boxed marks are long.
        matches!(self, Self::Inline { len: 0, .. })
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Boxed(bytes) => bytes,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    #[inline]
    pub(super) fn set(&mut self, mark: &[u8]) {
        // In place, because to build a new value on the stack first is slower than everything else
        // here.
        if let Self::Inline { len, bytes } = self {
            if let (Some(place), Ok(new)) = (bytes.get_mut(..mark.len()), u8::try_from(mark.len()))
            {
                place.copy_from_slice(mark);
                *len = new;
                return;
            }
        }
        self.set_long(mark);
    }

    #[cold]
    fn set_long(&mut self, mark: &[u8]) {
        match self {
            Self::Boxed(stored) if mark.len() > INLINE_MARK => {
                stored.clear();
                stored.extend_from_slice(mark);
            }
            Self::Boxed(_) => {
                *self = Self::NONE;
                self.set(mark);
            }
            Self::Inline { .. } => *self = Self::Boxed(Box::new(mark.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn custom_marks_are_inline_while_they_fit() {
        let mut mark = CustomMark::NONE;
        let lengths = [
            0,
            1,
            INLINE_MARK,
            INLINE_MARK + 1,
            256,
            INLINE_MARK,
            256,
            INLINE_MARK + 1,
            0,
            256,
            100,
        ];
        for (length, byte) in lengths.into_iter().zip(b'a'..) {
            let text = vec![byte; length];
            let allocated =
                if let CustomMark::Boxed(stored) = &mark { stored.capacity() } else { 0 };
            mark.set(&text);
            assert_eq!((mark.as_bytes(), mark.is_empty()), (&*text, text.is_empty()));
            match &mark {
                CustomMark::Inline { .. } => assert!(length <= INLINE_MARK, "{length}"),
                // The memory of a long mark is used again.
                CustomMark::Boxed(stored) => {
                    assert!(length > INLINE_MARK && stored.capacity() >= allocated, "{length}")
                }
            }
        }
    }
}
