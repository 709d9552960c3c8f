//! Every store against the same rules, and PostgreSQL against everything that can happen to it.
//!
//! PostgreSQL is found or installed by [`cluster`]. `CONVMARK_POSTGRES=skip` leaves out what needs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]

mod cluster;
mod cuts;
mod postgres;
mod proxy;
mod rules;
