//! Integration tests of the crate. See `tests/README.md`.

mod answers;
mod bad_input;
mod bounds;
mod built;
mod call;
mod changes;
mod conformance;
mod docs;
mod facts;
mod helpers;
mod messages;
mod names;
mod policy;
mod privacy;
mod rate_limiter;
mod refusals;
mod reports;
mod rules;
mod snapshots;
mod state;
mod support_json;
mod traits;
