//! A recording as a HAR file (HTTP archive), which browsers and proxies write. Only one entry at a
//! time is in memory.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use convmark::Facts;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    EXCHANGE_MAX_BYTES, Each, Exchange, Foreign, Format, NotPost, Place, Recorded, object,
    path_and_query,
};
use crate::envelope::{Envelope, Target};
use crate::failure::Failure;
use crate::other_service::{PATH_PREFIX, is_of_another_service};

pub fn read(
    input: impl Read,
    each: Each<'_>,
    refused: &dyn Fn(String) -> Failure,
) -> Result<(), Failure> {
    let left = Cell::new(EXCHANGE_MAX_BYTES);
    let mut entries = Entries { each, left: &left, number: 0, failure: None };
    let mut json = serde_json::Deserializer::from_reader(Limited { input, left: &left });
    let done = Archive(&mut entries).deserialize(&mut json).and_then(|()| json.end());
    let (number, failure) = (entries.number, entries.failure.take());
    match (failure, done) {
        (Some(failure), _) => Err(failure),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(refused(problem(number, &error))),
    }
}

/// What is wrong, without the text of the library, which quotes values.
fn problem(entries: u64, error: &serde_json::Error) -> String {
    if let Some(kind) = error.io_error_kind() {
        return match kind {
            io::ErrorKind::FileTooLarge => format!(
                "entry {} has more than {EXCHANGE_MAX_BYTES} bytes; remove it, or keep only calls of {PATH_PREFIX}",
                entries + 1
            ),
            _ => format!("{error}"),
        };
    }
    let place = format!("at line {}, column {}", error.line(), error.column());
    if error.is_eof() {
        return format!("not a whole HAR file: it ends {place}, in or after entry {entries}");
    }
    let what = if error.is_data() {
        "it must be an object with log.entries, an array of objects with the string request.url; \
         method, postData.text, content.text and content.encoding are strings"
    } else {
        "it is not valid JSON"
    };
    format!(
        "not a HAR file {place}, after entry {entries}: {what}; for JSON Lines give --from jsonl"
    )
}

/// Reads as many bytes as are left for one entry.
struct Limited<'l, R> {
    input: R,
    left: &'l Cell<u64>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let left = self.left.get().checked_sub(count as u64);
        self.left.set(left.ok_or(io::ErrorKind::FileTooLarge)?);
        Ok(count)
    }
}

/// Gives the entries on.
struct Entries<'e, 'f> {
    each: Each<'f>,
    left: &'e Cell<u64>,
    /// How many were read.
    number: u64,
    failure: Option<Failure>,
}

/// Reads the one member of an object that leads to the entries.
macro_rules! path {
    ($($Level:ident: $member:literal => $Next:ident,)+) => {
        $(
            struct $Level<'a, 'e, 'f>(&'a mut Entries<'e, 'f>);

            impl<'de> DeserializeSeed<'de> for $Level<'_, '_, '_> {
                type Value = ();

                fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
                    json.deserialize_map(self)
                }
            }

            impl<'de> Visitor<'de> for $Level<'_, '_, '_> {
                type Value = ();

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
                    let mut is_found = false;
                    while let Some(name) = map.next_key::<String>()? {
                        if name == $member && !is_found {
                            is_found = true;
                            map.next_value_seed($Next(&mut *self.0))?;
                        } else {
                            self.0.left.set(EXCHANGE_MAX_BYTES);
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                    if is_found { Ok(()) } else { Err(A::Error::missing_field($member)) }
                }
            }
        )+
    };
}

path! {
    Archive: "log" => Log,
    Log: "entries" => List,
}

struct List<'a, 'e, 'f>(&'a mut Entries<'e, 'f>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let entries = self.0;
        loop {
            entries.left.set(EXCHANGE_MAX_BYTES);
            let Some(entry) = list.next_element::<Entry>()? else { return Ok(()) };
            entries.number += 1;
            let place = Place { format: Format::Har, number: entries.number };
            if let Err(failure) = (entries.each)(place, entry.into_recorded()) {
                entries.failure = Some(failure);
                return Err(A::Error::custom("the reader stopped"));
            }
        }
    }
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: Option<String>,
    url: String,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

impl Entry {
    fn into_recorded(self) -> Recorded<'static> {
        let target = path_and_query(&self.request.url);
        let is_post = self.request.method.as_ref().is_none_or(|method| method == "POST");
        // What is not POST, and has a path that is only close to one of this service, is rather a
        // page of the client itself.
        if is_of_another_service(target) || (!is_post && !target.starts_with(PATH_PREFIX)) {
            return Recorded::Foreign(Foreign::OtherService);
        }
        let request = Envelope {
            text: "",
            target: Target::Url(Cow::Owned(target.to_string())),
            body: Cow::Owned(self.request.post_data.and_then(|data| data.text).unwrap_or_default()),
            now: 0,
            now_ms: 0,
            is_admin: true,
            facts: Facts::vouched(),
            answer_with: None,
        };
        match self.request.method {
            Some(method) if method == "OPTIONS" => return Recorded::Foreign(Foreign::Preflight),
            Some(method) if !is_post => return Recorded::NotPost(NotPost { method, request }),
            _ => {}
        }
        let answer = self.response.and_then(|response| response.content);
        let answer = answer.and_then(Content::into_text).and_then(|text| object(Cow::Owned(text)));
        Recorded::Exchange(Exchange { request, facts: None, answer })
    }
}

impl Content {
    /// The text, unless it was not kept or is not UTF-8.
    fn into_text(self) -> Option<String> {
        match self.encoding.as_deref() {
            None | Some("") => self.text,
            Some("base64") => String::from_utf8(BASE64_STANDARD.decode(self.text?).ok()?).ok(),
            Some(_) => None,
        }
    }
}
