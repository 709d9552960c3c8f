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
#[path = "../it/common.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod common;
mod controlled;
mod cuts;
mod encrypted;
mod helpers;
#[path = "../model/mod.rs"]
#[allow(dead_code, reason = "the simulation uses the rest")]
mod model;
mod operated;
mod postgres;
mod proxy;
mod rules;
mod servers;
mod standby;
mod together;

use convmark_server::store;
