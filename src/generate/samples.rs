//! The few accounts, conversations and group names that most generated requests are about.

pub(crate) const ACCOUNTS: &[&str] = &["alice", "bob"];
pub(crate) const USERS: &[&str] =
    &["alice", "bob", "carol", "dave", "erin", "a \"quoted\" \\ user"];
pub(crate) const GROUP_CHATS: &[&str] =
    &["@TGS#1", "@TGS#2", "alice", "@TGS#_community_of_all_users_1234567890@TOPIC#_1"];
pub(crate) const NAMES: &[&str] = &["family", "friends", "work", "Work", "家族", "\"quoted\"\n"];
