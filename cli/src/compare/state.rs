//! The accounts that the requests of a recording are run on.

use std::collections::BTreeMap;

use convmark::{Account, Command, Request, UserId, Validator};
use serde_json::{Value, json};

use super::exchange::Explained;
use super::theirs::Theirs;
use crate::recorded::{Exchange, Page, Place, Reading};

pub struct State {
    /// The accounts made of pages that were not yet needed.
    seeds: BTreeMap<UserId<'static>, Account>,
    known: BTreeMap<UserId<'static>, Known>,
    validator: Validator,
    /// Unix seconds, later than every timestamp of an account.
    clock: u64,
    counts: Counts,
}

struct Known {
    account: Account,
    /// Whether the highest group ID ever used is known: pages do not say it.
    has_counter: bool,
    /// Pages that are not yet complete, and whether they differ from the account.
    reading: Option<(Reading, bool)>,
}

/// Where accounts came from.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    /// Made of recorded pages.
    pub from_pages: u64,
    /// Taken to be empty.
    pub empty: u64,
    /// How often an account was made anew of later pages that differed from it.
    pub made_anew: u64,
}

impl State {
    pub fn new(seeds: BTreeMap<UserId<'static>, Account>) -> Self {
        let validator = Validator::new(&convmark::Policy::default());
        let (known, counts) = (BTreeMap::new(), Counts::default());
        Self { seeds, known, validator, clock: 0, counts }
    }

    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The time of the next request.
    pub fn now(&mut self) -> u64 {
        self.clock = self.clock.saturating_add(1);
        self.clock
    }

    /// The account before a request.
    pub fn account(
        &mut self,
        user: &UserId<'static>,
        command: Option<Command>,
        theirs: &Theirs,
    ) -> Account {
        if !self.known.contains_key(user) {
            let seed = self.seeds.remove(user);
            let has_counter = seed.is_none();
            let count =
                if seed.is_some() { &mut self.counts.from_pages } else { &mut self.counts.empty };
            *count += 1;
            let account = seed.unwrap_or_default();
            self.notice(&account);
            self.known.insert(user.clone(), Known { account, has_counter, reading: None });
        }
        let Some(known) = self.known.get_mut(user) else { return Account::new() };
        let created = created_group(command, theirs);
        if let Some(Created { id, .. }) = created.filter(|_| !known.has_counter) {
            // The first new group tells the counter.
            if id > known.account.last_group_id() {
                set_last_group_id(&mut known.account, id - 1);
            }
            known.has_counter = true;
        }
        known.account.clone()
    }

    /// Takes over what the answer says, so that what differs in it does not make later answers
    /// differ.
    #[expect(clippy::too_many_arguments, reason = "one exchange and what came of it")]
    pub fn follow(
        &mut self,
        user: UserId<'static>,
        command: Option<Command>,
        place: Place,
        exchange: &Exchange<'_>,
        theirs: &Theirs,
        after: Account,
        differences: &[Explained],
    ) {
        let Some(known) = self.known.get_mut(&user) else { return };
        let before = std::mem::replace(&mut known.account, after);
        if let Some(created) = created_group(command, theirs) {
            // If only theirs accepted it, there is no new group that could get their ID.
            let is_new = |id| before.groups().all(|group| group.id != id);
            let ours = known.account.group(created.name).map(|group| group.id);
            if let Some(ours) = ours.filter(|ours| is_new(*ours) && *ours != created.id) {
                renumber(&mut known.account, ours, created.id);
            }
        }
        if command.is_some_and(Command::writes) {
            // Pages before and after a change are not of the same account.
            known.reading = None;
            return;
        }
        let Some(page) = page(&mut self.validator, place, exchange, theirs) else { return };
        let differs = differences.iter().any(|explained| is_data(&explained.difference.path));
        if page.start_index == 0 {
            known.reading = Some((Reading::default(), false));
        }
        let Some((mut reading, differed)) = known.reading.take() else { return };
        reading.push(page);
        if !reading.is_complete() {
            known.reading = Some((reading, differed || differs));
            return;
        }
        // Pages that contradict each other are not an account; what differs was listed.
        if let Some(mut theirs) = reading.account().ok().filter(|_| differed || differs) {
            if known.account.last_group_id() > theirs.last_group_id() {
                set_last_group_id(&mut theirs, known.account.last_group_id());
            }
            self.counts.made_anew += 1;
            known.account = theirs.clone();
            self.notice(&theirs);
        }
    }

    /// Sets the clock after the timestamps of an account.
    fn notice(&mut self, account: &Account) {
        let last = account.rows().map(|row| row.timestamp_seconds()).max();
        self.clock = self.clock.max(last.unwrap_or(0));
    }
}

/// Whether a place in an answer of get is data of the account.
fn is_data(path: &str) -> bool {
    path.starts_with("/ContactItem") || path.starts_with("/GroupItem")
}

/// The page that an exchange recorded, if it is one.
pub fn page(
    validator: &mut Validator,
    place: Place,
    exchange: &Exchange<'_>,
    theirs: &Theirs,
) -> Option<Page> {
    let answer = theirs.answer.clone().filter(|_| theirs.is_ok)?;
    if exchange.request.target.command() != Some(Command::GetContactGroup) {
        return None;
    }
    let request = validator.decode(Command::GetContactGroup, exchange.request.body.as_bytes());
    match request.ok()?.request() {
        Request::Get(get) => Some(Page { place, start_index: get.start_index(), answer }),
        _ => None,
    }
}

/// The group that create made in theirs.
struct Created<'t> {
    name: &'t str,
    id: u32,
}

fn created_group(command: Option<Command>, theirs: &Theirs) -> Option<Created<'_>> {
    if command != Some(Command::CreateContactGroup) || !theirs.is_ok {
        return None;
    }
    let group = theirs.answer.as_ref()?.groups.first()?;
    let id = u32::try_from(group.id).ok().filter(|id| *id > 0)?;
    Some(Created { name: &group.name, id })
}

/// Changes an account by way of its snapshot. What is not a snapshot then leaves it as it is.
fn edit(account: &mut Account, edit: impl FnOnce(&mut Value)) {
    let edited = serde_json::to_value(&*account).and_then(|mut snapshot| {
        edit(&mut snapshot);
        serde_json::from_value(snapshot)
    });
    if let Ok(edited) = edited {
        *account = edited;
    }
}

fn set_last_group_id(account: &mut Account, id: u32) {
    edit(account, |snapshot| snapshot["last_group_id"] = json!(id));
}

/// Gives a group another ID.
fn renumber(account: &mut Account, ours: u32, theirs: u32) {
    edit(account, |snapshot| {
        let replace = |id: &mut Value| {
            if *id == json!(ours) {
                *id = json!(theirs);
            }
        };
        let last = snapshot["groups"].as_array_mut().map_or(0, |groups| {
            groups.iter_mut().for_each(|group| replace(&mut group["group_id"]));
            groups.sort_by_key(|group| group["group_id"].as_u64());
            groups.last().and_then(|group| group["group_id"].as_u64()).unwrap_or(0)
        });
        for row in snapshot["rows"].as_array_mut().into_iter().flatten() {
            if let Some(ids) = row["group_ids"].as_array_mut() {
                ids.iter_mut().for_each(replace);
                ids.sort_by_key(Value::as_u64);
            }
        }
        snapshot["last_group_id"] = json!(last);
    });
}
