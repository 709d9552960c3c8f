//! A recording as JSON Lines: the lines that `replay` reads, each with its answer.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use serde_json::value::RawValue;

use super::{EXCHANGE_MAX_BYTES, Each, Exchange, Format, Place, Recorded, object};
use crate::envelope::{Envelope, LINE, Members, not_exactly_one};
use crate::failure::Failure;

const ANSWER: [&str; 2] = ["answer", "answer_raw"];

pub fn read(
    mut input: impl BufRead,
    each: Each<'_>,
    unreadable: &dyn Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let mut limited = Read::by_ref(&mut input).take(EXCHANGE_MAX_BYTES + 1);
        if limited.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            break;
        }
        let place = Place { format: Format::Jsonl, number };
        if line.len() as u64 > EXCHANGE_MAX_BYTES {
            if line.last() != Some(&b'\n') {
                input.skip_until(b'\n').map_err(unreadable)?;
            }
            each(place, Recorded::Wrong(too_long()))?;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Exchange::read(&line) {
            Ok(exchange) => each(place, Recorded::Exchange(exchange))?,
            Err(problem) => each(place, Recorded::Wrong(problem))?,
        }
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
