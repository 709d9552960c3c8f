//! Requests built in code: checked, written and decoded again.

use std::borrow::Cow;

use convmark::marks::MarkBase;
use convmark::request::{
    CreateGroup, DeleteGroup, GetGroups, MarkChange, MarkContacts, MarkItem, Membership,
    MembershipChange, RequestSeed, SearchGroups, UpdateGroup, UpdateKind,
};
use convmark::{Command, Policy, Request, Revision, StandardMarks, Validator};

use crate::helpers::*;
use support::json::assert_json;

const UNUSUAL: &str = "a \"quoted\" \\ name\n😀";

fn marks(bits: u64) -> StandardMarks {
    StandardMarks::from_bits_retain(bits)
}

/// A request of each command and kind with its body.
fn requests() -> Vec<(Request<'static>, &'static str)> {
    let me = || user("me");
    let memberships = vec![
        Membership { change: MembershipChange::Add, conversation: peer("a") },
        Membership { change: MembershipChange::Remove, conversation: chat("@TGS#1") },
    ];
    let items = vec![
        MarkItem::standard(peer("a"), marks(1), marks(1 << 63 | 2)),
        MarkItem::custom(chat("c"), Some("x\"y".into())),
        MarkItem::custom(chat("d"), None),
        MarkItem::both(peer("b"), marks(0), marks(0), Some("".into())),
    ];
    vec![
        (
            CreateGroup::new(me(), UNUSUAL, vec![peer("a"), chat("@TGS#1")]).into(),
            r#"{"From_Account":"me","GroupContactItem":[{"GroupName":"a \"quoted\" \\ name\n😀","ContactItem":[{"Type":1,"To_Account":"a"},{"Type":2,"ToGroupId":"@TGS#1"}]}]}"#,
        ),
        (
            CreateGroup::new(me(), "g", vec![]).into(),
            r#"{"From_Account":"me","GroupContactItem":[{"GroupName":"g","ContactItem":[]}]}"#,
        ),
        (
            UpdateGroup::rename(me(), "g", "h").into(),
            r#"{"From_Account":"me","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1,"OldGroupName":"g","NewGroupName":"h"}}"#,
        ),
        (
            UpdateGroup::conversations(me(), "g", memberships).into(),
            r#"{"From_Account":"me","UpdateType":1,"UpdateGroup":{"UpdateGroupType":2,"OldGroupName":"g","ContactUpdateItem":[{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"a"}},{"ContactOptType":2,"ContactItem":{"Type":2,"ToGroupId":"@TGS#1"}}]}}"#,
        ),
        (
            DeleteGroup::new(me(), UNUSUAL).into(),
            r#"{"From_Account":"me","GroupName":["a \"quoted\" \\ name\n😀"]}"#,
        ),
        (
            MarkContacts::new(me(), items).into(),
            r#"{"From_Account":"me","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"a"},"ClearMark":[1],"SetMark":[2,64]},{"OptType":2,"ContactItem":{"Type":2,"ToGroupId":"c"},"CustomMark":"x\"y"},{"OptType":2,"ContactItem":{"Type":2,"ToGroupId":"d"}},{"OptType":3,"ContactItem":{"Type":1,"To_Account":"b"},"CustomMark":""}]}"#,
        ),
        (
            GetGroups::new(me(), u64::MAX).into(),
            r#"{"From_Account":"me","StartIndex":18446744073709551615}"#,
        ),
        (
            SearchGroups::new(me(), vec![chat("c"), peer("a")]).into(),
            r#"{"From_Account":"me","ContactItem":[{"Type":2,"ToGroupId":"c"},{"Type":1,"To_Account":"a"}]}"#,
        ),
    ]
}

#[test]
fn each_command_is_built_written_and_read_back() {
    let mut commands = Vec::new();
    for (request, expected) in requests() {
        let checked = Validator::new(&POLICY).check(request.clone()).unwrap();
        assert_eq!(
            (checked.request(), checked.policy(), checked.command()),
            (&request, &POLICY, request.command())
        );
        assert_eq!(checked.account(), &user("me"));
        let mut body = Vec::new();
        checked.write_body(&mut body);
        assert_json(std::str::from_utf8(&body).unwrap(), expected);
        assert_eq!(Validator::new(&POLICY).decode(request.command(), &body).unwrap(), checked);
        assert_eq!(checked.clone().into_owned(), checked);
        assert_eq!(checked.into_request(), request);
        commands.push(request.command());
    }
    commands.dedup();
    assert_eq!(commands, [CREATE, UPDATE, DELETE, MARK, GET, SEARCH]);
}

