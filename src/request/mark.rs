//! `mark_contact`: set and clear standard marks, set a custom mark.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::Body;
use super::choice::choices;
use super::contact::ContactFields;
use super::kind::{
    Account, CustomMark, Given, Indexed, Limit, List, MarkIndexes, Object, Selector,
};
use super::memory::{ItemMemory, Kept};
use super::table::{Findings, object};
use crate::conversation::{Conversation, UserId};
use crate::marks::StandardMarks;
use crate::policy::Policy;
use crate::report::{FindingKind, Step};
use crate::rule::{Rule, Warning};

/// Mark conversations (pages 1047/53438, 269/85792).
#[derive(Clone, PartialEq, Eq)]
pub struct MarkContacts<'a> {
    account: UserId<'a>,
    items: Vec<MarkItem<'a>>,
}

/// One element of `MarkItem`: what to change on one conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct MarkItem<'a> {
    conversation: Conversation<'a>,
    custom_mark: Option<Cow<'a, str>>,
    clear: StandardMarks,
    set: StandardMarks,
    change: MarkChange,
}

choices! {
    /// What an item may change: `OptType`.
    pub enum MarkChange {
        /// 1: the standard marks.
        Standard = 1,
        /// 2: the custom mark.
        Custom = 2,
        /// 3: both.
        Both = 3,
    }
}

impl MarkChange {
    /// What an item lacks that changes nothing.
    const fn lacks(self) -> &'static str {
        match self {
            Self::Standard => "name marks to set or clear in `SetMark` or `ClearMark`",
            Self::Custom => "send `CustomMark`, which is empty to remove the mark",
            Self::Both => "send `SetMark`, `ClearMark` or `CustomMark`",
        }
    }
}

object! {
    /// The body of `mark_contact`.
    MarkFields "MarkContactRequest" => MarkContacts, unused: IgnoredField;
    struct MarkValues {
        account "From_Account": Account, Required;
            "The user whose data it is.";
        items "MarkItem": List<MarkItemFields, MarkItems>, Required;
            "What to mark, each item with a result of its own.";
    }
    aliases {
        "ContactId" => items,
        "ContactIds" => items,
        "ContactItem" => items,
        "MarkType" => items,
        "OptType" => items,
        "SetMark" => items,
        "ClearMark" => items,
        "CustomMark" => items,
        "UserId" => account,
    }
}

object! {
    /// An element of `MarkItem`.
    MarkItemFields "MarkItem" => MarkItem, unused: IgnoredField;
    struct MarkItemValues {
        change "OptType": Selector<MarkChange>, Required;
            "1 changes the standard marks, 2 the custom mark, 3 both.";
        conversation "ContactItem": Object<ContactFields>, Required;
            "The conversation.";
        clear "ClearMark": MarkIndexes, Optional, if change in [MarkChange::Standard, MarkChange::Both];
            "The indexes of the standard marks to clear; applied before SetMark.";
        set "SetMark": MarkIndexes, Optional, if change in [MarkChange::Standard, MarkChange::Both];
            "The indexes of the standard marks to set.";
        custom_mark "CustomMark": CustomMark, Optional, if change in [MarkChange::Custom, MarkChange::Both];
            "The custom mark; the empty string removes it, absent keeps it.";
    }
    aliases {
        "MarkType" => change,
        "ContactOptType" => change,
        "ContactId" => conversation,
        "ContactIds" => conversation,
        "Contact" => conversation,
        "StandardMark" => set,
        "Mark" => set,
    }
}

/// How many items one request may have.
pub(crate) enum MarkItems {}

impl Limit for MarkItems {
    const RULE: Rule = Rule::ItemCount;
    const ADVICE: &'static str = "split them into several requests";

    #[inline(always)]
    fn range(policy: &Policy) -> (u32, Option<u32>) {
        (1, Some(policy.mark_items_max()))
    }
}

impl<'a> MarkValues<'a> {
    #[inline(always)]
    fn assemble(self, _: &mut impl Findings<'a, MarkFields>) -> Option<MarkContacts<'a>> {
        Some(MarkContacts { account: self.account.right()?, items: self.items.right()? })
    }
}

impl<'a> MarkItemValues<'a> {
    #[inline(always)]
    fn assemble(self, findings: &mut impl Findings<'a, MarkItemFields>) -> Option<MarkItem<'a>> {
        let change = self.change.right()?;
        // A field of the wrong type counts as well: it has a finding of its own.
        if !has_elements(&self.clear) && !has_elements(&self.set) && self.custom_mark.is_absent() {
            findings.warn(Warning::NoEffect, FindingKind::NoEffect { reason: change.lacks() });
        }
        let (clear, set) = (marks(self.clear), marks(self.set));
        if clear.intersects(set) {
            findings.warn_at(MarkItemFields::set, Warning::SetAndClear, FindingKind::Rule);
        }
        let conversation = self.conversation.right()?;
        Some(MarkItem { conversation, custom_mark: self.custom_mark.right(), clear, set, change })
    }
}

#[inline(always)]
const fn has_elements(indexes: &Given<Indexed>) -> bool {
    matches!(indexes, Given::Wrong | Given::Right(Indexed { any: true, .. }))
}

#[inline(always)]
fn marks(indexes: Given<Indexed>) -> StandardMarks {
    indexes.right().map_or_else(StandardMarks::empty, |indexed| indexed.marks)
}

/// The members of an item in canonical order.
type MarkItemMembers<'r> = (
    Option<MarkChange>,
    Option<&'r Conversation<'r>>,
    Option<StandardMarks>,
    Option<StandardMarks>,
    Option<&'r str>,
);

impl<'a> MarkItem<'a> {
    /// An item that clears, then sets standard marks (OptType 1).
    #[must_use]
    pub const fn standard(
        conversation: Conversation<'a>,
        clear: StandardMarks,
        set: StandardMarks,
    ) -> Self {
        Self { conversation, custom_mark: None, clear, set, change: MarkChange::Standard }
    }

