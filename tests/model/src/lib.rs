//! Checks that the crate does what it documents.
//!
//! * [`reference`]: a second, simple implementation, written from the documented rules alone.
//! * [`compare`]: comparisons of the crate with it.
//! * [`properties`]: properties of the crate that must hold for every input.
//! * [`generate`]: generators that turn bytes into inputs.
//! * [`targets`]: what a fuzz target or a property test does with its bytes.
//!
//! All checks are functions that panic on a failure, so that property tests and fuzz targets share them.
#![forbid(unsafe_code)]

pub mod compare;
pub mod effort;
pub mod generate;
pub mod handle;
pub mod properties;
pub mod reference;
pub mod rewrite;
pub mod targets;
