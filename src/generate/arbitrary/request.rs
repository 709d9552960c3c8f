//! Requests: any that the types allow, or those that a policy allows.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::super::limits::Limits;
use super::super::world::{ACCOUNTS, CUSTOM_MARKS, GROUP_CHATS, NAMES, USERS};
use super::pick;
use crate::command::Command;
use crate::conversation::{Conversation, GROUP_CHAT_ID_MAX, GroupChatId, TOPIC_ID_MAX, TOPIC_SIGN, USER_ID_MAX, UserId};
use crate::marks::StandardMarks;
use crate::policy::Policy;
use crate::request::{
    CheckedRequest, CreateGroup, DeleteGroup, GetGroups, MarkChange, MarkContacts, MarkItem, Membership, MembershipChange,
    Request, SearchGroups, UpdateGroup, UpdateKind,
};

/// A request that the policy allows.
pub(super) fn checked(u: &mut Unstructured<'_>, policy: &Policy) -> Result<CheckedRequest<'static>> {
    let request = request(u, Limits::of(policy))?;
    CheckedRequest::new(request, policy).map_err(|_| Error::IncorrectFormat)
}

fn request(u: &mut Unstructured<'_>, limits: Limits) -> Result<Request<'static>> {
    Ok(match u.arbitrary()? {
        Command::CreateContactGroup => create(u, limits)?.into(),
        Command::UpdateContactGroup => update(u, limits)?.into(),
        Command::DelContactGroup => delete(u, limits)?.into(),
        Command::MarkContact => mark(u, limits)?.into(),
        Command::GetContactGroup => get(u, limits)?.into(),
        Command::SearchContactGroup => search(u, limits)?.into(),
    })
}

fn create(u: &mut Unstructured<'_>, limits: Limits) -> Result<CreateGroup<'static>> {
    let conversations = list(u, 0, limits.conversations, Unstructured::arbitrary)?;
    Ok(CreateGroup::new(account(u)?, name(u, limits)?, conversations))
}

fn update(u: &mut Unstructured<'_>, limits: Limits) -> Result<UpdateGroup<'static>> {
    let (account, group) = (account(u)?, name(u, limits)?);
    Ok(match kind(u, limits)? {
        UpdateKind::Rename(new_name) => UpdateGroup::rename(account, group, new_name),
        UpdateKind::Conversations(memberships) => UpdateGroup::conversations(account, group, memberships),
    })
}

fn kind(u: &mut Unstructured<'_>, limits: Limits) -> Result<UpdateKind<'static>> {
    Ok(if u.ratio(1, 3)? {
        UpdateKind::Rename(name(u, limits)?)
    } else {
        UpdateKind::Conversations(list(u, 0, limits.conversations, Unstructured::arbitrary)?)
    })
}

fn delete(u: &mut Unstructured<'_>, limits: Limits) -> Result<DeleteGroup<'static>> {
    Ok(DeleteGroup::new(account(u)?, name(u, limits)?))
}

fn mark(u: &mut Unstructured<'_>, limits: Limits) -> Result<MarkContacts<'static>> {
    Ok(MarkContacts::new(account(u)?, list(u, limits.least, limits.marks, |u| item(u, limits))?))
}

fn item(u: &mut Unstructured<'_>, limits: Limits) -> Result<MarkItem<'static>> {
    let conversation = u.arbitrary()?;
    let custom = if u.ratio(1, 4)? { None } else { Some(text(u, CUSTOM_MARKS, limits.custom_mark)?) };
    Ok(match u.arbitrary()? {
        MarkChange::Standard => MarkItem::standard(conversation, u.arbitrary()?, u.arbitrary()?),
        MarkChange::Custom => MarkItem::custom(conversation, custom),
        MarkChange::Both => MarkItem::both(conversation, u.arbitrary()?, u.arbitrary()?, custom),
    })
}

fn get(u: &mut Unstructured<'_>, _: Limits) -> Result<GetGroups<'static>> {
    let start = if u.ratio(1, 8)? { u.arbitrary()? } else { u.int_in_range(0..=10)? };
    Ok(GetGroups::new(account(u)?, start))
}

fn search(u: &mut Unstructured<'_>, limits: Limits) -> Result<SearchGroups<'static>> {
    Ok(SearchGroups::new(account(u)?, list(u, limits.least, limits.search, Unstructured::arbitrary)?))
}

/// A list: short as a rule, sometimes up to the limit.
fn list<'a, T>(
    u: &mut Unstructured<'a>,
    min: usize,
    max: usize,
    mut each: impl FnMut(&mut Unstructured<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    let max = if u.ratio(1, 16)? { max } else { max.min(6) };
    let length = u.int_in_range(min..=max.max(min))?;
    (0..length).map(|_| each(u)).collect()
}

fn account(u: &mut Unstructured<'_>) -> Result<UserId<'static>> {
    if u.ratio(1, 16)? {
        return u.arbitrary();
    }
    UserId::new(pick(u, ACCOUNTS)?).map_err(|_| Error::IncorrectFormat)
}

/// The name of a group, within the limits.
fn name(u: &mut Unstructured<'_>, limits: Limits) -> Result<Cow<'static, str>> {
    let name = text(u, NAMES, limits.name)?;
    Ok(if name.len() < limits.least { Cow::Borrowed("n") } else { name })
}

/// One of a few texts as a rule, cut to its most bytes.
fn text(u: &mut Unstructured<'_>, few: &[&'static str], max: usize) -> Result<Cow<'static, str>> {
    if u.ratio(1, 8)? {
        return Ok(Cow::Owned(String::from(cut(u.arbitrary::<&str>()?, max))));
    }
    Ok(Cow::Borrowed(cut(pick(u, few)?, max)))
}

fn cut(text: &str, max: usize) -> &str {
    let end = (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// Printable ASCII.
fn ascii(u: &mut Unstructured<'_>, min: usize, max: usize) -> Result<String> {
    let length = u.int_in_range(min..=max)?;
    (0..length).map(|_| u.int_in_range(0x20..=0x7e_u8).map(char::from)).collect()
}

impl<'a> Arbitrary<'a> for UserId<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let id = if u.ratio(1, 8)? { Cow::Owned(ascii(u, 1, USER_ID_MAX)?) } else { Cow::Borrowed(pick(u, USERS)?) };
        Self::new(id).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for GroupChatId<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let id = match u.int_in_range(0..=15)? {
            0 => Cow::Owned(ascii(u, 1, GROUP_CHAT_ID_MAX)?),
            1 => {
                let mut id = String::from(TOPIC_SIGN);
                id.push_str(&ascii(u, 0, TOPIC_ID_MAX.saturating_sub(TOPIC_SIGN.len()))?);
                Cow::Owned(id)
            }
            _ => Cow::Borrowed(pick(u, GROUP_CHATS)?),
        };
        Self::new(id).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Conversation<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.arbitrary()? { Self::User(u.arbitrary()?) } else { Self::Group(u.arbitrary()?) })
    }
}

/// Few marks, or any.
impl<'a> Arbitrary<'a> for StandardMarks {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let bits: u64 = if u.ratio(1, 8)? { u.arbitrary()? } else { u.int_in_range(0..=0xf)? };
        Ok(Self::from_bits_retain(bits))
    }
}

impl<'a> Arbitrary<'a> for Command {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        pick(u, Self::all())
    }
}

impl<'a> Arbitrary<'a> for MarkChange {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        pick(u, &[Self::Standard, Self::Custom, Self::Both])
    }
}

impl<'a> Arbitrary<'a> for MembershipChange {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        pick(u, &[Self::Add, Self::Add, Self::Remove])
    }
}

impl<'a> Arbitrary<'a> for Membership<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { change: u.arbitrary()?, conversation: u.arbitrary()? })
    }
}

impl<'a> Arbitrary<'a> for CheckedRequest<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = u.arbitrary()?;
        checked(u, &policy)
    }
}

/// Requests that nobody checked: some exceed every documented limit.
macro_rules! unchecked {
    ($($Type:ident: $make:ident,)+) => {
        $(impl<'a> Arbitrary<'a> for $Type<'_> {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                $make(u, Limits::WIDE)
            }
        })+
    };
}

unchecked! {
    Request: request,
    CreateGroup: create,
    UpdateGroup: update,
    UpdateKind: kind,
    DeleteGroup: delete,
    MarkContacts: mark,
    MarkItem: item,
    GetGroups: get,
    SearchGroups: search,
}
