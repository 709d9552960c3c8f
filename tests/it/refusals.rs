//! Refusals by the host, and the form of failed answers.

use convmark::call::Call;
use convmark::policy::ErrorDisplay;
use convmark::{Command, Policy, Refusal, Revision, Rule, Validator};

use crate::helpers::*;
use support::json::{Json, assert_json};

fn answer(refusal: &Refusal, policy: &Policy) -> String {
    let mut answer = Vec::new();
    refusal.write_answer(policy, &mut answer);
    String::from_utf8(answer).unwrap()
}

type Constructor = fn(Command) -> Refusal;

#[test]
fn each_constructor_has_its_rule_and_code() {
    let constructors: [(Constructor, Rule, i64); 5] = [
        (|command| Refusal::bad_http(Some(command)), Rule::BadHttp, 60002),
        (Refusal::too_frequent, Rule::TooFrequent, 60007),
        (Refusal::not_admin, Rule::NotAdmin, 50003),
        (Refusal::host_fault, Rule::HostFault, 50004),
        (Refusal::host_timeout, Rule::HostTimeout, 50005),
    ];
    for command in Command::ALL {
        for (make, rule, code) in constructors {
            let refusal = make(*command);
            assert_eq!(
                (refusal.rule(), refusal.code().get(), refusal.command()),
                (rule, code, Some(*command))
            );
            assert_eq!(refusal.finding().path(), "");
            assert!(refusal.info().starts_with(rule.id()), "{}", refusal.info());
            assert_json(
                &answer(&refusal, &Revision::V2026_04.policy()),
                &format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"*"}}"#),
            );
            let shown = matches!(
                command,
                Command::CreateContactGroup | Command::MarkContact | Command::SearchContactGroup
            );
            let display = if shown { r#","ErrorDisplay":"""# } else { "" };
            assert_json(
                &answer(&refusal, &Revision::V2023_03.policy()),
                &format!(
                    r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"*"{display}}}"#
                ),
            );
        }
    }
}

#[test]
fn an_unknown_command_is_answered_with_error_display_only_if_all_answers_have_it() {
    let url = |path: &str| Call::parse(path, "").unwrap_err();
    let refusals = [
        (Refusal::bad_http(None), 60002),
        (url("/v4/recentcontact/get_list"), 60009),
        (url("/v4/recentcontact/get_contact_group/"), 60009),
    ];
    for (refusal, code) in refusals {
        assert_eq!(refusal.command(), None);
        for display in ErrorDisplay::ALL {
            let policy = Policy::default().to_builder().error_display(*display).build().unwrap();
            let end = if *display == ErrorDisplay::All { r#","ErrorDisplay":"""# } else { "" };
            let expected =
                format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"*"{end}}}"#);
            assert_json(&answer(&refusal, &policy), &expected);
        }
    }
}

#[test]
fn a_wrong_url_of_a_known_command_is_answered_with_the_error_display_of_its_command() {
    for (command, sampled) in [
        (CREATE, true),
        (UPDATE, false),
        (DELETE, false),
        (MARK, true),
        (GET, false),
        (SEARCH, true),
    ] {
        let refusal = Call::parse(&format!("/v4/recentcontact/{command}"), "").unwrap_err();
        for (display, shown) in [
            (ErrorDisplay::None, false),
            (ErrorDisplay::Sampled, sampled),
            (ErrorDisplay::All, true),
        ] {
            let policy = Policy::default().to_builder().error_display(display).build().unwrap();
            let end = if shown { r#","ErrorDisplay":"""# } else { "" };
            let expected =
                format!(r#"{{"ActionStatus":"FAIL","ErrorCode":60012,"ErrorInfo":"*"{end}}}"#);
            assert_json(&answer(&refusal, &policy), &expected);
        }
    }
}

#[test]
fn the_info_names_rule_and_place() {
    let refusal = Validator::new(&POLICY)
        .decode(CREATE, ME.create(&"n".repeat(65), "").as_bytes())
        .unwrap_err();
    let answer = Json::parse(&answer(&refusal, &POLICY));
    let info = answer.get("ErrorInfo").unwrap().text().unwrap();
    assert!(info.starts_with("group-name-too-long at /GroupContactItem/0/GroupName: "), "{info}");
    assert!(info.contains("65 bytes") && info.contains("64"), "{info}");
    assert_eq!(refusal.into_finding().path(), "/GroupContactItem/0/GroupName");
}

#[test]
fn failed_items_name_their_rule() {
    let mut session = Session::new();
    let facts = convmark::Facts::vouched().with_unknown(peer("a")).with_unknown(chat("g"));
    let items =
        format!(r#"{},{{"Type":2,"ToGroupId":"g"}},{}"#, user_contact("a"), user_contact("b"));
    let response = session.run_with(CREATE, ME.create("n", &items), &facts);
    let answer = Json::parse(&response.answer);
    let info = |item: u32| {
        answer
            .at(&format!("/GroupResultItem/0/ResultItem/{item}/ResultInfo"))
            .unwrap()
            .text()
            .unwrap()
    };
    assert!(info(0).starts_with("account-unknown: "), "{}", info(0));
    assert!(info(1).starts_with("group-unresolved: "), "{}", info(1));
    assert_eq!(info(2), "");
    assert_eq!(response.items, [50001, 51007, 0]);
}
