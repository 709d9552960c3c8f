//! A request that was judged, with the policy it was judged under.

use alloc::vec::Vec;

use super::Request;
use super::decode::report;
use crate::command::Command;
use crate::conversation::UserId;
use crate::policy::Policy;
use crate::report::Report;

/// A valid request and the policy it was checked under: the only thing an account applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRequest<'a> {
    request: Request<'a>,
    policy: Policy,
}

impl<'a> CheckedRequest<'a> {
    /// Checks a request that was built in code.
    ///
    /// # Errors
    ///
    /// A [`Report`] of what the policy does not allow, with the places in the body that the request would be sent as.
    ///
    /// ```
    /// use convmark::{CheckedRequest, CreateGroup, Policy, Revision, UserId};
    ///
    /// let account = UserId::new("user_0001").unwrap();
    /// let request = CreateGroup::new(account, "a name that is longer than 32 bytes", vec![]);
    /// assert!(CheckedRequest::new(request.clone(), &Policy::default()).is_ok());
    /// let report = CheckedRequest::new(request, &Revision::V2023_03.policy()).unwrap_err();
    /// assert_eq!(report.findings()[0].path(), "/GroupContactItem/0/GroupName");
    /// ```
    pub fn new(request: impl Into<Request<'a>>, policy: &Policy) -> Result<Self, Report> {
        let request = request.into();
        if request.is_within(policy) {
            return Ok(Self { request, policy: *policy });
        }
        let mut body = Vec::new();
        request.write_body(policy, &mut body);
        Err(report(request.command(), &body, policy).without_spans())
    }

    /// The request, if it keeps every limit.
    pub(super) fn within(request: Request<'a>, policy: &Policy) -> Option<Self> {
        request.is_within(policy).then_some(Self { request, policy: *policy })
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
    pub const fn account(&self) -> &UserId<'_> {
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
