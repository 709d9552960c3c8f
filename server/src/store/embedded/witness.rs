//! The number of the last acknowledged group, outside of the engine.
//!
//! An engine takes whatever its journal starts with: if damage makes it end early, what follows is
//! gone without a word. So the writer numbers the groups that it syncs, stores the number with each
//! group, and writes it here after the sync, before it acknowledges. A store that has a lower number
//! than this file has lost something.
//!
//! The file is not synced with each group. After a power failure it may have an older number, and
//! then less is noticed, but never a number that was not synced.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

const NAME: &str = "acknowledged";

pub(super) struct Witness {
    file: File,
}

impl Witness {
    /// The file and its number; 0 if there is none yet. The outer error is that of the operating
    /// system; without a number, the file is damaged.
    pub(super) fn open(directory: &Path) -> io::Result<(Self, Option<u64>)> {
        let path = directory.join(NAME);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = [0; 16];
        let number = match file.read_exact(&mut bytes) {
            Ok(()) => number(bytes),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                if file.metadata()?.len() == 0 { Some(0) } else { None }
            }
            Err(error) => return Err(error),
        };
        Ok((Self { file }, number))
    }

    /// Notes that everything up to this group is durable.
    pub(super) fn note(&mut self, group: u64) -> io::Result<()> {
        let number = group.to_le_bytes();
        let [bytes, checksum] = [number, xxh3_64(&number).to_le_bytes()];
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&[bytes, checksum].concat())
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

fn number(bytes: [u8; 16]) -> Option<u64> {
    let (number, checksum) = bytes.split_first_chunk::<8>()?;
    let is_right = xxh3_64(number).to_le_bytes() == checksum;
    is_right.then(|| u64::from_le_bytes(*number))
}
