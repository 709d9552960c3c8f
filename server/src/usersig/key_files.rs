//! The files of the keys, which can be read again while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use convmark::call::Call;

use super::{Key, UserSigError, Verifier};
use crate::files;

/// Verifies UserSigs with the keys in files, one a file.
#[derive(Debug)]
pub struct KeyFiles {
    paths: Vec<PathBuf>,
    current: RwLock<Arc<Verifier>>,
}

impl KeyFiles {
    /// Reads all files.
    ///
    /// # Errors
    ///
    /// The file that does not hold a key, or that others may change, and what is wrong with it.
    pub fn read(paths: Vec<PathBuf>) -> Result<Self, (PathBuf, String)> {
        let current = RwLock::new(load(&paths)?);
        Ok(Self { paths, current })
    }

    /// Reads all files again. After an error the former keys stay.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn reload(&self) -> Result<(), (PathBuf, String)> {
        let new = load(&self.paths)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// The files.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// As [`Verifier::verify`], with the keys that were read last.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn verify(&self, call: &Call<'_>, now: u64) -> Result<(), UserSigError> {
        let verifier = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        verifier.verify(call, now)
    }
}

fn load(paths: &[PathBuf]) -> Result<Arc<Verifier>, (PathBuf, String)> {
    let keys = paths.iter().map(|path| key(path).map_err(|problem| (path.clone(), problem)));
    Ok(Arc::new(Verifier::new(keys.collect::<Result<_, _>>()?)))
}

/// The key in a file, without the white space around it.
fn key(path: &Path) -> Result<Key, String> {
    let text = String::from_utf8(files::read_secret(path)?);
    let text = text.ok().map(|text| text.trim().to_owned());
    let line = text.filter(|text| !text.contains(['\n', '\r']));
    line.and_then(|line| Key::new(&line)).ok_or_else(|| {
        "the file must hold the secret key of the app on one line, as the console shows it, and nothing else; a \
         second key has its own file and --key"
            .to_owned()
    })
}
