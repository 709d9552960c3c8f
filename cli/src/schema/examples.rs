//! Examples: requests with the answers that the core gives to them.
//!
//! A request is a line as `replay` reads it. All of them run on one service in memory, in the order
//! of the commands, so that a group that is created here can be renamed, deleted and read later.

use std::io;

use convmark::{Command, Policy};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::engine::{self, Service};
use crate::envelope::Envelope;
use crate::json::{Json, object};

struct Example {
    name: &'static str,
    summary: &'static str,
    line: &'static str,
}

const fn example(name: &'static str, summary: &'static str, line: &'static str) -> Example {
    Example { name, summary, line }
}

const EXAMPLES: &[Example] = &[
    example(
        "create",
        "A group of two users and a group chat",
        r#"{"command":"create_contact_group","now":1775180012,"body":{"From_Account":"marta.k","GroupContactItem":[{"GroupName":"Family","ContactItem":[{"Type":1,"To_Account":"jan.k"},{"Type":1,"To_Account":"eva.k"},{"Type":2,"ToGroupId":"@TGS#1FAMILY7RZ"}]}]}}"#,
    ),
    example(
        "create-empty",
        "A group without conversations",
        r#"{"command":"create_contact_group","now":1775181239,"body":{"From_Account":"marta.k","GroupContactItem":[{"GroupName":"Choir","ContactItem":[]}]}}"#,
    ),
    example(
        "name-taken",
        "Fails: the account has a group of this name",
        r#"{"command":"create_contact_group","now":1775181240,"body":{"From_Account":"marta.k","GroupContactItem":[{"GroupName":"Choir","ContactItem":[]}]}}"#,
    ),
    example(
        "no-plan",
        "Fails: the app's plan does not include the feature",
        r#"{"command":"create_contact_group","now":1775181241,"facts":{"plan":false},"body":{"From_Account":"marta.k","GroupContactItem":[{"GroupName":"Work","ContactItem":[]}]}}"#,
    ),
    example(
        "wrong-type",
        "Fails: GroupContactItem is not an array",
        r#"{"command":"create_contact_group","now":1775181242,"body":{"From_Account":"marta.k","GroupContactItem":{"GroupName":"Work"}}}"#,
    ),
    example(
        "rename",
        "A new name",
        r#"{"command":"update_contact_group","now":1775182001,"body":{"From_Account":"marta.k","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"Choir","NewGroupName":"Choir 2"}}}"#,
    ),
    example(
        "add-and-remove",
        "One conversation is added, another one removed",
        r#"{"command":"update_contact_group","now":1775182002,"body":{"From_Account":"marta.k","UpdateType":1,"UpdateGroup":{"UpdateGroupType":2,"OldGroupName":"Family","ContactUpdateItem":[{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"ota.k"}},{"ContactOptType":2,"ContactItem":{"Type":1,"To_Account":"jan.k"}}]}}}"#,
    ),
    example(
        "group-missing",
        "Fails: the account has no group of this name",
        r#"{"command":"update_contact_group","now":1775182003,"body":{"From_Account":"marta.k","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"Chess","NewGroupName":"Go"}}}"#,
    ),
    example(
        "delete",
        "A group is deleted",
        r#"{"command":"del_contact_group","now":1775182101,"body":{"From_Account":"marta.k","GroupName":["Choir 2"]}}"#,
    ),
    example(
        "group-missing",
        "Fails: the account has no group of this name any more",
        r#"{"command":"del_contact_group","now":1775182102,"body":{"From_Account":"marta.k","GroupName":["Choir 2"]}}"#,
    ),
    example(
        "missing-field",
        "Fails: there is no From_Account",
        r#"{"command":"del_contact_group","now":1775182103,"body":{"GroupName":["Family"]}}"#,
    ),
    example(
        "mark",
        "A standard mark, a custom mark, both",
        r#"{"command":"mark_contact","now":1775182540,"body":{"From_Account":"marta.k","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"eva.k"},"SetMark":[1]},{"OptType":2,"ContactItem":{"Type":2,"ToGroupId":"@TGS#1FAMILY7RZ"},"CustomMark":"ask about Sunday"},{"OptType":3,"ContactItem":{"Type":1,"To_Account":"ota.k"},"ClearMark":[1],"SetMark":[3],"CustomMark":""}]}}"#,
    ),
    example(
        "item-fails",
        "Succeeds, although one of the items fails: items fail one by one",
        r#"{"command":"mark_contact","now":1775182541,"facts":{"unknown_accounts":["nobody"]},"body":{"From_Account":"marta.k","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"nobody"},"SetMark":[1]},{"OptType":1,"ContactItem":{"Type":1,"To_Account":"eva.k"},"SetMark":[2]}]}}"#,
    ),
    example(
        "item-count",
        "Fails: no conversation to mark",
        r#"{"command":"mark_contact","now":1775182542,"body":{"From_Account":"marta.k","MarkItem":[]}}"#,
    ),
    example(
        "get",
        "The first page, which is the last one, too",
        r#"{"command":"get_contact_group","now":1775185064,"body":{"From_Account":"marta.k","StartIndex":0}}"#,
    ),
    example(
        "requester-unknown",
        "Fails: the account is not imported into the app",
        r#"{"command":"get_contact_group","now":1775185065,"facts":{"unknown_accounts":["nobody"]},"body":{"From_Account":"nobody","StartIndex":0}}"#,
    ),
    example(
        "not-admin",
        "Fails: the caller is not an app admin",
        r#"{"command":"get_contact_group","now":1775185066,"facts":{"admin":false},"body":{"From_Account":"marta.k","StartIndex":0}}"#,
    ),
    example(
        "invalid-json",
        "Fails: the body is not valid JSON",
        r#"{"command":"get_contact_group","now":1775185067,"raw":"{\"From_Account\":\"marta.k\","}"#,
    ),
    example(
        "search",
        "One conversation has data, the other one has none",
        r#"{"command":"search_contact_group","now":1775185101,"body":{"From_Account":"marta.k","ContactItem":[{"Type":1,"To_Account":"eva.k"},{"Type":2,"ToGroupId":"@TGS#9NOMARKS"}]}}"#,
    ),
    example(
        "malformed-id",
        "Fails: a user ID has a character that is not printable ASCII",
        r#"{"command":"search_contact_group","now":1775185102,"body":{"From_Account":"marta.k","ContactItem":[{"Type":1,"To_Account":"éva"}]}}"#,
    ),
    example(
        "sdkappid-missing",
        "Fails: the URL has no sdkappid",
        r#"{"url":"/v4/recentcontact/search_contact_group?identifier=administrator&usersig=eJwtzEELgjAYxvHvsnPI&random=3398638553&contenttype=json","now":1775185103,"body":{"From_Account":"marta.k","ContactItem":[{"Type":1,"To_Account":"eva.k"}]}}"#,
    ),
];

