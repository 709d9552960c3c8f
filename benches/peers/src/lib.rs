//! What convmark is measured against. Not published, and outside of the crate's workspace because
//! of what it needs.

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

pub use support::workload;
