//! Checks the engine's journals before the engine sees them.
//!
//! The engine (fjall 3.1) treats the end of a journal badly in two ways. If a crash leaves a group
//! half written but its last pages complete, it refuses to open for good, although nothing of that
//! group was acknowledged. And a damaged tag anywhere makes it cut the file there, without a word,
//! and everything after it is gone. So the journals are read here first, by the rules of its format
//! 3, and nothing but whole groups is left to the engine:
//!
//! * what follows the last acknowledged group and is not whole is cut off, and kept in a file;
//! * anything else that is not whole is damage, and the store does not open. Nothing is changed.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const TRAILER: [u8; 4] = [b'F', b'J', b'L', 3];
const EXTENSION: &str = "jnl";

/// Why the journals cannot be used.
pub(super) enum JournalError {
    Damaged(&'static str),
    Files(io::Error),
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Files(error)
    }
}

/// Checks all journals and cuts off what a crash left at the end of the last one. `kept` is where
/// that goes. `group_key` is the key of the number of a group.
pub(super) fn check(
    engine: &Path,
    group_key: &[u8],
    acknowledged: u64,
    kept: &Path,
) -> Result<(), JournalError> {
    let mut journals = journals(engine)?;
    let last = journals.pop();
    let mut group = None;
    let mut sequence = 0;
    for (_, path) in &journals {
        let scan = Scan::of(path, group_key, sequence)?;
        if !scan.is_whole {
            return Err(JournalError::Damaged("a journal that was completed is damaged"));
        }
        group = group.max(scan.group);
        sequence = scan.sequence;
    }
    let Some((number, path)) = last else { return Ok(()) };
    let scan = Scan::of(&path, group_key, sequence)?;
    group = group.max(scan.group);
    if !scan.is_whole {
        // Without a number here, the engine's tables have it: compared after it is open. A group
        // that was acknowledged must not follow.
        if group.is_some_and(|group| group < acknowledged)
            || has_group(&path, scan.end, group_key, acknowledged)?
        {
            return Err(JournalError::Damaged("the journal is damaged"));
        }
        cut(&path, scan.end, &kept.join(format!("cut-{number}-{}", scan.end)))?;
    }
    Ok(())
}

/// The journals by number.
fn journals(engine: &Path) -> Result<Vec<(u64, PathBuf)>, JournalError> {
    let mut journals = Vec::new();
    for entry in fs::read_dir(engine)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            let number =
                number.ok_or(JournalError::Damaged("a journal has a name without a number"))?;
            journals.push((number, path));
        }
    }
    journals.sort_unstable();
    Ok(journals)
}

/// Cuts a journal, and keeps what is cut off.
fn cut(path: &Path, end: u64, kept: &Path) -> io::Result<()> {
    let mut journal = OpenOptions::new().read(true).write(true).open(path)?;
    journal.seek(SeekFrom::Start(end))?;
    let mut rest = Vec::new();
    Read::by_ref(&mut journal).take(KEPT_MAX_BYTES).read_to_end(&mut rest)?;
    let length = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    rest.truncate(length);
    if !rest.is_empty() {
        let mut file = File::create(kept)?;
        file.write_all(&rest)?;
        file.sync_all()?;
    }
    journal.set_len(end)?;
    journal.sync_all()
}

/// How much of what is cut off is kept, in bytes.
const KEPT_MAX_BYTES: u64 = 64 << 20;

/// What a journal holds.
struct Scan {
    /// Where the last whole group ends, in bytes.
    end: u64,
    /// The highest number of a group.
    group: Option<u64>,
    /// The engine's number of the last write.
    sequence: u64,
    /// Whether nothing but zeros follows: journals are made longer than what they hold.
    is_whole: bool,
}

impl Scan {
    fn of(path: &Path, group_key: &[u8], sequence: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let left = file.metadata()?.len();
        let mut source = Source { reader: BufReader::with_capacity(1 << 16, file), at: 0, left };
        let mut scan = Self { end: 0, group: None, sequence, is_whole: false };
        while let Some((group, sequence)) = source.batch(group_key)? {
            // The numbers have no checksum of their own.
            if sequence <= scan.sequence && scan.sequence != 0 {
                return Ok(scan);
            }
            scan = Self { end: source.at, group: scan.group.max(group), sequence, is_whole: false };
        }
        source.reader.seek(SeekFrom::Start(scan.end))?;
        scan.is_whole = is_zero(&mut source.reader)?;
        Ok(scan)
    }
}