#[test]
fn the_seed_reads_what_decode_reads() {
    let mut validator = Validator::new(&POLICY);
    for (request, body) in requests() {
        let seed = RequestSeed::new(request.command(), &POLICY);
        let read = validator
            .deserialize(request.command(), &mut serde_json::Deserializer::from_str(body))
            .unwrap();
        assert_eq!(read.request(), &request);
        validator.reclaim(read);
        let read = serde::de::DeserializeSeed::deserialize(
            seed,
            &mut serde_json::Deserializer::from_str(body),
        )
        .unwrap();
        assert_eq!(read.request(), &request);
    }
    let declined =
        validator.deserialize(GET, &mut serde_json::Deserializer::from_str("{}")).unwrap_err();
    assert_eq!(declined.to_string(), "declined");
}

#[test]
fn reused_memory_does_not_change_results() {
    let mut validator = Validator::new(&POLICY);
    for _ in 0..2 {
        for (request, body) in requests() {
            let read = validator.decode(request.command(), body.as_bytes()).unwrap();
            assert_eq!(read.request(), &request);
            validator.reclaim(read);
            assert!(
                validator.decode(request.command(), &body.as_bytes()[..body.len() - 2]).is_err()
            );
            let (lists, _) = body.split_at(body.len() - 1);
            let broken = format!("{lists},\"From_Account\":1}}");
            assert!(validator.decode(request.command(), broken.as_bytes()).is_err());
        }
    }
}

