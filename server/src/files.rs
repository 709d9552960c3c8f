//! Files: who may read them, and how many can be open.

use std::path::Path;
use std::{fs, io};

/// Makes files and directories that this process makes from now on for their owner alone. It holds
/// for the whole process, and for the processes that it starts.
pub fn for_owner_only() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// What others than the owner may do with a file.
const OTHERS_WRITE: u32 = 0o022;
const OTHERS_READ: u32 = 0o004;

/// Reads a file that holds a secret.
///
/// # Errors
///
/// Why it cannot be read, or that others may change it.
pub fn read_secret(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = fs::read(path).map_err(|problem| problem.to_string())?;
    let mode = mode(path).map_err(|problem| problem.to_string())?;
    if mode & OTHERS_WRITE == 0 {
        Ok(bytes)
    } else {
        Err(format!("others can change this secret (mode {mode:03o}); forbid it: chmod 600"))
    }
}

/// Whether everyone on this machine can read a file. That is usual in containers, and elsewhere a
/// mistake if it holds a secret.
#[must_use]
pub fn everyone_can_read(path: &Path) -> bool {
    mode(path).is_ok_and(|mode| mode & OTHERS_READ != 0)
}

/// The permissions of a file; where there are none of this kind, 0.
fn mode(path: &Path) -> io::Result<u32> {
    let permissions = fs::metadata(path)?.permissions();
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777;
    #[cfg(not(unix))]
    let mode = {
        let _ = permissions;
        0
    };
    Ok(mode)
}

/// How many files the process keeps for its store, its logs and its threads, at least.
const OWN_FILES: usize = 256;
/// With fewer there is no use in serving.
const CONNECTIONS_MIN: usize = 16;

/// How many connections can be open at a time, of those that are wanted, so that the store never
/// lacks a file descriptor. Before, the limit of the process is raised as far as it may be.
///
/// # Errors
///
/// If not even a few connections can be open.
pub fn connections(wanted: usize) -> Result<usize, String> {
    let Some(files) = raised_limit() else { return Ok(wanted) };
    let connections = files.saturating_sub(OWN_FILES).min(wanted);
    if connections < wanted.min(CONNECTIONS_MIN) {
        let least = OWN_FILES.saturating_add(CONNECTIONS_MIN);
        return Err(format!(
            "the process may open {files} files, and at least {least} are needed; raise the limit (ulimit -n)"
        ));
    }
    Ok(connections)
}

/// How many files the process may have open, after raising that; `None` if there is no limit.
#[cfg(unix)]
fn raised_limit() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // Some systems say no and have their own limit below; then it stays as it was.
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let limit = if raised { maximum } else { current };
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn raised_limit() -> Option<usize> {
    None
}
