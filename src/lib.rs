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

mod account;
mod answer;
mod call;
mod code;
mod command;
mod conversation;
mod facts;
mod gate;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
mod generate;
pub mod guide;
mod marks;
mod policy;
mod read;
mod refusal;
mod region;
mod report;
mod request;
mod revision;
mod rule;
pub mod schema;
mod serve;
#[cfg(feature = "proptest")]
pub mod strategies;
mod unknown_name;
mod write;

pub use account::{
    Account, Change, ChangeKind, GroupView, Outcome, OwnedOutcome, ReplayError, RowView, SnapshotError, SnapshotPlace, Usage,
};
pub use answer::{Answer, AnswerError, ContactRow, GroupItem, ItemAnswer};
pub use call::Call;
pub use code::{CodeInfo, CodeSource, ErrorCode, Levels, Retry};
pub use command::Command;
pub use conversation::{Conversation, GroupChatId, IdError, UserId};
pub use facts::{Facts, Lookup, MissingFact, Misuse};
pub use gate::Gate;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
pub use generate::{Operation, Operations};
pub use marks::{MarkBase, MarksError, StandardMarks};
pub use policy::{Capacity, ErrorDisplay, LastPageIndex, Policy, PolicyBuilder, PolicyError, RenameItems};
pub use refusal::Refusal;
pub use region::Region;
pub use report::{Finding, Report, Severity};
pub use request::{
    Buffers, CheckedRequest, CreateGroup, DeleteGroup, GetGroups, MarkChange, MarkContacts, MarkItem, Membership,
    MembershipChange, Request, RequestSeed, SearchGroups, UpdateGroup, UpdateKind, decode, first_error, is_valid, report,
    report_up_to,
};
pub use revision::Revision;
pub use rule::{Ground, Rule, RuleInfo, Warning, WarningInfo};
pub use serve::{Accounts, Caller, Gates, Incoming};
pub use unknown_name::UnknownName;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
