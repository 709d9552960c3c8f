//! The name of the socket. An address of a socket has at most about 100 bytes; the path of a
//! directory may have more.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

const NAME: &str = "control.sock";
/// What all systems take, without the byte 0 at the end.
const ADDRESS_MAX_BYTES: usize = 103;

/// A path to the socket that is short enough. It holds as long as this does.
pub(super) struct Name {
    pub(super) path: PathBuf,
    /// A directory with nothing but a link to that of the store.
    link: Option<PathBuf>,
}

impl Name {
    /// The socket in the directory of a store.
    pub(super) fn of(directory: &Path) -> io::Result<Self> {
        let path = directory.join(NAME);
        if path.as_os_str().as_bytes().len() <= ADDRESS_MAX_BYTES {
            return Ok(Self { path, link: None });
        }
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let random = u64::from_ne_bytes(random);
        let link = std::env::temp_dir().join(format!("convmark-{random:016x}"));
        DirBuilder::new().mode(0o700).create(&link)?;
        let name = Self { path: link.join("s").join(NAME), link: Some(link) };
        let link = name.path.parent().unwrap_or(&name.path);
        symlink(fs::canonicalize(directory)?, link)?;
        Ok(name)
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            // Only what was made above, and never what the link leads to.
            let _ = fs::remove_file(link.join("s")).and_then(|()| fs::remove_dir(link));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_have_a_short_name_while_it_is_needed() {
        let place = tempfile::tempdir().unwrap();
        let short = Name::of(place.path()).unwrap();
        assert_eq!(short.path, place.path().join(NAME));
        let directory = place.path().join("d".repeat(120));
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join(NAME), "x").unwrap();
        let long = Name::of(&directory).unwrap();
        let path = long.path.clone();
        assert!(path.as_os_str().len() <= ADDRESS_MAX_BYTES, "{path:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "x");
        drop(long);
        assert!(!path.parent().unwrap().parent().unwrap().exists());
        assert_eq!(fs::read_to_string(directory.join(NAME)).unwrap(), "x");
    }
}
