//! Checks what callers saw against the core and against what PostgreSQL has committed.

use std::collections::{BTreeMap, HashMap};

use convmark::{Account, Change, Facts, UserId, Validator};
use convmark_server::store::{AccountKey, Record, Snapshot, Version, encoding};

use super::callers::Call;
use crate::cluster::Cluster;

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
#[derive(Default)]
struct Model {
    /// The account after so many records.
    states: Vec<Account>,
    changes: Vec<Vec<Change<'static>>>,
    times: Vec<u64>,
    /// When the call that made a record began, if its changes have a token.
    began: Vec<Option<u64>>,
    /// Whether a call with an answer has made the record.
    is_taken: Vec<bool>,
    /// The versions that were answered, with the place of the answer in the order of events.
    seen: Vec<(u64, usize)>,
}

/// The error says which promise was broken.
pub fn check(calls: &[Call], cluster: &Cluster, schema: &str) -> Result<Report, String> {
    let mut report = Report { calls: calls.len(), ..Report::default() };
    let tokens: HashMap<&str, &Call> =
        calls.iter().filter_map(|call| Some((call.token.as_deref()?, call))).collect();
    let mut stored: HashMap<String, usize> = HashMap::new();
    let mut models = BTreeMap::new();
    for user in ["anna", "ben", "cleo", "dan"] {
        let model = Model::of(user, cluster, schema, &tokens, &mut stored, &mut report)?;
        models.insert(user, model);
    }
    let mut order: Vec<&Call> = calls.iter().collect();
    order.sort_by_key(|call| call.ended);
    for call in order {
        let model = models.get_mut(call.user.as_str()).unwrap();
        let at = |what: String| {
            format!("{} {} from {} to {}: {what}", call.command, call.body, call.began, call.ended)
        };
        let answer = call.answer.as_deref().filter(|answer| !is_failure(answer));
        let mut has_changes = false;
        if let Some(answer) = answer {
            report.answered += 1;
            has_changes = model.check(call, answer).map_err(at)?;
            report.acknowledged += usize::from(has_changes);
        }
        if let Some(token) = &call.token {
            let times = stored.get(token).copied().unwrap_or(0);
            let is_right = match answer {
                Some(_) => times == usize::from(has_changes),
                None => times <= 1,
            };
            if !is_right {
                return Err(at(format!("its changes are stored {times} times")));
            }
        }
    }
    Ok(report)
}

/// Whether the answer leaves open what happened, or refuses the call before it is judged.
fn is_failure(answer: &str) -> bool {
    ["50004", "50005", "60018"]
        .iter()
        .any(|code| answer.contains(&format!(r#""ErrorCode":{code},"#)))
}

impl Model {
    fn of(
        user: &str,
        cluster: &Cluster,
        schema: &str,
        tokens: &HashMap<&str, &Call>,
        stored: &mut HashMap<String, usize>,
        report: &mut Report,
    ) -> Result<Self, String> {
        let account = AccountKey::new(&UserId::new(user).unwrap());
        let mut model = Self { states: vec![Account::new()], ..Self::default() };
        let mut state = Account::new();
        for (version, sealed) in read(cluster, schema, "history", user) {
            if version != model.changes.len() as u64 + 1 {
                return Err(format!(
                    "{user}: version {version} comes after {}",
                    model.changes.len()
                ));
            }
            let record = Record::open(&account, Version::new(version), sealed.into());
            let record = record.map_err(|damage| format!("{user} {version}: {damage}"))?;
            let changes = encoding::read_changes(&record.changes).unwrap();
            let replayed = state.replay_all(&changes);
            replayed.map_err(|error| format!("{user} {version} does not fit: {error}"))?;
            if model.times.last().is_some_and(|before| *before > record.time_seconds) {
                return Err(format!("{user}: the time steps back at {version}"));
            }
            let text = serde_json::to_string(&changes).unwrap();
            let token = text.split('"').find(|part| tokens.contains_key(part));
            if let Some(token) = token {
                *stored.entry(token.to_owned()).or_default() += 1;
            }
            model.began.push(token.map(|token| tokens[token].began));
            model.states.push(state.clone());
            model.changes.push(changes.into_iter().map(Change::into_owned).collect());
            model.times.push(record.time_seconds);
            model.is_taken.push(false);
        }
        report.records += model.changes.len();
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
        if last == state { Ok(model) } else { Err(format!("{user}: folding changed the account")) }
    }

    /// Whether the answer is that of the core on a version that the call may see, and its changes
    /// are stored there. Whether there are any is the result.
    fn check(&mut self, call: &Call, answer: &str) -> Result<bool, String> {
        let body = call.body.as_bytes();
        let request = Validator::default().decode(call.command, body).unwrap();
        let earlier = self.seen.iter().filter(|(ended, _)| *ended < call.began);
        let oldest = earlier.map(|(_, version)| *version).max().unwrap_or(0);
        // No version that was made by a call that began later.
        let later =
            self.began.iter().position(|began| began.is_some_and(|began| began > call.ended));
        let newest = later.unwrap_or(self.states.len() - 1);
        for version in oldest..=newest {
            let time = self.times.get(version).copied().unwrap_or(0);
            let mut state = self.states[version].clone();
            let outcome = state.apply(&request, &Facts::vouched(), time).unwrap();
            let changes: Vec<_> = outcome.changes().collect();
            let mut expected = Vec::new();
            outcome.write_answer(&mut expected);
            if expected != answer.as_bytes() {
                continue;
            }
            if changes.is_empty() {
                self.seen.push((call.ended, version));
                return Ok(false);
            }
            if self.changes.get(version) == Some(&changes) && !self.is_taken[version] {
                self.is_taken[version] = true;
                self.seen.push((call.ended, version + 1));
                return Ok(true);
            }
        }
        Err(format!(
            "its answer fits no version from {oldest} to {newest}, or is not stored: {answer}"
        ))
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
