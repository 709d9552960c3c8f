//! Writes a file so that a process that is killed leaves one that can be gone on with.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{End, Line, LineReader, ReadError, Summary};
use crate::maintenance::{Problem, STANDARD};
use crate::store::AccountKey;

/// A file being written. Only its owner can read it.
pub struct Output {
    to: To,
    summary: Summary,
}

enum To {
    File(File, PathBuf),
    Standard,
}

/// What became of opening a file.
pub enum Opened {
    /// It can be written on.
    Open(Output),
    /// It has its end line already, and is right.
    Complete(End),
}

impl Output {
    /// Makes a file, or goes on with one. `-` is standard output.
    pub fn open(path: &Path, resume: bool) -> Result<Opened, Problem> {
        if path.as_os_str() == STANDARD {
            return Ok(Opened::Open(Self { to: To::Standard, summary: Summary::default() }));
        }
        let problem =
            |problem: &dyn std::fmt::Display| Problem(format!("{}: {problem}", path.display()));
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let (file, is_new) = match options.clone().create_new(true).open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && !resume => {
                return Err(problem(
                    &"the file exists; go on with it by --resume, or choose another name",
                ));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                (options.open(path).map_err(|error| problem(&error))?, false)
            }
            Err(error) => return Err(problem(&error)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(problem(&"another export is writing this file"));
            }
            Err(TryLockError::Error(error)) => return Err(problem(&error)),
        }
        let path = path.to_owned();
        if is_new {
            return Ok(Opened::Open(Self {
                to: To::File(file, path),
                summary: Summary::default(),
            }));
        }
        Self::resume(file, &path)
            .map_err(|error| problem(&format!("{error}; nothing was written, choose another name")))
    }

    fn resume(mut file: File, path: &Path) -> Result<Opened, ReadError> {
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let mut reader = LineReader::of(file.try_clone()?);
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Opened::Complete(reader.summary.end())),
                // The half line of a process that was killed.
                Err(ReadError::Truncated { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        file.set_len(reader.end())?;
        file.seek(SeekFrom::Start(reader.end()))?;
        Ok(Opened::Open(Self { to: To::File(file, path.to_owned()), summary: reader.summary }))
    }

    /// The last account that is in the file.
    pub fn last(&self) -> Option<&AccountKey> {
        self.summary.last.as_ref()
    }

    /// How many accounts are in the file.
    pub const fn accounts(&self) -> u64 {
        self.summary.accounts
    }

    /// Adds lines. A place that could not be listed is named once.
    pub fn write(&mut self, lines: &[Line]) -> Result<(), Problem> {
        let mut all = Vec::new();
        for line in lines {
            if let Line::Unlisted(line) = line
                && self.summary.unlisted.contains(&line.place)
            {
                continue;
            }
            let bytes = line.to_bytes().map_err(|error| self.problem(&error.into()))?;
            let added = self.summary.add(line, &bytes);
            added.map_err(|reason| self.problem(&io::Error::other(reason)))?;
            all.extend_from_slice(&bytes);
        }
        self.to.write_all(&all).map_err(|error| self.problem(&error))
    }

    /// Writes the end line. Everything is durable then.
    pub fn finish(mut self) -> Result<End, Problem> {
        let end = self.summary.end();
        let written = self.write_end(end.clone());
        written.map(|()| end).map_err(|error| self.problem(&error))
    }

    fn write_end(&mut self, end: End) -> io::Result<()> {
        self.to.sync()?;
        let line = Line::End(end).to_bytes()?;
        self.to.write_all(&line)?;
        self.to.sync()?;
        if let To::File(_, path) = &self.to
            && cfg!(unix)
        {
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(directory.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    }

    fn problem(&self, error: &io::Error) -> Problem {
        Problem(match &self.to {
            To::File(_, path) => {
                format!("{}: {error}; what is complete stays, go on with --resume", path.display())
            }
            To::Standard => {
                format!("standard output: {error}; what was written is not complete, export again")
            }
        })
    }
}

impl To {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.write_all(bytes),
            Self::Standard => io::stdout().write_all(bytes),
        }
    }

    /// Makes durable what was written, or hands it on.
    fn sync(&self) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.sync_all(),
            Self::Standard => io::stdout().flush(),
        }
    }
}
