//! `search_contact_group`: look up named conversations.

use alloc::vec::Vec;
use core::fmt;

use serde::de::{MapAccess, Visitor};

use super::contact::{self, ContactField, ContactSeed};
use super::fields::fields;
use super::seed::{Context, ElementsSeed, Parts, TextSeed, declined, once, read_members, required};
use super::walk::{Broken, Members, Need, Walk};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::report::Note;
use crate::rule::Rule;
use crate::write;

/// Look up the group and mark data of named conversations (pages 1047/53442, 269/85796).
#[derive(Clone, PartialEq, Eq)]
pub struct SearchGroups<'a> {
    account: UserId<'a>,
    conversations: Vec<Conversation<'a>>,
}

impl<'a> SearchGroups<'a> {
    /// A request for those conversations; the limits are checked by [`CheckedRequest::new`](super::CheckedRequest::new).
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

    pub(super) fn take_conversations(self) -> Vec<Conversation<'a>> {
        self.conversations
    }

    pub(super) fn into_owned(self) -> SearchGroups<'static> {
        SearchGroups {
            account: self.account.into_owned(),
            conversations: self.conversations.into_iter().map(Conversation::into_owned).collect(),
        }
    }

    pub(super) fn is_within(&self, policy: &Policy) -> bool {
        policy.allows_search(self.conversations.len())
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","ContactItem":"#);
        contact::write_all(&self.conversations, out);
        out.push(b'}');
    }
}

impl fmt::Debug for SearchGroups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchGroups({} conversations)", self.conversations.len())
    }
}

fields! {
    enum SearchField {
        FromAccount = "From_Account": Account,
        ContactItem = "ContactItem": Array,
    }
    inventions {
        "ContactId" => "ContactItem",
        "ContactIds" => "ContactItem",
        "Contacts" => "ContactItem",
        "UserId" => "From_Account",
    }
}

/// The fast door.
pub(super) struct SearchSeed<'c, 'v, 'de> {
    pub(super) context: &'c Context<'c>,
    pub(super) parts: &'v mut Parts<'de>,
}

impl<'de> Visitor<'de> for SearchSeed<'_, '_, 'de> {
    type Value = SearchGroups<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut conversations) = (None, None);
        read_members!(map, self.context, {
            SearchField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            SearchField::ContactItem => {
                let into = &mut self.parts.conversations;
                let max = Some(self.context.policy.search_max());
                once(&mut conversations, map.next_value_seed(ElementsSeed { into, seed: ContactSeed(self.context), max })?)?;
            },
        });
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        required(conversations)?;
        Ok(SearchGroups { account, conversations: core::mem::take(&mut self.parts.conversations) })
    }
}

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<SearchGroups<'b>>, Broken> {
    let account = walk.id(members, SearchField::FromAccount, UserId::new)?;
    let mut conversations = Vec::new();
    if let Some(raw) = walk.field(members, SearchField::ContactItem, Need::Required) {
        let policy = *walk.policy;
        let count = |found| {
            let note = Note::Count { found, min: 1, max: policy.search_max() };
            (!policy.allows_search(found)).then_some((Rule::SearchCount, note))
        };
        walk.items::<_, ContactField, _>(raw, SearchField::ContactItem, count, &mut conversations, contact::judge_element)?;
    }
    Ok(account.map(|account| SearchGroups { account, conversations }))
}
