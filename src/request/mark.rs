//! `mark_contact`: set and clear standard marks, set a custom mark.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::contact::{self, ContactSeed};
use super::fields::{Fields, fields};
use super::seed::{Context, ElementsSeed, IntegerSeed, Item, Parts, TextSeed, declined, once, read_members, required};
use super::walk::{Broken, Members, Need, Walk};
use crate::conversation::{Conversation, UserId};
use crate::marks::{MarkBase, StandardMarks};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::report::Note;
use crate::rule::{Rule, Warning};
use crate::write;

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
    custom: Option<Cow<'a, str>>,
    clear: StandardMarks,
    set: StandardMarks,
    change: MarkChange,
}

/// What an item may change: `OptType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkChange {
    /// 1: the standard marks.
    Standard,
    /// 2: the custom mark.
    Custom,
    /// 3: both.
    Both,
}

impl MarkChange {
    /// The value of `OptType`.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Standard => 1,
            Self::Custom => 2,
            Self::Both => 3,
        }
    }

    const fn of_value(value: u64) -> Option<Self> {
        match value {
            1 => Some(Self::Standard),
            2 => Some(Self::Custom),
            3 => Some(Self::Both),
            _ => None,
        }
    }

    const fn standard(self) -> bool {
        matches!(self, Self::Standard | Self::Both)
    }

    const fn custom(self) -> bool {
        matches!(self, Self::Custom | Self::Both)
    }

    /// Whether an item of this kind needs the plan (page 1047/53438).
    pub(crate) const fn needs_plan(self, policy: &Policy) -> bool {
        self.standard() || policy.custom_mark_needs_plan()
    }
}

impl<'a> MarkItem<'a> {
    /// An item that clears, then sets standard marks (OptType 1).
    #[must_use]
    pub const fn standard(conversation: Conversation<'a>, clear: StandardMarks, set: StandardMarks) -> Self {
        Self { conversation, custom: None, clear, set, change: MarkChange::Standard }
    }

    /// An item that sets the custom mark (OptType 2). `Some("")` removes it, `None` keeps it.
    #[must_use]
    pub const fn custom(conversation: Conversation<'a>, custom_mark: Option<Cow<'a, str>>) -> Self {
        let none = StandardMarks::empty();
        Self { conversation, custom: custom_mark, clear: none, set: none, change: MarkChange::Custom }
    }

    /// An item that does both (OptType 3).
    #[must_use]
    pub const fn both(
        conversation: Conversation<'a>,
        clear: StandardMarks,
        set: StandardMarks,
        custom_mark: Option<Cow<'a, str>>,
    ) -> Self {
        Self { conversation, custom: custom_mark, clear, set, change: MarkChange::Both }
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
    pub const fn clear(&self) -> StandardMarks {
        self.clear
    }

    /// `SetMark`.
    #[must_use]
    pub const fn set(&self) -> StandardMarks {
        self.set
    }

    /// `CustomMark`: `Some("")` removes it, `None` keeps it.
    #[must_use]
    pub fn custom_mark(&self) -> Option<&str> {
        self.custom.as_deref()
    }

    fn into_owned(self) -> MarkItem<'static> {
        MarkItem {
            conversation: self.conversation.into_owned(),
            custom: self.custom.map(|custom| Cow::Owned(custom.into_owned())),
            clear: self.clear,
            set: self.set,
            change: self.change,
        }
    }

