//! Facts that the host supplies.

use super::ByteSource;
use super::texts::{CHATS, USERS};
use crate::reference::account::Facts;

/// Generates facts. In most cases everything is known.
pub fn facts(source: &mut ByteSource) -> Facts {
    let mut facts = Facts::default();
    if source.below(3) < 2 {
        return facts;
    }
    let choices = source.byte();
    facts.requester_known = choices & 15 != 15;
    facts.plan = choices >> 4 & 3 != 3;
    let unknown = source.byte();
    // The last user is the requester, who is seldom unknown.
    let users = USERS
        .iter()
        .enumerate()
        .filter(|(index, _)| unknown >> index & 1 == 1 && (*index < 3 || choices > 0xd0));
    facts.unknown_accounts = users.map(|(_, id)| (*id).to_string()).collect();
    let chats = CHATS.iter().enumerate().filter(|(index, _)| unknown >> (index + 4) & 1 == 1);
    facts.unresolved_groups = chats.map(|(_, id)| (*id).to_string()).collect();
    facts
}
