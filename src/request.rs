//! Requests: what the six commands ask for, read from a body or built in code.

mod check;
mod contact;
mod create;
mod decode;
mod delete;
mod describe;
mod fields;
mod get;
mod mark;
mod raw;
mod repeats;
mod search;
mod seed;
mod update;
mod walk;

#[cfg(test)]
mod tests;

pub use check::CheckedRequest;
pub use create::CreateGroup;
pub use decode::{Buffers, RequestSeed, decode, first_error, is_valid, report, report_up_to};
pub use delete::DeleteGroup;
pub use get::GetGroups;
pub use mark::{MarkChange, MarkContacts, MarkItem};
pub use search::SearchGroups;
pub use update::{Membership, MembershipChange, UpdateGroup, UpdateKind};

pub(crate) use contact::{write as write_contact, write_open as write_open_contact};
pub(crate) use describe::described_fields;
pub(crate) use fields::JsonType;

use alloc::vec::Vec;

use crate::command::Command;
use crate::conversation::UserId;
use crate::policy::Policy;

/// A request of any of the six commands.
///
/// `Debug` of the parts shows lengths, never IDs, names or marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// `create_contact_group`.
    Create(CreateGroup<'a>),
    /// `update_contact_group`.
    Update(UpdateGroup<'a>),
    /// `del_contact_group`.
    Delete(DeleteGroup<'a>),
    /// `mark_contact`.
    Mark(MarkContacts<'a>),
    /// `get_contact_group`.
    Get(GetGroups<'a>),
    /// `search_contact_group`.
    Search(SearchGroups<'a>),
}

macro_rules! each {
    ($self:expr, $request:ident => $what:expr) => {
        match $self {
            Request::Create($request) => $what,
            Request::Update($request) => $what,
            Request::Delete($request) => $what,
            Request::Mark($request) => $what,
            Request::Get($request) => $what,
            Request::Search($request) => $what,
        }
    };
}

impl Request<'_> {
    /// The command.
    #[must_use]
    pub const fn command(&self) -> Command {
        match self {
            Self::Create(_) => Command::CreateContactGroup,
            Self::Update(_) => Command::UpdateContactGroup,
            Self::Delete(_) => Command::DelContactGroup,
            Self::Mark(_) => Command::MarkContact,
            Self::Get(_) => Command::GetContactGroup,
            Self::Search(_) => Command::SearchContactGroup,
        }
    }

    /// `From_Account`: the user whose data it is.
    #[must_use]
    pub const fn account(&self) -> &UserId<'_> {
        each!(self, request => request.account())
    }

    /// Appends the request's body as compact JSON, as a client would send it. Mark indexes start where the policy says.
    ///
    /// Nothing is checked here; [`CheckedRequest::new`] checks.
    pub fn write_body(&self, policy: &Policy, out: &mut Vec<u8>) {
        match self {
            Self::Mark(request) => request.write_body(policy.mark_base(), out),
            Self::Create(request) => request.write_body(out),
            Self::Update(request) => request.write_body(out),
            Self::Delete(request) => request.write_body(out),
            Self::Get(request) => request.write_body(out),
            Self::Search(request) => request.write_body(out),
        }
    }

    /// The same request with its own texts.
    #[must_use]
    pub fn into_owned(self) -> Request<'static> {
        match self {
            Self::Create(request) => Request::Create(request.into_owned()),
            Self::Update(request) => Request::Update(request.into_owned()),
            Self::Delete(request) => Request::Delete(request.into_owned()),
            Self::Mark(request) => Request::Mark(request.into_owned()),
            Self::Get(request) => Request::Get(request.into_owned()),
            Self::Search(request) => Request::Search(request.into_owned()),
        }
    }

    /// Whether every limit of the policy is kept; the types guarantee the rest.
    pub(crate) fn is_within(&self, policy: &Policy) -> bool {
        each!(self, request => request.is_within(policy))
    }
}

macro_rules! from_each {
    ($($Variant:ident($Type:ident),)+) => {
        $(impl<'a> From<$Type<'a>> for Request<'a> {
            fn from(request: $Type<'a>) -> Self {
                Self::$Variant(request)
            }
        })+
    };
}

from_each! {
    Create(CreateGroup), Update(UpdateGroup), Delete(DeleteGroup), Mark(MarkContacts), Get(GetGroups), Search(SearchGroups),
}
