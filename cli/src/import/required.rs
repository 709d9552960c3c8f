//! The members that a page must have and that the lenient reader of answers does without.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The last `Timestamp` of a row, in Unix seconds: 2^40 - 1, the last time that a store can have.
/// In milliseconds that would be in 2004, before there was such a service.
const TIMESTAMP_MAX: u64 = (1 << 40) - 1;
const TOO_LATE: u64 = TIMESTAMP_MAX + 1;

/// `null` is the same as absent.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow, rename = "CompleteFlag")]
    complete: Option<&'a RawValue>,
    #[serde(borrow, rename = "ContactItem", alias = "ContactResultItem")]
    rows: Option<Vec<Option<Row<'a>>>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, rename = "StandardMark")]
    marks: Option<&'a RawValue>,
    #[serde(borrow, rename = "Timestamp")]
    timestamp: Option<&'a RawValue>,
}

/// Checks an answer that the reader of answers has accepted.
///
/// The error says where, with a JSON Pointer, and what is allowed. It shows no value.
pub fn check(answer: &str) -> Result<(), String> {
    let page: Page<'_> = serde_json::from_str(answer).map_err(|error| {
        format!(
            "the answer cannot be read at line {}, column {} of the answer: a member occurs twice, or a name is not valid Unicode",
            error.line(),
            error.column()
        )
    })?;
    if page.complete.is_some_and(|flag| !["0", "1"].contains(&flag.get())) {
        return Err("the answer at /CompleteFlag: CompleteFlag must be 0 or 1".to_string());
    }
    for (number, row) in page.rows.iter().flatten().enumerate() {
        row.as_ref()
            .ok_or_else(|| "a row must be an object".to_string())
            .and_then(Row::check)
            .map_err(|problem| format!("the answer at /ContactItem/{number}: {problem}"))?;
    }
    Ok(())
}

impl Row<'_> {
    fn check(&self) -> Result<(), String> {
        let allowed = format!("Unix seconds, an integer from 0 to {TIMESTAMP_MAX}");
        member("StandardMark", self.marks, "a string", |text| text.starts_with('"'))?;
        let time: Option<u64> = self.timestamp.and_then(|time| time.get().parse().ok());
        member("Timestamp", self.timestamp, &allowed, |_| time.is_some())?;
        match time {
            Some(TOO_LATE..) => {
                Err(format!("Timestamp must be {allowed}; this one may be in milliseconds"))
            }
            _ => Ok(()),
        }
    }
}

fn member(
    name: &str,
    value: Option<&RawValue>,
    allowed: &str,
    is_allowed: impl Fn(&str) -> bool,
) -> Result<(), String> {
    match value {
        None => Err(format!("{name} is missing; it must be {allowed}")),
        Some(value) if !is_allowed(value.get()) => Err(format!("{name} must be {allowed}")),
        Some(_) => Ok(()),
    }
}
