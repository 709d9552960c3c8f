//! A recording as JSON Lines: the lines that `replay` reads, each with its answer.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde_json::value::RawValue;

use super::{EXCHANGE_MAX_BYTES, Each, Exchange, Place, Recorded, object};
use crate::envelope::{Envelope, LINE, Members, not_exactly_one};
use crate::failure::Failure;
use crate::lines::{Line, Lines};

const ANSWER: [&str; 2] = ["answer", "answer_raw"];

pub fn read(
    input: impl BufRead,
    each: Each<'_>,
    unreadable: &dyn Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    let mut lines = Lines::new(input, EXCHANGE_MAX_BYTES);
    while let Some((number, line)) = lines.next().map_err(unreadable)? {
        let read = match line {
            Line::Read(line) if line.trim_ascii().is_empty() => continue,
            Line::Read(line) => Exchange::read(line),
            Line::TooLong => Err(too_long()),
        };
        let recorded = read.map_or_else(Recorded::Wrong, Recorded::Exchange);
        each(Place::line(number), recorded)?;
    }
    Ok(())
}

fn too_long() -> String {
    format!("the line has more than {EXCHANGE_MAX_BYTES} bytes; one exchange may not have more")
}

impl<'a> Exchange<'a> {
    /// Reads a line.
    ///
    /// The error says what is wrong and what is allowed. It shows the names of members and
    /// commands, and nothing else of the line.
    fn read(line: &'a [u8]) -> Result<Self, String> {
        let allowed: Vec<&str> = LINE.into_iter().chain(ANSWER).collect();
        let line = Members::of_line(line, &allowed)?;
        let answer = match (line.present("answer"), line.text("answer_raw")?) {
            (Some(answer), None) if answer.get().starts_with('{') => {
                Some(Cow::Borrowed(answer.get()))
            }
            (Some(_), None) => return Err(line.wrong("answer", "a JSON object")),
            (None, Some(raw)) => object(raw),
            (both, _) => return Err(not_exactly_one("answer", "answer_raw", both.is_some())),
        };
        let facts = line.present("facts").map(RawValue::get);
        Ok(Self { request: Envelope::of(&line)?, facts, answer })
    }
}
