//! Recordings: requests with the answers that were given to them, as JSON Lines or a HAR file.

mod har;
mod line;
mod page;
mod url;

pub use page::{Page, Reading, WrongPage};
pub use url::{DROPPED, USERSIG, path_and_query, with_usersig};

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

use clap::{Args, ValueEnum};
use serde::de::IgnoredAny;
use serde::ser::{Serialize, Serializer};

use crate::envelope::{Envelope, PATH_PREFIX};
use crate::failure::Failure;
use crate::input;

/// The longest line of JSON Lines without its end, and the longest entry of a HAR file, in bytes.
pub const EXCHANGE_MAX_BYTES: u64 = 16 << 20;

#[derive(Args)]
pub struct Recording {
    #[command(flatten)]
    input: input::Source,
    /// The format of the recording [default: recognized by its first bytes]
    #[arg(long, value_name = "FORMAT", value_enum)]
    from: Option<Format>,
}

/// How a recording is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One exchange a line
    Jsonl,
    /// An HTTP archive
    Har,
}

/// Where an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub format: Format,
    /// The line of the file, or the entry of the archive, from 1.
    pub number: u64,
}

impl Place {
    /// The line with this number.
    pub const fn line(number: u64) -> Self {
        Self { format: Format::Jsonl, number }
    }

    /// What is counted.
    pub const fn unit(self) -> &'static str {
        match self.format {
            Format::Jsonl => "line",
            Format::Har => "entry",
        }
    }
}

/// `{"line":3}`, `{"entry":3}`.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.unit(), self.number)])
    }
}

/// `line 3`, `entry 3`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.unit(), self.number)
    }
}

/// What is at a place of a recording.
pub enum Recorded<'a> {
    Exchange(Exchange<'a>),
    /// An entry of a HAR file that is not a call of this service.
    Foreign,
    /// What is wrong with the line.
    Wrong(String),
}

/// A request with its answer.
pub struct Exchange<'a> {
    pub request: Envelope<'a>,
    /// What the line says of what the service knows, as JSON.
    pub facts: Option<&'a str>,
    /// The answer, if it is a JSON object.
    pub answer: Option<Cow<'a, str>>,
}

/// Tells by path and query whether an entry of a HAR file is a call of this service.
type IsOurs = fn(&str) -> bool;

/// What each place of a recording is given to.
type Each<'e> = &'e mut dyn FnMut(Place, Recorded<'_>) -> Result<(), Failure>;

impl Recording {
    /// Gives each exchange to `each`, in order.
    pub fn read(&self, each: Each<'_>) -> Result<(), Failure> {
        self.read_from(self.input.open()?, each)
    }

    /// What is read, as people call it.
    pub fn name(&self) -> String {
        self.input.name()
    }

    /// A file that can be read twice: what is not a regular file is copied into a temporary one.
    pub fn seekable(&self) -> Result<File, Failure> {
        let unreadable = |error| self.input.unreadable(&error);
        if let Some(path) = self.input.file() {
            let file = File::open(path).map_err(unreadable)?;
            if file.metadata().map_err(unreadable)?.is_file() {
                return Ok(file);
            }
        }
        let mut copy = tempfile::tempfile().map_err(|error| {
            Failure::Refused(format!(
                "{}: cannot be kept for reading it twice: {error}",
                self.name()
            ))
        })?;
        io::copy(&mut self.input.open()?, &mut copy).map_err(unreadable)?;
        copy.rewind().map_err(unreadable)?;
        Ok(copy)
    }

    /// Goes back to the start of a file that was read.
    pub fn rewind(&self, input: &mut File) -> Result<(), Failure> {
        input.rewind().map_err(|error| {
            Failure::Refused(format!("{}: cannot be read again: {error}", self.name()))
        })
    }

    /// The same as `read` for a source that is open.
    pub fn read_from(&self, mut input: impl Read, each: Each<'_>) -> Result<(), Failure> {
        let unreadable = |error| self.input.unreadable(&error);
        let start = start(&mut input).map_err(unreadable)?;
        let format = self.from.unwrap_or_else(|| recognize(&start));
        let mut input = BufReader::new(io::Cursor::new(start).chain(input));
        skip_byte_order_mark(&mut input).map_err(unreadable)?;
        match format {
            Format::Jsonl => line::read(input, each, &unreadable),
            Format::Har => {
                read_entries(&self.input, input, |url| url.starts_with(PATH_PREFIX), each)
            }
        }
    }
}

/// Gives each entry of a HAR file to `each`, in order. Those that are not calls of this service are
/// foreign.
pub fn read_har(source: &input::Source, is_ours: IsOurs, each: Each<'_>) -> Result<(), Failure> {
    let mut input = BufReader::new(source.open()?);
    skip_byte_order_mark(&mut input).map_err(|error| source.unreadable(&error))?;
    read_entries(source, input, is_ours, each)
}

fn read_entries(
    source: &input::Source,
    input: impl BufRead,
    is_ours: IsOurs,
    each: Each<'_>,
) -> Result<(), Failure> {
    har::read(input, is_ours, each, &|problem| {
        Failure::Refused(format!("{}: {problem}", source.name()))
    })
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes the format is recognized by, at most.
const START_MAX_BYTES: u64 = 4096;

fn start(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    // Not more than is needed, as the input may be a pipe that stays open.
    while (start.len() as u64) < START_MAX_BYTES && start.last() != Some(&b':') {
        if Read::by_ref(input).take(1).read_to_end(&mut start)? == 0 {
            break;
        }
    }
    Ok(start)
}

/// An archive is an object whose first member is `log`, which no line has.
fn recognize(start: &[u8]) -> Format {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let words: Vec<u8> = start.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if words.starts_with(b"{\"log\":") { Format::Har } else { Format::Jsonl }
}

fn skip_byte_order_mark(input: &mut impl BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        input.consume(BYTE_ORDER_MARK.len());
    }
    Ok(())
}

/// The answer, if it is a JSON object.
fn object(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let is_object = text.trim_ascii_start().starts_with('{')
        && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    is_object.then_some(text)
}
