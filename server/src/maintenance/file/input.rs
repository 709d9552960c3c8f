//! The file of an import, which is read more than once.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use super::LineReader;
use crate::maintenance::{Problem, STANDARD};

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
            copy(io::stdin().lock())?
        } else {
            let file = File::open(path).map_err(problem)?;
            let about = file.metadata().map_err(problem)?;
            if about.is_file() { (file, about.len()) } else { copy(file)? }
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

fn copy(mut from: impl io::Read) -> Result<(File, u64), Problem> {
    let copied = tempfile::tempfile().and_then(|mut file| {
        let bytes = io::copy(&mut from, &mut file)?;
        Ok((file, bytes))
    });
    copied.map_err(|error| {
        let directory = std::env::temp_dir();
        Problem(format!(
            "the input cannot be copied into {}: {error}; name a directory with room for it in TMPDIR, or give a file",
            directory.display()
        ))
    })
}
