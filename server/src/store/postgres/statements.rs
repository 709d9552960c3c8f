//! The statements. They name the schema, so that no setting of a session matters, and use only what
//! databases that speak PostgreSQL's protocol have in common.

use tokio_postgres::types::Type;

use super::options::SchemaName;

/// Whether a statement can have to wait for a standby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Writes,
}

/// One statement.
pub(super) struct Query {
    /// Its place among those that a connection has prepared: see [`Numbered`].
    pub(super) place: usize,
    pub(super) text: String,
    /// The types of its parameters.
    pub(super) types: &'static [Type],
    pub(super) effect: Effect,
}

/// The statements of one store.
pub(super) struct Statements {
    /// `account, expected version, new version, versions[], sealed[]`: as many rows as records were
    /// inserted; none if the account has another version. The head row is the lock. A first
    /// append inserts it.
    pub(super) append: Query,
    pub(super) append_first: Query,
    /// `accounts[], expected versions[], new versions[], versions[], sealed[]`, a place for each record:
    /// the account of each record that was inserted. It waits for nobody: an account that another
    /// statement holds is left alone, as one that has another version.
    pub(super) append_together: Query,
    /// `accounts[]`: those that have data, with their newest versions.
    pub(super) heads: Query,
    /// `account, known version or -1`: see [`part`]. The snapshot only if it is newer than the known version.
    pub(super) load: Query,
    /// `account, version, sealed`: one row if there is a new snapshot.
    pub(super) fold: Query,
    pub(super) fold_keeping_history: Query,
    /// `account, expected version, new version, sealed`: one row if the account had that version.
    pub(super) restore: Query,
    pub(super) restore_first: Query,
    /// `account, version`: the record or NULL, the version of the snapshot or NULL. Writing the head
    /// row makes its commit wait for the standby, which then has what was found, too.
    pub(super) find: Query,
    /// `account, limit`: the accounts after that one.
    pub(super) accounts: Query,
    /// `account, version, limit`: the records after that version that a snapshot has replaced.
    pub(super) history: Query,
    /// `account`
    pub(super) cut_history: Query,
    /// Whether writes are refused: `on` or `off`.
    pub(super) read_only: Query,
    /// How many there are.
    pub(super) count: usize,
}

/// Gives each statement its place, in the order in which they are made.
#[derive(Default)]
struct Numbered {
    count: usize,
}

impl Numbered {
    const fn query(&mut self, effect: Effect, types: &'static [Type], text: String) -> Query {
        let place = self.count;
        self.count = place.saturating_add(1);
        Query { place, text, types, effect }
    }
}

/// What a row of [`Statements::load`] is.
pub(super) mod part {
    pub(in crate::store::postgres) const HEAD: i32 = 0;
    pub(in crate::store::postgres) const SNAPSHOT: i32 = 1;
    pub(in crate::store::postgres) const RECORD: i32 = 2;
}

