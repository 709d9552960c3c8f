//! The conversation groups of an account.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::policy::GROUPS_MAX;

/// The maximum group ID: published clients read 32 signed bits (decided).
pub(crate) const LAST_GROUP_ID: u32 = i32::MAX as u32;

/// Groups by ascending ID. Rows name them by slot, so that a row's groups are 64 bits.
#[derive(Clone, Default)]
pub(super) struct Groups {
    list: Vec<Group>,
    /// A bit for each slot in use.
    used: u64,
    /// The highest ID ever used.
    last_id: u32,
}

#[derive(Clone)]
pub(super) struct Group {
    pub(super) id: u32,
    slot: u8,
    /// Member rows.
    pub(super) members: u32,
    pub(super) name: Box<str>,
}

/// A group whose members are being counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemberCounter {
    place: usize,
    /// The group's bit in rows.
    pub(super) bit: u64,
    pub(super) members: u32,
}

impl Group {
    /// The group's bit in rows.
    #[inline]
    pub(super) const fn bit(&self) -> u64 {
        1 << self.slot
    }
}

impl Groups {
    pub(super) const fn last_id(&self) -> u32 {
        self.last_id
    }

    pub(super) fn set_last_id(&mut self, last_id: u32) {
        self.last_id = last_id;
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, Group> {
        self.list.iter()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Group> {
        self.list.iter().find(|group| *group.name == *name)
    }

    fn place_of(&self, id: u32) -> Option<usize> {
        self.list.binary_search_by_key(&id, |group| group.id).ok()
    }

    pub(super) fn by_id(&self, id: u32) -> Option<&Group> {
        let place = self.place_of(id)?;
        self.list.get(place)
    }

    /// The group whose members are to be counted, looked up once for many conversations.
    pub(super) fn counter(&self, id: u32) -> Option<MemberCounter> {
        let place = self.place_of(id)?;
        self.list.get(place).map(|group| MemberCounter {
            place,
            bit: group.bit(),
            members: group.members,
        })
    }

    /// Stores the counted members. No group may have been added or removed since
    /// [`counter`](Self::counter).
    pub(super) fn set_members(&mut self, counter: &MemberCounter) {
        if let Some(group) = self.list.get_mut(counter.place) {
            group.members = counter.members;
        }
    }

    pub(super) fn by_id_mut(&mut self, id: u32) -> Option<&mut Group> {
        let place = self.place_of(id)?;
        self.list.get_mut(place)
    }

    /// Whether an account can hold one more group under any policy.
    pub(super) const fn has_slot(&self) -> bool {
        self.used != u64::MAX
    }

    /// The ID of the next group, unless they are used up.
    pub(super) const fn next_id(&self) -> Option<u32> {
        if self.last_id < LAST_GROUP_ID { Some(self.last_id.wrapping_add(1)) } else { None }
    }

    /// Adds a group with an ID above all others. The caller knows that a slot is free.
    pub(super) fn push(&mut self, id: u32, name: &str) {
        debug_assert!(self.has_slot() && id > self.list.last().map_or(0, |last| last.id));
        let slot = u8::try_from(self.used.trailing_ones()).unwrap_or_default();
        let group = Group { id, slot, members: 0, name: name.into() };
        self.used |= group.bit();
        self.last_id = self.last_id.max(id);
        if self.list.capacity() == self.list.len() {
            // Few accounts have many groups: no doubling.
            self.list.reserve_exact(2);
        }
        self.list.push(group);
    }

    pub(super) fn remove(&mut self, id: u32) -> Option<Group> {
        let place = self.place_of(id)?;
        let group = self.list.remove(place);
        self.used &= !group.bit();
        Some(group)
    }

    /// The IDs of a row's groups, ascending.
    #[inline]
    pub(super) fn ids(&self, bits: u64) -> impl Iterator<Item = u32> + Clone {
        // The list is by ID; stop at the last member.
        let mut left = bits;
        self.list
            .iter()
            .map_while(move |group| {
                if left == 0 {
                    return None;
                }
                let is_in = left & group.bit();
                left ^= is_in;
                Some((is_in != 0).then_some(group.id))
            })
            .flatten()
    }
}

const _: () = assert!(GROUPS_MAX == u64::BITS);

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn the_list_has_room_for_one_more_at_most() {
        let mut groups = Groups::default();
        for id in 1..=GROUPS_MAX {
            groups.push(id, &format!("g{id}"));
            assert!(groups.list.capacity() <= groups.list.len() + 1, "{id}");
        }
        assert!(!groups.has_slot());
    }
}
