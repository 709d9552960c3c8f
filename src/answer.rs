//! Answers of the commands: one writer for the service's side, one reader for the client's.

mod read;
mod write;

pub use read::{Answer, AnswerError, ContactRow, GroupItem, ItemAnswer};

pub(crate) use write::write;
