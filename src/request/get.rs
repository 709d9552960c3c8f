//! `get_contact_group`: page through everything an account has.

use super::Body;
use super::kind::{Account, Integer};
use super::memory::ItemMemory;
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::Step;

/// Page through all group and mark data of an account (pages 1047/53440, 269/85794).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetGroups<'a> {
    account: UserId<'a>,
    start_index: u64,
}

object! {
    /// The body of `get_contact_group`.
    GetFields "GetContactGroupRequest" => GetGroups, unused: IgnoredField;
    struct GetValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        start_index "StartIndex": Integer<0, { u64::MAX }>, Required;
            "How many rows to skip: 0, then NextStartIndex of the answer.";
    }
    aliases {
        "Start" => start_index,
        "Index" => start_index,
        "NextStartIndex" => start_index,
        "Offset" => start_index,
        "UserId" => account,
    }
}

impl<'a> GetValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, GetFields>) -> Option<GetGroups<'a>> {
        Some(GetGroups { account: self.account.right()?, start_index: self.start_index.right()? })
    }
}

impl<'a> GetGroups<'a> {
    /// A request for the page that starts at that row, 0-based.
    #[must_use]
    pub const fn new(account: UserId<'a>, start_index: u64) -> Self {
        Self { account, start_index }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `StartIndex`: how many rows to skip.
    #[must_use]
    pub const fn start_index(&self) -> u64 {
        self.start_index
    }

    const fn members(&self) -> (Option<&UserId<'a>>, Option<u64>) {
        (Some(&self.account), Some(self.start_index))
    }

    pub(super) fn into_owned(self) -> GetGroups<'static> {
        GetGroups::new(self.account.into_owned(), self.start_index)
    }
}

impl<'a> Body<'a> for GetGroups<'a> {
    type Table = GetFields;
    const LIST: &'static [Step] = &[];

    fn conversation(&self, _: usize) -> Option<&Conversation<'a>> {
        None
    }

    fn needs_plan(&self, _: &Policy) -> bool {
        false
    }

    fn give_back(self, _: &mut ItemMemory) {}
}
