//! What convmark is measured against. Not published, and outside of the crate's workspace because of what it needs.

// The crate's oldest compiler, which builds this file too, does not know `is_multiple_of`.
#[allow(clippy::manual_is_multiple_of)]
#[path = "../../workload.rs"]
pub mod workload;

pub mod agree;
pub mod clock;
pub mod cold;
pub mod contest;
pub mod core;
pub mod derived;
pub mod machine;
pub mod reject;
pub mod schemas;
pub mod sqlite_state;
pub mod value_handler;
