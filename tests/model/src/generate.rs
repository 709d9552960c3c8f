//! Generators of test cases. All of them turn bytes into cases, so that the input of a fuzzer, the
//! vector of a property test and seeded pseudo-random bytes use the same code.

pub mod byte_source;
pub mod facts;
pub mod json;
pub mod limits;
pub mod many_rows;
pub mod mutations;
pub mod operations;
pub mod policies;
pub mod requests;
pub mod stored;
pub mod texts;
pub mod times;
pub mod urls;

pub use byte_source::ByteSource;
