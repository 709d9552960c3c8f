//! IDs, conversations and marks.

use alloc::string::String;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::conversation::{Conversation, GROUP_CHAT_ID_MAX, GroupChatId, TOPIC_ID_MAX, TOPIC_SIGN, USER_ID_MAX, UserId};
use crate::generate::{ACCOUNTS, GROUP_CHATS, USERS};
use crate::marks::StandardMarks;

/// Well-formed user IDs: one of a few, as a rule.
pub fn user_id() -> impl Strategy<Value = UserId<'static>> + Clone {
    let any = ascii(1..=USER_ID_MAX).prop_filter_map("malformed", |id| UserId::new(id).ok());
    prop_oneof![7 => few_users(USERS), 1 => any]
}

/// The users that requests come from.
pub(super) fn account() -> impl Strategy<Value = UserId<'static>> + Clone {
    prop_oneof![15 => few_users(ACCOUNTS), 1 => user_id()]
}

fn few_users(few: &'static [&'static str]) -> impl Strategy<Value = UserId<'static>> + Clone {
    select(few).prop_filter_map("malformed", |id| UserId::new(id).ok())
}

/// Well-formed group chat IDs, those of topics among them: one of a few, as a rule.
pub fn group_chat_id() -> impl Strategy<Value = GroupChatId<'static>> + Clone {
    let few = select(GROUP_CHATS).prop_map(String::from);
    let topic = ascii(0..=TOPIC_ID_MAX.saturating_sub(TOPIC_SIGN.len())).prop_map(|rest| {
        let mut id = String::from(TOPIC_SIGN);
        id.push_str(&rest);
        id
    });
    let id = prop_oneof![14 => few, 1 => ascii(1..=GROUP_CHAT_ID_MAX), 1 => topic];
    id.prop_filter_map("malformed", |id| GroupChatId::new(id).ok())
}

/// Conversations of both kinds.
pub fn conversation() -> impl Strategy<Value = Conversation<'static>> + Clone {
    prop_oneof![user_id().prop_map(Conversation::User), group_chat_id().prop_map(Conversation::Group)]
}

/// Standard marks: of the four documented ones as a rule, else any.
pub fn standard_marks() -> impl Strategy<Value = StandardMarks> + Clone {
    prop_oneof![7 => 0..=0xf_u64, 1 => any::<u64>()].prop_map(StandardMarks::from_bits_retain)
}

fn ascii(length: impl Into<SizeRange>) -> impl Strategy<Value = String> + Clone {
    vec(0x20..=0x7e_u8, length).prop_map(|bytes| bytes.into_iter().map(char::from).collect())
}
