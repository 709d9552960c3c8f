//! Who may call, and how often.

use std::sync::PoisonError;
use std::time::Instant;

use bytes::Bytes;
use convmark::call::Call;
use convmark::{Command, ErrorCode, Refusal};

use super::Front;
use crate::clock::{milliseconds_since, unix_seconds};
use crate::http::Handler;
use crate::metrics::Stage;

impl<H: Handler> Front<H> {
    /// Checks what a call may, without a look at its body.
    pub(super) fn admit(&self, call: Result<Call<'_>, Refusal>) -> Result<Command, Bytes> {
        let begun = Instant::now();
        let admitted = self.check(call);
        self.metrics.took(Stage::Admission, begun.elapsed());
        admitted
    }

    /// URL, app, UserSig, call frequency, admin.
    fn check(&self, call: Result<Call<'_>, Refusal>) -> Result<Command, Bytes> {
        let call = call.map_err(|refusal| self.refused(&refusal))?;
        let (command, callers) = (call.command(), &self.settings.callers);
        if callers.app.is_some_and(|app| app != call.sdkappid()) {
            return Err(self.failed(command, ErrorCode::URL_PARAMETER, OTHER_APP.to_owned()));
        }
        if let Some(keys) = &callers.keys {
            let verified = keys.verify(&call, unix_seconds());
            verified.map_err(|error| self.failed(command, error.code(), error.to_string()))?;
        }
        if let Some(limiters) = &self.limiters {
            let now_ms = milliseconds_since(self.started);
            // A panic cannot leave the limiters half changed.
            let mut limiters = limiters.lock().unwrap_or_else(PoisonError::into_inner);
            if !limiters.admit(command, now_ms) {
                return Err(self.refused(&Refusal::too_frequent(command)));
            }
        }
        let identifier = call.identifier().as_str();
        let is_admin = match &self.fake {
            None => callers.is_admin(identifier),
            Some(fake) => fake.facts.now().is_admin(identifier),
        };
        if is_admin { Ok(command) } else { Err(self.refused(&Refusal::not_admin(command))) }
    }
}

const OTHER_APP: &str = "bad-parameter at ?sdkappid: `sdkappid` is not that of the app that this server serves; send the \
                         SDKAppID that the server was started with (--app).";
