//! Whether the database knows a statement. Some that speak PostgreSQL's protocol do not know all of
//! them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::Meaning;
use super::pool::Failure;

/// How long a statement that is not known is left alone.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// What is known of one statement that others can stand in for.
#[derive(Default)]
pub(super) struct Support {
    /// When it was last refused, if it was not answered since.
    refused: Mutex<Option<Instant>>,
}

impl Support {
    /// Whether it is worth sending.
    pub(super) fn is_likely(&self) -> bool {
        let refused = *self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.is_none_or(|at| at.elapsed() >= ASK_AGAIN)
    }

    /// Notes what it ended with. Only the first refusal is told.
    pub(super) fn note(&self, ended: Result<(), Failure>) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match ended {
            Ok(()) => *refused = None,
            Err(Failure::Sent(Meaning::Unsupported, _)) => {
                if refused.replace(Instant::now()).is_none() {
                    tracing::warn!(
                        "the database refuses the statement that changes several accounts; each change is sent alone, which \
                         is slower, and the statement is tried again each minute"
                    );
                }
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_statement_that_is_not_known_is_left_alone_for_a_minute() {
        let support = Support::default();
        for (ended, is_likely) in [
            (Ok(()), true),
            (Err(Failure::NotSent("")), true),
            (Err(Failure::Sent(Meaning::Conflict, "")), true),
            // As of one account that is damaged.
            (Err(Failure::Sent(Meaning::Refused, "")), true),
            (Err(Failure::Sent(Meaning::Unknown, "")), true),
            (Err(Failure::Sent(Meaning::Lost, "")), true),
            (Err(Failure::Sent(Meaning::Unsupported, "")), false),
            (Err(Failure::Sent(Meaning::Lost, "")), false),
            (Ok(()), true),
            (Err(Failure::Sent(Meaning::Unsupported, "")), false),
        ] {
            support.note(ended);
            assert_eq!(support.is_likely(), is_likely, "{ended:?}");
        }
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(!support.is_likely());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(support.is_likely());
    }
}
