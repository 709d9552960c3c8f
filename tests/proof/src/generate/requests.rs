//! Bodies of the right shape, in which little is wrong.

use super::json::{Json, number, object, text};
use super::{Draw, limits, texts};
use convmark::{Command, Policy};

/// A command; those that change something come up more often.
pub fn command(draw: &mut Draw) -> Command {
    use Command::*;
    draw.pick(&[
        CreateContactGroup,
        MarkContact,
        UpdateContactGroup,
        DelContactGroup,
        GetContactGroup,
        SearchContactGroup,
        MarkContact,
        UpdateContactGroup,
        CreateContactGroup,
        MarkContact,
        UpdateContactGroup,
    ])
}

/// A body that the policy allows, apart from rare slips.
pub fn right_body(draw: &mut Draw, command: Command, policy: &Policy) -> Json {
    let account = if draw.once_in(16) { texts::user(draw) } else { "a".to_string() };
    let mut members = vec![("From_Account", text(account))];
    match command {
        Command::CreateContactGroup => {
            let mut group = vec![("GroupName", text(texts::group_name(draw, policy)))];
            if policy.create_needs_conversations() || !draw.once_in(4) {
                let most = limits::conversations(policy);
                group.push(("ContactItem", contacts(draw, 0, most)));
            }
            members.push(("GroupContactItem", Json::List(vec![object(group)])));
        }
        Command::UpdateContactGroup => {
            members.push(("UpdateType", number(1)));
            members.push(("UpdateGroup", update(draw, policy)));
        }
        Command::DelContactGroup => members.push(("GroupName", Json::List(vec![text(texts::group_name(draw, policy))]))),
        Command::MarkContact => {
            let count = draw.from_to(1, limits::marks(policy));
            members.push(("MarkItem", Json::List((0..count).map(|_| mark(draw, policy)).collect())));
        }
        Command::GetContactGroup => {
            let start = draw.pick(&["0", "1", "2", "0", "3", "100", "18446744073709551615"]);
            members.push(("StartIndex", number(start)));
        }
        Command::SearchContactGroup => {
            let most = limits::search(policy);
            members.push(("ContactItem", contacts(draw, 1, most)));
        }
    }
    object(members)
}

/// A ContactItem object.
pub fn contact(draw: &mut Draw) -> Json {
    let choices = draw.below(8);
    let (kind, own, id, other) = match choices < 5 {
        true => (1, "To_Account", texts::user(draw), "ToGroupId"),
        false => (2, "ToGroupId", texts::chat(draw), "To_Account"),
    };
    let mut members = vec![("Type", number(kind)), (own, text(id))];
    match draw.below(12) {
        10 => members.push((other, text(""))),
        11 => members.push((other, text("other"))),
        9 => members.push((other, number("null"))),
        _ => {}
    }
    object(members)
}

fn contacts(draw: &mut Draw, least: usize, most: usize) -> Json {
    let count = draw.from_to(least, most);
    Json::List((0..count).map(|_| contact(draw)).collect())
}

fn update(draw: &mut Draw, policy: &Policy) -> Json {
    let old = ("OldGroupName", text(texts::group_name(draw, policy)));
    if draw.once_in(3) {
        let new = ("NewGroupName", text(texts::group_name(draw, policy)));
        let kind = if draw.once_in(12) { 2 } else { 1 };
        return object(vec![("UpdateGroupType", number(kind)), old, new]);
    }
    let count = draw.from_to(0, limits::conversations(policy));
    let item = |draw: &mut Draw| {
        let operation = draw.pick(&[1, 1, 2]);
        object(vec![("ContactOptType", number(operation)), ("ContactItem", contact(draw))])
    };
    let items = (0..count).map(|_| item(draw)).collect();
    object(vec![("UpdateGroupType", number(2)), old, ("ContactUpdateItem", Json::List(items))])
}

fn mark(draw: &mut Draw, policy: &Policy) -> Json {
    let operation = draw.pick(&[1, 3, 2, 1]);
    let mut members = vec![("OptType", number(operation)), ("ContactItem", contact(draw))];
    if operation != 2 {
        for name in ["ClearMark", "SetMark"] {
            let count = draw.below(4);
            if count > 0 || draw.once_in(4) {
                members.push((name, Json::List((0..count).map(|_| number(index(draw, policy))).collect())));
            }
        }
    }
    // Now and then a custom mark that the operation ignores.
    if (operation == 1) == draw.once_in(8) {
        members.push(("CustomMark", text(texts::custom_mark(draw, policy))));
    }
    object(members)
}

/// A mark index within the policy's base.
fn index(draw: &mut Draw, policy: &Policy) -> u8 {
    let bit = draw.pick(&[0, 1, 63, 32, 2, 3, 4, 31, 5, 62]);
    policy.mark_base().first() + bit
}
