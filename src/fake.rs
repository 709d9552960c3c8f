//! A fake service in memory: all stages in order, for test doubles and tools.

use alloc::collections::BTreeMap;
use core::fmt;

use crate::account::{Account, OwnedOutcome};
use crate::call::Incoming;
use crate::conversation::UserId;
use crate::facts::{Facts, Misuse};
use crate::policy::Policy;
use crate::rate::RateLimiters;
use crate::request::Validator;

/// When a call comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Time {
    /// Unix seconds: what rows and changes are stamped with.
    pub seconds: u64,
    /// Milliseconds since any fixed moment: what the call frequency is measured by.
    pub milliseconds: u64,
}

impl Time {
    /// The start of that Unix second.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self { seconds, milliseconds: seconds.saturating_mul(1000) }
    }

    /// That many milliseconds after the start of 1970.
    #[must_use]
    pub const fn from_milliseconds(milliseconds: u64) -> Self {
        Self { seconds: milliseconds / 1000, milliseconds }
    }
}

/// The service for one app, in memory: a whole test double in one value.
///
/// ```
/// use convmark::call::Incoming;
/// use convmark::fake::{Service, Time};
/// use convmark::{Command, Facts, Policy};
///
/// let mut service = Service::new(&Policy::default());
/// let body = br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#;
/// let call = Incoming::new(Command::MarkContact, body);
/// let outcome = service.serve(&call, &Facts::vouched(), Time::from_seconds(1_700_000_000))?;
/// assert!(outcome.code().is_ok());
/// assert_eq!(outcome.changes().len(), 1);
/// # Ok::<(), convmark::Misuse>(())
/// ```
pub struct Service {
    accounts: BTreeMap<UserId<'static>, Account>,
    limiters: RateLimiters,
    validator: Validator,
}

impl Service {
    /// A service under that policy. No account has any data, and no call is too frequent.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self {
            accounts: BTreeMap::new(),
            limiters: RateLimiters::unlimited(),
            validator: Validator::new(policy),
        }
    }

    /// The same with a limit of calls per second for each command.
    #[must_use]
    pub fn with_calls_per_second(mut self, calls_per_second: u32) -> Self {
        self.limiters = RateLimiters::new(calls_per_second);
        self
    }

    /// The policy that requests are judged and applied under.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        self.validator.policy()
    }

    /// The account of a user, if it has any data.
    #[must_use]
    pub fn account(&self, user: &UserId<'_>) -> Option<&Account> {
        self.accounts.get(user.as_str())
    }

    /// Replaces what a user has. An account without data is not kept.
    pub fn insert(&mut self, user: UserId<'_>, account: Account) {
        if account.is_empty() {
            self.accounts.remove(user.as_str());
        } else {
            self.accounts.insert(user.into_owned(), account);
        }
    }

    /// The users that have data, with their accounts, by ID.
    pub fn accounts(&self) -> impl Iterator<Item = (&UserId<'static>, &Account)> {
        self.accounts.iter()
    }

    /// Runs all stages in order and answers.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if a lookup has no answer in the facts; then nothing was applied.
    pub fn serve(
        &mut self,
        incoming: &Incoming<'_>,
        facts: &Facts,
        time: Time,
    ) -> Result<OwnedOutcome, Misuse> {
        let request =
            match incoming.judge(&mut self.validator, &mut self.limiters, time.milliseconds) {
                Ok(request) => request,
                Err(refusal) => {
                    return Ok(OwnedOutcome::refused(&refusal, self.validator.policy()));
                }
            };
        let user = request.account();
        let mut new = Account::new();
        let known = self.accounts.get_mut(user.as_str());
        let is_known = known.is_some();
        let account = known.unwrap_or(&mut new);
        let outcome = account.apply_with(&mut self.validator, &request, facts, time.seconds)?;
        let outcome = outcome.into_owned();
        if account.is_empty() {
            self.accounts.remove(user.as_str());
        } else if !is_known {
            self.accounts.insert(user.clone().into_owned(), new);
        }
        self.validator.reclaim(request);
        Ok(outcome)
    }
}

/// Equal services answer alike: the memory that is kept between requests does not count.
impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.accounts == other.accounts
            && self.limiters == other.limiters
            && self.policy() == other.policy()
    }
}

impl Eq for Service {}

impl Clone for Service {
    fn clone(&self) -> Self {
        Self {
            accounts: self.accounts.clone(),
            limiters: self.limiters.clone(),
            validator: Validator::new(self.validator.policy()),
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("accounts", &self.accounts.len()).finish_non_exhaustive()
    }
}
