//! A file that is there when it is complete.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::failure::Failure;
use crate::visible;

/// Writes a file that only this user can read, and then puts it in the place of one that may be
/// there. If that fails, the one before is as it was.
pub fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let refused = |problem: &dyn std::fmt::Display| {
        let path = visible::text(&path.display().to_string());
        Failure::Refused(format!("{path}: {problem}"))
    };
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return Err(refused(
            &"not a regular file; name another, or leave out --output for standard output",
        ));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        // Its mode is 0600, and it is removed if it is not put in place.
        let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(directory)?);
        write(&mut file)?;
        let file = file.into_inner()?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| refused(&error))
}