impl Statements {
    pub(super) fn new(schema: &SchemaName) -> Self {
        const APPEND: &[Type] =
            &[Type::BYTEA, Type::INT8, Type::INT8, Type::INT8_ARRAY, Type::BYTEA_ARRAY];
        const TOGETHER: &[Type] = &[
            Type::BYTEA_ARRAY,
            Type::INT8_ARRAY,
            Type::INT8_ARRAY,
            Type::INT8_ARRAY,
            Type::BYTEA_ARRAY,
        ];
        const ACCOUNT: &[Type] = &[Type::BYTEA];
        const ACCOUNT_AND_NUMBER: &[Type] = &[Type::BYTEA, Type::INT8];
        const FOLD: &[Type] = &[Type::BYTEA, Type::INT8, Type::BYTEA];
        const RESTORE: &[Type] = &[Type::BYTEA, Type::INT8, Type::INT8, Type::BYTEA];
        let insert = format!(
            "INSERT INTO {schema}.records (account, version, sealed) \
             SELECT advanced.account, new.version, new.sealed \
             FROM advanced, unnest($4::bigint[], $5::bytea[]) AS new (version, sealed) \
             RETURNING version"
        );
        let replace = format!(
            "INSERT INTO {schema}.snapshots (account, version, sealed) \
             SELECT account, $2, $3 FROM {schema}.heads WHERE account = $1 AND version >= $2 \
             ON CONFLICT (account) DO UPDATE SET version = excluded.version, sealed = excluded.sealed \
             WHERE snapshots.version < excluded.version \
             RETURNING version"
        );
        let advanced = format!(
            "WITH advanced AS (UPDATE {schema}.heads SET version = $3 \
             WHERE account = $1 AND version = $2 RETURNING account)"
        );
        let inserted = format!(
            "WITH advanced AS (INSERT INTO {schema}.heads (account, version) \
             SELECT $1, $3 WHERE $2::bigint = 0 ON CONFLICT DO NOTHING RETURNING account)"
        );
        let put_snapshot = format!(
            "cut AS (DELETE FROM {schema}.records \
             WHERE account = $1 AND EXISTS (SELECT 1 FROM advanced)) \
             INSERT INTO {schema}.snapshots (account, version, sealed) \
             SELECT account, $3, $4 FROM advanced \
             ON CONFLICT (account) DO UPDATE SET version = excluded.version, sealed = excluded.sealed \
             RETURNING version"
        );
        let mut numbered = Numbered::default();
        Self {
            append: numbered.query(Effect::Writes, APPEND, format!("{advanced} {insert}")),
            append_first: numbered.query(Effect::Writes, APPEND, format!("{inserted} {insert}")),
            append_together: numbered.query(
                Effect::Writes,
                TOGETHER,
                format!(
                    "WITH wanted AS (SELECT * FROM \
                     unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) \
                     AS wanted (account, before, newest, version, sealed)), \
                     free AS (SELECT heads.account, wanted.before, wanted.newest FROM wanted \
                     JOIN {schema}.heads ON heads.account = wanted.account AND heads.version = wanted.before \
                     WHERE wanted.version = wanted.newest FOR UPDATE OF heads SKIP LOCKED), \
                     advanced AS (UPDATE {schema}.heads SET version = free.newest FROM free \
                     WHERE heads.account = free.account AND heads.version = free.before \
                     RETURNING heads.account) \
                     INSERT INTO {schema}.records (account, version, sealed) \
                     SELECT wanted.account, wanted.version, wanted.sealed \
                     FROM wanted JOIN advanced ON advanced.account = wanted.account \
                     RETURNING account"
                ),
            ),
            restore: numbered.query(Effect::Writes, RESTORE, format!("{advanced}, {put_snapshot}")),
            restore_first: numbered.query(Effect::Writes, RESTORE, format!("{inserted}, {put_snapshot}")),
            heads: numbered.query(
                Effect::Reads,
                &[Type::BYTEA_ARRAY],
                format!("SELECT account, version FROM {schema}.heads WHERE account = ANY($1)"),
            ),
            load: numbered.query(Effect::Reads, ACCOUNT_AND_NUMBER, format!(
                    "SELECT {} AS part, version, NULL::bytea AS sealed \
                 FROM {schema}.heads WHERE account = $1 \
                 UNION ALL \
                 SELECT {}, version, CASE WHEN version > $2 THEN sealed END \
                 FROM {schema}.snapshots WHERE account = $1 \
                 UNION ALL \
                 SELECT {}, version, sealed FROM {schema}.records \
                 WHERE account = $1 AND version > $2 AND version > \
                 coalesce((SELECT version FROM {schema}.snapshots WHERE account = $1), 0) \
                 ORDER BY part, version",
                    part::HEAD,
                    part::SNAPSHOT,
                    part::RECORD,
                )),
            fold: numbered.query(Effect::Writes, FOLD, format!(
                    "WITH replaced AS ({replace}), cut AS (DELETE FROM {schema}.records \
                 WHERE account = $1 AND version <= (SELECT version FROM replaced)) \
                 SELECT version FROM replaced"
                )),
            fold_keeping_history: numbered.query(Effect::Writes, FOLD, replace),
            find: numbered.query(Effect::Writes, ACCOUNT_AND_NUMBER, format!(
                    "WITH kept AS (UPDATE {schema}.heads SET version = version WHERE account = $1) \
                 SELECT (SELECT sealed FROM {schema}.records WHERE account = $1 AND version = $2), \
                 (SELECT version FROM {schema}.snapshots WHERE account = $1)"
                )),
            accounts: numbered.query(Effect::Reads, ACCOUNT_AND_NUMBER, format!(
                    "SELECT account FROM {schema}.heads WHERE account > $1 ORDER BY account LIMIT $2"
                )),
            history: numbered.query(Effect::Reads, &[Type::BYTEA, Type::INT8, Type::INT8], format!(
                    "SELECT version, sealed FROM {schema}.records WHERE account = $1 AND version > $2 \
                 AND version <= (SELECT version FROM {schema}.snapshots WHERE account = $1) \
                 ORDER BY version LIMIT $3"
                )),
            cut_history: numbered.query(Effect::Writes, ACCOUNT, format!(
                    "DELETE FROM {schema}.records WHERE account = $1 \
                 AND version <= (SELECT version FROM {schema}.snapshots WHERE account = $1)"
                )),
            read_only: numbered.query(Effect::Reads, &[], "SHOW transaction_read_only".to_owned()),
            count: numbered.count,
        }
    }
}
