//! The conversation groups of an account.

use alloc::vec::Vec;

use super::same::same;
use super::texts::{Text, Texts};
use crate::policy::GROUPS_MAX;

/// The maximum group ID: published clients read 32 signed bits (decided).
pub(crate) const LAST_GROUP_ID: u32 = i32::MAX as u32;

/// Groups by ascending ID. Rows name them by slot, so that a row's groups are 64 bits.
#[derive(Clone, Default)]
pub(super) struct Groups {
    list: Vec<Group>,
    names: Texts,
    /// The highest ID ever used.
    last_id: u32,
}

#[derive(Clone)]
pub(super) struct Group {
    pub(super) id: u32,
    /// Member rows.
    pub(super) members: u32,
    name: Text,
    slot: u8,
}

const _: () = assert!(size_of::<Group>() == 16);

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

    /// The bytes requested from the allocator.
    pub(super) fn heap_bytes(&self) -> usize {
        self.list
            .capacity()
            .saturating_mul(size_of::<Group>())
            .saturating_add(self.names.heap_bytes())
    }

    pub(super) fn name(&self, group: &Group) -> &str {
        core::str::from_utf8(self.names.text(group.name)).unwrap_or_default()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Group> {
        self.list.iter().find(|group| self.is_named(group, name))
    }

    pub(super) fn is_named(&self, group: &Group, name: &str) -> bool {
        same(self.names.text(group.name), name.as_bytes())
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

    /// The members of the groups, in the order of their slots.
    pub(super) fn set_all_members(&mut self, members: &[u32]) {
        for group in &mut self.list {
            group.members = members.get(usize::from(group.slot)).copied().unwrap_or(0);
        }
    }

    pub(super) fn by_id_mut(&mut self, id: u32) -> Option<&mut Group> {
        let place = self.place_of(id)?;
        self.list.get_mut(place)
    }

    /// Whether an account can hold one more group under any policy.
    pub(super) fn has_slot(&self) -> bool {
        self.list.len() < GROUPS_MAX as usize
    }

    /// The ID of the next group, unless they are used up.
    pub(super) const fn next_id(&self) -> Option<u32> {
        if self.last_id < LAST_GROUP_ID { Some(self.last_id.wrapping_add(1)) } else { None }
    }

    /// Adds a group with an ID above all others. The caller knows that a slot is free.
    pub(super) fn push(&mut self, id: u32, name: &str) {
        debug_assert!(self.has_slot() && id > self.list.last().map_or(0, |last| last.id));
        let used = self.list.iter().fold(0, |used: u64, group| used | group.bit());
        let slot = u8::try_from(used.trailing_ones()).unwrap_or_default();
        let mut group = Group { id, members: 0, name: Text::NONE, slot };
        // 64 names are far below the number of bytes that texts can take.
        self.names.set(&mut group.name, name.as_bytes());
        self.last_id = self.last_id.max(id);
        if self.list.capacity() == self.list.len() {
            // Few accounts have many groups: no doubling.
            self.list.reserve_exact(2);
        }
        self.list.push(group);
    }

    pub(super) fn rename(&mut self, id: u32, name: &str) {
        let Some(group) = self.place_of(id).and_then(|place| self.list.get_mut(place)) else {
            return;
        };
        self.names.set(&mut group.name, name.as_bytes());
        self.tidy();
    }

    pub(super) fn remove(&mut self, id: u32) -> Option<Group> {
        let place = self.place_of(id)?;
        let mut group = self.list.remove(place);
        self.names.set(&mut group.name, &[]);
        self.tidy();
        Some(group)
    }

    /// Gives memory back: all of it after the last group.
    fn tidy(&mut self) {
        if self.list.is_empty() {
            *self = Self { last_id: self.last_id, ..Self::default() };
        } else if self.names.is_wasteful() {
            let old = self.names.take();
            for group in &mut self.list {
                self.names.move_text(&old, &mut group.name);
            }
        }
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

    #[test]
    fn names_take_no_more_than_twice_their_bytes() {
        let mut groups = Groups::default();
        for id in 1..=4 {
            groups.push(id, "name");
        }
        for round in 0..1000_u32 {
            let name = "n".repeat(1 + round as usize * 7 % 50);
            groups.rename(1 + round % 4, &name);
            assert!(groups.find(&name).is_some());
            let live = groups.names.live() as usize;
            assert!(groups.names.heap_bytes() <= (2 * live + 256 + 54) * 9 / 8, "{round}");
        }
        for id in 1..=4 {
            groups.remove(id).unwrap();
        }
        assert_eq!((groups.heap_bytes(), groups.last_id()), (0, 4));
    }

    #[test]
    fn a_slot_is_used_again() {
        let mut groups = Groups::default();
        for id in 1..=GROUPS_MAX {
            groups.push(id, &format!("g{id}"));
        }
        let removed = groups.remove(30).unwrap();
        assert!(groups.has_slot());
        groups.push(65, "new");
        assert_eq!(groups.by_id(65).map(Group::bit), Some(removed.bit()));
    }
}