/// Whether the number of a group up to `acknowledged` stands anywhere from `start` on, in whatever
/// surroundings.
fn has_group(path: &Path, start: u64, group_key: &[u8], acknowledged: u64) -> io::Result<bool> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    // The last bytes read: the key, then the number.
    let length = group_key.len().saturating_add(8);
    let mut window = VecDeque::with_capacity(length);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        for byte in bytes {
            if window.len() == length {
                window.pop_front();
            }
            window.push_back(*byte);
            if window.front() == group_key.first()
                && window.iter().zip(group_key).all(|(a, b)| a == b)
                && window.len() == length
            {
                let number = window.iter().skip(group_key.len());
                let number = number.fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
                if number <= acknowledged {
                    return Ok(true);
                }
            }
        }
        let read = bytes.len();
        reader.consume(read);
    }
}

fn is_zero(reader: &mut impl Read) -> io::Result<bool> {
    let zeros = vec![0; 1 << 16];
    let mut bytes = zeros.clone();
    loop {
        let length = reader.read(&mut bytes)?;
        if length == 0 {
            return Ok(true);
        }
        // Comparing slices is fast without optimization, too; a journal is 64 MB, mostly zeros.
        if bytes.get(..length) != zeros.get(..length) {
            return Ok(false);
        }
    }
}

/// A journal being read.
struct Source {
    reader: BufReader<File>,
    /// How many bytes were read, and how many are left.
    at: u64,
    left: u64,
}

impl Source {
    /// The group number and the sequence number of the next batch; `None` if it is not whole.
    fn batch(&mut self, group_key: &[u8]) -> io::Result<Option<(Option<u64>, u64)>> {
        let Some([START, c0, c1, c2, c3, s0, s1, s2, s3, s4, s5, s6, s7]) = self.take()? else {
            return Ok(None);
        };
        let count = u32::from_le_bytes([c0, c1, c2, c3]);
        let sequence = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
        let mut hash = Xxh3::new();
        let mut group = None;
        for _ in 0..count {
            let Some(item) = self.item(group_key, &mut hash)? else { return Ok(None) };
            group = group.max(item);
        }
        let Some([END]) = self.take()? else { return Ok(None) };
        let Some(checksum) = self.take::<8>()? else { return Ok(None) };
        let is_whole = self.take()? == Some(TRAILER) && checksum == hash.digest().to_le_bytes();
        Ok(is_whole.then_some((group, sequence)))
    }

    /// One item. `Some(Some(number))` if it is the number of the group.
    #[expect(clippy::option_option, reason = "no item, an item, an item with a number")]
    fn item(&mut self, group_key: &[u8], hash: &mut Xxh3) -> io::Result<Option<Option<u64>>> {
        let Some(head) = self.take::<21>()? else { return Ok(None) };
        hash.update(&head);
        // Tag, kind of value, compression, keyspace, and the lengths of the key, of the value, and
        // of the value as it is stored. Nothing is compressed here.
        let [ITEM, _, 0, _, _, _, _, _, _, _, _, k0, k1, v0, v1, v2, v3, stored @ ..] = head else {
            return Ok(None);
        };
        let lengths = [v0, v1, v2, v3];
        if stored != lengths {
            return Ok(None);
        }
        let key = u64::from(u16::from_le_bytes([k0, k1]));
        let Some(key) = self.bytes(key)? else { return Ok(None) };
        hash.update(&key);
        let Some(value) = self.bytes(u64::from(u32::from_le_bytes(lengths)))? else {
            return Ok(None);
        };
        hash.update(&value);
        let number = value.first_chunk().filter(|_| key == group_key);
        Ok(Some(number.map(|number| u64::from_be_bytes(*number))))
    }

    fn take<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        let length = u64::try_from(N).unwrap_or(u64::MAX);
        Ok(self.fill(&mut bytes, length)?.then_some(bytes))
    }

    fn bytes(&mut self, length: u64) -> io::Result<Option<Vec<u8>>> {
        // A damaged length takes no memory.
        let Some(size) = usize::try_from(length).ok().filter(|_| length <= self.left) else {
            return Ok(None);
        };
        let mut bytes = vec![0; size];
        Ok(self.fill(&mut bytes, length)?.then_some(bytes))
    }

    fn fill(&mut self, bytes: &mut [u8], length: u64) -> io::Result<bool> {
        if length > self.left {
            return Ok(false);
        }
        self.reader.read_exact(bytes)?;
        self.left = self.left.saturating_sub(length);
        self.at = self.at.saturating_add(length);
        Ok(true)
    }
}
