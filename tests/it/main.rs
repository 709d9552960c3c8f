//! The crate and its tool, tested from outside.

mod answers;
mod bad_input;
mod bounds;
mod built;
mod call;
mod changes;
mod conformance;
mod facts;
mod json;
mod messages;
mod policy;
mod privacy;
mod rate_limiter;
mod refusals;
mod regions;
mod reports;
mod rules;
mod snapshots;
mod state;
mod tool;
mod traits;
mod world;
