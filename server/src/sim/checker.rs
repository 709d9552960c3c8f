//! Checks what callers saw against the core and against what the store has in the end.

mod whole;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use convmark::Account;
use tokio::time::Instant;

use super::Happened;
use super::callers::{Asked, Restore, SimCall};
use super::disk::{Disk, SimAccount, StoredBytes, StoredEvent};
use crate::model::history::{Answered, History, Judged, is_failure};
use crate::model::requests::Request;
use crate::store::{AccountKey, Record, Snapshot, Version, encoding};

/// One account with all its versions.
struct Model<'d> {
    history: History<'d>,
    /// The version at each place of the history.
    versions: Vec<Version>,
    /// When each event became part of the account.
    stored_at: Vec<Instant>,
    /// Restores of which it is not known whether they happened, each with the first event that
    /// it can be.
    open: Vec<(Restore, usize)>,
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
        call.ended.hash(&mut digest);
        let model = models.entry(call.account.clone()).or_insert_with(Model::new);
        let asked = match &call.asked {
            Asked::Request(request, answer) => {
                answer.hash(&mut digest);
                model.check_request(call, request, answer.as_deref(), &mut happened)
            }
            _ => model.check_whole(call, &mut happened),
        };
        asked.map_err(|what| format!("call {place} ({}): {what}", call.asked.name()))?;
    }
    for model in models.values_mut() {
        model.check_open_restores()?;
        model.check_forgotten_rows()?;
    }
    happened.records = models.values().map(|model| model.history.events.len()).sum();
    happened.cached_reads = models.values().map(|model| model.cached_reads).sum();
    happened.digest = digest.finish();
    Ok(happened)
}

impl<'d> Model<'d> {
    fn new() -> Self {
        Self {
            history: History::default(),
            versions: vec![Version::ZERO],
            stored_at: Vec::new(),
            open: Vec::new(),
            cached_reads: 0,
        }
    }

    fn of(account: &AccountKey, entry: &'d SimAccount) -> Result<Self, String> {
        let mut model = Self::new();
        model.stored_at.clone_from(&entry.stored_at);
        for event in &entry.events {
            let (before, version) = (model.version(), event.version());
            let is_next = match event {
                StoredEvent::Record(record) => {
                    let changes = encoding::read_changes(&record.changes).unwrap();
                    model.history.change(changes, record.time_seconds)?;
                    version == before.next()
                }
                StoredEvent::Restored(snapshot) => {
                    let account = encoding::read_account(&snapshot.account).unwrap();
                    model.history.replace(account, snapshot.time_seconds)?;
                    version > before
                }
            };
            if !is_next {
                return Err(format!("version {} comes after {}", version.get(), before.get()));
            }
            model.versions.push(version);
        }
        model.check_stored(account, &entry.sealed(), entry.events.len())?;
        Ok(model)
    }

    fn version(&self) -> Version {
        self.versions[self.versions.len() - 1]
    }

    /// Whether a new server would load the state of a place.
    fn check_stored(
        &self,
        account: &AccountKey,
        stored: &StoredBytes,
        place: usize,
    ) -> Result<(), String> {
        let (mut folded, mut last) = (Version::ZERO, Account::new());
        if let Some((version, sealed)) = &stored.snapshot {
            let snapshot = Snapshot::open(account, sealed.clone()).map_err(|e| e.to_string())?;
            (folded, last) = (*version, encoding::read_account(&snapshot.account).unwrap());
        }
        for (version, sealed) in stored.records.iter().filter(|(version, _)| *version > folded) {
            let record = Record::open(account, *version, sealed.clone());
            let changes = record.map_err(|damage| damage.to_string())?.changes;
            let replayed = last.replay_all(encoding::read_changes(&changes).unwrap());
            replayed.map_err(|error| format!("the log does not fit: {error}"))?;
        }
        let is_same = self.history.states.get(place) == Some(&last);
        if is_same { Ok(()) } else { Err("what is stored is not the account".into()) }
    }

    fn check_request(
        &mut self,
        call: &SimCall,
        request: &Request,
        answer: Option<&[u8]>,
        happened: &mut Happened,
    ) -> Result<(), String> {
        let answer = answer.filter(|answer| !is_failure(std::str::from_utf8(answer).unwrap()));
        let mut judged = None;
        if let Some(answer) = answer {
            happened.answered += 1;
            // With cached reads, an older state is right if it was still the newest one at that
            // moment.
            let may_be_of = if request.command.writes() {
                usize::MAX
            } else {
                self.stored_at.partition_point(|stored| *stored < call.may_be_of)
            };
            let outcome = self.history.check(&Answered {
                command: request.command,
                body: &request.body,
                answer,
                began: call.began,
                ended: call.ended,
                may_be_of,
                newest: call.length_at_end,
                own: call.length_at_begin..call.length_at_end,
            })?;
            self.cached_reads += usize::from(outcome == Judged::Old);
            judged = Some(outcome);
        }
        match &request.token {
            Some(token) => self.history.check_token(token, judged),
            None => Ok(()),
        }
    }
}
