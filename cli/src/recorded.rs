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
use std::io::{self, BufRead, Read, Seek};

use clap::{Args, ValueEnum};
use serde::de::IgnoredAny;
use serde::ser::{Serialize, Serializer};

use crate::envelope::{Envelope, Target};
use crate::failure::Failure;
use crate::input;
use crate::other_service::{is_not_modeled, is_of_another_service};

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
    /// A call of this service in a HAR file with another method than POST.
    NotPost(NotPost),
    /// What is skipped of a HAR file, as it is not a call of this service.
    Foreign(Foreign),
    /// What is wrong with the line.
    Wrong(String),
}

/// A call with another method than POST.
pub struct NotPost {
    pub method: String,
    pub request: Envelope<'static>,
}

/// What is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    OtherService,
    /// A call of `get_list` or `delete`, whatever is wrong with it.
    NotModeled,
    /// The question of a browser whether it may make the call.
    Preflight,
}

impl Foreign {
    /// What a URL, path and query, says of its call, if it is not one of a modeled command and not
    /// a misspelled one.
    pub fn of(url: &str) -> Option<Self> {
        if is_of_another_service(url) {
            return Some(Self::OtherService);
        }
        is_not_modeled(url).then_some(Self::NotModeled)
    }

    /// What it is, for people.
    pub const fn what(self) -> &'static str {
        match self {
            Self::OtherService => "a call of another service",
            Self::NotModeled => "a call of a command that is not modeled",
            Self::Preflight => "a preflight request of a browser",
        }
    }
}

/// A request with its answer.
pub struct Exchange<'a> {
    pub request: Envelope<'a>,
    /// What the line says of what the service knows, as JSON.
    pub facts: Option<&'a str>,
    /// The answer, if it is a JSON object.
    pub answer: Option<Cow<'a, str>>,
}

impl Exchange<'_> {
    /// Whether it is a call of another service.
    pub fn is_of_another_service(&self) -> bool {
        matches!(&self.request.target, Target::Url(url) if is_of_another_service(url))
    }
}

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
    pub fn read_from(&self, input: impl Read, each: Each<'_>) -> Result<(), Failure> {
        let text = self.input.text(input)?;
        let recognized = if text.is_har { Format::Har } else { Format::Jsonl };
        match self.from.unwrap_or(recognized) {
            Format::Jsonl => read_lines(&self.input, text.input, each),
            Format::Har => read_har(&self.input, text.input, each),
        }
    }
}

/// Gives each exchange of JSON Lines to `each`, in order.
pub fn read_lines(
    source: &input::Source,
    input: impl BufRead,
    each: Each<'_>,
) -> Result<(), Failure> {
    line::read(input, each, &|error| source.unreadable(&error))
}

/// Gives each entry of a HAR file to `each`, in order.
pub fn read_har(
    source: &input::Source,
    input: impl BufRead,
    each: Each<'_>,
) -> Result<(), Failure> {
    har::read(input, each, &|problem| Failure::Refused(format!("{}: {problem}", source.name())))
}

/// The answer, if it is a JSON object.
fn object(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let is_object = text.trim_ascii_start().starts_with('{')
        && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    is_object.then_some(text)
}
