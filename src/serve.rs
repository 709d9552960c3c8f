//! All stages in order, for hosts that want no steps: test doubles, tools, tests.

use alloc::collections::BTreeMap;

use crate::account::{Account, OwnedOutcome};
use crate::call::Call;
use crate::command::Command;
use crate::conversation::UserId;
use crate::facts::{Facts, Misuse};
use crate::gate::Gate;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::{Buffers, CheckedRequest};

/// Who calls (stage 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An app admin: the only one who may.
    #[default]
    Admin,
    /// Anyone else: `not-admin`, 50003.
    Other,
}

/// One call as it came in.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    target: Target<'a>,
    body: &'a [u8],
    caller: Caller,
}

#[derive(Clone, Copy)]
enum Target<'a> {
    Command(Command),
    Url(&'a str),
}

impl<'a> Incoming<'a> {
    /// A call of a command, for hosts that route themselves. The caller is an admin unless [said otherwise](Self::by).
    #[must_use]
    pub const fn new(command: Command, body: &'a [u8]) -> Self {
        Self { target: Target::Command(command), body, caller: Caller::Admin }
    }

    /// A call with its path and query, as in a request line.
    #[must_use]
    pub const fn to_url(path_and_query: &'a str, body: &'a [u8]) -> Self {
        Self { target: Target::Url(path_and_query), body, caller: Caller::Admin }
    }

    /// Says who calls.
    #[must_use]
    pub const fn by(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    /// Stages 0 to 3: the URL, the call frequency (if there are gates, with the time in milliseconds), the caller, the body.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of the first stage that finds an error.
    pub fn judge(
        &self,
        buffers: &mut Buffers,
        policy: &Policy,
        gates: Option<(&mut Gates, u64)>,
    ) -> Result<CheckedRequest<'a>, Refusal> {
        let command = match self.target {
            Target::Command(command) => command,
            Target::Url(target) => Call::parse_target(target)?.command(),
        };
        if let Some((gates, now_ms)) = gates {
            if !gates.admit(command, now_ms) {
                return Err(Refusal::too_frequent(command));
            }
        }
        match self.caller {
            Caller::Admin => buffers.decode(command, self.body, policy),
            Caller::Other => Err(Refusal::not_admin(command)),
        }
    }
}

impl core::fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Incoming({} bytes, {:?})", self.body.len(), self.caller)
    }
}

/// One call-frequency [`Gate`] for each command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gates {
    gates: [Gate; 6],
}

impl Gates {
    /// Gates that each admit so many calls per second.
    #[must_use]
    pub fn new(calls_per_second: u32) -> Self {
        Self { gates: core::array::from_fn(|_| Gate::new(calls_per_second)) }
    }

    /// Whether one more call of the command is admitted at that time, in milliseconds.
    pub fn admit(&mut self, command: Command, now_ms: u64) -> bool {
        let place = Command::all().iter().position(|known| *known == command);
        place.and_then(|place| self.gates.get_mut(place)).is_some_and(|gate| gate.admit(now_ms))
    }
}

/// The accounts of one app, in memory: a whole test double in one value.
///
/// ```
/// use convmark::{Accounts, Command, Facts, Incoming, Policy};
///
/// let mut accounts = Accounts::new();
/// let body = br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#;
/// let call = Incoming::new(Command::MarkContact, body);
/// let outcome = accounts.serve(&call, &Policy::default(), &Facts::vouched(), 1_700_000_000, None)?;
/// assert!(outcome.code().is_ok());
/// assert_eq!(outcome.changes().len(), 1);
/// # Ok::<(), convmark::Misuse>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    accounts: BTreeMap<UserId<'static>, Account>,
}

impl Accounts {
    /// No account has any data.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The account of a user, if it has any data.
    #[must_use]
    pub fn get(&self, user: &UserId<'_>) -> Option<&Account> {
        self.accounts.get(user.as_str())
    }

    /// Puts an account in the place of what a user has.
    pub fn insert(&mut self, user: UserId<'_>, account: Account) {
        self.accounts.insert(user.into_owned(), account);
    }

    /// The users that have data, with their accounts, by ID.
    pub fn iter(&self) -> impl Iterator<Item = (&UserId<'static>, &Account)> {
        self.accounts.iter()
    }

    /// Runs all stages in order and answers. `now` is Unix seconds; the gates, if any, come with the time in milliseconds.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if a lookup has no answer in the facts; then nothing was applied.
    pub fn serve(
        &mut self,
        incoming: &Incoming<'_>,
        policy: &Policy,
        facts: &Facts,
        now: u64,
        gates: Option<(&mut Gates, u64)>,
    ) -> Result<OwnedOutcome, Misuse> {
        let mut buffers = Buffers::new();
        let request = match incoming.judge(&mut buffers, policy, gates) {
            Ok(request) => request,
            Err(refusal) => return Ok(OwnedOutcome::refused(&refusal, policy)),
        };
        if let Some(account) = self.accounts.get_mut(request.account().as_str()) {
            return Ok(account.apply_with(&mut buffers, &request, facts, now)?.into_owned());
        }
        let mut account = Account::new();
        let outcome = account.apply_with(&mut buffers, &request, facts, now)?.into_owned();
        if !account.is_empty() {
            self.insert(request.account().borrowed(), account);
        }
        Ok(outcome)
    }
}
