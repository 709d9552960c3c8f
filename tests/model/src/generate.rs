//! Generators: all of them turn bytes into cases, so that a fuzzer's input, a property test's vector
//! and a seeded stream of noise drive the same code.

pub mod byte_source;
pub mod facts;
pub mod json;
pub mod limits;
pub mod mutations;
pub mod operations;
pub mod policies;
pub mod requests;
pub mod stored;
pub mod texts;
pub mod times;
pub mod urls;

pub use byte_source::ByteSource;
