//! The documented fields of one object, by name.

/// The documented fields of one kind of object, in canonical order.
pub(crate) trait Fields: Copy + 'static {
    const NAMES: &'static [&'static str];
    /// Names that published clients send instead, with the documented field that they mean.
    const ALIASES: &'static [(&'static str, &'static str)];

    fn of_name(name: &str) -> Option<Self>;
    /// The place in the canonical order, 0-based.
    fn index(self) -> usize;
    fn name(self) -> &'static str;
}

/// The maximum number of fields of an object.
///
/// A bit of a byte stands for each field, see [`Members`](super::raw::Members).
pub(crate) const MAX_FIELDS: usize = u8::BITS as usize;
