//! What became of an append, by what its statement ended with.

use super::error::Meaning;
use super::pool::Failure;
use crate::store::AppendError;

/// What a statement for several accounts says about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Decided(Result<(), AppendError>),
    /// Nothing was done, and why is not known.
    Open,
}

/// What a statement for several accounts says about one, by the number of rows that it wrote of it.
pub(super) fn outcome(rows: Result<usize, Failure>, expected: usize) -> Outcome {
    match rows {
        // The account has another version or is held; or everything was undone, maybe because of
        // another account.
        Ok(0)
        | Err(Failure::Sent(Meaning::Conflict | Meaning::Unsupported | Meaning::Refused, _)) => {
            Outcome::Open
        }
        rows => Outcome::Decided(written(rows, expected)),
    }
}

/// What became of a statement that advances the head of one account, by the number of rows that it
/// wrote.
pub(super) fn written(rows: Result<usize, Failure>, expected: usize) -> Result<(), AppendError> {
    match rows {
        Ok(0) | Err(Failure::Sent(Meaning::Conflict, _)) => Err(AppendError::Conflict),
        Ok(rows) if rows == expected => Ok(()),
        Ok(_) => Err(AppendError::Unknown("PostgreSQL wrote another number of rows")),
        Err(
            Failure::NotSent(words) | Failure::Sent(Meaning::Unsupported | Meaning::Refused, words),
        ) => Err(AppendError::Unavailable(words)),
        Err(Failure::Sent(Meaning::Unknown | Meaning::Lost, words)) => {
            Err(AppendError::Unknown(words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the statement for several says, and what the one that is sent alone does.
    #[test]
    fn only_what_is_known_to_have_done_nothing_is_left_open() {
        let (unknown, unavailable) =
            (Err(AppendError::Unknown("words")), Err(AppendError::Unavailable("words")));
        let another = Err(AppendError::Unknown("PostgreSQL wrote another number of rows"));
        let sent = |meaning| Err(Failure::Sent(meaning, "words"));
        for (rows, is_open, alone) in [
            (Ok(2), false, Ok(())),
            (Ok(0), true, Err(AppendError::Conflict)),
            (Ok(1), false, another.clone()),
            (Ok(3), false, another),
            (Err(Failure::NotSent("words")), false, unavailable.clone()),
            (sent(Meaning::Conflict), true, Err(AppendError::Conflict)),
            (sent(Meaning::Unsupported), true, unavailable.clone()),
            (sent(Meaning::Refused), true, unavailable),
            (sent(Meaning::Unknown), false, unknown.clone()),
            (sent(Meaning::Lost), false, unknown),
        ] {
            let together = if is_open { Outcome::Open } else { Outcome::Decided(alone.clone()) };
            assert_eq!(outcome(rows, 2), together, "{rows:?}");
            assert_eq!(written(rows, 2), alone, "{rows:?}");
        }
    }
}
