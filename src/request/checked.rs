//! A request that was judged, with the policy it was judged under.

use alloc::vec::Vec;

use super::Request;
use crate::command::Command;
use crate::conversation::UserId;
use crate::policy::Policy;

/// A valid request and the policy it was checked under. An account applies nothing else.
///
/// It comes from [`Validator::decode`](crate::Validator::decode) or, for a request that was built
/// in code, from [`Validator::check`](crate::Validator::check).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRequest<'a> {
    request: Request<'a>,
    policy: Policy,
}

impl<'a> CheckedRequest<'a> {
    /// A request without errors under that policy.
    #[inline]
    pub(super) const fn new(request: Request<'a>, policy: &Policy) -> Self {
        Self { request, policy: *policy }
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> &Request<'a> {
        &self.request
    }

    /// The request alone, to be changed and checked again.
    #[must_use]
    pub fn into_request(self) -> Request<'a> {
        self.request
    }

    /// The policy it was checked under, and is applied under.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The command.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.request.command()
    }

    /// `From_Account`: the account that the request is to be applied to.
    #[must_use]
    pub fn account(&self) -> &UserId<'a> {
        self.request.account()
    }

    /// Appends the request's body as compact JSON, as a client would send it.
    pub fn write_body(&self, out: &mut Vec<u8>) {
        self.request.write_body(&self.policy, out);
    }

    /// The same request with its own texts, to be queued.
    #[must_use]
    pub fn into_owned(self) -> CheckedRequest<'static> {
        CheckedRequest { request: self.request.into_owned(), policy: self.policy }
    }
}
