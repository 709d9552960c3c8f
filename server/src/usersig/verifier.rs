//! The checks, in their order.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use convmark::call::Call;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::document::Document;
use super::{UserSigError, decode};

/// How far the clock that made a UserSig and the server's may be apart, in seconds.
pub const SKEW_SECONDS: u64 = 60;

/// A secret key of the app.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// The key with that text, as the console shows it; `None` if it is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        Hmac::new_from_slice(text.as_bytes()).ok().map(Self)
    }

    /// The base64 of the HMAC of that text.
    fn sign(&self, text: &str) -> String {
        let mut hmac = self.0.clone();
        hmac.update(text.as_bytes());
        STANDARD.encode(hmac.finalize().into_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Verifies UserSigs with the keys of one app. Nothing is cached.
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: Vec<Key>,
}

impl Verifier {
    /// A verifier with these keys, all of which are valid.
    #[must_use]
    pub const fn new(keys: Vec<Key>) -> Self {
        Self { keys }
    }

    /// Verifies the UserSig of a call at `now` (Unix seconds).
    ///
    /// # Errors
    ///
    /// The first that applies: it cannot be read (70003), is of another user (70013) or app
    /// (70014), no key made it (70009), its time is not now (70001).
    pub fn verify(&self, call: &Call<'_>, now: u64) -> Result<(), UserSigError> {
        let json = decode::json(call.usersig())?;
        let document = Document::read(&json)?;
        if document.identifier != call.identifier().as_str() {
            return Err(UserSigError::Identifier);
        }
        if document.sdkappid != i64::from(call.sdkappid()) {
            return Err(UserSigError::App);
        }
        if !self.made(&document) {
            return Err(UserSigError::Unverified);
        }
        is_now(&document, now)
    }

    /// Whether one of the keys made it. Which one, and how much of it is right, does not show in
    /// the time that this takes.
    fn made(&self, document: &Document<'_>) -> bool {
        let text = document.signed();
        let same = self.keys.iter().fold(Choice::from(0), |same, key| {
            same | key.sign(&text).as_bytes().ct_eq(document.sig.as_bytes())
        });
        same.into()
    }
}

fn is_now(document: &Document<'_>, now: u64) -> Result<(), UserSigError> {
    let (now, skew) = (i128::from(now), i128::from(SKEW_SECONDS));
    let made = i128::from(document.time);
    let end = made.saturating_add(i128::from(document.expire));
    if now > end.saturating_add(skew) {
        return Err(UserSigError::Expired);
    }
    if now < made.saturating_sub(skew) { Err(UserSigError::Future) } else { Ok(()) }
}
