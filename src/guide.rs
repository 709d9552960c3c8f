//! Guides, one per task.
//!
//! | guide | for you, if |
//! |---|---|
//! | [`host`] | you embed the crate in a service, and store what it yields |
//! | [`client`] | you write a client, in any language, and want to check its requests |
//! | [`revisions`] | you change this crate: a new field, a new command, a new revision of the documentation |
//! | [`rules`] | you have the id of a rule or a warning and want to know what it means |

#[doc = include_str!("guide/host.md")]
pub mod host {}

#[doc = include_str!("guide/client.md")]
pub mod client {}

#[doc = include_str!("guide/revisions.md")]
pub mod revisions {}

#[doc = include_str!("guide/rules.md")]
pub mod rules {}