    fn write(&self, base: MarkBase, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"OptType":"#);
        write::integer(self.change.value(), out);
        out.extend_from_slice(br#","ContactItem":"#);
        contact::write(self.conversation.kind(), self.conversation.id().as_bytes(), out);
        for (name, marks) in [(br#","ClearMark":"#.as_slice(), self.clear), (br#","SetMark":"#.as_slice(), self.set)] {
            if !marks.is_empty() {
                out.extend_from_slice(name);
                write::array(base.indexes(marks), out, write::integer);
            }
        }
        if let Some(custom) = &self.custom {
            out.extend_from_slice(br#","CustomMark":"#);
            write::string(custom.as_bytes(), out);
        }
        out.push(b'}');
    }
}

impl<'a> MarkContacts<'a> {
    /// A request of those items; the limits are checked by [`CheckedRequest::new`](super::CheckedRequest::new).
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

    pub(super) fn take_items(self) -> Vec<MarkItem<'a>> {
        self.items
    }

    pub(super) fn into_owned(self) -> MarkContacts<'static> {
        MarkContacts { account: self.account.into_owned(), items: self.items.into_iter().map(MarkItem::into_owned).collect() }
    }

    pub(super) fn is_within(&self, policy: &Policy) -> bool {
        policy.allows_mark_items(self.items.len())
            && self.items.iter().all(|item| item.custom.as_ref().is_none_or(|custom| policy.allows_custom_mark(custom)))
    }

    pub(super) fn write_body(&self, base: MarkBase, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","MarkItem":"#);
        write::array(&self.items, out, |item, out| item.write(base, out));
        out.push(b'}');
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

fields! {
    enum MarkField {
        FromAccount = "From_Account": Account,
        MarkItem = "MarkItem": Array,
    }
    inventions {
        "ContactId" => "MarkItem",
        "ContactIds" => "MarkItem",
        "ContactItem" => "MarkItem",
        "MarkType" => "MarkItem",
        "OptType" => "MarkItem",
        "SetMark" => "MarkItem",
        "ClearMark" => "MarkItem",
        "CustomMark" => "MarkItem",
        "UserId" => "From_Account",
    }
}

fields! {
    enum ItemField {
        OptType = "OptType": Integer,
        ContactItem = "ContactItem": Object,
        ClearMark = "ClearMark": Array,
        SetMark = "SetMark": Array,
        CustomMark = "CustomMark": Text,
    }
    inventions {
        "MarkType" => "OptType",
        "ContactOptType" => "OptType",
        "ContactId" => "ContactItem",
        "ContactIds" => "ContactItem",
        "Contact" => "ContactItem",
        "StandardMark" => "SetMark",
        "Mark" => "SetMark",
    }
}

/// The fast door.
pub(super) struct MarkSeed<'c, 'v, 'de> {
    pub(super) context: &'c Context<'c>,
    pub(super) parts: &'v mut Parts<'de>,
}

impl<'de> Visitor<'de> for MarkSeed<'_, '_, 'de> {
    type Value = MarkContacts<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut items) = (None, None);
        read_members!(map, self.context, {
            MarkField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            MarkField::MarkItem => {
                let into = &mut self.parts.marks;
                let max = Some(self.context.policy.mark_items_max());
                once(&mut items, map.next_value_seed(ElementsSeed { into, seed: ItemSeed(self.context), max })?)?;
            },
        });
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        required(items)?;
        Ok(MarkContacts { account, items: core::mem::take(&mut self.parts.marks) })
    }
}

/// An element of `MarkItem`.
#[derive(Clone, Copy)]
struct ItemSeed<'c>(&'c Context<'c>);

impl ItemSeed<'_> {
    /// A custom mark that is used must keep the policy's limit.
    #[inline]
    fn allowed<'de, E: serde::de::Error>(self, custom: Option<Cow<'de, str>>) -> Result<Option<Cow<'de, str>>, E> {
        if custom.as_ref().is_none_or(|custom| self.0.policy.allows_custom_mark(custom)) { Ok(custom) } else { Err(declined()) }
    }
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = MarkItem<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ItemSeed<'_> {
    type Value = MarkItem<'de>;

    unexplained!();

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let base = self.0.policy.mark_base();
        let (mut change, mut conversation, mut clear, mut set, mut custom) = (None, None, None, None, None);
        read_members!(map, self.0, {
            ItemField::OptType => once(&mut change, map.next_value_seed(IntegerSeed)?)?,
            ItemField::ContactItem => once(&mut conversation, map.next_value_seed(ContactSeed(self.0))?)?,
            ItemField::ClearMark => once(&mut clear, map.next_value_seed(BitsSeed(base))?)?,
            ItemField::SetMark => once(&mut set, map.next_value_seed(BitsSeed(base))?)?,
            ItemField::CustomMark => once(&mut custom, map.next_value_seed(TextSeed)?)?,
        });
        let change = required(change.and_then(MarkChange::of_value))?;
        let conversation = required(conversation)?;
        let (clear, set) = (clear.unwrap_or_default(), set.unwrap_or_default());
        let marks = clear | set;
        let custom: Option<Cow<'de, str>> = custom;
        match change {
            MarkChange::Standard => {
                self.0.note_if(custom.is_some_and(|custom| !custom.is_empty()) || marks.is_empty());
                self.0.note_if(clear.intersects(set) || marks.intersects(StandardMarks::INTERNAL));
                Ok(MarkItem::standard(conversation, clear, set))
            }
            MarkChange::Custom => {
                self.0.note_if(!marks.is_empty() || custom.is_none());
                Ok(MarkItem::custom(conversation, self.allowed(custom)?))
            }
            MarkChange::Both => {
                self.0.note_if(marks.is_empty() && custom.is_none());
                self.0.note_if(clear.intersects(set) || marks.intersects(StandardMarks::INTERNAL));
                Ok(MarkItem::both(conversation, clear, set, self.allowed(custom)?))
            }
        }
    }
}

