//! Checks what callers saw against the core and against what the store has in the end.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use convmark::{Account, Change, Facts, Validator};
use tokio::time::Instant;

use super::Happened;
use super::callers::SimCall;
use super::disk::{Disk, SimAccount};
use crate::store::{AccountKey, Loaded, encoding};

/// One account with all its versions.
struct Model<'d> {
    /// The account after so many records.
    states: Vec<Account>,
    changes: Vec<Vec<Change<'d>>>,
    times: Vec<u64>,
    /// The changes of each record as JSON, to look for tokens.
    texts: Vec<String>,
    /// When each record became part of the account.
    appended_at: Vec<Instant>,
    /// Whether a call with an answer has made the record.
    is_taken: Vec<bool>,
    /// The versions that were answered, with the place of the answer in the order of events.
    seen: Vec<(u64, usize)>,
    /// Answers on a state older than what was answered before.
    cached_reads: usize,
}

/// Every promise of the service; the error says which one was broken.
pub(super) fn check(calls: &[SimCall], disk: &Disk) -> Result<Happened, String> {
    let mut models = BTreeMap::new();
    for (account, entry) in &disk.accounts {
        models.insert(account.clone(), Model::of(account, entry)?);
    }
    let mut happened = Happened { calls: calls.len(), ..Happened::default() };
    let mut digest = DefaultHasher::new();
    let mut order: Vec<&SimCall> = calls.iter().collect();
    order.sort_by_key(|call| call.ended);
    for (place, call) in order.into_iter().enumerate() {
        (call.ended, &call.answer).hash(&mut digest);
        let model = models.entry(call.account.clone()).or_insert_with(Model::new);
        let at = |what: String| format!("call {place} ({}): {what}", call.command);
        let mut has_changes = false;
        let is_answered = call.answer.as_ref().is_some_and(|answer| !is_failure(answer));
        if is_answered {
            happened.answered += 1;
            has_changes = model.check(call).map_err(at)?;
        }
        if let Some(token) = &call.token {
            let token = format!("\"{token}\"");
            let times = model.texts.iter().filter(|text| text.contains(&token)).count();
            let is_right = if is_answered { times == usize::from(has_changes) } else { times <= 1 };
            if !is_right {
                return Err(at(format!("its changes are stored {times} times")));
            }
        }
    }
    happened.records = models.values().map(|model| model.changes.len()).sum();
    happened.cached_reads = models.values().map(|model| model.cached_reads).sum();
    happened.digest = digest.finish();
    Ok(happened)
}

/// Whether the answer leaves open what happened: 50004 or 50005.
fn is_failure(answer: &[u8]) -> bool {
    let text = std::str::from_utf8(answer).unwrap();
    text.contains(r#""ErrorCode":50004,"#) || text.contains(r#""ErrorCode":50005,"#)
}

impl<'d> Model<'d> {
    fn new() -> Self {
        Self {
            states: vec![Account::new()],
            changes: Vec::new(),
            times: Vec::new(),
            texts: Vec::new(),
            appended_at: Vec::new(),
            is_taken: Vec::new(),
            seen: Vec::new(),
            cached_reads: 0,
        }
    }

    fn of(account: &AccountKey, entry: &'d SimAccount) -> Result<Self, String> {
        let mut model = Self::new();
        let mut state = Account::new();
        model.appended_at.clone_from(&entry.appended_at);
        for (place, record) in entry.history.iter().enumerate() {
            let changes = encoding::read_changes(&record.changes).unwrap();
            let replayed = state.replay_all(&changes);
            replayed.map_err(|error| format!("record {place} does not fit: {error}"))?;
            if model.times.last().is_some_and(|before| *before > record.time_seconds) {
                return Err(format!("the time steps back at record {place}"));
            }
            model.states.push(state.clone());
            model.texts.push(serde_json::to_string(&changes).unwrap());
            model.changes.push(changes);
            model.times.push(record.time_seconds);
            model.is_taken.push(false);
        }
        // What a new server would load.
        let loaded = entry.log.load(account, None).map_err(|error| error.to_string())?;
        let Loaded::Whole { snapshot, records } = loaded else {
            return Err("a whole account is not loaded as a whole".into());
        };
        let mut last = match snapshot {
            Some(snapshot) => encoding::read_account(&snapshot.account).unwrap(),
            None => Account::new(),
        };
        for record in records {
            let changes = encoding::read_changes(&record.changes).unwrap();
            last.replay_all(&changes).map_err(|error| format!("the log does not fit: {error}"))?;
        }
        if last == state { Ok(model) } else { Err("folding changed the account".into()) }
    }

    /// Whether the answer is that of the core on a version that the call may see, and its changes
    /// are stored there. Whether there are any is the result.
    fn check(&mut self, call: &SimCall) -> Result<bool, String> {
        let answer = call.answer.as_ref().unwrap();
        let body = call.body.as_bytes();
        let request = Validator::default().decode(call.command, body).unwrap();
        let earlier = self.seen.iter().filter(|(ended, _)| *ended < call.began);
        let oldest = earlier.map(|(_, version)| *version).max().unwrap_or(0);
        let newest = call.length_at_end.min(self.states.len() - 1);
        // With cached reads, an older state is right if it was still the newest one at that moment.
        let cached = if call.command.writes() {
            oldest
        } else {
            self.appended_at.partition_point(|appended| *appended < call.may_be_of)
        };
        for version in oldest.min(cached)..=newest {
            let time = self.times.get(version).copied().unwrap_or(0);
            let mut state = self.states[version].clone();
            let outcome = state.apply(&request, &Facts::vouched(), time).unwrap();
            let changes: Vec<_> = outcome.changes().collect();
            let mut expected = Vec::new();
            outcome.write_answer(&mut expected);
            if expected != **answer {
                continue;
            }
            if changes.is_empty() && version < oldest {
                self.cached_reads += 1;
                return Ok(false);
            }
            if changes.is_empty() {
                self.seen.push((call.ended, version));
                return Ok(false);
            }
            let is_stored = version >= call.length_at_begin
                && version < call.length_at_end
                && self.changes.get(version) == Some(&changes)
                && !self.is_taken[version];
            if is_stored {
                self.is_taken[version] = true;
                self.seen.push((call.ended, version + 1));
                return Ok(true);
            }
        }
        Err(format!("its answer fits no version from {oldest} to {newest}, or is not stored"))
    }
}
