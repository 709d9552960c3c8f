//! Compares the committed OpenAPI documents with the crate: both judge request bodies, and the
//! documents judge the crate's answers.

mod document;
mod near;
mod verdict;

pub use document::Document;
pub use near::near_valid;
pub use verdict::{Class, Verdict, compare};
