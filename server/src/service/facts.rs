//! Where the facts come from that only the host knows.

use std::future::Future;

use convmark::{CheckedRequest, Facts};

/// Why there are no facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The directory of users and group chats cannot be asked: 50004.
    #[error("what the facts come from is not available")]
    Unavailable,
    /// It took too long: 50005.
    #[error("what the facts come from takes too long")]
    Timeout,
}

/// Answers the lookups of requests: which users are imported, which group chats can be resolved,
/// what the plan includes.
///
/// It is asked before the account's turn, so a slow answer holds up nobody else.
pub trait FactsSource: Send + Sync + 'static {
    /// The answers to [`CheckedRequest::lookups`]. If one is missing, the call is answered 50004.
    ///
    /// # Errors
    ///
    /// [`FactsError`].
    fn facts(
        &self,
        request: &CheckedRequest<'_>,
    ) -> impl Future<Output = Result<Facts, FactsError>> + Send;
}

/// Everything is known: every user, every group chat, and the plan includes everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vouched;

impl FactsSource for Vouched {
    async fn facts(&self, _: &CheckedRequest<'_>) -> Result<Facts, FactsError> {
        Ok(Facts::vouched())
    }
}
