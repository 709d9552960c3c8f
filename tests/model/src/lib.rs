//! Checks that the crate does what it documents. A second, simple implementation of the same
//! behavior, written from the documented rules alone, to compare the crate with; properties that must hold for
//! every input; and generators that make those inputs out of plain bytes.
//!
//! Everything here is plain functions that panic when a property is broken, so that property tests and
//! fuzz targets share them.
#![forbid(unsafe_code)]

pub mod compare;
pub mod effort;
pub mod generate;
pub mod handle;
pub mod properties;
pub mod reference;
pub mod rewrite;
pub mod targets;
