//! What several tests and benches share. It knows the documented JSON, but nothing of the crate.
#![forbid(unsafe_code)]

pub mod bodies;
pub mod codes;
pub mod formats;
pub mod json;
pub mod random;
pub mod workload;
