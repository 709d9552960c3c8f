//! Checks that the crate does what it documents.
//!
//! * [`mod@reference`]: a second, simple implementation, written from the documented rules alone.
//! * [`mod@compare`]: comparisons of the crate with it.
//! * [`mod@properties`]: properties of the crate that must hold for every input.
//! * [`mod@generate`]: generators that turn bytes into inputs.
//! * [`mod@targets`]: what a fuzz target or a property test does with its bytes.
//!
//! All checks are functions that panic on a failure, so that property tests and fuzz targets share
//! them.
#![forbid(unsafe_code)]

pub mod compare;
pub mod effort;
pub mod generate;
pub mod handle;
pub mod properties;
pub mod reference;
pub mod rewrite;
pub mod targets;
