//! The file of an import, which is read more than once.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::LineReader;
use crate::maintenance::{Problem, STANDARD};

/// How much is copied at a time.
const PIECE_BYTES: usize = 1 << 16;

/// A file that can be read from its start again. Standard input, and what else cannot be, is copied into a
/// temporary file without a name.
pub struct Input {
    file: File,
    /// What errors call it.
    name: PathBuf,
    bytes: u64,
}

impl Input {
    /// Opens a file, or copies standard input if its name is `-`.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let is_standard = path.as_os_str() == STANDARD;
        let name = if is_standard { PathBuf::from("standard input") } else { path.to_owned() };
        let problem = |error: io::Error| Problem(format!("{}: {error}", name.display()));
        let (file, bytes) = if is_standard {
            copy(io::stdin().lock(), problem)?
        } else {
            let file = File::open(path).map_err(problem)?;
            let about = file.metadata().map_err(problem)?;
            if about.is_dir() {
                return Err(Problem(format!(
                    "{} is a directory; name the file that an export wrote",
                    name.display()
                )));
            }
            if about.is_file() { (file, about.len()) } else { copy(file, problem)? }
        };
        Ok(Self { file, name, bytes })
    }

    /// What errors call it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Its length.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads it from its start.
    pub fn reader(&self) -> io::Result<LineReader> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(LineReader::of(file))
    }
}

fn copy(
    mut from: impl Read,
    unreadable: impl Fn(io::Error) -> Problem,
) -> Result<(File, u64), Problem> {
    let unwritable = |error: io::Error| {
        let directory = std::env::temp_dir();
        Problem(format!(
            "the input cannot be copied into {}: {error}; name a directory with room for it in TMPDIR, or give a file",
            directory.display()
        ))
    };
    let mut file = tempfile::tempfile().map_err(unwritable)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut bytes = 0_u64;
    loop {
        let read = match from.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => piece.get(..read.map_err(&unreadable)?).unwrap_or_default(),
        };
        if read.is_empty() {
            return Ok((file, bytes));
        }
        file.write_all(read).map_err(unwritable)?;
        bytes = bytes.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
    }
}
