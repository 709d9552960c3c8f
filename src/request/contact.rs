//! The `ContactItem` object: one conversation on the wire.

use alloc::vec::Vec;

use super::choice::choices;
use super::kind::{GroupChatId, Selector, UserId};
use super::table::{Findings, object};
use crate::conversation::{self, Conversation, USER};
use crate::write;

choices! {
    /// `Type`: which kind of conversation it is.
    pub(crate) enum ContactType {
        User = 1,
        Group = 2,
    }
}

object! {
    /// `ContactItem`: one conversation.
    ContactFields "ContactItem" => Conversation, unused: IrrelevantId;
    struct ContactValues {
        kind "Type": Selector<ContactType>, Required;
            "1 is a one-to-one conversation, 2 a group chat.";
        group "ToGroupId": GroupChatId, Required, if kind in [ContactType::Group];
            "The ID of the group chat.";
        user "To_Account": UserId, Required, if kind in [ContactType::User];
            "The user ID of the peer.";
    }
    aliases {
        "ContactType" => kind,
        "ContactId" => user,
        "UserId" => user,
        "UserID" => user,
        "PeerAccount" => user,
        "GroupId" => group,
    }
}

impl<'a> ContactValues<'a> {
    #[inline(always)]
    fn assemble(self, findings: &mut impl Findings<'a, ContactFields>) -> Option<Conversation<'a>> {
        let conversation = match self.kind.right()? {
            ContactType::User => Conversation::User(self.user.right()?),
            ContactType::Group => Conversation::Group(self.group.right()?),
        };
        findings.conversation(&conversation);
        Some(conversation)
    }
}

/// The members of `ContactItem` in canonical order.
type ContactMembers<'r> = (
    Option<ContactType>,
    Option<&'r conversation::GroupChatId<'r>>,
    Option<&'r conversation::UserId<'r>>,
);

impl Conversation<'_> {
    const fn members(&self) -> ContactMembers<'_> {
        match self {
            Self::User(id) => (Some(ContactType::User), None, Some(id)),
            Self::Group(id) => (Some(ContactType::Group), Some(id), None),
        }
    }
}

/// Writes the object with only its own ID, for answers.
#[inline]
pub(crate) fn write(kind: u8, id: &[u8], out: &mut Vec<u8>) {
    write_open(kind, id, out);
    out.push(b'}');
}

/// Writes the same without its closing brace, for rows, which have more members.
#[inline]
pub(crate) fn write_open(kind: u8, id: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(if kind == USER {
        br#"{"Type":1,"To_Account":"#
    } else {
        br#"{"Type":2,"ToGroupId":"#
    });
    write::string(id, out);
}
