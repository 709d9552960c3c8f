//! Proof that the crate does what its contract says: a second, naive implementation of the same
//! contract, written from the contract alone, to compare the crate with.
#![forbid(unsafe_code)]

pub mod twin;
