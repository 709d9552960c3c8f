//! One account with all the states that it had.

use std::collections::HashMap;
use std::ops::Range;

use convmark::account::ChangeKind;
use convmark::{Account, Change, Command, Facts, Validator};

/// What made the next state of an account.
pub enum Event<'c> {
    /// The changes of one request, or of forgetting a conversation.
    Changes(Vec<Change<'c>>),
    /// It was made what it is as a whole.
    Whole,
}

/// An account with all its states: place 0 is an account without data, and each event makes the
/// state of the next place.
pub struct History<'c> {
    /// One more than there are events.
    pub states: Vec<Account>,
    /// What made them.
    pub events: Vec<Event<'c>>,
    /// The time of each event, in Unix seconds.
    times: Vec<u64>,
    /// Whether a call with an answer has made the event.
    is_taken: Vec<bool>,
    /// The places that were seen, with the end of the call in the order of everything.
    seen: Vec<(u64, usize)>,
    /// The events whose changes have a conversation or a custom mark with that text.
    naming: HashMap<String, Vec<usize>>,
}

/// A call with an answer that says what happened.
pub struct Answered<'a> {
    /// Its command.
    pub command: Command,
    /// Its body.
    pub body: &'a str,
    /// Its answer.
    pub answer: &'a [u8],
    /// Its beginning in the order of everything.
    pub began: u64,
    /// Its end.
    pub ended: u64,
    /// The oldest place that an answer without changes may be of, even if newer ones were seen.
    pub may_be_of: usize,
    /// The newest place that it may have seen.
    pub newest: usize,
    /// The events that can be its own.
    pub own: Range<usize>,
}

/// What an answer was right on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// A state that its changes were stored on.
    Changed,
    /// A state that it changed nothing of.
    Unchanged,
    /// A state older than one that was seen before.
    Old,
}

/// Whether the answer leaves open what happened, or refuses the call before it is judged.
pub fn is_failure(answer: &str) -> bool {
    [r#""ErrorCode":50004,"#, r#""ErrorCode":50005,"#, r#""ErrorCode":60018,"#]
        .iter()
        .any(|code| answer.contains(code))
}

impl Default for History<'_> {
    fn default() -> Self {
        Self {
            states: vec![Account::new()],
            events: Vec::new(),
            times: Vec::new(),
            is_taken: Vec::new(),
            seen: Vec::new(),
            naming: HashMap::new(),
        }
    }
}

impl<'c> History<'c> {
    /// The last state.
    pub fn last(&self) -> &Account {
        &self.states[self.events.len()]
    }

    /// The changes of one record. The error says why they cannot come now.
    pub fn change(&mut self, changes: Vec<Change<'c>>, time: u64) -> Result<(), String> {
        let place = self.events.len();
        let mut state = self.last().clone();
        let replayed = state.replay_all(&changes);
        replayed.map_err(|error| format!("record {place} does not fit: {error}"))?;
        for text in changes.iter().flat_map(texts) {
            match self.naming.get_mut(text) {
                Some(places) if places.last() == Some(&place) => {}
                Some(places) => places.push(place),
                None => drop(self.naming.insert(text.to_owned(), vec![place])),
            }
        }
        self.push(state, Event::Changes(changes), time)
    }

    /// The account became another one as a whole. The error says why it cannot now.
    pub fn replace(&mut self, account: Account, time: u64) -> Result<(), String> {
        self.push(account, Event::Whole, time)
    }

    fn push(&mut self, state: Account, event: Event<'c>, time: u64) -> Result<(), String> {
        if self.times.last().is_some_and(|before| *before > time) {
            return Err(format!("the time steps back at event {}", self.events.len()));
        }
        self.states.push(state);
        self.events.push(event);
        self.times.push(time);
        self.is_taken.push(false);
        Ok(())
    }

    /// The events whose changes have a conversation or a custom mark with that text.
    pub fn naming(&self, text: &str) -> &[usize] {
        self.naming.get(text).map_or(&[], Vec::as_slice)
    }

    /// The time of the state at a place, in Unix seconds.
    pub fn time(&self, place: usize) -> u64 {
        place.checked_sub(1).map_or(0, |event| self.times[event])
    }

    /// The newest place that was seen before a call began.
    pub fn seen_before(&self, began: u64) -> usize {
        let earlier = self.seen.iter().filter(|(ended, _)| *ended < began);
        earlier.map(|(_, place)| *place).max().unwrap_or(0)
    }

    /// A call that ended then has seen that place.
    pub fn saw(&mut self, ended: u64, place: usize) {
        self.seen.push((ended, place));
    }

    /// A call is known to have made that event. Whether no other call has is the result.
    pub fn take(&mut self, event: usize) -> bool {
        !std::mem::replace(&mut self.is_taken[event], true)
    }

    /// Whether a call is known to have made that event.
    pub fn is_taken(&self, event: usize) -> bool {
        self.is_taken[event]
    }

    /// Whether the answer is that of the core on a state that the call may see, and its changes
    /// are stored right there. The error says that it is not.
    pub fn check(&mut self, call: &Answered<'_>) -> Result<Judged, String> {
        let request = Validator::default().decode(call.command, call.body.as_bytes()).unwrap();
        let oldest = self.seen_before(call.began);
        let newest = call.newest.min(self.events.len());
        for place in oldest.min(call.may_be_of)..=newest {
            let time = self.times.get(place).copied().unwrap_or(0);
            let mut state = self.states[place].clone();
            let outcome = state.apply(&request, &Facts::vouched(), time).unwrap();
            let changes: Vec<_> = outcome.changes().collect();
            let mut expected = Vec::new();
            outcome.write_answer(&mut expected);
            if expected != call.answer {
                continue;
            }
            if changes.is_empty() && place < oldest {
                return Ok(Judged::Old);
            }
            if changes.is_empty() {
                self.saw(call.ended, place);
                return Ok(Judged::Unchanged);
            }
            let is_stored = call.own.contains(&place)
                && matches!(self.events.get(place), Some(Event::Changes(stored)) if *stored == changes);
            if is_stored && self.take(place) {
                self.saw(call.ended, place + 1);
                return Ok(Judged::Changed);
            }
        }
        Err(format!("its answer fits no state from {oldest} to {newest}, or is not stored"))
    }

    /// Whether the changes of a request with a token are stored as often as they should be: once if
    /// its answer says so, at most once if it has none that says what happened.
    pub fn check_token(&self, token: &str, judged: Option<Judged>) -> Result<(), String> {
        let times = self.naming(token).len();
        let is_right = match judged {
            Some(judged) => times == usize::from(judged == Judged::Changed),
            None => times <= 1,
        };
        if is_right { Ok(()) } else { Err(format!("its changes are stored {times} times")) }
    }
}

/// The conversation and the custom mark of a change.
fn texts<'a>(change: &'a Change<'_>) -> impl Iterator<Item = &'a str> {
    let (conversation, mark) = match change.kind() {
        ChangeKind::ConversationAdded { conversation, .. }
        | ChangeKind::ConversationRemoved { conversation, .. }
        | ChangeKind::ConversationForgotten { conversation } => (Some(conversation), None),
        ChangeKind::ConversationMarked { conversation, custom_mark, .. } => {
            (Some(conversation), custom_mark.as_deref())
        }
        _ => (None, None),
    };
    conversation.map(|conversation| conversation.id()).into_iter().chain(mark)
}
