//! Strategies for property tests with the `proptest` crate (feature `proptest`).
//!
//! They make requests, policies, facts and sequences of operations, so that a host can test its own service against this
//! crate. Most requests are about the same few accounts, groups and conversations, so that they meet each other's effects.
//! Strategies are for tests: what they make may change between versions.
//!
//! ```
//! use convmark::strategies::{operations, policy};
//! use proptest::prelude::*;
//! use proptest::test_runner::TestRunner;
//!
//! let sequences = policy().prop_flat_map(|policy| operations(policy, 0..10));
//! let compared = TestRunner::deterministic().run(&sequences, |operations| {
//!     let accounts = operations.run(|step, answer| {
//!         // Here the service under test would get the same body, and have to give the same answer.
//!         let mut body = Vec::new();
//!         step.request.write_body(&mut body);
//!         assert!(body.starts_with(b"{") && answer.ends_with(b"}"));
//!     });
//!     prop_assert!(accounts.is_ok());
//!     Ok(())
//! });
//! assert!(compared.is_ok());
//! ```

mod conversation;
mod facts;
mod operation;
mod policy;
mod request;

pub use conversation::{conversation, group_chat_id, standard_marks, user_id};
pub use facts::{facts, facts_for};
pub use operation::operations;
pub use policy::{capacity, mark_base, policy};
pub use request::{checked_request, request};
