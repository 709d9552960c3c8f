//! The tables: made and extended when a server starts.
//!
//! Migrations only add, so that the previous release goes on working beside this one. A server does
//! not start on tables of a later release.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, IsolationLevel};

use super::error::{code, words};
use super::options::SchemaName;

/// Number and text of each, in order.
const MIGRATIONS: &[(i32, &str)] = &[(1, include_str!("../../../migrations/0001_accounts.sql"))];

/// The newest.
const NEWEST: i32 = 1;

/// One server after another. The number is that of no other program, as far as one can tell.
const LOCK: &str = "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(4872619053182740211)";

/// Makes or extends the tables, if needed.
///
/// # Errors
///
/// What is wrong, and what to do.
pub(super) async fn migrate(client: &mut Client, schema: &SchemaName) -> Result<(), String> {
    if newest_applied(client, schema).await? == NEWEST {
        return Ok(());
    }
    let begin = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted);
    let transaction = begin.start().await.map_err(|error| problem(&error))?;
    transaction.batch_execute(LOCK).await.map_err(|error| problem(&error))?;
    // Meanwhile another server may have done it. Each statement sees what was committed before it.
    let applied = newest_applied(transaction.client(), schema).await?;
    let find = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
    let name = schema.as_str();
    let found = transaction
        .query_typed(find, &[(&name, tokio_postgres::types::Type::TEXT)])
        .await
        .map_err(|error| problem(&error))?;
    let mut script = String::new();
    if found.is_empty() {
        script.push_str(&format!("CREATE SCHEMA {schema};\n"));
    }
    script.push_str(&format!("SET LOCAL search_path TO {schema};\n"));
    for (number, text) in MIGRATIONS {
        if *number > applied {
            script.push_str(text);
            tracing::info!(number, "the tables are made or extended");
        }
    }
    transaction.batch_execute(&script).await.map_err(|error| problem(&error))?;
    transaction.commit().await.map_err(|error| problem(&error))
}

/// Whether there are no tables at all.
///
/// # Errors
///
/// What is wrong, and what to do.
pub(super) async fn are_missing(client: &Client, schema: &SchemaName) -> Result<bool, String> {
    Ok(newest_applied(client, schema).await? == 0)
}

/// Whether the tables are there and those of this release. Nothing is changed.
///
/// # Errors
///
/// What is wrong, and what to do.
pub(super) async fn check(client: &Client, schema: &SchemaName) -> Result<(), String> {
    let name = schema.as_str();
    match newest_applied(client, schema).await? {
        NEWEST => Ok(()),
        0 => Err(format!(
            "there is no store in the schema {name}; name the right one with --postgres-schema, or start a server, which \
             makes it"
        )),
        applied => Err(format!(
            "the tables in the schema {name} are of an earlier release: they have migration {applied}, this release needs \
             {NEWEST}; start a server of this release first, which extends them"
        )),
    }
}

/// The number of the newest migration that the tables have; 0 without tables.
async fn newest_applied(client: &Client, schema: &SchemaName) -> Result<i32, String> {
    let exists =
        "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'migrations'";
    let name = schema.as_str();
    let exists = client
        .query_typed(exists, &[(&name, tokio_postgres::types::Type::TEXT)])
        .await
        .map_err(|error| problem(&error))?;
    if exists.is_empty() {
        return Ok(0);
    }
    let newest = format!("SELECT coalesce(max(number), 0) FROM {schema}.migrations");
    let newest = client.query_typed_one(&newest, &[]).await.map_err(|error| problem(&error))?;
    let newest: i32 = newest.try_get(0).map_err(|error| problem(&error))?;
    if newest > NEWEST {
        return Err(format!(
            "the tables in the schema {} are of a later release: they have migration {newest}, this release knows {NEWEST}; \
             start that release, or name another schema with --postgres-schema",
            schema.as_str()
        ));
    }
    Ok(newest)
}

fn problem(error: &tokio_postgres::Error) -> String {
    if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
        return "the role may not make tables in the schema of --postgres-schema, or the schema itself; grant CREATE, or let an \
                administrator run the files of server/migrations"
            .to_owned();
    }
    format!("the tables cannot be made: {} (SQLSTATE {})", words(error), code(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_and_note_themselves() {
        for (place, (number, text)) in MIGRATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(*number).unwrap(), place + 1);
            assert!(text.contains(&format!("INSERT INTO migrations (number) VALUES ({number});")));
        }
        assert_eq!(MIGRATIONS.last().unwrap().0, NEWEST);
    }

    #[test]
    fn migrations_only_add() {
        for (number, text) in MIGRATIONS {
            for word in ["DROP", "RENAME", "TRUNCATE", "DELETE", "ALTER COLUMN"] {
                assert!(!text.to_uppercase().contains(word), "{number}: {word}");
            }
        }
    }
}
