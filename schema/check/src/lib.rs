//! Compares the committed OpenAPI documents with the crate: requests from both sides, answers from the crate's.

mod document;
mod near;
mod random;
mod verdict;

pub use document::Document;
pub use near::near_valid;
pub use random::Random;
pub use verdict::{Class, Verdict, compare};
