#![doc = include_str!("crate.md")]
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        clippy::std_instead_of_core,
        clippy::std_instead_of_alloc
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod account;
pub mod answer;
pub mod call;
pub mod code;
mod command;
pub mod conversation;
pub mod facts;
pub mod fake;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
pub mod generate;
pub mod guide;
mod json;
pub mod marks;
pub mod policy;
pub mod rate;
mod read;
mod refusal;
pub mod region;
pub mod report;
pub mod request;
mod revision;
pub mod rule;
pub mod schema;
mod unknown_name;
mod write;

pub use account::{Account, Change, Outcome};
pub use code::ErrorCode;
pub use command::Command;
pub use conversation::{Conversation, GroupChatId, UserId};
pub use facts::{Facts, Lookup, Misuse};
pub use marks::StandardMarks;
pub use policy::Policy;
pub use refusal::Refusal;
pub use report::{Finding, Report};
pub use request::{CheckedRequest, Request, Validator};
pub use revision::Revision;
pub use rule::{Rule, Warning};
pub use unknown_name::UnknownName;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
