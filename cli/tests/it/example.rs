//! The example file, with which the documentation starts.

use convmark::Command;
use serde_json::Value;

use crate::replay::numbers;
use crate::tool::run;

const FILE: &str = include_str!("../../../examples/requests.jsonl");

#[test]
fn it_is_a_day_of_every_kind_of_request() {
    let lines: Vec<Value> = FILE.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 40, "{}", lines.len());
    let times: Vec<u64> = lines.iter().map(|line| line["now"].as_u64().unwrap()).collect();
    assert!(times[0] >= 1_775_180_000 && times.is_sorted());
    for command in Command::ALL {
        let path = format!("/{command}?");
        let urls = lines.iter().filter_map(|line| line["url"].as_str());
        assert!(lines.iter().any(|line| line["command"] == command.name()), "{command}");
        assert!(urls.into_iter().any(|url| url.contains(&path)), "{command}");
    }
}

#[test]
fn it_replays() {
    let (status, answers) = run(&["replay"], FILE);
    assert_eq!((status, answers.len()), (0, FILE.lines().count()));
    assert!(
        answers.iter().filter(|answer| answer.contains(r#""ActionStatus":"OK""#)).count() >= 25
    );
    let codes: Vec<i64> = answers.iter().flat_map(|answer| numbers(answer, "ErrorCode")).collect();
    assert_eq!(codes.len(), answers.len(), "every line is an answer");
    for code in [50001, 50002, 50003, 51009, 51011, 51013, 60002, 60003, 60009, 60012, 60015] {
        assert!(codes.contains(&code), "{code}");
    }
    let items: Vec<i64> = answers.iter().flat_map(|answer| numbers(answer, "ResultCode")).collect();
    for code in [0, 50001, 51007, 51013] {
        assert!(items.contains(&code), "{code}");
    }
    assert_eq!(run(&["replay", "--reload"], FILE), (0, answers));
}
