//! `del_contact_group`: delete one group.

use alloc::borrow::Cow;
use core::fmt;

use super::Body;
use super::kind::{Account, ExistingGroupName, Single};
use super::memory::ItemMemory;
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::Step;

/// Delete one conversation group (pages 1047/53441, 269/85795).
#[derive(Clone, PartialEq, Eq)]
pub struct DeleteGroup<'a> {
    account: UserId<'a>,
    group_name: Cow<'a, str>,
}

object! {
    /// The body of `del_contact_group`.
    DeleteFields "DelContactGroupRequest" => DeleteGroup, unused: IgnoredField;
    struct DeleteValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        group_name "GroupName": Single<ExistingGroupName>, Required;
            "The name of the one conversation group to delete.";
    }
    aliases {
        "GroupNames" => group_name,
        "Name" => group_name,
        "GroupItem" => group_name,
        "GroupContactItem" => group_name,
        "UserId" => account,
    }
}

impl<'a> DeleteValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, DeleteFields>) -> Option<DeleteGroup<'a>> {
        Some(DeleteGroup { account: self.account.right()?, group_name: self.group_name.right()? })
    }
}

impl<'a> DeleteGroup<'a> {
    /// A request to delete the group of that name.
    pub fn new(account: UserId<'a>, group_name: impl Into<Cow<'a, str>>) -> Self {
        Self { account, group_name: group_name.into() }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// The one element of `GroupName`.
    #[must_use]
    pub fn group_name(&self) -> &str {
        &self.group_name
    }

    fn members(&self) -> (Option<&UserId<'a>>, Option<&str>) {
        (Some(&self.account), Some(&self.group_name))
    }

    pub(super) fn into_owned(self) -> DeleteGroup<'static> {
        DeleteGroup::new(self.account.into_owned(), self.group_name.into_owned())
    }
}

impl<'a> Body<'a> for DeleteGroup<'a> {
    type Table = DeleteFields;
    const LIST: &'static [Step] = &[];

    fn conversation(&self, _: usize) -> Option<&Conversation<'a>> {
        None
    }

    fn needs_plan(&self, _: &Policy) -> bool {
        true
    }

    fn give_back(self, _: &mut ItemMemory) {}
}

impl fmt::Debug for DeleteGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeleteGroup({} bytes)", self.group_name.len())
    }
}
