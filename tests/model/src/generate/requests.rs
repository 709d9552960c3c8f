//! Bodies of the right shape, nearly all of them valid.

use super::json::{Json, number, object, text};
use super::{ByteSource, limits, texts};
use convmark::{Command, Policy};

/// Chooses a command. Commands that change something are more likely.
pub fn command(source: &mut ByteSource) -> Command {
    use Command::*;
    source.pick(&[
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

/// A body that the policy allows, except for rare errors.
pub fn mostly_valid_body(source: &mut ByteSource, command: Command, policy: &Policy) -> Json {
    let account = if source.one_in(16) { texts::user(source) } else { "a".to_string() };
    let mut members = vec![("From_Account", text(account))];
    match command {
        Command::CreateContactGroup => {
            let mut group = vec![("GroupName", text(texts::group_name(source, policy)))];
            if policy.create_needs_conversations() || !source.one_in(4) {
                let maximum = limits::conversations(policy);
                group.push(("ContactItem", contacts(source, 0, maximum)));
            }
            members.push(("GroupContactItem", Json::List(vec![object(group)])));
        }
        Command::UpdateContactGroup => {
            members.push(("UpdateType", number(1)));
            members.push(("UpdateGroup", update(source, policy)));
        }
        Command::DelContactGroup => {
            members.push(("GroupName", Json::List(vec![text(texts::group_name(source, policy))])))
        }
        Command::MarkContact => {
            let count = source.in_range(1, limits::marks(policy));
            members
                .push(("MarkItem", Json::List((0..count).map(|_| mark(source, policy)).collect())));
        }
        Command::GetContactGroup => {
            let start = source.pick(&["0", "1", "2", "0", "3", "100", "18446744073709551615"]);
            members.push(("StartIndex", number(start)));
        }
        Command::SearchContactGroup => {
            let maximum = limits::search(policy);
            members.push(("ContactItem", contacts(source, 1, maximum)));
        }
    }
    object(members)
}

/// A `ContactItem` object.
pub fn contact(source: &mut ByteSource) -> Json {
    let choices = source.below(8);
    let (kind, own, id, other) = match choices < 5 {
        true => (1, "To_Account", texts::user(source), "ToGroupId"),
        false => (2, "ToGroupId", texts::chat(source), "To_Account"),
    };
    let mut members = vec![("Type", number(kind)), (own, text(id))];
    match source.below(12) {
        10 => members.push((other, text(""))),
        11 => members.push((other, text("other"))),
        9 => members.push((other, number("null"))),
        _ => {}
    }
    object(members)
}

fn contacts(source: &mut ByteSource, minimum: usize, maximum: usize) -> Json {
    let count = source.in_range(minimum, maximum);
    Json::List((0..count).map(|_| contact(source)).collect())
}

fn update(source: &mut ByteSource, policy: &Policy) -> Json {
    let old = ("OldGroupName", text(texts::group_name(source, policy)));
    if source.one_in(3) {
        let new = ("NewGroupName", text(texts::group_name(source, policy)));
        let kind = if source.one_in(12) { 2 } else { 1 };
        return object(vec![("UpdateGroupType", number(kind)), old, new]);
    }
    let count = source.in_range(0, limits::conversations(policy));
    let item = |source: &mut ByteSource| {
        let operation = source.pick(&[1, 1, 2]);
        object(vec![("ContactOptType", number(operation)), ("ContactItem", contact(source))])
    };
    let items = (0..count).map(|_| item(source)).collect();
    object(vec![("UpdateGroupType", number(2)), old, ("ContactUpdateItem", Json::List(items))])
}

fn mark(source: &mut ByteSource, policy: &Policy) -> Json {
    let operation = source.pick(&[1, 3, 2, 1]);
    let mut members = vec![("OptType", number(operation)), ("ContactItem", contact(source))];
    if operation != 2 {
        for name in ["ClearMark", "SetMark"] {
            let count = source.below(4);
            if count > 0 || source.one_in(4) {
                members.push((
                    name,
                    Json::List((0..count).map(|_| number(index(source, policy))).collect()),
                ));
            }
        }
    }
    // Sometimes a custom mark that the operation ignores.
    if (operation == 1) == source.one_in(8) {
        members.push(("CustomMark", text(texts::custom_mark(source, policy))));
    }
    object(members)
}

/// A valid mark index for the policy's base.
fn index(source: &mut ByteSource, policy: &Policy) -> u8 {
    let bit = source.pick(&[0, 1, 63, 32, 2, 3, 4, 31, 5, 62]);
    policy.mark_base().first() + bit
}
