//! The reference model: an independent model of the service that is slow, plain and meant to be obviously right.
//!
//! Whatever the crate answers, the reference model must answer too, byte for byte, except for the wording of
//! messages: the reference model prints every message that is not empty as `*`.

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
