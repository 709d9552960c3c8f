//! IDs of groups, which the accounts take over from recorded answers.

use convmark::{Account, Command};
use serde_json::{Value, json};

use super::theirs::Theirs;

/// The group that create made in theirs.
pub struct Created<'t> {
    pub name: &'t str,
    pub id: u32,
}

pub fn created_group(command: Option<Command>, theirs: &Theirs) -> Option<Created<'_>> {
    if command != Some(Command::CreateContactGroup) || !theirs.is_ok {
        return None;
    }
    let group = theirs.answer.as_ref()?.groups.first()?;
    let id = u32::try_from(group.id).ok().filter(|id| *id > 0)?;
    Some(Created { name: &group.name, id })
}

/// Changes an account by way of its snapshot. What is not a snapshot then leaves it as it is.
fn edit(account: &mut Account, edit: impl FnOnce(&mut Value)) {
    let edited = serde_json::to_value(&*account).and_then(|mut snapshot| {
        edit(&mut snapshot);
        serde_json::from_value(snapshot)
    });
    if let Ok(edited) = edited {
        *account = edited;
    }
}

pub fn set_last_group_id(account: &mut Account, id: u32) {
    edit(account, |snapshot| snapshot["last_group_id"] = json!(id));
}

/// The account after a request, with the ID of theirs for the group that it made. If only theirs made
/// one, there is no new group that could get their ID.
pub fn with_their_id(
    before: &Account,
    mut after: Account,
    command: Option<Command>,
    theirs: &Theirs,
) -> Account {
    let Some(created) = created_group(command, theirs) else { return after };
    let is_new = |id| before.groups().all(|group| group.id != id);
    let ours = after.group(created.name).map(|group| group.id);
    if let Some(ours) = ours.filter(|ours| is_new(*ours) && *ours != created.id) {
        renumber(&mut after, ours, created.id);
    }
    after
}

/// Gives a group another ID.
fn renumber(account: &mut Account, ours: u32, theirs: u32) {
    edit(account, |snapshot| {
        let replace = |id: &mut Value| {
            if *id == json!(ours) {
                *id = json!(theirs);
            }
        };
        let last = snapshot["groups"].as_array_mut().map_or(0, |groups| {
            groups.iter_mut().for_each(|group| replace(&mut group["group_id"]));
            groups.sort_by_key(|group| group["group_id"].as_u64());
            groups.last().and_then(|group| group["group_id"].as_u64()).unwrap_or(0)
        });
        for row in snapshot["rows"].as_array_mut().into_iter().flatten() {
            if let Some(ids) = row["group_ids"].as_array_mut() {
                ids.iter_mut().for_each(replace);
                ids.sort_by_key(Value::as_u64);
            }
        }
        snapshot["last_group_id"] = json!(last);
    });
}
