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

/// How many files the process keeps for its store, its logs and its threads, at least, beside the
/// connections to a database.
const OWN_FILES: usize = 256;
/// With fewer there is no use in serving.
const CONNECTIONS_MIN: usize = 16;

/// How many connections can be open at a time, of those that are wanted, so that the store never
/// lacks a file descriptor; it may have that many connections to a database. Before, the limit of
/// the process is raised as far as it may be.
///
/// # Errors
///
/// If not even a few connections can be open.
pub fn connections(wanted: usize, to_database: usize) -> Result<usize, String> {
    let Some(files) = raised_limit() else { return Ok(wanted) };
    of_files(files, wanted, to_database)
}

fn of_files(files: usize, wanted: usize, to_database: usize) -> Result<usize, String> {
    let own = OWN_FILES.saturating_add(to_database);
    let connections = files.saturating_sub(own).min(wanted);
    if connections < wanted.min(CONNECTIONS_MIN) {
        let least = own.saturating_add(CONNECTIONS_MIN);
        let or_fewer = if to_database > 0 { ", or lower --postgres-connections" } else { "" };
        return Err(format!(
            "the process may open {files} files, and at least {least} are needed; raise the limit (ulimit -n){or_fewer}"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_to_the_database_have_files_of_their_own() {
        assert_eq!(of_files(1024, 4096, 0), Ok(768));
        assert_eq!(of_files(1024, 4096, 16), Ok(752));
        assert_eq!(of_files(20_000, 4096, 10_000), Ok(4096));
        assert_eq!(of_files(1024, 4096, 752), Ok(16));
        assert_eq!(
            of_files(1024, 4096, 753),
            Err("the process may open 1024 files, and at least 1025 are needed; raise the limit (ulimit -n), or lower \
                 --postgres-connections"
                .to_owned())
        );
        assert_eq!(
            of_files(100, 4096, 0),
            Err("the process may open 100 files, and at least 272 are needed; raise the limit (ulimit -n)".to_owned())
        );
    }
}