impl<'de> Item<'de> for MarkItem<'de> {
    fn accept<D: Deserializer<'de>>(reader: D, context: &Context<'_>) -> Option<Self> {
        ItemSeed(context).deserialize(reader).ok()
    }

    fn conversation(&self) -> &Conversation<'de> {
        &self.conversation
    }
}

/// An array of mark indexes, folded into bits.
struct BitsSeed(MarkBase);

impl<'de> DeserializeSeed<'de> for BitsSeed {
    type Value = StandardMarks;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for BitsSeed {
    type Value = StandardMarks;

    unexplained!();

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut marks = StandardMarks::empty();
        while let Some(index) = seq.next_element_seed(IntegerSeed)? {
            marks |= required(self.0.mark(index))?;
        }
        Ok(marks)
    }
}

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<MarkContacts<'b>>, Broken> {
    let account = walk.id(members, MarkField::FromAccount, UserId::new)?;
    let mut items = Vec::new();
    if let Some(raw) = walk.field(members, MarkField::MarkItem, Need::Required) {
        let policy = *walk.policy;
        let count = |found| {
            let note = Note::Count { found, min: 1, max: policy.mark_items_max() };
            (!policy.allows_mark_items(found)).then_some((Rule::ItemCount, note))
        };
        walk.items::<_, ItemField, _>(raw, MarkField::MarkItem, count, &mut items, judge_item)?;
    }
    Ok(account.map(|account| MarkContacts { account, items }))
}

fn judge_item<'b>(walk: &mut Walk<'_, 'b>, item: &Members<'b>) -> Result<Option<MarkItem<'b>>, Broken> {
    let value = walk.selector(item, ItemField::OptType, 3);
    let change = value.and_then(|value| MarkChange::of_value(u64::from(value)));
    let conversation = contact::judge_member(walk, item, ItemField::ContactItem)?;
    let unused = value.map(|value| (Warning::IgnoredField, "OptType", value));
    let (mut clear, mut set, mut custom) = (StandardMarks::empty(), StandardMarks::empty(), None);
    if change.is_some_and(MarkChange::standard) {
        clear = judge_bits(walk, item, ItemField::ClearMark)?;
        set = judge_bits(walk, item, ItemField::SetMark)?;
        if clear.intersects(set) {
            walk.warning_of(item, ItemField::SetMark, Warning::SetAndClear);
        }
    } else {
        walk.unused(item, ItemField::ClearMark, unused);
        walk.unused(item, ItemField::SetMark, unused);
    }
    if change.is_some_and(MarkChange::custom) {
        custom = judge_custom(walk, item)?;
    } else {
        walk.unused(item, ItemField::CustomMark, unused);
    }
    if let Some(change) = change {
        // Whatever is there counts, be it wrong: its own findings say so.
        let standard = change.standard() && (item.has_elements(ItemField::ClearMark) || item.has_elements(ItemField::SetMark));
        let custom = change.custom() && item.has(ItemField::CustomMark);
        if !standard && !custom {
            walk.warning(Warning::NoEffect, item);
        }
    }
    Ok(change.zip(conversation).map(|(change, conversation)| MarkItem { conversation, custom, clear, set, change }))
}

fn judge_bits<'b>(walk: &mut Walk<'_, 'b>, item: &Members<'b>, field: impl Fields) -> Result<StandardMarks, Broken> {
    let mut marks = StandardMarks::empty();
    let Some(raw) = walk.field(item, field, Need::Optional) else { return Ok(marks) };
    let base = walk.policy.mark_base();
    walk.elements(
        raw,
        field,
        |_| None,
        |walk, element| {
            let index = walk.element_integer(element, u64::from(base.first()), u64::from(base.last()));
            if let Some(mark) = index.and_then(|index| base.mark(index)) {
                if StandardMarks::INTERNAL.contains(mark) {
                    walk.warning_here(Warning::InternalMarkBit, element);
                }
                marks |= mark;
            }
            Ok(())
        },
    )?;
    Ok(marks)
}

fn judge_custom<'b>(walk: &mut Walk<'_, 'b>, item: &Members<'b>) -> Result<Option<Cow<'b, str>>, Broken> {
    let Some((custom, raw)) = walk.text(item, ItemField::CustomMark, Need::Optional)? else { return Ok(None) };
    if !walk.policy.allows_custom_mark(&custom) {
        let note = Note::Bytes { found: custom.len(), max: walk.policy.custom_mark_max_bytes() };
        walk.error_at(ItemField::CustomMark, Rule::CustomMarkTooLong, note, raw);
    }
    Ok(Some(custom))
}
