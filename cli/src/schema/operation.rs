//! The operation of each command, the parameters of the URL, and the credential.

use convmark::Command;
use convmark::schema::{Object, Parameter};

use super::answer;
use super::codes::number;
use super::examples::OfCommand;
use super::request;
use super::value::{reference, schema};
use crate::json::{Json, array, object};

/// The tag of all operations.
const TAG: &str = "recentcontact";
/// The name of the security scheme.
const USER_SIG: &str = "UserSig";

pub fn tags() -> Vec<Json> {
    vec![object! { "name": TAG, "description": "Conversation groups and marks of one user" }]
}

/// What every operation needs.
pub fn security() -> Vec<Json> {
    let no_scopes: Vec<Json> = Vec::new();
    vec![Json::Object(vec![(USER_SIG.to_string(), no_scopes.into())])]
}

pub fn security_schemes() -> Json {
    let scheme = object! {
        "type": "apiKey",
        "in": "query",
        "name": "usersig",
        "description": "The UserSig of an app admin, who is named in the parameter identifier; it is made for the app of sdkappid. \
            The parameters identifier, sdkappid, random and contenttype go with it in every call. It is listed among the parameters, \
            too, because a call without it is answered with a code of its own; give it once.",
    };
    Json::Object(vec![(USER_SIG.to_string(), scheme)])
}

pub fn parameters() -> Json {
    let named = |parameter: &Parameter| (parameter.name().to_string(), parameter_object(parameter));
    Json::Object(Parameter::ALL.iter().map(named).collect())
}

fn parameter_object(parameter: &Parameter) -> Json {
    object! {
        "name": parameter.name(),
        "in": "query",
        "required": true,
        "description": parameter.about(),
        "schema": request::parameter_schema(parameter),
        "x-codes": object! {
            "missing": number(parameter.code_if_missing()),
            "bad": number(parameter.code_if_bad()),
        },
    }
}

/// The path and what is there.
pub fn path(command: Command, examples: OfCommand) -> (String, Json) {
    let parameters =
        Parameter::ALL.iter().map(|parameter| reference("parameters", parameter.name()));
    let json = |schema: Json, examples: Json| object! { "application/json": object! { "schema": schema, "examples": examples } };
    let operation = object! {
        "tags": array([TAG]),
        "operationId": command.name(),
        "summary": summary(command),
        "description": description(command),
        "externalDocs": object! { "url": page(command), "description": format!("Pages {}", command.pages()) },
        "parameters": parameters.collect::<Vec<_>>(),
        "requestBody": object! {
            "required": true,
            "content": json(schema(Object::of_body(command).name()), examples.requests),
        },
        "responses": object! {
            "200": object! {
                "description": "The answer. The status is 200 for a failed request too; ActionStatus says whether it succeeded.",
                "content": json(schema(&answer::name(command)), examples.answers),
            },
        },
    };
    (format!("/v4/recentcontact/{command}"), object! { "post": operation })
}

const fn summary(command: Command) -> &'static str {
    match command {
        Command::CreateContactGroup => "Create one conversation group with its first conversations",
        Command::UpdateContactGroup => {
            "Rename a conversation group, or add and remove conversations"
        }
        Command::DelContactGroup => "Delete one conversation group",
        Command::MarkContact => "Set and clear standard marks, set a custom mark",
        Command::GetContactGroup => "Page through all group and mark data of a user",
        Command::SearchContactGroup => "Look up the group and mark data of named conversations",
    }
}

const fn description(command: Command) -> &'static str {
    match command {
        Command::CreateContactGroup => {
            "The answer has the ID of the new group, and a result for each conversation: one that fails is left out, and the group is created all the same."
        }
        Command::UpdateContactGroup => {
            "UpdateGroupType chooses between a new name and changed conversations. Each conversation has a result of its own."
        }
        Command::DelContactGroup => {
            "Conversations that have a mark or are in another group keep their data. The ID of the deleted group is not used again."
        }
        Command::MarkContact => {
            "OptType of each item chooses between standard marks, the custom mark, and both. Each item has a result of its own."
        }
        Command::GetContactGroup => {
            "Ask with StartIndex 0 first, then with NextStartIndex of the answer, until CompleteFlag is 1."
        }
        Command::SearchContactGroup => {
            "Only conversations that have a group or a mark are in the answer."
        }
    }
}

/// The international page.
fn page(command: Command) -> String {
    let page = command.pages().split(',').next().unwrap_or_default();
    format!("https://www.tencentcloud.com/document/product/{page}")
}
