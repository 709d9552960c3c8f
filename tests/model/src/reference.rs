//! The reference model: an independent, simple and slow model of the service.
//!
//! It shares no code with the crate and is written from the documented rules. Its answers must
//! equal those of the crate byte for byte, except for the wording of messages: it writes every
//! message that is not empty as `*`.

pub mod account;
pub mod change;
pub mod command;
pub mod conversation;
pub mod json;
pub mod policy;
pub mod rate_limiter;
pub mod request;
pub mod schema;
pub mod snapshot;
pub mod url;
