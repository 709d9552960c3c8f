//! Answers as JSON Schema. Members stand in the order in which they are written.

use convmark::code::CodeInfo;
use convmark::policy::{ErrorDisplay, LastPageIndex, RenameItems};
use convmark::{Command, ErrorCode, Policy, Revision};

use super::schema;
use crate::json::{Json, array, object};

/// The components that answers are made of.
pub fn components(policy: &Policy) -> Vec<(String, Json)> {
    let mut components: Vec<(String, Json)> = Vec::new();
    for command in Command::ALL {
        components.push((name(*command), accepted(*command, policy)));
    }
    let mut add = |name: &str, schema: Json| components.push((name.to_string(), schema));
    for display in [false, true] {
        if display && policy.error_display() == ErrorDisplay::None {
            continue;
        }
        add(
            failure_name(display),
            members_of(
                vec![
                    ("ActionStatus", constant("FAIL")),
                    ("ErrorCode", schema("ErrorCode")),
                    (
                        "ErrorInfo",
                        object! { "type": "string", "minLength": 1_u32, "description": "For the developer: the rule, the place, what is wrong." },
                    ),
                ],
                display,
            ),
        );
    }
    add("Group", members_of(vec![("GroupName", text()), ("GroupId", schema("GroupId"))], false));
    add(
        "GroupId",
        object! { "type": "integer", "minimum": 1_u32, "maximum": 2_147_483_647_u32, "description": "Never used twice in one account." },
    );
    add("Conversation", either(Vec::new));
    add(
        "Row",
        either(|| {
            vec![
                (
                    "StandardMark",
                    object! { "type": "string", "pattern": "^(1[01]{0,63})?$", "description": "The standard marks in binary: the rightmost digit is the first mark." },
                ),
                ("CustomMark?", object! { "type": "string", "minLength": 1_u32 }),
                (
                    "ContactGroupId?",
                    object! { "type": "array", "minItems": 1_u32, "items": schema("GroupId"), "description": "The groups that the conversation is in, ascending." },
                ),
                (
                    "Timestamp",
                    object! { "type": "integer", "minimum": 0_u32, "description": "Unix seconds of the last change to this row." },
                ),
            ]
        }),
    );
    components
}

/// What an answer of the command may be.
pub fn of(command: Command, policy: &Policy) -> Json {
    object! { "oneOf": Json::Array(vec![schema(&name(command)), schema(failure_name(shows_display(command, policy)))]) }
}

fn name(command: Command) -> String {
    let words = command.name().split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.chain(["Answer".to_string()]).collect()
}

const fn failure_name(display: bool) -> &'static str {
    if display { "FailureWithDisplay" } else { "Failure" }
}

fn shows_display(command: Command, policy: &Policy) -> bool {
    policy.error_display().is_shown(Some(command))
}

fn accepted(command: Command, policy: &Policy) -> Json {
    let list = |items: Json| object! { "type": "array", "items": items };
    let single = |item: Json| object! { "type": "array", "minItems": 1_u32, "maxItems": 1_u32, "items": item };
    let mut members = match command {
        Command::CreateContactGroup => {
            let created = members_of(
                vec![("GroupItem", schema("Group")), ("ResultItem", list(result(None)))],
                false,
            );
            vec![("GroupResultItem", single(created))]
        }
        Command::UpdateContactGroup => {
            let names = |kind: u32| {
                vec![
                    ("UpdateGroupType", object! { "const": kind }),
                    ("GroupName", text()),
                    ("GroupId", schema("GroupId")),
                    ("OldGroupName", text()),
                ]
            };
            let mut updated = names(2);
            updated.push(("ContactResultItem", list(result(Some(("ContactOptType", 2))))));
            let mut renamed = names(1);
            if policy.rename_items() == RenameItems::Empty {
                renamed.push(("ContactResultItem", object! { "type": "array", "maxItems": 0_u32 }));
            }
            let kinds = Json::Array(vec![members_of(renamed, false), members_of(updated, false)]);
            vec![
                ("UpdateType", object! { "const": 1_u32 }),
                ("UpdateGroupResult", object! { "oneOf": kinds }),
            ]
        }
        Command::DelContactGroup => vec![("GroupItem", single(schema("Group")))],
        Command::MarkContact => vec![("ResultItem", list(result(Some(("OptType", 3)))))],
        Command::GetContactGroup => {
            let rows =
                object! { "type": "array", "maxItems": policy.page_size(), "items": schema("Row") };
            let (name, about) = match policy.last_page_index() {
                LastPageIndex::Zero => {
                    ("NextStartIndex", "The StartIndex to ask for next; 0 on the last page.")
                }
                LastPageIndex::Absent => {
                    ("NextStartIndex?", "The StartIndex to ask for next; absent on the last page.")
                }
            };
            let next = object! { "type": "integer", "minimum": 0_u32, "description": about };
            vec![
                ("ContactItem", rows),
                ("GroupItem", list(schema("Group"))),
                (
                    "CompleteFlag",
                    object! { "enum": array([0_u32, 1]), "description": "1 on the last page." },
                ),
                (name, next),
            ]
        }
        Command::SearchContactGroup => {
            let rows = object! { "type": "array", "maxItems": policy.search_max(), "items": schema("Row") };
            vec![("ContactResultItem", rows), ("GroupItem", list(schema("Group")))]
        }
    };
    members.push(("ActionStatus", constant("OK")));
    members.push(("ErrorCode", object! { "const": 0_u32 }));
    members.push(("ErrorInfo", constant("")));
    members_of(members, shows_display(command, policy))
}

