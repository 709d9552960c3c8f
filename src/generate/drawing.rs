//! Draws values from a source of choices.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::samples::{ACCOUNTS, GROUP_CHATS, NAMES, USERS};
use crate::conversation::{
    Conversation, GROUP_CHAT_ID_MAX, GroupChatId, TOPIC_ID_MAX, TOPIC_SIGN, USER_ID_MAX, UserId,
};
use crate::marks::StandardMarks;
use crate::policy::Policy;

/// Where the choices come from. A source that has run out chooses 0: the simplest case.
pub(crate) trait Source {
    /// A number from 0 to `maximum`.
    fn choose(&mut self, maximum: u64) -> u64;
}

/// The maximum number of elements that a generated list has, so that a case stays small enough to
/// look at.
const MANY: u32 = 320;

/// Draws what a policy allows, or nearly so.
pub(crate) struct Drawing<'s> {
    source: &'s mut dyn Source,
    pub(crate) policy: Policy,
    /// Whether names and lists may be empty although the policy does not allow it.
    unchecked: bool,
}

impl<'s> Drawing<'s> {
    /// Draws what the policy allows.
    pub(crate) fn new(source: &'s mut dyn Source, policy: &Policy) -> Self {
        Self { source, policy: *policy, unchecked: false }
    }

    /// Draws unchecked requests: some go beyond every documented limit.
    pub(crate) fn unchecked(source: &'s mut dyn Source) -> Self {
        let beyond =
            Policy::default().to_builder().group_name_max_bytes(80).custom_mark_max_bytes(300);
        let beyond = beyond.conversations_max(Some(120)).mark_items_max(120).search_max(MANY);
        Self { source, policy: beyond.build().unwrap_or_default(), unchecked: true }
    }

    /// True in one of `times` cases.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.source.choose(times.saturating_sub(1)) == times.saturating_sub(1)
    }

    pub(crate) fn bool(&mut self) -> bool {
        self.one_in(2)
    }

    /// From `minimum` to `maximum`, both included.
    pub(crate) fn between(&mut self, minimum: u64, maximum: u64) -> u64 {
        minimum.saturating_add(self.source.choose(maximum.saturating_sub(minimum)))
    }

    fn size(&mut self, minimum: usize, maximum: usize) -> usize {
        let number = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        usize::try_from(self.between(number(minimum), number(maximum))).unwrap_or(maximum)
    }

    /// An integer of a range, usually small.
    pub(crate) fn integer(&mut self, minimum: u64, maximum: u64) -> u64 {
        let small = minimum.saturating_add(10).min(maximum);
        if self.one_in(8) { self.between(minimum, maximum) } else { self.between(minimum, small) }
    }

    /// One of a few things.
    pub(crate) fn pick<T: Copy>(&mut self, few: &[T]) -> Option<T> {
        let place = self.size(0, few.len().saturating_sub(1));
        few.get(place).copied()
    }

    /// Whether an optional field is there.
    pub(crate) fn is_optional_given(&mut self) -> bool {
        !self.one_in(4)
    }

    /// A list: usually short, sometimes up to the limit.
    pub(crate) fn list<T>(
        &mut self,
        minimum: u32,
        maximum: Option<u32>,
        each: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let minimum = if self.unchecked { 0 } else { minimum };
        let limit = maximum.unwrap_or(MANY).min(MANY);
        let maximum = if self.one_in(16) { limit } else { limit.min(6) };
        let length = self.between(u64::from(minimum), u64::from(maximum.max(minimum)));
        (0..length).map(|_| each(self)).collect()
    }

    /// The user that a request comes from.
    pub(crate) fn account(&mut self) -> Option<UserId<'static>> {
        if self.one_in(16) { self.user_id() } else { UserId::new(self.pick(ACCOUNTS)?).ok() }
    }

    pub(crate) fn user_id(&mut self) -> Option<UserId<'static>> {
        let id = if self.one_in(8) {
            Cow::Owned(self.ascii(1, USER_ID_MAX))
        } else {
            Cow::Borrowed(self.pick(USERS)?)
        };
        UserId::new(id).ok()
    }

    pub(crate) fn group_chat_id(&mut self) -> Option<GroupChatId<'static>> {
        let id = if self.one_in(16) {
            Cow::Owned(self.ascii(1, GROUP_CHAT_ID_MAX))
        } else if self.one_in(16) {
            let rest = self.ascii(0, TOPIC_ID_MAX.saturating_sub(TOPIC_SIGN.len()));
            Cow::Owned([TOPIC_SIGN, rest.as_str()].concat())
        } else {
            Cow::Borrowed(self.pick(GROUP_CHATS)?)
        };
        GroupChatId::new(id).ok()
    }

    pub(crate) fn conversation(&mut self) -> Option<Conversation<'static>> {
        Some(if self.bool() {
            Conversation::Group(self.group_chat_id()?)
        } else {
            Conversation::User(self.user_id()?)
        })
    }

    /// The name of a conversation group.
    pub(crate) fn group_name(&mut self) -> Cow<'static, str> {
        let name = self.text(NAMES, self.policy.group_name_max_bytes());
        if name.is_empty() && !self.unchecked { Cow::Borrowed("n") } else { name }
    }

    /// Usually some of the four documented marks, otherwise any.
    pub(crate) fn standard_marks(&mut self) -> StandardMarks {
        let bits = if self.one_in(8) { self.between(0, u64::MAX) } else { self.between(0, 0xf) };
        StandardMarks::from_bits_retain(bits)
    }

    /// Usually one of a few texts, cut to `maximum_bytes`.
    pub(crate) fn text(&mut self, few: &[&'static str], maximum_bytes: u32) -> Cow<'static, str> {
        let maximum = usize::try_from(maximum_bytes.min(MANY)).unwrap_or(usize::MAX);
        if self.one_in(8) {
            let text: String = (0..self.size(0, maximum)).map(|_| self.character()).collect();
            return Cow::Owned(String::from(cut(&text, maximum)));
        }
        Cow::Borrowed(cut(self.pick(few).unwrap_or_default(), maximum))
    }

    fn character(&mut self) -> char {
        let last = if self.one_in(4) { 0x0010_ffff } else { 0x7f };
        let number = u32::try_from(self.between(0, last)).unwrap_or_default();
        char::from_u32(number).unwrap_or('\u{fffd}')
    }

    /// Printable ASCII.
    fn ascii(&mut self, minimum: usize, maximum: usize) -> String {
        let length = self.size(minimum, maximum);
        let byte = |number: u64| u8::try_from(number).unwrap_or(b'~');
        (0..length).map(|_| char::from(byte(self.between(0x20, 0x7e)))).collect()
    }
}

fn cut(text: &str, maximum_bytes: usize) -> &str {
    let end = (0..=maximum_bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}
