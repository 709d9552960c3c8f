//! `update_contact_group`: rename a group, or add and remove conversations.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::Body;
use super::choice::choices;
use super::contact::ContactFields;
use super::create::GroupedConversations;
use super::kind::{Account, ExistingGroupName, Given, List, NewGroupName, Object, Selector};
use super::memory::{ItemMemory, Kept};
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::{FindingKind, Step};
use crate::rule::Warning;

/// Rename a conversation group, or add and remove conversations (pages 1047/53439, 269/85793).
#[derive(Clone, PartialEq, Eq)]
pub struct UpdateGroup<'a> {
    account: UserId<'a>,
    update: GroupUpdate<'a>,
}

/// `UpdateGroup`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct GroupUpdate<'a> {
    group_name: Cow<'a, str>,
    kind: UpdateKind<'a>,
}

/// What to do to the group: `UpdateGroupType`.
#[derive(Clone, PartialEq, Eq)]
pub enum UpdateKind<'a> {
    /// 1: give it this new name.
    Rename(Cow<'a, str>),
    /// 2: add and remove conversations, in this order.
    Conversations(Vec<Membership<'a>>),
}

/// One element of `ContactUpdateItem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership<'a> {
    /// `ContactOptType`.
    pub change: MembershipChange,
    /// `ContactItem`.
    pub conversation: Conversation<'a>,
}

choices! {
    /// `UpdateType`: what is updated.
    pub(crate) enum UpdateTarget {
        Group = 1,
    }
}

choices! {
    /// `UpdateGroupType`.
    pub(crate) enum UpdateType {
        Rename = 1,
        Conversations = 2,
    }
}

choices! {
    /// What to do with a conversation: `ContactOptType`.
    pub enum MembershipChange {
        /// 1: add it to the group.
        Add = 1,
        /// 2: remove it from the group.
        Remove = 2,
    }
}

object! {
    /// The body of `update_contact_group`.
    UpdateFields "UpdateContactGroupRequest" => UpdateGroup, unused: IgnoredField;
    struct UpdateValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        target "UpdateType": Selector<UpdateTarget>, Required;
            "Always 1: a conversation group is updated.";
        update "UpdateGroup": Object<GroupUpdateFields>, Required;
            "What to change of which conversation group.";
    }
    aliases {
        "GroupName" => update,
        "OldName" => update,
        "OldGroupName" => update,
        "NewName" => update,
        "NewGroupName" => update,
        "ContactId" => update,
        "ContactIds" => update,
        "ContactUpdateItem" => update,
        "UpdateGroupType" => update,
        "UserId" => account,
    }
}

object! {
    /// `UpdateGroup`.
    GroupUpdateFields "UpdateGroup" => GroupUpdate, unused: IgnoredField;
    struct GroupUpdateValues {
        update_type "UpdateGroupType": Selector<UpdateType>, Required;
            "1 renames the group, 2 adds and removes conversations.";
        group_name "OldGroupName": ExistingGroupName, Required;
            "The present name of the group, for both types.";
        new_name "NewGroupName": NewGroupName, Required, if update_type in [UpdateType::Rename];
            "The name that the group is to have.";
        memberships "ContactUpdateItem": List<MembershipFields, GroupedConversations>, Optional, if update_type in [UpdateType::Conversations];
            "The conversations to add and remove, in this order.";
    }
    aliases {
        "UpdateType" => update_type,
        "GroupName" => group_name,
        "GroupNames" => group_name,
        "OldName" => group_name,
        "NewName" => new_name,
        "ContactId" => memberships,
        "ContactIds" => memberships,
        "ContactItem" => memberships,
    }
}

object! {
    /// An element of `ContactUpdateItem`.
    MembershipFields "ContactUpdateItem" => Membership, unused: IgnoredField;
    struct MembershipValues {
        change "ContactOptType": Selector<MembershipChange>, Required;
            "1 adds the conversation to the group, 2 removes it.";
        conversation "ContactItem": Object<ContactFields>, Required;
            "The conversation.";
    }
    aliases {
        "OptType" => change,
        "ContactId" => conversation,
        "ContactIds" => conversation,
        "Contact" => conversation,
    }
}

impl<'a> UpdateValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, UpdateFields>) -> Option<UpdateGroup<'a>> {
        let UpdateTarget::Group = self.target.right()?;
        Some(UpdateGroup { account: self.account.right()?, update: self.update.right()? })
    }
}