    /// An item that sets the custom mark (OptType 2). `Some("")` removes it, `None` keeps it.
    #[must_use]
    pub const fn custom(conversation: Conversation<'a>, custom_mark: Option<Cow<'a, str>>) -> Self {
        let none = StandardMarks::empty();
        Self { conversation, custom_mark, clear: none, set: none, change: MarkChange::Custom }
    }

    /// An item that does both (OptType 3).
    #[must_use]
    pub const fn both(
        conversation: Conversation<'a>,
        clear: StandardMarks,
        set: StandardMarks,
        custom_mark: Option<Cow<'a, str>>,
    ) -> Self {
        Self { conversation, custom_mark, clear, set, change: MarkChange::Both }
    }

    /// `ContactItem`.
    #[must_use]
    pub const fn conversation(&self) -> &Conversation<'a> {
        &self.conversation
    }

    /// `OptType`.
    #[must_use]
    pub const fn change(&self) -> MarkChange {
        self.change
    }

    /// `ClearMark`, applied first.
    #[must_use]
    pub const fn clear_marks(&self) -> StandardMarks {
        self.clear
    }

    /// `SetMark`.
    #[must_use]
    pub const fn set_marks(&self) -> StandardMarks {
        self.set
    }

    /// `CustomMark`: `Some("")` removes it, `None` keeps it.
    #[must_use]
    pub fn custom_mark(&self) -> Option<&str> {
        self.custom_mark.as_deref()
    }

    /// Whether the item needs the plan (page 1047/53438).
    pub(crate) const fn needs_plan(&self, policy: &Policy) -> bool {
        match self.change {
            MarkChange::Standard | MarkChange::Both => true,
            MarkChange::Custom => policy.custom_mark_needs_plan(),
        }
    }

    fn members(&self) -> MarkItemMembers<'_> {
        let given = |marks: StandardMarks| (!marks.is_empty()).then_some(marks);
        (
            Some(self.change),
            Some(&self.conversation),
            given(self.clear),
            given(self.set),
            self.custom_mark(),
        )
    }

    fn into_owned(self) -> MarkItem<'static> {
        MarkItem {
            conversation: self.conversation.into_owned(),
            custom_mark: self.custom_mark.map(|custom_mark| Cow::Owned(custom_mark.into_owned())),
            clear: self.clear,
            set: self.set,
            change: self.change,
        }
    }
}

impl<'a> MarkContacts<'a> {
    /// A request of those items; the limits are checked by
    /// [`Validator::check`](crate::Validator::check).
    #[must_use]
    pub const fn new(account: UserId<'a>, items: Vec<MarkItem<'a>>) -> Self {
        Self { account, items }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `MarkItem`, in request order.
    #[must_use]
    pub fn items(&self) -> &[MarkItem<'a>] {
        &self.items
    }

    fn members(&self) -> (Option<&UserId<'a>>, Option<&[MarkItem<'a>]>) {
        (Some(&self.account), Some(&self.items))
    }

    pub(super) fn into_owned(self) -> MarkContacts<'static> {
        MarkContacts::new(
            self.account.into_owned(),
            self.items.into_iter().map(MarkItem::into_owned).collect(),
        )
    }
}

impl<'a> Body<'a> for MarkContacts<'a> {
    type Table = MarkFields;
    const LIST: &'static [Step] = &[Step::Field(MarkFields::items.wire_name())];

    fn conversation(&self, item: usize) -> Option<&Conversation<'a>> {
        self.items.get(item).map(MarkItem::conversation)
    }

    fn needs_plan(&self, policy: &Policy) -> bool {
        self.items.iter().any(|item| item.needs_plan(policy))
    }

    fn give_back(self, memory: &mut ItemMemory) {
        Kept::give_back(self.items, memory);
    }
}

impl fmt::Debug for MarkItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MarkItem({:?}, {:?})", self.conversation, self.change)
    }
}

impl fmt::Debug for MarkContacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MarkContacts({} items)", self.items.len())
    }
}
