//! The directory: when it is made, who has it open, which layout it has.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::open_error::OpenError;

/// The file with the version of the layout.
const FORMAT: &str = "FORMAT";
const FORMAT_NAME: &str = "convmark-store ";
/// The version that this program knows.
pub(super) const FORMAT_VERSION: u32 = 1;
const ID_NAME: &str = "id ";
const LOCK: &str = "lock";
const ENGINE: &str = "engine";

/// What tells a store from all others.
pub(super) type StoreId = [u8; 16];

/// A directory that this process has locked.
pub(super) struct Directory {
    pub(super) path: PathBuf,
    /// What tells this store from all others: random.
    pub(super) id: StoreId,
    /// Locked as long as it is open.
    _lock: File,
}

impl Directory {
    /// Locks a store. If nothing is there and `create` says so, it is made first: `fill` makes the
    /// engine's files.
    pub(super) fn open(
        path: &Path,
        create: bool,
        fill: impl FnOnce(&Path) -> Result<(), OpenError>,
    ) -> Result<Self, OpenError> {
        let at = |error| OpenError::Files { path: path.to_owned(), error };
        if is_nothing(path).map_err(at)? {
            if !create {
                return Err(OpenError::Missing { path: path.to_owned() });
            }
            make(path, fill)?;
        }
        let id = check_format(path)?;
        check_owner(path)?;
        let lock = OpenOptions::new().write(true).open(path.join(LOCK)).map_err(at)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), id, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(at(error)),
        }
    }

    pub(super) fn engine(&self) -> PathBuf {
        self.path.join(ENGINE)
    }
}

/// Finds what [`Directory::open`] would find before it makes or locks anything.
pub(super) fn check(path: &Path, create: bool) -> Result<(), OpenError> {
    let at = |error| OpenError::Files { path: path.to_owned(), error };
    if !is_nothing(path).map_err(at)? {
        check_format(path)?;
        check_owner(path)
    } else if create {
        check_parent(path)
    } else {
        Err(OpenError::Missing { path: path.to_owned() })
    }
}

/// Whether a store can be made.
#[cfg(unix)]
fn check_parent(path: &Path) -> Result<(), OpenError> {
    use rustix::fs::{Access, access};
    use std::os::unix::fs::MetadataExt;

    let parent = parent(path);
    let at = |error| OpenError::Parent { path: path.to_owned(), parent: parent.clone(), error };
    let device = fs::metadata(&parent).map_err(at)?.dev();
    access(&parent, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| at(error.into()))?;
    match fs::metadata(path) {
        Ok(there) if there.dev() != device => Err(OpenError::MountPoint { path: path.to_owned() }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_parent(path: &Path) -> Result<(), OpenError> {
    let parent = parent(path);
    match fs::metadata(&parent) {
        Ok(_) => Ok(()),
        Err(error) => Err(OpenError::Parent { path: path.to_owned(), parent, error }),
    }
}

/// Files that root makes in the store of another user are not that user's.
#[cfg(unix)]
fn check_owner(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::MetadataExt;
    let format = fs::metadata(path.join(FORMAT));
    let owner = format.map_err(|error| OpenError::Files { path: path.to_owned(), error })?.uid();
    let user = rustix::process::geteuid().as_raw();
    if owner == user {
        Ok(())
    } else {
        Err(OpenError::Owner { path: path.to_owned(), owner, user })
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "there are owners on Unix")]
fn check_owner(_: &Path) -> Result<(), OpenError> {
    Ok(())
}

/// Whether there is nothing at all, or an empty directory.
fn is_nothing(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// The ID of a store of this format. The file has two lines: the format, and the ID in hexadecimal.
fn check_format(path: &Path) -> Result<StoreId, OpenError> {
    let not_a_store = || OpenError::NotAStore { path: path.to_owned() };
    let mut text = String::new();
    let file = File::open(path.join(FORMAT)).map_err(|_| not_a_store())?;
    file.take(100).read_to_string(&mut text).map_err(|_| not_a_store())?;
    let (format, rest) = text.split_once('\n').ok_or_else(not_a_store)?;
    let number = format.strip_prefix(FORMAT_NAME).and_then(|number| number.parse().ok());
    match number.ok_or_else(not_a_store)? {
        FORMAT_VERSION => {}
        found => return Err(OpenError::Format { path: path.to_owned(), found }),
    }
    let id = rest.strip_prefix(ID_NAME).and_then(|rest| rest.strip_suffix('\n'));
    let id = id.and_then(|id| u128::from_str_radix(id, 16).ok()).ok_or_else(not_a_store)?;
    Ok(id.to_be_bytes())
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// Makes a store under another name, and renames it when it is complete: a process that is killed
/// meanwhile leaves nothing under the name of the store, and of two processes one is first.
fn make(path: &Path, fill: impl FnOnce(&Path) -> Result<(), OpenError>) -> Result<(), OpenError> {
    let at = |error| OpenError::Files { path: path.to_owned(), error };
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{:016x}", u64::from_be_bytes(random().map_err(at)?)));
    let new = PathBuf::from(name);
    let made = make_at(&new, path, fill).and_then(|()| match fs::rename(&new, path) {
        Ok(()) => sync_directory(&parent(path)).map_err(at),
        // Another process was faster. Its store is as good.
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
            fs::remove_dir_all(&new).map_err(at)
        }
        Err(error) if error.kind() == ErrorKind::ResourceBusy => {
            Err(OpenError::MountPoint { path: path.to_owned() })
        }
        Err(error) => Err(at(error)),
    });
    if made.is_err() {
        // The error is what counts. What is left has no name of a store.
        let _ = fs::remove_dir_all(&new);
    }
    made
}

/// Makes the store `path` under the name `new`, which no error shows: nobody gave it.
fn make_at(
    new: &Path,
    path: &Path,
    fill: impl FnOnce(&Path) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let at = |error| OpenError::Files { path: path.to_owned(), error };
    let parent = parent(path);
    let not_made = |error| OpenError::Parent { path: path.to_owned(), parent, error };
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(new).map_err(not_made)?;
    fill(&new.join(ENGINE))?;
    File::create_new(new.join(LOCK)).map_err(at)?;
    let mut format = File::create_new(new.join(FORMAT)).map_err(at)?;
    let id = u128::from_be_bytes(random().map_err(at)?);
    let text = format!(
        "{FORMAT_NAME}{FORMAT_VERSION}
{ID_NAME}{id:032x}
"
    );
    format.write_all(text.as_bytes()).map_err(at)?;
    format.sync_all().map_err(at)?;
    sync_directory(new).map_err(at)
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the names in a directory durable.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}