/// The examples of one command, for its `requestBody` and its answer.
pub struct OfCommand {
    pub requests: Json,
    pub answers: Json,
}

/// The examples of each command, in the order of `Command::ALL`. Where a body is not valid under the
/// policy, only its answer is an example.
pub fn all(policy: &Policy) -> io::Result<Vec<(Command, OfCommand)>> {
    let mut service = Service::new(policy, None);
    let of = |command: &Command| Ok((*command, of_command(*command, policy, &mut service)?));
    Command::ALL.iter().map(of).collect()
}

#[derive(Deserialize)]
struct Line {
    body: Option<Box<RawValue>>,
}

fn of_command(command: Command, policy: &Policy, service: &mut Service) -> io::Result<OfCommand> {
    let (mut requests, mut answers) = (Vec::new(), Vec::new());
    for Example { name, summary, line } in EXAMPLES {
        let envelope = Envelope::read(line.as_bytes()).map_err(io::Error::other)?;
        if envelope.target.command() != Some(command) {
            continue;
        }
        if engine::judge(&envelope, policy, 1).is_valid() {
            if let Some(body) = serde_json::from_str::<Line>(line)?.body {
                let request = object! { "summary": *summary, "value": body };
                requests.push(((*name).to_string(), request));
            }
        }
        let (answer, _) = service.serve(&envelope)?;
        let answer: Box<RawValue> = serde_json::from_slice(&answer)?;
        let line: Box<RawValue> = serde_json::from_str(line)?;
        let answer = object! { "summary": *summary, "value": answer, "x-request": line };
        answers.push(((*name).to_string(), answer));
    }
    Ok(OfCommand { requests: requests.into(), answers: answers.into() })
}
