//! Checks what callers saw against the core and against what PostgreSQL has committed.

use std::collections::BTreeMap;

use convmark::{Account, Change, UserId};
use convmark_server::store::{AccountKey, Record, Snapshot, Version, encoding};

use super::callers::Call;
use crate::cluster::Cluster;
use crate::model::history::{Answered, History, Judged, is_failure};

/// What happened.
#[derive(Debug, Default)]
pub struct Report {
    pub calls: usize,
    pub answered: usize,
    pub acknowledged: usize,
    pub records: usize,
    pub folded_accounts: usize,
}

/// One account with all its versions.
struct Model {
    history: History<'static>,
    /// When the call that made a record began, if its changes have a token.
    began: Vec<Option<u64>>,
}

/// The error says which promise was broken.
pub fn check(calls: &[Call], cluster: &Cluster, schema: &str) -> Result<Report, String> {
    let mut report = Report { calls: calls.len(), ..Report::default() };
    let mut models = BTreeMap::new();
    for user in ["anna", "ben", "cleo", "dan"] {
        models.insert(user, Model::of(user, calls, cluster, schema, &mut report)?);
    }
    let mut order: Vec<&Call> = calls.iter().collect();
    order.sort_by_key(|call| call.ended);
    for call in order {
        let model = models.get_mut(call.user.as_str()).unwrap();
        let request = &call.request;
        let answer = call.answer.as_deref().filter(|answer| !is_failure(answer));
        let judged = answer.map(|answer| model.check(call, answer)).transpose();
        let checked = judged.and_then(|judged| {
            report.answered += usize::from(judged.is_some());
            report.acknowledged += usize::from(judged == Some(Judged::Changed));
            let token = request.token.as_deref();
            token.map_or(Ok(()), |token| model.history.check_token(token, judged))
        });
        checked.map_err(|what| {
            let (began, ended) = (call.began, call.ended);
            format!("{} {} from {began} to {ended}: {what}", request.command, request.body)
        })?;
    }
    Ok(report)
}

impl Model {
    fn of(
        user: &str,
        calls: &[Call],
        cluster: &Cluster,
        schema: &str,
        report: &mut Report,
    ) -> Result<Self, String> {
        let account = AccountKey::new(&UserId::new(user).unwrap());
        let mut history = History::default();
        for (version, sealed) in read(cluster, schema, "history", user) {
            let before = history.events.len();
            if version != before as u64 + 1 {
                return Err(format!("{user}: version {version} comes after {before}"));
            }
            let record = Record::open(&account, Version::new(version), sealed.into());
            let record = record.map_err(|damage| format!("{user} {version}: {damage}"))?;
            let changes = encoding::read_changes(&record.changes).unwrap();
            let changes = changes.into_iter().map(Change::into_owned).collect();
            let changed = history.change(changes, record.time_seconds);
            changed.map_err(|what| format!("{user}: {what}"))?;
        }
        report.records += history.events.len();
        let mut began = vec![None; history.events.len()];
        for call in calls.iter().filter(|call| call.user == user) {
            for event in call.request.token.iter().flat_map(|token| history.naming(token)) {
                began[*event] = Some(call.began);
            }
        }
        // What a new server would load.
        let mut last = Account::new();
        for (_, sealed) in read(cluster, schema, "snapshots", user) {
            let snapshot = Snapshot::open(&account, sealed.into()).unwrap();
            last = encoding::read_account(&snapshot.account).unwrap();
            report.folded_accounts += 1;
        }
        for (version, sealed) in read(cluster, schema, "records", user) {
            let record = Record::open(&account, Version::new(version), sealed.into()).unwrap();
            let changes = encoding::read_changes(&record.changes).unwrap();
            last.replay_all(&changes).map_err(|error| format!("{user}: {error}"))?;
        }
        if last != *history.last() {
            return Err(format!("{user}: folding changed the account"));
        }
        Ok(Self { history, began })
    }

    fn check(&mut self, call: &Call, answer: &str) -> Result<Judged, String> {
        // No version that was made by a call that began later.
        let later =
            self.began.iter().position(|began| began.is_some_and(|began| began > call.ended));
        let judged = self.history.check(&Answered {
            command: call.request.command,
            body: &call.request.body,
            answer: answer.as_bytes(),
            began: call.began,
            ended: call.ended,
            may_be_of: usize::MAX,
            newest: later.unwrap_or(self.began.len()),
            own: 0..self.began.len(),
        });
        judged.map_err(|what| format!("{what}: {answer}"))
    }
}

/// Versions and sealed bytes of an account, in order of the versions.
fn read(cluster: &Cluster, schema: &str, table: &str, user: &str) -> Vec<(u64, Vec<u8>)> {
    let text = cluster.sql(&format!(
        "SELECT version, encode(sealed, 'hex') FROM {schema}.{table} WHERE account = '{user}'::bytea ORDER BY version"
    ));
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let row = |line: &str| {
        let (version, sealed) = line.split_once('|').unwrap();
        (version.parse().unwrap(), sealed.as_bytes().chunks(2).map(byte).collect())
    };
    text.lines().map(row).collect()
}
