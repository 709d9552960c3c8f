//! Several errors at once: the one of the earliest stage decides the answer, for every pair and
//! triple of errors that a command can have.
//!
//! The order is the one that is documented: the stages in `src/crate.md`, the order within a stage
//! in the table of `src/guide/rules.md`, which is in order of precedence.

use convmark::answer::Answer;
use convmark::call::{Caller, Incoming};
use convmark::fake::{Service, Time};
use convmark::policy::Capacity;
use convmark::{Account, Command, Conversation, Facts, Policy, Revision, UserId};
use support::bodies::mark_item;

use Wrong::*;

/// One thing that is wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Path,
    Query,
    Frequency,
    NotAdmin,
    Json,
    FromAccount,
    Schema,
    Requester,
    Plan,
    Group,
    Name,
    Groups,
    GroupIds,
    Peer,
    Chat,
    Full,
}

/// What refuses the whole request, in order of precedence, with the rule and the code.
const OF_REQUESTS: [(Wrong, &str, i64); 13] = [
    (Path, "unknown-endpoint", 60009),
    (Query, "missing-parameter", 60012),
    (Frequency, "too-frequent", 60007),
    (NotAdmin, "not-admin", 50003),
    (Json, "invalid-json", 60003),
    (FromAccount, "account-not-string", 60015),
    (Schema, "", 0),
    (Requester, "requester-unknown", 50001),
    (Plan, "plan-required", 51013),
    (Group, "group-missing", 51009),
    (Name, "group-name-taken", 50002),
    (Groups, "too-many-groups", 51010),
    (GroupIds, "group-ids-exhausted", 50004),
];

/// What fails single items, in order of precedence.
const OF_ITEMS: [(Wrong, &str, i64); 4] = [
    (Plan, "plan-required", 51013),
    (Peer, "account-unknown", 50001),
    (Chat, "group-unresolved", 51007),
    (Full, "capacity-exceeded", 51008),
];

