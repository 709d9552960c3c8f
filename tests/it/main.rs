//! The crate and its tool, tested from outside.

mod answers;
mod bad_input;
mod bounds;
mod built;
mod call;
mod changes;
mod conformance;
mod facts;
mod gates;
mod json;
mod messages;
mod names;
mod policy;
mod privacy;
mod refusals;
mod regions;
mod reports;
mod rules;
mod snapshots;
mod state;
mod tool;
mod traits;
mod world;