/// A result item, with what was to be done first.
fn result(operation: Option<(&'static str, u32)>) -> Json {
    let operation = operation
        .map(|(name, max)| (name, object! { "type": "integer", "minimum": 1_u32, "maximum": max }));
    let members = operation.into_iter().chain([
        ("ContactItem", schema("Conversation")),
        ("ResultCode", schema("ResultCode")),
        (
            "ResultInfo",
            object! { "type": "string", "description": "Empty if and only if the code is 0." },
        ),
    ]);
    members_of(members.collect(), false)
}

/// An object for each kind of conversation: its ID, then the rest.
fn either(rest: impl Fn() -> Vec<(&'static str, Json)>) -> Json {
    let kind = |kind: u32, id: &'static str, name: &str| {
        let mut members = vec![("Type", object! { "const": kind }), (id, schema(name))];
        members.extend(rest());
        members_of(members, false)
    };
    object! { "oneOf": Json::Array(vec![kind(1, "To_Account", "UserId"), kind(2, "ToGroupId", "GroupChatId")]) }
}

/// An object of these members; a name that ends in `?` may be left out. Others may come: services
/// grow.
fn members_of(members: Vec<(&'static str, Json)>, display: bool) -> Json {
    let display = display.then(|| ("ErrorDisplay", constant("")));
    let members: Vec<_> = members.into_iter().chain(display).collect();
    let required =
        array(members.iter().filter(|(name, _)| !name.ends_with('?')).map(|(name, _)| *name));
    let properties = members
        .into_iter()
        .map(|(name, schema)| (name.trim_end_matches('?').to_string(), schema))
        .collect();
    object! { "type": "object", "required": required, "properties": Json::Object(properties) }
}

fn constant(text: &str) -> Json {
    object! { "const": text }
}

fn text() -> Json {
    object! { "type": "string", "minLength": 1_u32 }
}

/// The two lists of codes: of whole answers, and of items.
pub fn codes(revision: Revision) -> Vec<(String, Json)> {
    let of = |about: &str, listed: &dyn Fn(ErrorCode) -> bool| {
        let known = CodeInfo::ALL.iter().filter(|info| listed(info.code)).map(|info| {
            let meaning = info.code.meaning(revision).unwrap_or(info.meaning);
            let number = u64::try_from(info.code.get()).unwrap_or_default();
            object! {
                "const": number,
                "title": info.name,
                "description": format!("{meaning}. What to do: {}. Source: {}.", info.advice, info.source),
                "x-retry": super::retry(info.code),
            }
        });
        let open = object! { "type": "integer", "description": "A code that the tables do not list: codes are open." };
        object! { "description": about, "anyOf": Json::Array(known.chain([open]).collect()) }
    };
    let levels = |code: ErrorCode| code.info().map(|info| info.levels);
    vec![
        (
            "ErrorCode".into(),
            of("Why the call or the request as a whole failed.", &|code| {
                !code.is_ok()
                    && levels(code).is_some_and(|levels| levels.call() || levels.request())
            }),
        ),
        (
            "ResultCode".into(),
            of("How one item ended; items fail one by one.", &|code| {
                levels(code).is_some_and(|levels| levels.item())
            }),
        ),
    ]
}