/// One kind of request, and what can be wrong with it.
struct Case {
    command: Command,
    /// The members after `From_Account`, and the same with an error of the schema.
    members: String,
    wrong_members: &'static str,
    /// The rule and the code of that error.
    schema: (&'static str, i64),
    /// What can be wrong from the facts on.
    wrong: &'static [Wrong],
    /// For each item what can fail it.
    items: Vec<Vec<Wrong>>,
}

const PEER: &str = r#"{"Type":1,"To_Account":"peer"}"#;
const CHAT: &str = r#"{"Type":2,"ToGroupId":"chat"}"#;

fn cases() -> Vec<Case> {
    let update = |members: &str| format!(r#""UpdateType":1,"UpdateGroup":{{{members}}}"#);
    let conversations = || vec![vec![Peer, Full], vec![Chat, Full]];
    let marks = [
        mark_item(1, PEER, r#","SetMark":[1]"#),
        mark_item(3, CHAT, r#","SetMark":[1],"CustomMark":"c""#),
        mark_item(2, PEER, r#","CustomMark":"c""#),
    ];
    vec![
        Case {
            command: Command::CreateContactGroup,
            members: format!(
                r#""GroupContactItem":[{{"GroupName":"new","ContactItem":[{PEER},{CHAT}]}}]"#
            ),
            wrong_members: r#""GroupContactItem":[{"GroupName":"12345678"}]"#,
            schema: ("group-name-too-long", 51011),
            wrong: &[Requester, Plan, Name, Groups, GroupIds, Peer, Chat, Full],
            items: conversations(),
        },
        Case {
            command: Command::UpdateContactGroup,
            members: update(r#""UpdateGroupType":1,"OldGroupName":"old","NewGroupName":"new""#),
            wrong_members: r#""UpdateType":2,"UpdateGroup":{}"#,
            schema: ("out-of-range", 50002),
            wrong: &[Requester, Plan, Group, Name],
            items: Vec::new(),
        },
        Case {
            command: Command::UpdateContactGroup,
            members: update(&format!(
                r#""UpdateGroupType":2,"OldGroupName":"old","ContactUpdateItem":[{{"ContactOptType":1,"ContactItem":{PEER}}},{{"ContactOptType":1,"ContactItem":{CHAT}}}]"#
            )),
            wrong_members: r#""UpdateType":1,"UpdateGroup":{"UpdateGroupType":2,"OldGroupName":["old"]}"#,
            schema: ("wrong-type", 50002),
            wrong: &[Requester, Plan, Group, Peer, Chat, Full],
            items: conversations(),
        },
        Case {
            command: Command::DelContactGroup,
            members: r#""GroupName":["old"]"#.into(),
            wrong_members: r#""GroupName":["old","new"]"#,
            schema: ("single-item-only", 50002),
            wrong: &[Requester, Plan, Group],
            items: Vec::new(),
        },
        Case {
            command: Command::MarkContact,
            members: format!(r#""MarkItem":[{}]"#, marks.join(",")),
            wrong_members: r#""MarkItem":[]"#,
            schema: ("item-count", 51006),
            wrong: &[Requester, Plan, Peer, Chat, Full],
            items: vec![vec![Plan, Peer, Full], vec![Plan, Chat, Full], vec![Peer, Full]],
        },
        Case {
            command: Command::GetContactGroup,
            members: r#""StartIndex":0"#.into(),
            wrong_members: "",
            schema: ("missing-field", 50002),
            wrong: &[Requester, Plan, Peer],
            items: Vec::new(),
        },
        Case {
            command: Command::SearchContactGroup,
            members: format!(r#""ContactItem":[{PEER},{CHAT}]"#),
            wrong_members: r#""ContactItem":[]"#,
            schema: ("search-count", 50002),
            wrong: &[Requester, Plan, Peer, Chat],
            items: Vec::new(),
        },
    ]
}

#[test]
fn the_error_of_the_earliest_stage_decides() {
    let mut tried = 0;
    for case in cases() {
        let call = [Path, Query, Frequency, NotAdmin, Json, FromAccount, Schema];
        let wrong: Vec<Wrong> = call.iter().chain(case.wrong).copied().collect();
        for first in 0..wrong.len() {
            for second in first..wrong.len() {
                for third in second..wrong.len() {
                    case.serve(&[wrong[first], wrong[second], wrong[third]]);
                    tried += 1;
                }
            }
        }
        case.serve(&[]);
    }
    assert!(tried > 1500, "{tried}");
}

impl Case {
    /// Serves the request with these errors, and asserts the answer.
    fn serve(&self, wrong: &[Wrong]) {
        let is = |one: Wrong| wrong.contains(&one);
        let context = format!("{} with {wrong:?}", self.command);
        let account = account(wrong);
        let policy = policy(wrong, &account);
        let calls_per_second = if is(Frequency) { 0 } else { 1 };
        let mut service = Service::new(&policy).with_calls_per_second(calls_per_second);
        let me = UserId::new("me").expect("an ID");
        service.insert(me.clone(), account.clone());
        let (body, target) = (self.body(wrong), self.target(wrong));
        let caller = if is(NotAdmin) { Caller::Other } else { Caller::Admin };
        let incoming = Incoming::from_url(&target, body.as_bytes()).by(caller);
        let served = service
            .serve(&incoming, &facts(wrong), Time::from_seconds(9))
            .expect("the facts are complete");
        let answer = Answer::read(served.answer()).expect("answers can be read");
        let read_only =
            matches!(self.command, Command::GetContactGroup | Command::SearchContactGroup);
        let expected = OF_REQUESTS.iter().find(|(one, ..)| match one {
            // Marks need the plan item by item, and the commands that read do not need it.
            Plan if read_only || self.command == Command::MarkContact => false,
            one => is(*one),
        });
        if let Some((one, rule, code)) = expected {
            let (rule, code) = if *one == Schema { self.schema } else { (*rule, *code) };
            assert_eq!(answer.code.get(), code, "{context}");
            assert_eq!(answer.info.split([' ', ':']).next(), Some(rule), "{context}");
            assert_eq!(served.code(), answer.code);
            assert!(answer.items.is_empty() && served.changes().is_empty(), "{context}");
            assert!(service.account(&me) == Some(&account), "applied: {context}");
            return;
        }
        assert_eq!((answer.code.get(), answer.info.as_str()), (0, ""), "{context}");
        let items: Vec<(i64, String)> = answer
            .items
            .iter()
            .map(|item| {
                let rule = item.info.split([' ', ':']).next().unwrap_or_default();
                (item.code.get(), rule.to_string())
            })
            .collect();
        let expected: Vec<(i64, String)> = self
            .items
            .iter()
            .map(|can_fail| {
                let found = OF_ITEMS.iter().find(|(one, ..)| is(*one) && can_fail.contains(one));
                found.map_or((0, String::new()), |(_, rule, code)| (*code, (*rule).to_string()))
            })
            .collect();
        assert_eq!(items, expected, "{context}");
    }

    fn body(&self, wrong: &[Wrong]) -> String {
        let from = if wrong.contains(&FromAccount) { "7" } else { r#""me""# };
        let members = match wrong.contains(&Schema) {
            true => self.wrong_members,
            false => &self.members,
        };
        let comma = if members.is_empty() { "" } else { "," };
        let end = if wrong.contains(&Json) { "} ]" } else { "}" };
        format!(r#"{{"From_Account":{from}{comma}{members}{end}"#)
    }

    fn target(&self, wrong: &[Wrong]) -> String {
        let slash = if wrong.contains(&Path) { "/" } else { "" };
        let app = if wrong.contains(&Query) { "" } else { "&sdkappid=1" };
        format!(
            "/v4/recentcontact/{}{slash}?identifier=admin&usersig=s&random=1&contenttype=json{app}",
            self.command
        )
    }
}

/// The group `old`, unless it is to be missing, and a group with the new name if that is taken.
fn account(wrong: &[Wrong]) -> Account {
    let mut groups = Vec::new();
    if !wrong.contains(&Group) {
        groups.push(r#"{"group_id":1,"name":"old"}"#);
    }
    if wrong.contains(&Name) {
        groups.push(r#"{"group_id":2,"name":"new"}"#);
    }
    let last = if wrong.contains(&GroupIds) { 2_147_483_647 } else { 2 };
    let groups = groups.join(",");
    let snapshot =
        format!(r#"{{"version":1,"last_group_id":{last},"groups":[{groups}],"rows":[]}}"#);
    serde_json::from_str(&snapshot).expect("the snapshot is valid")
}

fn policy(wrong: &[Wrong], account: &Account) -> Policy {
    let mut builder = Revision::V2026_04
        .policy()
        .to_builder()
        .group_name_max_bytes(7)
        .custom_mark_needs_plan(false);
    if wrong.contains(&Groups) {
        builder = builder.groups(account.usage().groups);
    }
    if wrong.contains(&Full) {
        builder = builder.capacity(Capacity::Separate { grouped: 0, marked: 0 });
    }
    builder.build().expect("in range")
}

fn facts(wrong: &[Wrong]) -> Facts {
    let mut facts = Facts::vouched();
    for one in wrong {
        facts = match one {
            Requester => facts.with_unknown_requester(),
            Plan => facts.without_plan(),
            Peer => facts.with_unknown(Conversation::user("peer").expect("an ID")),
            Chat => facts.with_unknown(Conversation::group("chat").expect("an ID")),
            _ => facts,
        };
    }
    facts
}
