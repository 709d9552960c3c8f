//! `--format json`: one object for each difference.

use std::io::{self, Write};

use convmark::Command;
use serde::Serialize;
use serde_json::Value;

use super::super::difference::Kind;
use super::super::exchange::Explained;
use super::super::listed::Kept;
use super::super::settings::Setting;
use super::super::state::{Counts, History, Origin};
use super::found::FoundSetting;
use super::totals::Totals;
use crate::input::print_json;
use crate::json::{Json, array, object};
use crate::recorded::Place;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    place: Place,
    command: Option<&'static str>,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    theirs: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ours: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_elements: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a str>,
    decision: &'static str,
    setting: Option<Json>,
    /// What the account was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'static str>,
    /// The line or entry of the last change whose answer does not say whether it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    unclear_since: Option<u64>,
}

pub fn difference(
    place: Place,
    command: Option<Command>,
    history: Option<History>,
    explained: &Explained,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Explained { difference: Kept { path, theirs, ours, kind }, decision, setting } = explained;
    print_json(
        &Line {
            place,
            command: command.map(Command::name),
            path,
            theirs: theirs.as_ref(),
            ours: ours.as_ref(),
            more_elements: if let Kind::Longer(more) = kind { Some(*more) } else { None },
            order: if let Kind::Order(other) = kind { Some(other) } else { None },
            decision,
            setting: setting.as_ref().map(how_to_set),
            account: history.map(|history| match history.origin {
                Origin::Pages => "pages",
                Origin::Empty => "empty",
            }),
            unclear_since: history.and_then(|history| Some(history.unclear?.number)),
        },
        out,
    )
}

/// The option is `null` if the tool has none, and the revision is then one that has the value.
fn how_to_set(setting: &Setting) -> Json {
    let Setting { name, value, option, revision } = setting;
    let object = object! { "name": *name, "value": &**value };
    match option {
        Some(option) => object.with("option", &**option),
        None => object.with("option", Json::Null).with_some("revision", *revision),
    }
}

/// What is wrong with a line.
pub fn wrong(place: Place, problem: &str, out: &mut dyn Write) -> io::Result<()> {
    print_json(&object! {}.with(place.unit(), place.number).with("error", problem), out)
}

/// How many differences there are beyond those printed.
pub fn more(place: Place, more: usize, out: &mut dyn Write) -> io::Result<()> {
    print_json(&object! {}.with(place.unit(), place.number).with("more", more), out)
}

pub fn totals(
    totals: &Totals,
    accounts: Counts,
    settings: &[FoundSetting],
    out: &mut dyn Write,
) -> io::Result<()> {
    let settings = settings.iter().map(|found| {
        let object = how_to_set(&found.setting).with("differences", found.differences);
        object.with_some("observed", found.is_observed.then_some(true))
    });
    let Totals { agree, differ, differences, faults, no_answer, other, wrong } = *totals;
    let totals = object! {
        "agree": agree,
        "differ": differ,
        "differences": differences,
        "skipped": object! { "faults": faults, "no_answer": no_answer, "other": other },
        "wrong": wrong,
        "accounts": object! {
            "from_pages": accounts.from_pages,
            "empty": accounts.empty,
            "made_anew": accounts.made_anew,
        },
        "settings": array(settings),
    };
    print_json(&object! { "totals": totals }, out)
}
