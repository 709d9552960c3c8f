//! Guides, one per task.
//!
//! | guide | for whom |
//! |---|---|
//! | [`host`] | you embed the crate in a service, and store what it yields |
//! | [`client`] | you write a client, in any language, and want its requests checked |
//! | [`revisions`] | you maintain this crate, and the documentation has changed |
//! | [`rules`] | you have met a rule's id and want to know what it means |

#[doc = include_str!("guide/host.md")]
pub mod host {}

#[doc = include_str!("guide/client.md")]
pub mod client {}

#[doc = include_str!("guide/revisions.md")]
pub mod revisions {}

#[doc = include_str!("guide/rules.md")]
pub mod rules {}
