//! `create_contact_group`: one new group with its first conversations.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::Body;
use super::contact::ContactFields;
use super::kind::{Account, Limit, List, NewGroupName, Object, Single};
use super::memory::{ItemMemory, Kept};
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::Step;
use crate::rule::Rule;

/// Create one conversation group with initial conversations (pages 1047/53437, 269/85791).
#[derive(Clone, PartialEq, Eq)]
pub struct CreateGroup<'a> {
    account: UserId<'a>,
    group: NewGroup<'a>,
}

/// The element of `GroupContactItem`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NewGroup<'a> {
    name: Cow<'a, str>,
    conversations: Vec<Conversation<'a>>,
}

object! {
    /// The body of `create_contact_group`.
    CreateFields "CreateContactGroupRequest" => CreateGroup, unused: IgnoredField;
    struct CreateValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        group "GroupContactItem": Single<Object<NewGroupFields>>, Required;
            "The one conversation group to create.";
    }
    aliases {
        "GroupName" => group,
        "GroupNames" => group,
        "GroupItem" => group,
        "ContactItem" => group,
        "ContactId" => group,
        "ContactIds" => group,
        "UserId" => account,
    }
}

object! {
    /// The element of `GroupContactItem`.
    NewGroupFields "GroupContactItem" => NewGroup, unused: IgnoredField;
    struct NewGroupValues {
        name "GroupName": NewGroupName, Required;
            "The name of the new conversation group, unique in the account.";
        conversations "ContactItem": List<ContactFields, GroupedConversations>, RequiredIf(Policy::create_needs_conversations);
            "The conversations to add to the new group; may be empty.";
    }
    aliases {
        "GroupNames" => name,
        "Name" => name,
        "NewName" => name,
        "ContactId" => conversations,
        "ContactIds" => conversations,
        "Contacts" => conversations,
    }
}

/// How many conversations one create or update may have.
pub(crate) enum GroupedConversations {}

impl Limit for GroupedConversations {
    const RULE: Rule = Rule::ItemCount;
    const ADVICE: &'static str = "send the rest in requests of update_contact_group";

    #[inline(always)]
    fn range(policy: &Policy) -> (u32, Option<u32>) {
        (0, policy.conversations_max())
    }
}

impl<'a> CreateValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, CreateFields>) -> Option<CreateGroup<'a>> {
        Some(CreateGroup { account: self.account.right()?, group: self.group.right()? })
    }
}

impl<'a> NewGroupValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, NewGroupFields>) -> Option<NewGroup<'a>> {
        Some(NewGroup {
            name: self.name.right()?,
            conversations: self.conversations.right().unwrap_or_default(),
        })
    }
}

impl<'a> NewGroup<'a> {
    fn members(&self) -> (Option<&str>, Option<&[Conversation<'a>]>) {
        (Some(&self.name), Some(&self.conversations))
    }
}

impl<'a> CreateGroup<'a> {
    /// A request for a group of that name; the limits are checked by
    /// [`Validator::check`](crate::Validator::check).
    pub fn new(
        account: UserId<'a>,
        name: impl Into<Cow<'a, str>>,
        conversations: Vec<Conversation<'a>>,
    ) -> Self {
        Self { account, group: NewGroup { name: name.into(), conversations } }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `GroupName`.
    #[must_use]
    pub fn group_name(&self) -> &str {
        &self.group.name
    }

    /// `ContactItem`, in request order; absent is empty.
    #[must_use]
    pub fn conversations(&self) -> &[Conversation<'a>] {
        &self.group.conversations
    }

    const fn members(&self) -> (Option<&UserId<'a>>, Option<&NewGroup<'a>>) {
        (Some(&self.account), Some(&self.group))
    }

    pub(super) fn into_owned(self) -> CreateGroup<'static> {
        let conversations =
            self.group.conversations.into_iter().map(Conversation::into_owned).collect();
        CreateGroup::new(self.account.into_owned(), self.group.name.into_owned(), conversations)
    }
}

impl<'a> Body<'a> for CreateGroup<'a> {
    type Table = CreateFields;
    const LIST: &'static [Step] = &[
        Step::Field(CreateFields::group.wire_name()),
        Step::Index(0),
        Step::Field(NewGroupFields::conversations.wire_name()),
    ];

    fn conversation(&self, item: usize) -> Option<&Conversation<'a>> {
        self.group.conversations.get(item)
    }

    fn needs_plan(&self, _: &Policy) -> bool {
        true
    }

    fn give_back(self, memory: &mut ItemMemory) {
        Kept::give_back(self.group.conversations, memory);
    }
}

impl fmt::Debug for CreateGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CreateGroup({} bytes, {} conversations)",
            self.group.name.len(),
            self.group.conversations.len()
        )
    }
}