#[test]
fn mark_indexes_start_where_the_policy_says() {
    let request = Request::from(MarkContacts::new(
        user("me"),
        vec![MarkItem::standard(peer("a"), marks(0), marks(1 | 1 << 63))],
    ));
    for (base, expected) in [(MarkBase::One, "[1,64]"), (MarkBase::Zero, "[0,63]")] {
        let policy = POLICY.to_builder().mark_base(base).build().unwrap();
        let mut body = Vec::new();
        request.write_body(&policy, &mut body);
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(&format!(r#""SetMark":{expected}"#)), "{body}");
        assert_eq!(
            Validator::new(&policy).decode(MARK, body.as_bytes()).unwrap().request(),
            &request
        );
    }
}

/// The errors of a request built in code.
fn violations<'a>(request: impl Into<Request<'a>>, policy: &Policy) -> Vec<String> {
    let report = Validator::new(policy).check(request).unwrap_err();
    for finding in report.findings() {
        assert_eq!(finding.span(), None);
        assert!(!finding.message().is_empty());
    }
    report
        .errors()
        .map(|finding| format!("{} {} {}", finding.id(), finding.code().unwrap(), finding.path()))
        .collect()
}

#[test]
fn violations_of_create() {
    let request = CreateGroup::new(user("me"), "n".repeat(65), vec![peer("a"); 101]);
    let expected = [
        "group-name-too-long 51011 /GroupContactItem/0/GroupName",
        "item-count 51006 /GroupContactItem/0/ContactItem",
    ];
    assert_eq!(violations(request.clone(), &Revision::V2026_04.policy()), expected);
    assert_eq!(violations(request, &Revision::V2023_03.policy()), expected[..1]);
    let request = CreateGroup::new(user("me"), "", vec![]);
    assert_eq!(violations(request, &POLICY), ["missing-field 50002 /GroupContactItem/0/GroupName"]);
}

#[test]
fn violations_of_update() {
    let request = UpdateGroup::rename(user("me"), "", "n".repeat(65));
    let expected = [
        "missing-field 50002 /UpdateGroup/OldGroupName",
        "group-name-too-long 51011 /UpdateGroup/NewGroupName",
    ];
    assert_eq!(violations(request, &POLICY), expected);
    let request = UpdateGroup::rename(user("me"), "g", "");
    assert_eq!(violations(request, &POLICY), ["missing-field 50002 /UpdateGroup/NewGroupName"]);
    let many = vec![Membership { change: MembershipChange::Add, conversation: peer("a") }; 101];
    let request = UpdateGroup::conversations(user("me"), "g", many);
    assert_eq!(
        violations(request.clone(), &POLICY),
        ["item-count 51006 /UpdateGroup/ContactUpdateItem"]
    );
    assert!(Validator::new(&Revision::V2023_03.policy()).check(request).is_ok());
}

#[test]
fn violations_of_delete_mark_and_search() {
    assert_eq!(
        violations(DeleteGroup::new(user("me"), ""), &POLICY),
        ["missing-field 50002 /GroupName/0"]
    );
    assert_eq!(
        violations(MarkContacts::new(user("me"), vec![]), &POLICY),
        ["item-count 51006 /MarkItem"]
    );
    let items = vec![MarkItem::custom(peer("a"), Some("c".repeat(257).into())); 101];
    let found = violations(MarkContacts::new(user("me"), items), &POLICY);
    assert_eq!(found.len(), 102);
    assert_eq!(
        found[..2],
        ["item-count 51006 /MarkItem", "custom-mark-too-long 50002 /MarkItem/0/CustomMark"]
    );
    assert_eq!(
        violations(SearchGroups::new(user("me"), vec![]), &POLICY),
        ["search-count 50002 /ContactItem"]
    );
    let many = SearchGroups::new(user("me"), vec![peer("a"); 301]);
    assert_eq!(violations(many, &POLICY), ["search-count 50002 /ContactItem"]);
}

#[test]
fn requests_have_getters_for_their_parts() {
    let create = CreateGroup::new(user("me"), "g", vec![peer("a")]);
    assert_eq!(
        (create.account(), create.group_name(), create.conversations()),
        (&user("me"), "g", &[peer("a")][..])
    );
    let rename = UpdateGroup::rename(user("me"), "g", "h");
    assert_eq!(
        (rename.group_name(), rename.kind()),
        ("g", &UpdateKind::Rename(Cow::Borrowed("h")))
    );
    assert_eq!(DeleteGroup::new(user("me"), "g").group_name(), "g");
    assert_eq!(GetGroups::new(user("me"), 7).start_index(), 7);
    assert_eq!(SearchGroups::new(user("me"), vec![chat("c")]).conversations(), [chat("c")]);
    let item = MarkItem::both(peer("a"), marks(1), marks(2), Some("c".into()));
    assert_eq!(
        (item.conversation(), item.change(), item.clear_marks(), item.set_marks()),
        (&peer("a"), MarkChange::Both, marks(1), marks(2))
    );
    assert_eq!(item.custom_mark(), Some("c"));
    assert_eq!(
        [MarkChange::Standard, MarkChange::Custom, MarkChange::Both].map(MarkChange::value),
        [1, 2, 3]
    );
    assert_eq!(
        [MembershipChange::Add, MembershipChange::Remove].map(MembershipChange::value),
        [1, 2]
    );
}

#[test]
fn built_requests_apply_like_decoded_ones() {
    let (mut built, mut sent) = (Session::new(), Session::new());
    for (request, body) in requests() {
        let checked = Validator::new(&POLICY).check(request).unwrap();
        built.now += 1;
        let outcome =
            built.account.apply(&checked, &convmark::Facts::vouched(), built.now).unwrap();
        let answer = String::from_utf8(outcome.into_owned().into_parts().0).unwrap();
        assert_eq!(answer, sent.run(checked.command(), body).answer);
    }
    assert_eq!(built.account, sent.account);
}

#[test]
fn commands_have_their_names_and_pages() {
    let names: Vec<&str> = Command::ALL.iter().map(|command| command.name()).collect();
    let expected = [
        "create_contact_group",
        "update_contact_group",
        "del_contact_group",
        "mark_contact",
        "get_contact_group",
        "search_contact_group",
    ];
    assert_eq!(names, expected);
    for command in Command::ALL {
        assert_eq!(command.name().parse(), Ok(*command));
        assert_eq!(command.to_string(), command.name());
        assert_eq!(command.writes(), ![GET, SEARCH].contains(command));
        assert!(command.pages().starts_with("1047/"));
    }
    for name in ["", "Mark_contact", "mark_contact ", "delete_contact_group"] {
        assert!(
            name.parse::<Command>().unwrap_err().to_string().contains("mark_contact"),
            "{name}"
        );
    }
}
