//! `replay`: answers, changes, facts and the call frequency.

use crate::bodies::*;
use crate::pattern::assert_line;
use crate::tool::run;

/// The numbers of all members of that name.
pub fn numbers(json: &str, name: &str) -> Vec<i64> {
    let name = format!("\"{name}\":");
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    json.split(&name).skip(1).map(|rest| digits(rest).parse().expect("a number")).collect()
}

/// The codes of the answers.
#[track_caller]
fn codes(arguments: &[&str], input: &str) -> Vec<i64> {
    let (status, lines) = run(arguments, input);
    assert_eq!(status, 0);
    lines.iter().map(|line| numbers(line, "ErrorCode")[0]).collect()
}

#[test]
fn changes_stand_beside_the_answer() {
    let create = line("create_contact_group", &ME.create("g", &user_contact("a")));
    let input = create.replace("\"body\"", "\"now\":7,\"body\"") + &get_line();
    let (status, lines) = run(&["replay", "--changes"], input);
    assert_eq!((status, lines.len()), (0, 2));
    let answer = r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":1},"ResultItem":[{"ContactItem":{"Type":1,"To_Account":"a"},"ResultCode":0,"ResultInfo":""}]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
    let created = r#"{"type":"group_created","at":7,"group_id":1,"name":"g"}"#;
    let added = r#"{"type":"conversation_added","at":7,"group_id":1,"conversation":{"Type":1,"To_Account":"a"}}"#;
    let expected = format!(r#"{{"response":{answer},"changes":[{created},{added}]}}"#);
    assert_eq!(lines[0], expected);
    assert!(lines[1].ends_with(r#","changes":[]}"#));
}

#[test]
fn a_refused_request_is_not_an_error_of_replay() {
    let (status, lines) = run(&["replay"], line("get_contact_group", "{}"));
    assert_eq!((status, lines.len()), (0, 1));
    assert_line(&lines[0], r#"{"ActionStatus":"FAIL","ErrorCode":50002,"ErrorInfo":"*"}"#);
}

#[test]
fn facts_decide() {
    let with = |facts: &str| {
        let contacts = [user_contact("a"), chat_contact("c")];
        let input = line("create_contact_group", &ME.create("g", &contacts));
        let input = input.replace(r#""body""#, &format!(r#""facts":{facts},"body""#));
        let (status, lines) = run(&["replay"], input);
        assert_eq!((status, lines.len()), (0, 1));
        (numbers(&lines[0], "ErrorCode")[0], numbers(&lines[0], "ResultCode"))
    };
    assert_eq!(with("{}"), (0, vec![0, 0]));
    assert_eq!(with(r#"{"admin":false,"plan":false}"#), (50003, vec![]));
    assert_eq!(with(r#"{"plan":false}"#), (51013, vec![]));
    assert_eq!(with(r#"{"unknown_accounts":["me"],"plan":false}"#), (50001, vec![]));
    assert_eq!(with(r#"{"unknown_accounts":["a","c"]}"#), (0, vec![50001, 0]));
    assert_eq!(with(r#"{"unresolved_groups":["a","c"]}"#), (0, vec![0, 51007]));
    // The core never asks for a text that cannot be an ID.
    let facts = r#"{"unknown_accounts":["","é"],"unresolved_groups":[""]}"#;
    assert_eq!(with(facts), (0, vec![0, 0]));
}

#[test]
fn the_call_frequency_counts_in_milliseconds_for_each_command() {
    let at = |command: &str, body: &str, time: &str| {
        line(command, body).replace(r#""body""#, &format!(r#"{time},"body""#))
    };
    let get = |time: &str| at("get_contact_group", &ME.get(0), time);
    let search = ME.search(&user_contact("a"));
    let input = [
        get(r#""now":1"#),
        get(r#""now_ms":1999"#),
        at("search_contact_group", &search, r#""now_ms":1999"#),
        get(r#""now_ms":2000"#),
        get(r#""now":2,"now_ms":2999"#),
        get(r#""now":3"#),
    ];
    let input = input.concat();
    let limited = codes(&["replay", "--calls-per-second", "1"], &input);
    assert_eq!(limited, [0, 60007, 0, 0, 60007, 0]);
    assert_eq!(codes(&["replay", "--calls-per-second=0"], &input), [60007; 6]);
    assert_eq!(codes(&["replay"], &input), [0; 6]);
}

#[test]
fn the_time_in_milliseconds_does_not_overflow() {
    let line = get_line().replace(r#""body""#, r#""now":18446744073709551615,"body""#);
    let input = line.repeat(2);
    assert_eq!(codes(&["replay", "--calls-per-second", "1"], &input), [0, 60007]);
}
