//! Proof that the crate does what it documents: a second, naive implementation of the same
//! behavior, written from the documented rules alone, to compare the crate with; laws that must hold for
//! every input; and generators that make those inputs out of plain bytes.
//!
//! Everything here is plain functions that panic when a law is broken, so that property tests and
//! fuzz targets share them.
#![forbid(unsafe_code)]

pub mod act;
pub mod compare;
pub mod effort;
pub mod generate;
pub mod laws;
pub mod rewrite;
pub mod targets;
pub mod twin;
