//! One call as it came in: stages 0 to 3 in order.

use core::fmt;

use super::Call;
use crate::command::Command;
use crate::rate::RateLimiters;
use crate::refusal::Refusal;
use crate::request::{CheckedRequest, Validator};

/// Who calls (stage 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An app admin: only admins may call.
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
    /// A call of a command, for hosts that route themselves. The caller is an admin unless [said
    /// otherwise](Self::by).
    #[must_use]
    pub const fn new(command: Command, body: &'a [u8]) -> Self {
        Self { target: Target::Command(command), body, caller: Caller::Admin }
    }

    /// A call with its path and query, as in a request line.
    #[must_use]
    pub const fn from_url(path_and_query: &'a str, body: &'a [u8]) -> Self {
        Self { target: Target::Url(path_and_query), body, caller: Caller::Admin }
    }

    /// Says who calls.
    #[must_use]
    pub const fn by(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }

    /// Stages 0 to 3: the URL, the call frequency at `now_ms` (milliseconds since any fixed
    /// moment), the caller, the body.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of the first stage that finds an error.
    pub fn judge(
        &self,
        validator: &mut Validator,
        limiters: &mut RateLimiters,
        now_ms: u64,
    ) -> Result<CheckedRequest<'a>, Refusal> {
        let command = match self.target {
            Target::Command(command) => command,
            Target::Url(target) => Call::parse_target(target)?.command(),
        };
        if !limiters.admit(command, now_ms) {
            return Err(Refusal::too_frequent(command));
        }
        match self.caller {
            Caller::Admin => validator.decode(command, self.body),
            Caller::Other => Err(Refusal::not_admin(command)),
        }
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming({} bytes, {:?})", self.body.len(), self.caller)
    }
}
