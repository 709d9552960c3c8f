//! Where two answers differ.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ours::Ours;
use super::theirs::Theirs;

/// A place where two answers differ.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'d> {
    /// A JSON Pointer (RFC 6901) into the answer.
    pub path: &'d str,
    /// The value there; `None` if it is absent.
    pub theirs: Option<&'d Value>,
    pub ours: Option<&'d Value>,
    pub kind: &'d Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Value,
    /// One of the two requests succeeded and the other one failed: the rest is not compared.
    Outcome,
    /// One of the two lists is longer; so many further elements follow this one.
    Longer(usize),
    /// The two timestamps, here and at that path, are in another order.
    Order(String),
}

/// The members that hold texts for people. Only whether they are empty is compared.
const TEXTS: [&str; 2] = ["ErrorInfo", "ResultInfo"];
const TIMESTAMP: &str = "Timestamp";
/// The lists of rows.
const ROWS: [&str; 2] = ["ContactItem", "ContactResultItem"];
/// What says which conversation a row is of.
const CONVERSATION: [&str; 3] = ["Type", "To_Account", "ToGroupId"];

/// What each difference is given to.
type Each<'e> = &'e mut dyn FnMut(Difference<'_>);

/// Gives each difference between two answers to `each`, in the order of their paths.
pub fn differences(theirs: &Theirs, ours: &Ours, each: Each<'_>) {
    if theirs.is_clear() && theirs.is_ok != ours.refusal.is_none() {
        let [theirs, ours] = [&theirs.value, &ours.value].map(|answer| answer.get("ErrorCode"));
        each(Difference { path: "/ErrorCode", theirs, ours, kind: &Kind::Outcome });
        return;
    }
    compare(&mut String::new(), &theirs.value, &ours.value, each);
    for rows in ROWS {
        if let (Some(Value::Array(theirs)), Some(Value::Array(ours))) =
            (theirs.value.get(rows), ours.value.get(rows))
        {
            compare_order(&format!("/{rows}"), theirs, ours, each);
        }
    }
}

/// How far an answer is from theirs. Another outcome, which is one difference, is farther than any
/// number of differences in an answer with the same outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    is_other_outcome: bool,
    /// How many differences there are.
    pub count: usize,
}

impl Distance {
    pub fn between(theirs: &Theirs, ours: &Ours) -> Self {
        let mut distance = Self::default();
        differences(theirs, ours, &mut |difference| distance.add(&difference));
        distance
    }

    pub fn add(&mut self, difference: &Difference<'_>) {
        self.is_other_outcome |= *difference.kind == Kind::Outcome;
        self.count += 1;
    }
}

fn compare(path: &mut String, theirs: &Value, ours: &Value, each: Each<'_>) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => compare_members(path, theirs, ours, each),
        (Value::Array(theirs), Value::Array(ours)) => {
            for (index, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                within(path, &index.to_string(), |path| compare(path, theirs, ours, each));
            }
            let common = theirs.len().min(ours.len());
            let longer = theirs.len().max(ours.len()) - common;
            if longer > 0 {
                let kind = &Kind::Longer(longer - 1);
                let (theirs, ours) = (theirs.get(common), ours.get(common));
                within(path, &common.to_string(), |path| {
                    each(Difference { path, theirs, ours, kind });
                });
            }
        }
        _ if theirs == ours => {}
        _ => each(Difference { path, theirs: Some(theirs), ours: Some(ours), kind: &Kind::Value }),
    }
}

fn compare_members(
    path: &mut String,
    theirs: &Map<String, Value>,
    ours: &Map<String, Value>,
    each: Each<'_>,
) {
    let names: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    for name in names {
        within(path, &name.replace('~', "~0").replace('/', "~1"), |path| {
            match (theirs.get(name), ours.get(name)) {
                (Some(Value::String(theirs)), Some(Value::String(ours)))
                    if TEXTS.contains(&name.as_str()) && theirs.is_empty() == ours.is_empty() => {}
                (Some(Value::Number(_)), Some(Value::Number(_))) if name == TIMESTAMP => {}
                (Some(theirs), Some(ours)) => compare(path, theirs, ours, each),
                (theirs, ours) => each(Difference { path, theirs, ours, kind: &Kind::Value }),
            }
        });
    }
}

fn within(path: &mut String, step: &str, work: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(step);
    work(path);
    path.truncate(length);
}

/// Compares the order of the timestamps of rows that are of the same conversation in both: of each
/// row whose timestamp should be after that of another and is before it, one difference.
fn compare_order(path: &str, theirs: &[Value], ours: &[Value], each: Each<'_>) {
    let is_same = |theirs: &Value, ours: &Value| {
        CONVERSATION.iter().all(|member| theirs.get(member) == ours.get(member))
    };
    let time = |row: &Value| row.get(TIMESTAMP).and_then(Value::as_u64);
    let mut rows: Vec<(u64, u64, usize)> = theirs
        .iter()
        .zip(ours)
        .enumerate()
        .filter(|(_, (theirs, ours))| is_same(theirs, ours))
        .filter_map(|(index, (theirs, ours))| Some((time(ours)?, time(theirs)?, index)))
        .collect();
    rows.sort_unstable();
    // The row with the latest of their timestamps among those that are earlier in ours.
    let mut latest: Option<(u64, usize)> = None;
    for same in rows.chunk_by(|one, other| one.0 == other.0) {
        for (ours, theirs, index) in same {
            if let Some((_, other)) = latest.filter(|(before, _)| before > theirs) {
                each(Difference {
                    path: &format!("{path}/{index}/{TIMESTAMP}"),
                    theirs: Some(&(*theirs).into()),
                    ours: Some(&(*ours).into()),
                    kind: &Kind::Order(format!("{path}/{other}/{TIMESTAMP}")),
                });
            }
        }
        let highest = same.iter().map(|(_, theirs, index)| (*theirs, *index)).max();
        latest = latest.max(highest);
    }
}
