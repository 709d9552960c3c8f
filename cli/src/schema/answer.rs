//! Answers as JSON Schema. Members stand in the order in which they are written.

mod part;

use convmark::policy::{ErrorDisplay, LastPageIndex};
use convmark::{Command, Policy};

use super::value::{counter, described, empty, integers, list, literal, one_of, schema, text};
use crate::json::{Json, array, object};

/// The components that answers are made of.
pub fn components(policy: &Policy) -> Vec<(String, Json)> {
    let mut components = Vec::new();
    for command in Command::ALL {
        let success = success_name(*command);
        components.push((name(*command), answer(*command, &success, policy)));
        components.push((success, success_of(*command, policy)));
    }
    for display in [false, true] {
        if display && policy.error_display() == ErrorDisplay::None {
            continue;
        }
        components.push((failure_name(display).to_string(), failure(display)));
    }
    components.extend(part::components(policy));
    components
}

/// The component of an answer of the command, to a request that succeeded or failed.
pub fn name(command: Command) -> String {
    format!("{}Answer", capitalized(command))
}

fn success_name(command: Command) -> String {
    format!("{}Success", capitalized(command))
}

fn capitalized(command: Command) -> String {
    command.name().split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

const fn failure_name(display: bool) -> &'static str {
    if display { "FailureWithDisplay" } else { "Failure" }
}

fn shows_display(command: Command, policy: &Policy) -> bool {
    policy.error_display().is_shown(Some(command))
}

fn answer(command: Command, success: &str, policy: &Policy) -> Json {
    let failure = failure_name(shows_display(command, policy));
    one_of([success, failure]).with(
        "discriminator",
        object! {
            "propertyName": "ActionStatus",
            "mapping": object! {
                "OK": format!("#/components/schemas/{success}"),
                "FAIL": format!("#/components/schemas/{failure}"),
            },
        },
    )
}

fn failure(display: bool) -> Json {
    let info = described(text(), "For the developer: the rule, the place, what is wrong.");
    let members = vec![
        ("ActionStatus", literal("FAIL")),
        ("ErrorCode", schema("ErrorCode")),
        ("ErrorInfo", info),
    ];
    members_of(members, display)
}

fn success_of(command: Command, policy: &Policy) -> Json {
    let single = |item: Json| object! { "type": "array", "minItems": 1_u32, "maxItems": 1_u32, "items": item };
    let mut members = match command {
        Command::CreateContactGroup => vec![("GroupResultItem", single(schema("CreatedGroup")))],
        Command::UpdateContactGroup => {
            vec![("UpdateType", integers([1])), ("UpdateGroupResult", schema("UpdateGroupResult"))]
        }
        Command::DelContactGroup => vec![("GroupItem", single(schema("Group")))],
        Command::MarkContact => vec![("ResultItem", list(schema("MarkResultItem")))],
        Command::GetContactGroup => page(policy),
        Command::SearchContactGroup => {
            let rows = object! { "type": "array", "maxItems": policy.search_max(), "items": schema("Row") };
            vec![("ContactResultItem", rows), ("GroupItem", list(schema("Group")))]
        }
    };
    members.push(("ActionStatus", literal("OK")));
    members.push(("ErrorCode", integers([0])));
    members.push(("ErrorInfo", empty()));
    members_of(members, shows_display(command, policy))
}

fn page(policy: &Policy) -> Vec<(&'static str, Json)> {
    let rows = object! { "type": "array", "maxItems": policy.page_size(), "items": schema("Row") };
    let (name, about) = match policy.last_page_index() {
        LastPageIndex::Zero => {
            ("NextStartIndex", "The StartIndex to ask for next; 0 on the last page.")
        }
        LastPageIndex::Absent => {
            ("NextStartIndex?", "The StartIndex to ask for next; absent on the last page.")
        }
    };
    vec![
        ("ContactItem", rows),
        ("GroupItem", list(schema("Group"))),
        ("CompleteFlag", described(integers([0, 1]), "1 on the last page.")),
        (name, described(counter(0), about)),
    ]
}

/// An object of these members; a name that ends in `?` may be left out. Others may come: services
/// grow.
fn members_of(members: Vec<(&'static str, Json)>, display: bool) -> Json {
    let display = display.then(|| ("ErrorDisplay", empty()));
    let members: Vec<_> = members.into_iter().chain(display).collect();
    let required =
        array(members.iter().filter(|(name, _)| !name.ends_with('?')).map(|(name, _)| *name));
    let properties: Vec<_> = members
        .into_iter()
        .map(|(name, schema)| (name.trim_end_matches('?').to_string(), schema))
        .collect();
    object! { "type": "object", "required": required, "properties": properties }
}
