//! Equality of short texts without a call to compare them: for most IDs and marks, the call would
//! cost more than the comparison.

/// Whether two texts are equal.
#[inline]
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        // Two words cover the whole text. They may overlap.
        8..=16 => ends::<8>(left) == ends::<8>(right),
        4..=7 => ends::<4>(left) == ends::<4>(right),
        0..=3 => left.iter().zip(right).all(|(left, right)| left == right),
        _ => left == right,
    }
}

#[inline]
fn ends<const N: usize>(text: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    text.first_chunk().zip(text.last_chunk())
}

#[cfg(test)]
mod tests {
    use super::same;
    use alloc::vec::Vec;

    #[test]
    fn texts_that_differ_in_one_byte_differ() {
        for len in 0..40 {
            let text: Vec<u8> = (0..len).collect();
            assert!(same(&text, &text.clone()), "length {len}");
            for place in 0..text.len() {
                let mut other = text.clone();
                other[place] ^= 0x80;
                assert!(!same(&text, &other), "length {len}, byte {place}");
            }
            assert!(!same(&text, &[text.as_slice(), &[0]].concat()), "length {len} and one more");
        }
    }
}
