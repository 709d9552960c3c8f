//! The accounts whose pages were recorded before anything changed them.

use std::collections::BTreeMap;

use convmark::{Account, Command, Policy, UserId, Validator};

use super::exchange::user;
use super::state::page;
use super::theirs::Theirs;
use crate::recorded::{Exchange, Place, Reading};

pub struct Seeds {
    validator: Validator,
    users: BTreeMap<UserId<'static>, Seed>,
}

/// What is known of an account before its first change.
enum Seed {
    Reading(Reading),
    Account(Account),
    /// It changed, or may have changed, before it was read.
    Unknown,
}

impl Default for Seeds {
    fn default() -> Self {
        Self { validator: Validator::new(&Policy::default()), users: BTreeMap::new() }
    }
}

impl Seeds {
    pub fn add(&mut self, place: Place, exchange: &Exchange<'_>) {
        let Some(user) = user(&exchange.request.body) else { return };
        let theirs = Theirs::read(exchange);
        let seed = self.users.entry(user).or_insert_with(|| Seed::Reading(Reading::default()));
        let Seed::Reading(reading) = seed else { return };
        if exchange.request.target.command().is_some_and(Command::writes) {
            // A change without a clear answer may have been made.
            let is_unchanged = match theirs {
                Ok(theirs) => theirs.is_refusal(),
                Err(skipped) => !skipped.may_have_had_effect(),
            };
            if !is_unchanged {
                *seed = Seed::Unknown;
            }
            return;
        }
        let Ok(theirs) = theirs else { return };
        let Some(page) = page(&mut self.validator, place, exchange, &theirs) else { return };
        if page.start_index == 0 {
            *reading = Reading::default();
        }
        reading.push(page);
        if reading.is_complete() {
            match reading.account() {
                Ok(account) => *seed = Seed::Account(account),
                Err(_) => *reading = Reading::default(),
            }
        }
    }

    pub fn into_accounts(self) -> BTreeMap<UserId<'static>, Account> {
        let users = self.users.into_iter();
        let accounts = users.filter_map(|(user, seed)| match seed {
            Seed::Account(account) => Some((user, account)),
            Seed::Reading(_) | Seed::Unknown => None,
        });
        accounts.collect()
    }
}
