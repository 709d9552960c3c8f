//! A file that is there when it is complete.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::visible;

/// Writes a file that only this user can read, and then puts it in the place of one that may be
/// there. If that fails, the one before is as it was.
pub fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let refused = |problem: String| Failure::Refused(format!("{}: {problem}", shown(path)));
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        return Err(refused(
            "not a regular file; name another, or leave out --output for standard output"
                .to_string(),
        ));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    // Its mode is 0600, and it is removed if it is not put in place.
    let temporary = NamedTempFile::new_in(directory)
        .map_err(|error| refused(unusable(directory, error.kind())))?;
    let written = || -> io::Result<()> {
        // The errors of the named file would show its name.
        let mut file = BufWriter::new(temporary.as_file());
        write(&mut file)?;
        file.flush()?;
        drop(file);
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| refused(error.to_string()))
}

/// Why no file can be made in a directory.
fn unusable(directory: &Path, error: io::ErrorKind) -> String {
    let name = shown(directory);
    match directory.metadata() {
        Ok(there) if !there.is_dir() => {
            format!("`{name}` is not a directory; name a file in a directory")
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!(
            "the directory `{name}` does not exist; make it, or name a file in one that exists"
        ),
        Err(error) => format!("the directory `{name}` cannot be used: {error}"),
        Ok(_) => format!(
            "no file can be made in the directory `{name}`: {}; name a file in another one",
            io::Error::from(error)
        ),
    }
}

fn shown(path: &Path) -> String {
    visible::text(&path.display().to_string())
}
