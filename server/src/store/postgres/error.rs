//! What an error of the database means. Its own texts are never used: they quote keys and values.

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// What an error says about a statement that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Another writer was first. Nothing was done.
    Conflict,
    /// The database does not know such a statement, or not for this role. Nothing was done.
    Unsupported,
    /// The statement was refused or undone as a whole.
    Refused,
    /// It may have been done, or be done later.
    Unknown,
    /// As [`Unknown`](Self::Unknown), and the session is gone, so that nothing is said of the
    /// statement itself.
    Lost,
}

/// What the error of a statement that was sent says about it.
pub(super) fn meaning(error: &Error) -> Meaning {
    error.as_db_error().map_or(Meaning::Lost, |answer| meaning_of(is_final(answer), answer.code()))
}

/// Whether the database answered that it cannot prepare a statement. Otherwise the session is gone.
pub(super) fn is_unsupported(error: &Error) -> bool {
    error.as_db_error().is_some_and(is_final)
}

/// Whether the session goes on, so that the statement has come to its end. When a session ends, that
/// can be after its commit.
fn is_final(answer: &DbError) -> bool {
    answer.parsed_severity() == Some(Severity::Error)
}

fn meaning_of(is_final: bool, code: &SqlState) -> Meaning {
    // Damaged data are found before the commit.
    const DAMAGED: [SqlState; 2] = [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED];
    // Connection, operator, system, internal.
    const OPEN: [&str; 4] = ["08", "57", "58", "XX"];
    // Feature not supported, syntax or access rule.
    const UNSUPPORTED: [&str; 2] = ["0A", "42"];
    let is_in = |classes: &[&str]| classes.iter().any(|class| code.code().starts_with(class));
    if !is_final {
        Meaning::Lost
    } else if *code == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN {
        Meaning::Unknown
    } else if [SqlState::UNIQUE_VIOLATION, SqlState::T_R_SERIALIZATION_FAILURE].contains(code) {
        Meaning::Conflict
    } else if DAMAGED.contains(code) {
        Meaning::Refused
    } else if is_in(&OPEN) {
        Meaning::Unknown
    } else if is_in(&UNSUPPORTED) {
        Meaning::Unsupported
    } else {
        Meaning::Refused
    }
}

/// The code of an answer of the database.
pub(super) fn code(error: &Error) -> &str {
    error.code().map_or("none", SqlState::code)
}

/// In words for the operator.
pub(super) fn words(error: &Error) -> &'static str {
    match error.as_db_error() {
        Some(answer) => words_of(answer),
        None if error.is_closed() => "the connection to PostgreSQL is closed",
        None => "the connection to PostgreSQL failed",
    }
}

/// In words for the operator, with what to do.
pub(super) fn words_of(answer: &DbError) -> &'static str {
    let code = answer.code();
    match code.code() {
        "25006" => "PostgreSQL does not accept writes: it is a standby",
        "26000" | "42P05" => {
            "a prepared statement is not known: behind a proxy that pools transactions, use --postgres-prepare false"
        }
        "28000" => "PostgreSQL refuses the user: check the user, and pg_hba.conf of PostgreSQL",
        "28P01" => "PostgreSQL refuses the password: check the user and the password",
        "3D000" => "the database does not exist: create it, or name another one",
        "3F000" | "42P01" => "the tables are missing",
        "42501" => "the role lacks a privilege",
        "53100" => "PostgreSQL's disk is full",
        "53200" => "PostgreSQL is out of memory",
        "55P03" => "another statement holds the account for too long",
        "53300" => {
            "PostgreSQL has no connection left: raise its max_connections, or lower --postgres-connections"
        }
        "57014" => "a statement was cancelled; the role must have no statement_timeout",
        "57P01" | "57P02" | "57P03" => "PostgreSQL starts or stops",
        "XX001" | "XX002" => {
            "a table or an index is damaged, and the log of PostgreSQL says which: rebuild the index, or restore a backup"
        }
        _ => "PostgreSQL refused, and its log says why",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_that_are_final_are_believed() {
        for (is_final, code, expected) in [
            (true, "23505", Meaning::Conflict),
            (true, "40001", Meaning::Conflict),
            (true, "40003", Meaning::Unknown),
            (true, "40P01", Meaning::Refused),
            (true, "53100", Meaning::Refused),
            (true, "42P01", Meaning::Unsupported),
            (true, "42601", Meaning::Unsupported),
            (true, "0A000", Meaning::Unsupported),
            (true, "55P03", Meaning::Refused),
            (true, "08006", Meaning::Unknown),
            (true, "57014", Meaning::Unknown),
            (true, "58030", Meaning::Unknown),
            (true, "XX000", Meaning::Unknown),
            (true, "XX001", Meaning::Refused),
            (true, "XX002", Meaning::Refused),
            (false, "57P01", Meaning::Lost),
            (false, "23505", Meaning::Lost),
            (false, "42601", Meaning::Lost),
            (false, "XX001", Meaning::Lost),
        ] {
            assert_eq!(meaning_of(is_final, &SqlState::from_code(code)), expected, "{code}");
        }
    }
}
