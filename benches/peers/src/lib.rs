//! What convmark is compared with. This package is not published, and it is outside the crate's workspace because of its
//! dependencies.

pub mod agree;
pub mod clock;
pub mod cold;
pub mod contest;
pub mod core;
pub mod derived;
pub mod machine;
pub mod reject;
pub mod schemas;
#[path = "../../service.rs"]
pub mod service;
pub mod sqlite_state;
pub mod stored;
pub mod value_handler;

pub use support::workload;
