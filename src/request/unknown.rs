//! Members that are not documented.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use super::raw::Raw;
use crate::account::hash_parts;
use crate::conversation::USER;

/// A member that is not documented: its name and its value.
pub(super) type UnknownMember<'b> = (Cow<'b, str>, Raw<'b>);

/// The first member of each name, in their order.
///
/// The names are sorted and not kept in a hash table, so that no choice of names makes it slow. They
/// are sorted by their hashes, because numbers are compared faster than names.
pub(super) fn first_of_each_name<'m, 'b>(
    members: &'m [UnknownMember<'b>],
) -> impl Iterator<Item = &'m UnknownMember<'b>> {
    let name = |place: usize| members.get(place).map_or("", |(name, _)| name);
    let hashes = members.iter().map(|(name, _)| hash_parts(USER, name.as_bytes()));
    let mut sorted: Vec<(u64, usize)> = hashes.zip(0..).collect();
    sorted.sort_unstable();
    // Names that are equal have the same hash, but others can have it, too.
    for alike in sorted.chunk_by_mut(|(left, _), (right, _)| left == right) {
        alike.sort_unstable_by_key(|(_, place)| (name(*place), *place));
    }
    sorted.dedup_by(|(later_hash, later), (hash, place)| {
        later_hash == hash && name(*later) == name(*place)
    });
    let mut is_first = vec![false; members.len()];
    for (_, place) in sorted {
        if let Some(is_first) = is_first.get_mut(place) {
            *is_first = true;
        }
    }
    members.iter().zip(is_first).filter_map(|(member, is_first)| is_first.then_some(member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_of_equal_names_is_kept() {
        let last_two = ["lpcklgkcoimbjihl", "nicjfilbljgppelk"];
        assert_eq!(
            hash_parts(USER, last_two[0].as_bytes()),
            hash_parts(USER, last_two[1].as_bytes())
        );
        let names = ["b", "a", "b", "a", "", "c", "", "lpcklgkcoimbjihl", "nicjfilbljgppelk"];
        let members: Vec<UnknownMember<'_>> =
            names.iter().map(|name| (Cow::Borrowed(*name), Raw::new(name))).collect();
        let kept: Vec<&str> = first_of_each_name(&members).map(|(name, _)| &**name).collect();
        assert_eq!(kept, ["b", "a", "", "c", "lpcklgkcoimbjihl", "nicjfilbljgppelk"]);
        assert_eq!(first_of_each_name(&[]).count(), 0);
    }
}
