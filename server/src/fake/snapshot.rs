//! Accounts as tests write them: snapshots of the core.

use convmark::Account;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Json, Kind, WrongJson};

/// The members of a snapshot, of its groups and of its rows.
const WHOLE: [&str; 4] = ["version", "last_group_id", "groups", "rows"];
const GROUP: [&str; 2] = ["group_id", "name"];
const ROW: [&str; 5] = ["conversation", "standard_mark", "custom_mark", "group_ids", "timestamp"];

const GROUP_ID_MAX: i128 = i32::MAX as i128;
const TIME_MAX: i128 = u64::MAX as i128;

/// The account of a snapshot.
///
/// # Errors
///
/// What is wrong with it. No text of it is shown.
pub fn read(body: &Json<'_>) -> Result<Account, WrongJson> {
    check_form(body)?;
    serde_json::from_str(body.text()).map_err(|error: serde_json::Error| {
        let message = error.to_string();
        // Where the value is in the text says less than its pointer.
        let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
        refused(body, message)
    })
}

/// Looks at members and their types, which the core reports without saying what is allowed.
fn check_form(body: &Json<'_>) -> Result<(), WrongJson> {
    #[derive(Deserialize)]
    struct Versioned<'b> {
        #[serde(borrow)]
        version: &'b RawValue,
    }
    // First, as other versions may have other members.
    if body.kind() == Kind::Object
        && let Ok(Versioned { version }) = serde_json::from_str(body.text())
        && version.get() != "1"
    {
        let problem = "must be 1, the only version of snapshots that is read";
        return Err(body.wrong_at("/version", problem));
    }
    let [_version, last, groups, rows] = all(body, WHOLE)?;
    last.integer::<i128>(0..=GROUP_ID_MAX, "")?;
    groups.each("an array of groups", |group| {
        let [id, name] = all(&group, GROUP)?;
        id.integer::<i128>(1..=GROUP_ID_MAX, "")?;
        name.string("a string").map(drop)
    })?;
    rows.each("an array of rows", |row| {
        let [conversation, marks, custom, ids, time] = all(&row, ROW)?;
        if conversation.kind() != Kind::Object {
            return Err(conversation.must_be("an object"));
        }
        marks.string("a string of binary digits")?;
        custom.string("a string")?;
        ids.each("an array of group IDs", |id| id.integer::<i128>(1..=GROUP_ID_MAX, "").map(drop))?;
        time.integer::<i128>(0..=TIME_MAX, " (Unix seconds)").map(drop)
    })
}

/// The members of an object, none of which may be absent.
fn all<'b, const N: usize>(json: &Json<'b>, names: [&str; N]) -> Result<[Json<'b>; N], WrongJson> {
    let found = json.object(names)?;
    if let Some(absent) = found.iter().position(Option::is_none) {
        return Err(json.lacks(names.get(absent).copied().unwrap_or_default()));
    }
    // All are there.
    Ok(found.map(|member| member.unwrap_or_else(|| json.clone())))
}

/// One sentence with one place, from what the core says: `/groups/0: the name must ..`.
fn refused(body: &Json<'_>, message: &str) -> WrongJson {
    let Some((place, problem)) =
        message.split_once(": ").filter(|(place, _)| place.starts_with('/'))
    else {
        return body.wrong(format_args!("cannot be an account: {message}"));
    };
    let of_member = problem.strip_prefix("the ").and_then(|rest| rest.split_once(' '));
    match of_member.filter(|(name, _)| GROUP.contains(name) || ROW.contains(name)) {
        Some((name, problem)) => body.wrong_at(&format!("{place}/{name}"), problem),
        None => body.wrong_at(&format!("{place}:"), problem),
    }
}
