//! `search_contact_group`: look up named conversations.

use alloc::vec::Vec;
use core::fmt;

use super::Body;
use super::contact::ContactFields;
use super::kind::{Account, Limit, List};
use super::memory::{ItemMemory, Kept};
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::Step;
use crate::rule::Rule;

/// Look up the group and mark data of named conversations (pages 1047/53442, 269/85796).
#[derive(Clone, PartialEq, Eq)]
pub struct SearchGroups<'a> {
    account: UserId<'a>,
    conversations: Vec<Conversation<'a>>,
}

object! {
    /// The body of `search_contact_group`.
    SearchFields "SearchContactGroupRequest" => SearchGroups, unused: IgnoredField;
    struct SearchValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        conversations "ContactItem": List<ContactFields, SearchedConversations>, Required;
            "The conversations to look up.";
    }
    aliases {
        "ContactId" => conversations,
        "ContactIds" => conversations,
        "Contacts" => conversations,
        "UserId" => account,
    }
}

/// How many conversations one search may name.
pub(crate) enum SearchedConversations {}

impl Limit for SearchedConversations {
    const RULE: Rule = Rule::SearchCount;
    const ADVICE: &'static str = "split them into several requests";

    #[inline(always)]
    fn range(policy: &Policy) -> (u32, Option<u32>) {
        (1, Some(policy.search_max()))
    }
}

impl<'a> SearchValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, SearchFields>) -> Option<SearchGroups<'a>> {
        Some(SearchGroups {
            account: self.account.right()?,
            conversations: self.conversations.right()?,
        })
    }
}

impl<'a> SearchGroups<'a> {
    /// A request for those conversations; the limits are checked by
    /// [`Validator::check`](crate::Validator::check).
    #[must_use]
    pub const fn new(account: UserId<'a>, conversations: Vec<Conversation<'a>>) -> Self {
        Self { account, conversations }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `ContactItem`, in request order.
    #[must_use]
    pub fn conversations(&self) -> &[Conversation<'a>] {
        &self.conversations
    }

    fn members(&self) -> (Option<&UserId<'a>>, Option<&[Conversation<'a>]>) {
        (Some(&self.account), Some(&self.conversations))
    }

    pub(super) fn into_owned(self) -> SearchGroups<'static> {
        let conversations = self.conversations.into_iter().map(Conversation::into_owned).collect();
        SearchGroups::new(self.account.into_owned(), conversations)
    }
}

impl<'a> Body<'a> for SearchGroups<'a> {
    type Table = SearchFields;
    const LIST: &'static [Step] = &[Step::Field(SearchFields::conversations.wire_name())];

    fn conversation(&self, item: usize) -> Option<&Conversation<'a>> {
        self.conversations.get(item)
    }

    fn needs_plan(&self, _: &Policy) -> bool {
        false
    }

    fn give_back(self, memory: &mut ItemMemory) {
        Kept::give_back(self.conversations, memory);
    }
}

impl fmt::Debug for SearchGroups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchGroups({} conversations)", self.conversations.len())
    }
}
