//! Integration tests of the crate. See `tests/README.md`.

mod answers;
mod bad_input;
mod bounds;
mod built;
mod call;
mod changes;
mod code_table;
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
mod rule_table;
mod rules;
mod schema;
mod snapshots;
mod state;
mod support_json;
mod traits;
