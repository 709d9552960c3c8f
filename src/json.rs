//! Reading JSON text (RFC 8259): a scanner for its tokens, and a serde reader on top of it.
//!
//! It accepts exactly the texts that `serde_json` accepts, and counts the places of errors alike, except that the
//! first column is always 1.

mod brackets;
mod error;
mod escape;
mod reader;
mod scanner;
mod skip;
#[cfg(test)]
mod tests;

pub(crate) use error::{ErrorPlace, NotJson, check};
pub(crate) use scanner::Scanner;
