//! The service `v4/recentcontact` over HTTP, with the core [`convmark`] inside.
//!
//! The way of a call: connection, limits and time-outs, URL, UserSig, call frequency, admin
//! ([`http`]); then a [`Handler`](http::Handler) that decodes, looks up facts, applies, stores and
//! writes the answer. Nothing here repeats a rule of the core.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "tests fail by panicking"
    )
)]

pub mod answer;
pub mod backend;
pub mod check;
pub mod clock;
pub mod config;
pub mod control;
pub mod facts;
pub mod fake;
pub mod files;
pub mod health;
pub mod http;
mod json;
pub mod logs;
pub mod maintenance;
pub mod metrics;
#[cfg(test)]
#[path = "../tests/model/mod.rs"]
mod model;
mod plural;
pub mod request_id;
pub mod run;
pub mod service;
pub mod shutdown;
#[cfg(test)]
mod sim;
mod similar;
pub mod store;
#[cfg(test)]
#[path = "../tests/stores/helpers.rs"]
mod store_helpers;
pub mod tls;
pub mod usersig;
