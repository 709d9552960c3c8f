//! Verifies UserSigs, version 2 (TLSSigAPI v2).
//!
//! A UserSig is a JSON object, compressed with zlib, in base64 with `*`, `-` and `_` in the place
//! of `+`, `/` and `=`. Its member `TLS.sig` is the base64 of an HMAC-SHA256 over the other members
//! with the secret key of the app.

mod decode;
mod document;
mod error;
mod key_files;
mod verifier;

pub use error::{Illegal, UserSigError};
pub use key_files::KeyFiles;
pub use verifier::{Key, SKEW_SECONDS, Verifier};
