//! Groups, rows and results: what answers of success are made of.

use convmark::Policy;
use convmark::policy::RenameItems;

use super::members_of;
use crate::json::{Json, object};
use crate::schema::id;
use crate::schema::value::{counter, described, integer, integers, list, one_of, schema, text};

/// The components.
pub fn components(policy: &Policy) -> Vec<(String, Json)> {
    let mut components = vec![
        ("CreatedGroup", created()),
        ("UpdateGroupResult", one_of(["UpdateGroupResultType1", "UpdateGroupResultType2"])),
        ("UpdateGroupResultType1", renamed(policy)),
        ("UpdateGroupResultType2", updated()),
        ("CreateResultItem", result(None)),
        ("UpdateResultItem", result(Some(("ContactOptType", 2)))),
        ("MarkResultItem", result(Some(("OptType", 3)))),
        ("Group", members_of(vec![("GroupName", text()), ("GroupId", schema("GroupId"))], false)),
        ("GroupId", described(integer(1, 2_147_483_647), "Never used twice in one account.")),
    ];
    components.extend(kinds(["Conversation", "ConversationType1", "ConversationType2"], Vec::new));
    components.extend(kinds(["Row", "RowType1", "RowType2"], row));
    components.into_iter().map(|(name, schema)| (name.to_string(), schema)).collect()
}

fn created() -> Json {
    members_of(
        vec![("GroupItem", schema("Group")), ("ResultItem", list(schema("CreateResultItem")))],
        false,
    )
}

fn renamed(policy: &Policy) -> Json {
    let mut members = names(1);
    if policy.rename_items() == RenameItems::Empty {
        let none = list(schema("UpdateResultItem")).with("maxItems", 0_u32);
        members.push(("ContactResultItem", none));
    }
    members_of(members, false)
}

fn updated() -> Json {
    let mut members = names(2);
    members.push(("ContactResultItem", list(schema("UpdateResultItem"))));
    members_of(members, false)
}

fn names(kind: u64) -> Vec<(&'static str, Json)> {
    vec![
        ("UpdateGroupType", integers([kind])),
        ("GroupName", text()),
        ("GroupId", schema("GroupId")),
        ("OldGroupName", text()),
    ]
}

/// A result item, with what was to be done first.
fn result(operation: Option<(&'static str, u64)>) -> Json {
    let operation = operation.map(|(name, max)| (name, integer(1, max)));
    let info = object! { "type": "string", "description": "Empty if and only if the code is 0." };
    let members = operation.into_iter().chain([
        ("ContactItem", schema("Conversation")),
        ("ResultCode", schema("ResultCode")),
        ("ResultInfo", info),
    ]);
    members_of(members.collect(), false)
}

/// What a row has besides its conversation.
fn row() -> Vec<(&'static str, Json)> {
    vec![
        (
            "StandardMark",
            object! { "type": "string", "pattern": "^(1[01]{0,63})?$", "description": "The standard marks in binary: the rightmost digit is the first mark." },
        ),
        ("CustomMark?", text()),
        (
            "ContactGroupId?",
            object! { "type": "array", "minItems": 1_u32, "items": schema("GroupId"), "description": "The groups that the conversation is in, ascending." },
        ),
        ("Timestamp", described(counter(0), "Unix seconds of the last change to this row.")),
    ]
}

/// An object for each kind of conversation, its ID and then the rest, under the last two names. The
/// first name is one of them.
fn kinds(
    names: [&'static str; 3],
    rest: impl Fn() -> Vec<(&'static str, Json)>,
) -> [(&'static str, Json); 3] {
    let kind = |kind: u64, id: &'static str, name: &str| {
        let mut members = vec![("Type", integers([kind])), (id, schema(name))];
        members.extend(rest());
        members_of(members, false)
    };
    let [either, user, group_chat] = names;
    [
        (either, one_of([user, group_chat])),
        (user, kind(1, "To_Account", id::USER)),
        (group_chat, kind(2, "ToGroupId", id::GROUP_CHAT)),
    ]
}
