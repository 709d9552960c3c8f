//! The server from outside: what clients, operators and their mistakes meet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests fail by panicking"
)]

mod bodies;
mod common;
mod configuration;
mod control;
mod fake;
mod generated;
mod health;
mod hosts;
mod hot_account;
mod http;
mod limits;
mod logs;
mod maintenance;
mod readme;
mod scarcity;
mod shutdown;
mod slow_handler;
mod store;
mod time_outs;
mod tls;
mod usersig;
mod usersig_calls;
