//! What an accepted request did, with the request, and the changes that follow from it.

use super::apply::ItemResult;
use super::change::ChangeKind;
use crate::marks::StandardMarks;
use crate::request::{
    CreateGroup, DeleteGroup, GetGroups, MarkContacts, Membership, MembershipChange, SearchGroups,
    UpdateGroup,
};

/// What an accepted request did, apart from its items.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect<'o> {
    Created {
        request: &'o CreateGroup<'o>,
        group_id: u32,
    },
    /// `renamed` is whether the new name differs from the old one.
    Renamed {
        request: &'o UpdateGroup<'o>,
        name: &'o str,
        group_id: u32,
        renamed: bool,
    },
    Updated {
        request: &'o UpdateGroup<'o>,
        memberships: &'o [Membership<'o>],
        group_id: u32,
    },
    Deleted {
        request: &'o DeleteGroup<'o>,
        group_id: u32,
    },
    Marked {
        request: &'o MarkContacts<'o>,
    },
    Listed {
        request: &'o GetGroups<'o>,
    },
    Found {
        request: &'o SearchGroups<'o>,
    },
}

impl<'o> Effect<'o> {
    /// The change of the request as a whole; it comes before those of the items.
    pub(super) fn change(self) -> Option<ChangeKind<'o>> {
        match self {
            Self::Created { request, group_id } => {
                Some(ChangeKind::GroupCreated { group_id, name: request.group_name().into() })
            }
            Self::Renamed { request, name, group_id, renamed } => {
                renamed.then(|| ChangeKind::GroupRenamed {
                    group_id,
                    old_name: request.group_name().into(),
                    name: name.into(),
                })
            }
            Self::Deleted { request, group_id } => {
                Some(ChangeKind::GroupDeleted { group_id, name: request.group_name().into() })
            }
            Self::Updated { .. }
            | Self::Marked { .. }
            | Self::Listed { .. }
            | Self::Found { .. } => None,
        }
    }

    /// The change of an item (0-based), if it changed anything.
    pub(super) fn item_change(self, item: usize, result: ItemResult) -> Option<ChangeKind<'o>> {
        match self {
            Self::Created { request, group_id } => {
                let conversation =
                    request.conversations().get(item).filter(|_| result.moved)?.borrowed();
                Some(ChangeKind::ConversationAdded { group_id, conversation })
            }
            Self::Updated { memberships, group_id, .. } => {
                let membership = memberships.get(item).filter(|_| result.moved)?;
                let conversation = membership.conversation.borrowed();
                Some(match membership.change {
                    MembershipChange::Add => {
                        ChangeKind::ConversationAdded { group_id, conversation }
                    }
                    MembershipChange::Remove => {
                        ChangeKind::ConversationRemoved { group_id, conversation }
                    }
                })
            }
            Self::Marked { request } => {
                let changed = result.custom || result.marks.is_some();
                let mark = request.items().get(item).filter(|_| changed)?;
                Some(ChangeKind::ConversationMarked {
                    conversation: mark.conversation().borrowed(),
                    standard_mark: result.marks.map(StandardMarks::from_bits_retain),
                    custom_mark: mark.custom_mark().filter(|_| result.custom).map(Into::into),
                })
            }
            Self::Renamed { .. }
            | Self::Deleted { .. }
            | Self::Listed { .. }
            | Self::Found { .. } => None,
        }
    }
}
