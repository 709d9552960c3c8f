//! Groups recorded pages by account.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use convmark::answer::Answer;
use convmark::{Account, Command, Policy, Request, UserId, Validator};

use super::required;
use crate::plural::count;
use crate::recorded::{Exchange, Format, Page, Place, Reading, WrongPage};

/// What to do with an account that was read several times.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readings {
    /// It is an error.
    Single,
    /// Take the last complete reading.
    Latest,
}

/// Accounts by user ID.
pub type ByUser = BTreeMap<UserId<'static>, Account>;

pub struct Accounts {
    readings: Readings,
    validator: Validator,
    users: BTreeMap<UserId<'static>, User>,
    counts: Counts,
}

/// What was read of one account.
#[derive(Default)]
struct User {
    /// The pages of a reading that is not complete.
    open: Option<Reading>,
    complete: Option<Complete>,
}

/// A complete reading. Its pages are no longer needed.
struct Complete {
    first: Place,
    last: Place,
    pages: u64,
    account: Result<Account, WrongPage>,
}

/// How many exchanges were used for what.
#[derive(Default)]
pub struct Counts {
    pages: u64,
    foreign_lines: u64,
    foreign_entries: u64,
    other_commands: u64,
    failed: u64,
    unused_pages: u64,
}

impl Accounts {
    pub fn new(readings: Readings) -> Self {
        let validator = Validator::new(&Policy::default());
        Self { readings, validator, users: BTreeMap::new(), counts: Counts::default() }
    }

    /// Counts what is not a call of the service.
    pub fn skip_foreign(&mut self, place: Place) {
        match place.format {
            Format::Jsonl => self.counts.foreign_lines += 1,
            Format::Har => self.counts.foreign_entries += 1,
        }
    }

    /// Adds what an exchange says of an account.
    ///
    /// The error names the place, and nothing of the account.
    pub fn add(&mut self, place: Place, exchange: &Exchange<'_>) -> Result<(), String> {
        if exchange.request.target.command() != Some(Command::GetContactGroup) {
            self.counts.other_commands += 1;
            return Ok(());
        }
        let Some(text) = &exchange.answer else {
            self.counts.failed += 1;
            return Ok(());
        };
        let answer = Answer::read(text.as_bytes()).map_err(|error| {
            format!(
                "{place}: the answer is not one of this service: a documented member has another type at line {}, column {} of the answer",
                error.line(),
                error.column()
            )
        })?;
        if !answer.is_ok() {
            self.counts.failed += 1;
            return Ok(());
        }
        required::check(text).map_err(|problem| format!("{place}: {problem}"))?;
        let body = exchange.request.body.as_bytes();
        let request = self.validator.decode(Command::GetContactGroup, body).map_err(|refusal| {
            format!("{place}: the request of this page is not a valid one, so that its account and place are not known: {}", refusal.info())
        })?;
        if let Request::Get(get) = request.request() {
            let start_index = get.start_index();
            let user = get.account().clone().into_owned();
            self.page(user, Page { place, start_index, answer })?;
        }
        self.validator.reclaim(request);
        Ok(())
    }

    fn page(&mut self, user: UserId<'static>, page: Page) -> Result<(), String> {
        self.counts.pages += 1;
        let user = match self.users.entry(user) {
            Entry::Vacant(free) => free.insert(User::default()),
            Entry::Occupied(known) => known.into_mut(),
        };
        if page.start_index == 0 {
            self.counts.unused_pages +=
                user.open.replace(Reading::default()).map_or(0, |open| open.len());
        } else if let (None, Some(complete)) = (&user.open, &user.complete) {
            if self.readings == Readings::Single {
                return Err(format!(
                    "{}: StartIndex is {}, and the account was read to its end in {}; give --latest to take the last complete reading and leave this page out, or remove it",
                    page.place, page.start_index, complete.last
                ));
            }
            self.counts.unused_pages += 1;
            return Ok(());
        }
        let reading = user.open.get_or_insert_default();
        reading.push(page);
        if !reading.is_complete() {
            return Ok(());
        }
        let reading = user.open.take().unwrap_or_default();
        let Some((first, last)) = reading.places() else { return Ok(()) };
        let complete = Complete { first, last, pages: reading.len(), account: reading.account() };
        let Some(before) = user.complete.replace(complete) else { return Ok(()) };
        if self.readings == Readings::Single {
            return Err(format!(
                "an account was read twice, in {} and in {}; give --latest to take the last complete reading, or remove one",
                places(before.first, before.last),
                places(first, last)
            ));
        }
        self.counts.unused_pages += before.pages;
        Ok(())
    }

    /// The accounts, if each of them was read completely.
    pub fn finish(mut self) -> Result<(ByUser, Counts), String> {
        if self.users.is_empty() {
            return Err(format!(
                "there is no page of get_contact_group in it; {}",
                self.counts.skipped().unwrap_or_else(|| "it has no exchange".to_string())
            ));
        }
        let mut accounts = BTreeMap::new();
        for (id, user) in self.users {
            let account = match (user.complete, user.open) {
                (Some(complete), Some(open)) if self.readings == Readings::Single => {
                    return Err(begun_again(&complete, &open));
                }
                (Some(complete), open) => {
                    self.counts.unused_pages += open.map_or(0, |open| open.len());
                    complete.account
                }
                (None, open) => open.unwrap_or_default().account(),
            };
            accounts.insert(id, account.map_err(|wrong| wrong.to_string())?);
        }
        Ok((accounts, self.counts))
    }
}

/// The error about a reading that does not lead to the end, after one that does.
fn begun_again(complete: &Complete, open: &Reading) -> String {
    let before = places(complete.first, complete.last);
    let again = open.places().map_or(String::new(), |(first, last)| places(first, last));
    format!(
        "an account was read to its end in {before}, and again but not to its end in {again}; give --latest to take the last complete reading and leave the other pages out, or remove one of the two"
    )
}

/// `line 3`, `line 3 to line 5`: pages of other accounts may lie between.
fn places(first: Place, last: Place) -> String {
    match first.number == last.number {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    }
}

impl Counts {
    /// What was not used; `None` if everything was.
    fn skipped(&self) -> Option<String> {
        let counts = [
            (self.unused_pages, "page", "of readings that are not complete or not the last"),
            (self.other_commands, "exchange", "of other commands"),
            (self.failed, "answer", "that failed"),
            (self.foreign_lines, "line", "without a call of this service"),
            (self.foreign_entries, "entry", "without a call of this service"),
        ];
        let skipped: Vec<_> = counts
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, thing, which)| match (number, thing) {
                (2.., "entry") => format!("{number} entries {which}"),
                _ => format!("{} {which}", count(number, thing)),
            })
            .collect();
        (!skipped.is_empty()).then(|| format!("skipped: {}", skipped.join(", ")))
    }
}

/// `3 pages; skipped: 1 exchange of other commands`
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&count(self.pages - self.unused_pages, "page"))?;
        match self.skipped() {
            Some(skipped) => write!(f, "; {skipped}"),
            None => Ok(()),
        }
    }
}
