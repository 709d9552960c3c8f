//! Standard marks: 64 bits, the index base of requests, the bit string of rows.

use core::fmt;
use core::str::FromStr;

use crate::unknown_name::named;

bitflags::bitflags! {
    /// The 64 standard marks of a conversation (page 1047/53438).
    ///
    /// Four bits have documented meanings, bits `1 << 4` to `1 << 31` are internal to Chat, bits
    /// `1 << 32` to `1 << 63` are free for customers. All 64 are kept, named or not.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct StandardMarks: u64 {
        /// Star, or favorite.
        const STAR = 1 << 0;
        /// Unread.
        const UNREAD = 1 << 1;
        /// Fold, or collapsed.
        const FOLD = 1 << 2;
        /// Hide, or hidden.
        const HIDE = 1 << 3;
        // Without this the unnamed bits would be lost by `!` and `from_bits`.
        const _ = !0;
    }
}

impl StandardMarks {
    /// The bits that Chat keeps for itself: the 5th to the 32nd.
    pub const INTERNAL: Self = Self::from_bits_retain(0x0000_0000_FFFF_FFF0);

    /// The bits that are free for customers: the 33rd to the 64th.
    pub const CUSTOMER: Self = Self::from_bits_retain(0xFFFF_FFFF_0000_0000);
}

/// The bit string of a row's `StandardMark`: binary without leading zeros, rightmost character the
/// bit `1 << 0`, empty when no bit is set (implied by samples and by the official SDKs' parsers).
impl fmt::Display for StandardMarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() { Ok(()) } else { write!(f, "{:b}", self.bits()) }
    }
}

/// The text is not a bit string. A bit string has at most 64 digits `0` and `1` without a leading
/// zero, and is empty for no bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a mark bit string: at most 64 binary digits without a leading zero are allowed, empty for no mark"
)]
pub struct MarksError;

impl FromStr for StandardMarks {
    type Err = MarksError;

    fn from_str(text: &str) -> Result<Self, MarksError> {
        if text.is_empty() {
            return Ok(Self::empty());
        }
        if !text.starts_with('1') || !text.bytes().all(|digit| matches!(digit, b'0' | b'1')) {
            return Err(MarksError);
        }
        u64::from_str_radix(text, 2).map(Self::from_bits_retain).map_err(|_| MarksError)
    }
}

/// The index of the first mark bit in `SetMark` and `ClearMark`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkBase {
    /// Indexes 0 to 63, as the official web SDKs send them.
    Zero,
    /// Indexes 1 to 64, as documented (page 1047/53438).
    One,
}

impl MarkBase {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Zero, Self::One];

    const NAMES: &'static [&'static str] = &[Self::Zero.name(), Self::One.name()];

    /// The smallest index as text: `0` or `1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "0",
            Self::One => "1",
        }
    }

    /// The minimum index.
    #[must_use]
    pub const fn first(self) -> u8 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
        }
    }

    /// The maximum index.
    #[must_use]
    pub const fn last(self) -> u8 {
        match self {
            Self::Zero => 63,
            Self::One => 64,
        }
    }

    /// The mark of that index, `None` outside the range.
    #[must_use]
    pub const fn mark(self, index: u64) -> Option<StandardMarks> {
        let bit = match self {
            Self::Zero => index,
            Self::One => index.wrapping_sub(1),
        };
        if bit > 63 { None } else { Some(StandardMarks::from_bits_retain(1 << bit)) }
    }

    /// The indexes of the marks, ascending.
    pub fn indexes(self, marks: StandardMarks) -> impl Iterator<Item = u8> {
        (self.first()..=self.last()).filter(move |index| {
            self.mark(u64::from(*index)).is_some_and(|mark| marks.contains(mark))
        })
    }
}

named!(MarkBase, "value of mark_base", name, Self::NAMES);
