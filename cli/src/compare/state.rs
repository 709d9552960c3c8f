//! The accounts that the requests of a recording are run on.

use std::collections::BTreeMap;

use convmark::{Account, Command, Request, UserId, Validator};

use super::group_ids::{Created, created_group, set_last_group_id};
use super::theirs::Theirs;
use crate::recorded::{Exchange, Page, Place, Reading};

/// How many states of an account are kept. With more changes without a clear answer, those between
/// none and all of them are given up.
const STATES_MAX: usize = 16;

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
    /// The states that it can be in, the likeliest first: more than one only after changes without a
    /// clear answer.
    states: Vec<Account>,
    history: History,
    /// Whether the highest group ID ever used is known: pages do not say it.
    has_counter: bool,
    /// Pages that are not yet complete, and whether they differ from the account.
    reading: Option<(Reading, bool)>,
}

/// What is known of an account before a request.
#[derive(Clone, Copy, Debug)]
pub struct History {
    pub origin: Origin,
    /// The last change without a clear answer since the account was read, unless later answers say
    /// what became of it.
    pub unclear: Option<Place>,
}

/// What an account was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Pages,
    /// Nothing: no pages came before its first change.
    Empty,
}

/// What a request made of an account.
pub struct After {
    /// The states that it can be in, the likeliest first.
    pub states: Vec<Account>,
    /// Whether the answers differ.
    pub differs: bool,
    /// Whether they differ in data of the account.
    pub is_about_data: bool,
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

    /// The states that the account can be in before a request, the likeliest first.
    pub fn states(
        &mut self,
        user: &UserId<'static>,
        command: Option<Command>,
        theirs: &Theirs,
    ) -> (Vec<Account>, History) {
        let known = self.known(user);
        let created = created_group(command, theirs);
        if let Some(Created { id, .. }) = created.filter(|_| !known.has_counter) {
            // The first new group tells the counter.
            for account in &mut known.states {
                if id > account.last_group_id() {
                    set_last_group_id(account, id - 1);
                }
            }
            known.has_counter = true;
        }
        (known.states.clone(), known.history)
    }

    fn known(&mut self, user: &UserId<'static>) -> &mut Known {
        if !self.known.contains_key(user) {
            let seed = self.seeds.remove(user);
            let (origin, count) = match seed {
                Some(_) => (Origin::Pages, &mut self.counts.from_pages),
                None => (Origin::Empty, &mut self.counts.empty),
            };
            *count += 1;
            let account = seed.unwrap_or_default();
            self.clock = self.clock.max(last_time(&account));
            let known = Known {
                states: vec![account],
                history: History { origin, unclear: None },
                has_counter: origin == Origin::Empty,
                reading: None,
            };
            self.known.insert(user.clone(), known);
        }
        self.known.get_mut(user).expect("it is there")
    }

    /// Takes into account that a change may have been made or not: `apply` gives the state after
    /// it.
    pub fn note_unclear(
        &mut self,
        user: &UserId<'static>,
        place: Place,
        apply: impl Fn(&Account) -> Account,
    ) {
        let known = self.known(user);
        // Pages before and after it may not be of the same account.
        known.reading = None;
        known.history.unclear = Some(place);
        if 2 * known.states.len() > STATES_MAX {
            // The first one is that after none of the changes, the last one that after all.
            known.states.drain(1..known.states.len() - 1);
        }
        let changed: Vec<_> = known.states.iter().map(apply).collect();
        known.states = distinct(known.states.drain(..).chain(changed));
    }

    /// Takes over what the answer says, so that what differs in it does not make later answers
    /// differ.
    pub fn follow(
        &mut self,
        user: &UserId<'static>,
        place: Place,
        exchange: &Exchange<'_>,
        theirs: &Theirs,
        after: After,
    ) {
        let command = exchange.request.target.command();
        let Some(known) = self.known.get_mut(user) else { return };
        let was_unclear = known.states.len() > 1;
        known.states = distinct(after.states);
        if was_unclear && known.states.len() == 1 && !after.differs {
            // The answer said in which state it is.
            known.history.unclear = None;
        }
        if command.is_some_and(Command::writes) {
            if !theirs.is_refusal() {
                // Pages before and after a change are not of the same account.
                known.reading = None;
            }
            return;
        }
        let Some(page) = page(&mut self.validator, place, exchange, theirs) else { return };
        if page.start_index == 0 {
            known.reading = Some((Reading::default(), false));
        }
        let Some((mut reading, mut differed)) = known.reading.take() else { return };
        differed |= after.is_about_data;
        reading.push(page);
        if !reading.is_complete() {
            known.reading = Some((reading, differed));
            return;
        }
        // Pages that contradict each other are not an account; what differs was listed.
        let Ok(mut read) = reading.account() else { return };
        let was_guessed =
            std::mem::replace(&mut known.history.origin, Origin::Pages) == Origin::Empty;
        if differed {
            known.has_counter &= !was_guessed;
            let last_group_id = known.states[0].last_group_id();
            if last_group_id > read.last_group_id() {
                set_last_group_id(&mut read, last_group_id);
            }
            self.counts.made_anew += 1;
            self.clock = self.clock.max(last_time(&read));
            known.states = vec![read];
        }
        if known.states.len() == 1 {
            known.history.unclear = None;
        }
    }
}

/// The states in their order, each once. The first one stays the first and the last one, if it is
/// another, the last.
fn distinct(states: impl IntoIterator<Item = Account>) -> Vec<Account> {
    let mut distinct = Vec::new();
    for state in states {
        match distinct.iter().position(|other| *other == state) {
            Some(0) => {}
            Some(place) => distinct[place..].rotate_left(1),
            None => distinct.push(state),
        }
    }
    distinct
}

/// The latest timestamp of an account, in Unix seconds.
fn last_time(account: &Account) -> u64 {
    account.rows().map(|row| row.timestamp_seconds()).max().unwrap_or(0)
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
