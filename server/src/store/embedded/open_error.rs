//! Why a store cannot be opened, in words for the operator.

use std::io;
use std::path::PathBuf;

use super::directory::FORMAT_VERSION;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing is there, and nothing may be made.
    #[error("there is no store at {path}; correct the name, or make a new store there (--create)")]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// A store is made under another name and then renamed, which cannot be done here.
    #[error("{path} is a mount point; choose a directory in it, for example {path}/store")]
    MountPoint {
        /// The directory.
        path: PathBuf,
    },
    /// It cannot be made.
    #[error(
        "the store {path} cannot be made in {parent}: {error}; make that directory if it is not there, and allow this \
         user to write in it"
    )]
    Parent {
        /// The directory.
        path: PathBuf,
        /// The directory that it would be made in.
        parent: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Something else is there.
    #[error(
        "{path} is not a store: it has no readable file FORMAT; choose a name that is not used"
    )]
    NotAStore {
        /// The directory.
        path: PathBuf,
    },
    /// The layout is that of another release.
    #[error(
        "the store at {path} has the format {found}, this program knows {FORMAT_VERSION}; use the release that wrote it, or a later one"
    )]
    Format {
        /// The directory.
        path: PathBuf,
        /// The format that it has.
        found: u32,
    },
    /// Another process has it open.
    #[error("the store at {path} is in use by another process; end that one first")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// It belongs to another user, who could not open it any more.
    #[error(
        "the store at {path} belongs to the user with the ID {owner}, this process to {user}; run it as that user: setpriv --reuid {owner} --clear-groups .."
    )]
    Owner {
        /// The directory.
        path: PathBuf,
        /// The ID of its owner.
        owner: u32,
        /// The ID of the user of this process.
        user: u32,
    },
    /// Acknowledged data is missing or damaged. Nothing was changed.
    #[error(
        "the store at {path} has lost acknowledged data: {what}; restore it from a copy, and keep this one to be looked at"
    )]
    Damaged {
        /// The directory.
        path: PathBuf,
        /// What was found.
        what: &'static str,
    },
    /// The operating system refused something.
    #[error("the files of the store at {path}: {error}")]
    Files {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The store was closed for good.
    #[error("the store at {path} is closed")]
    Closed {
        /// The directory.
        path: PathBuf,
    },
}
