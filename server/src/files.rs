//! Files: who may read them, and how many can be open.

use std::fs;
use std::path::Path;

/// Makes files and directories that this process makes from now on for their owner alone. It holds
/// for the whole process, and for the processes that it starts.
pub fn for_owner_only() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Reads a file that holds a secret.
///
/// # Errors
///
/// Why it cannot be read, or that others may read or change it.
pub fn read_secret(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = fs::read(path).map_err(|problem| problem.to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        /// Writing by the group, and everything by others.
        const TOO_MUCH: u32 = 0o027;
        let mode = fs::metadata(path).map_err(|problem| problem.to_string())?.permissions().mode();
        if mode & TOO_MUCH != 0 {
            return Err(format!(
                "others can read or change this secret (mode {:03o}); allow its owner alone, and at most its group to \
                 read it: chmod 600, or 640",
                mode & 0o777
            ));
        }
    }
    Ok(bytes)
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