impl<'a> GroupUpdateValues<'a> {
    #[inline(always)]
    fn assemble(
        self,
        findings: &mut impl Findings<'a, GroupUpdateFields>,
    ) -> Option<GroupUpdate<'a>> {
        let update_type = self.update_type.right()?;
        // A list of the wrong type counts as well: it has a finding of its own.
        let adds_or_removes = match &self.memberships {
            Given::Absent => false,
            Given::Wrong => true,
            Given::Right(memberships) => !memberships.is_empty(),
        };
        let (group_name, new_name) = (self.group_name.right(), self.new_name.right());
        let kind = match update_type {
            UpdateType::Rename => {
                if new_name.is_some() && new_name == group_name {
                    let reason =
                        "the group has this name already, so there is no need for the request";
                    let kind = FindingKind::NoEffect { reason };
                    findings.warn_at(GroupUpdateFields::new_name, Warning::NoEffect, kind);
                }
                UpdateKind::Rename(new_name?)
            }
            UpdateType::Conversations => {
                if !adds_or_removes {
                    let reason = "name conversations to add or remove in `ContactUpdateItem`";
                    findings.warn(Warning::NoEffect, FindingKind::NoEffect { reason });
                }
                UpdateKind::Conversations(self.memberships.right().unwrap_or_default())
            }
        };
        Some(GroupUpdate { group_name: group_name?, kind })
    }
}

impl<'a> MembershipValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, MembershipFields>) -> Option<Membership<'a>> {
        Some(Membership { change: self.change.right()?, conversation: self.conversation.right()? })
    }
}

/// The members of `UpdateGroup` in canonical order.
type GroupUpdateMembers<'r> =
    (Option<UpdateType>, Option<&'r str>, Option<&'r str>, Option<&'r [Membership<'r>]>);

impl GroupUpdate<'_> {
    fn members(&self) -> GroupUpdateMembers<'_> {
        match &self.kind {
            UpdateKind::Rename(name) => {
                (Some(UpdateType::Rename), Some(&self.group_name), Some(name), None)
            }
            UpdateKind::Conversations(memberships) => {
                (Some(UpdateType::Conversations), Some(&self.group_name), None, Some(memberships))
            }
        }
    }
}

impl<'a> Membership<'a> {
    const fn members(&self) -> (Option<MembershipChange>, Option<&Conversation<'a>>) {
        (Some(self.change), Some(&self.conversation))
    }

    fn into_owned(self) -> Membership<'static> {
        Membership { change: self.change, conversation: self.conversation.into_owned() }
    }
}

impl<'a> UpdateGroup<'a> {
    /// A request to rename the group; the limits are checked by
    /// [`Validator::check`](crate::Validator::check).
    pub fn rename(
        account: UserId<'a>,
        group_name: impl Into<Cow<'a, str>>,
        new_name: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self::new(account, group_name, UpdateKind::Rename(new_name.into()))
    }

    /// A request to add and remove conversations; the limits are checked by
    /// [`Validator::check`](crate::Validator::check).
    pub fn conversations(
        account: UserId<'a>,
        group_name: impl Into<Cow<'a, str>>,
        memberships: Vec<Membership<'a>>,
    ) -> Self {
        Self::new(account, group_name, UpdateKind::Conversations(memberships))
    }

    fn new(account: UserId<'a>, group_name: impl Into<Cow<'a, str>>, kind: UpdateKind<'a>) -> Self {
        Self { account, update: GroupUpdate { group_name: group_name.into(), kind } }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `OldGroupName`: the name of the group to change.
    #[must_use]
    pub fn group_name(&self) -> &str {
        &self.update.group_name
    }

    /// What to do to the group.
    #[must_use]
    pub const fn kind(&self) -> &UpdateKind<'a> {
        &self.update.kind
    }

    const fn members(
        &self,
    ) -> (Option<&UserId<'a>>, Option<UpdateTarget>, Option<&GroupUpdate<'a>>) {
        (Some(&self.account), Some(UpdateTarget::Group), Some(&self.update))
    }

    pub(super) fn into_owned(self) -> UpdateGroup<'static> {
        let kind = match self.update.kind {
            UpdateKind::Rename(name) => UpdateKind::Rename(Cow::Owned(name.into_owned())),
            UpdateKind::Conversations(memberships) => UpdateKind::Conversations(
                memberships.into_iter().map(Membership::into_owned).collect(),
            ),
        };
        UpdateGroup::new(self.account.into_owned(), self.update.group_name.into_owned(), kind)
    }
}

impl<'a> Body<'a> for UpdateGroup<'a> {
    type Table = UpdateFields;
    const LIST: &'static [Step] = &[
        Step::Field(UpdateFields::update.wire_name()),
        Step::Field(GroupUpdateFields::memberships.wire_name()),
    ];

    fn conversation(&self, item: usize) -> Option<&Conversation<'a>> {
        match &self.update.kind {
            UpdateKind::Rename(_) => None,
            UpdateKind::Conversations(memberships) => memberships.get(item).map(Kept::conversation),
        }
    }

    fn needs_plan(&self, _: &Policy) -> bool {
        true
    }

    fn give_back(self, memory: &mut ItemMemory) {
        match self.update.kind {
            UpdateKind::Rename(_) => {}
            UpdateKind::Conversations(memberships) => Kept::give_back(memberships, memory),
        }
    }
}

impl fmt::Debug for UpdateGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpdateGroup({} bytes, {:?})", self.update.group_name.len(), self.update.kind)
    }
}

impl fmt::Debug for UpdateKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename(name) => write!(f, "Rename({} bytes)", name.len()),
            Self::Conversations(memberships) => write!(f, "Conversations({})", memberships.len()),
        }
    }
}
