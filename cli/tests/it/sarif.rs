//! `validate --format sarif`.

use convmark::{Rule, Warning};
use serde_json::{Value, json};

use crate::bodies::*;
use crate::ci::{MISSING, MISSPELT, NOT_A_REQUEST, input};
use crate::files::Temporary;
use crate::tool::{command, finish, run};

/// The one run of a log.
#[track_caller]
fn sarif(arguments: &[&str], input: &str) -> (i32, Value) {
    let (status, lines) = run(&[&["validate", "--format", "sarif"], arguments].concat(), input);
    assert_eq!(lines.len(), 1);
    let mut log: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["$schema"], "https://json.schemastore.org/sarif-2.1.0.json");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    (status, log["runs"][0].take())
}

#[test]
fn sarif_has_a_result_for_each_finding() {
    let (status, run) = sarif(&[], &input());
    assert_eq!(status, 2);
    let location = |region: Value| json!({"artifactLocation": {"uri": "stdin"}, "region": region});
    let at = |line: u64, columns: [u64; 2], path: &str| {
        let region = json!({"startLine": line, "startColumn": columns[0], "endLine": line, "endColumn": columns[1]});
        json!([{"physicalLocation": location(region), "logicalLocations": [{"fullyQualifiedName": path}]}])
    };
    let hash = |text: &str| json!({"primaryLocationLineHash": text});
    let results = json!([
        {"ruleId": "missing-field", "level": "error", "message": {"text": MISSING}, "locations": at(1, [39, 75], "/StartIndex"), "partialFingerprints": hash("11334474a585abac:1"), "properties": {"code": "50002"}},
        {"ruleId": "unknown-field", "level": "warning", "message": {"text": MISSPELT}, "locations": at(1, [60, 72], "/startindex"), "partialFingerprints": hash("ecb4824def333fae:1")},
        {"ruleId": "unknown-field", "level": "warning", "message": run["results"][2]["message"], "locations": at(5, [75, 84], "/<&\">\n"), "partialFingerprints": hash("fe176c8e66b4bfba:1")},
    ]);
    assert_eq!(run["results"], results);
    let problem = json!({"level": "error", "message": {"text": NOT_A_REQUEST}, "locations": [{"physicalLocation": location(json!({"startLine": 3}))}]});
    let invocations = json!([{"executionSuccessful": false, "exitCode": 2, "toolExecutionNotifications": [problem]}]);
    assert_eq!(run["invocations"], invocations);
}

#[test]
fn sarif_has_texts_without_placeholders_and_links() {
    for (member, escaped) in [
        ("{0}", "{{0}}"),
        ("[a](1)", r"\[a\](1)"),
        (r"\", r"\"),
        (r"\[a](1)", r"\\\[a\](1)"),
        ("[a]", "[a]"),
    ] {
        let body = format!(r#"{{"From_Account":"me","StartIndex":0,{}:1}}"#, quote(member));
        let (_, run) = sarif(&[], &line("get_contact_group", &body));
        let text = format!(
            "no documented field of this object is called `{escaped}`; it is ignored. Documented are `From_Account`, `StartIndex`"
        );
        assert_eq!(run["results"][0]["message"], json!({"text": text}));
        // Names of places are not messages.
        let place = &run["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
        assert_eq!(place, &json!(format!("/{member}")));
    }
    let unknown = format!("{{\"command\":{},\"body\":1}}", quote("{[a](1)}"));
    let (_, run) = sarif(&[], &unknown);
    let text = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
    assert!(text.unwrap().starts_with(r"unknown command `{{\[a\](1)}}`; "), "{text:?}");
}

#[test]
fn sarif_describes_every_rule_and_warning() {
    let (status, run) = sarif(&["--deny", "warnings"], "");
    assert_eq!((status, &run["results"]), (0, &json!([])));
    let invocations =
        json!([{"executionSuccessful": true, "exitCode": 0, "toolExecutionNotifications": []}]);
    assert_eq!(run["invocations"], invocations);
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "convmark");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    let rule = |id: &str, level: &str, explanation: &str, advice: &str, ground: String| json!({"id": id, "shortDescription": {"text": explanation}, "fullDescription": {"text": format!("{explanation} Ground: {ground}.")}, "help": {"text": advice}, "defaultConfiguration": {"level": level}});
    let rules = Rule::ALL.iter().map(|one| one.info()).map(|info| {
        let ground = format!("[{}] {}", info.ground, info.source);
        rule(info.id, "error", info.explanation, info.advice, ground)
    });
    let warnings = Warning::ALL.iter().map(|one| one.info()).map(|info| {
        let ground = format!("[{}] {}", info.ground, info.source);
        rule(info.id, "warning", info.explanation, info.advice, ground)
    });
    assert_eq!(driver["rules"], rules.chain(warnings).collect::<Value>());
}

#[test]
fn sarif_names_the_file_as_a_uri() {
    let file = Temporary::new("a b,%ü.jsonl", &get_line().replace("From_Account", "x"));
    let (status, run) = sarif(&[file.0.to_str().unwrap()], "");
    assert_eq!(status, 1);
    let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    let uri = uri.as_str().unwrap();
    assert!(uri.starts_with("file:///") && uri.ends_with("-a%20b%2C%25%C3%BC.jsonl"), "{uri}");
}

#[test]
fn sarif_notes_findings_beyond_the_maximum() {
    let body = ME.search(&vec!["1"; 300]);
    let (_, run) = sarif(&[], &line("search_contact_group", &body));
    assert_eq!(run["results"].as_array().unwrap().len(), 256);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(
        (&note["level"], &note["message"]["text"]),
        (&json!("note"), &json!("44 more findings"))
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

/// The regions of the results: line, start and end column.
fn regions(run: &Value) -> Vec<[u64; 3]> {
    let results = run["results"].as_array().unwrap().iter();
    let regions = results.map(|result| {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], region["endLine"]);
        ["startLine", "startColumn", "endColumn"].map(|name| region[name].as_u64().unwrap())
    });
    regions.collect()
}

#[test]
fn sarif_counts_columns_in_utf16_code_units() {
    // In front of the culprits: two bytes and one unit, then four bytes and two units.
    let body = r#"{"From_Account":"é","x😀":1,"StartIndex":"😀"}"#;
    let (_, run) = sarif(&[], &format!("  {}", line("get_contact_group", body)));
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let start = 2 + r#"{"command":"get_contact_group","body":"#.len() as u64 + 1;
    let before_x = r#"{"From_Account":"e","#.len() as u64;
    let before_value = r#"{"From_Account":"e","x__":1,"StartIndex":"#.len() as u64;
    let before_account = r#"{"From_Account":"#.len() as u64;
    let [account, x, value] = [before_account, before_x, before_value].map(|before| start + before);
    let expected = [[1, account, account + 3], [1, value, value + 4], [1, x, x + 5]];
    assert_eq!(regions(&run), expected);
}

#[test]
fn sarif_names_the_whole_line_where_the_body_has_no_place_in_it() {
    // A raw body with escapes, and a URL.
    let escaped = raw_line("get_contact_group", r#"{"From_Account":"me"}"#);
    let url = r#"{"url":"/v4/recentcontact/get_list?","body":{}}"#;
    let (_, run) = sarif(&[], &format!("{escaped}{url}"));
    let end = |line: &str| line.trim_end().len() as u64 + 1;
    assert_eq!(regions(&run), [[1, 1, end(&escaped)], [2, 1, end(url)]]);
    // A raw body without escapes has one.
    let (_, run) = sarif(&[], "{\"command\":\"get_contact_group\",\"raw\":\"[x\"}");
    assert_eq!(regions(&run), [[1, 40, 41]]);
}

#[test]
fn sarif_fingerprints_are_the_same_for_other_recorded_values() {
    let fingerprints = |account: &str, lines_before: usize| {
        let body = format!(r#"{{"From_Account":"{account}"}}"#);
        let input = get_line().repeat(lines_before) + &line("get_contact_group", &body).repeat(2);
        let (_, run) = sarif(&[], &input);
        let results = run["results"].as_array().unwrap().iter();
        results.map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let found = fingerprints("a", 0);
    assert_eq!(found, fingerprints("another", 3));
    // Equal findings are numbered.
    assert_eq!(
        found,
        ["11334474a585abac:1", "11334474a585abac:2"]
            .map(|hash| json!({"primaryLocationLineHash": hash}))
    );
}

#[test]
fn sarif_has_relative_uris_for_relative_names() {
    let file = Temporary::new("relative.jsonl", &line("get_contact_group", "{}"));
    let (directory, name) = (file.0.parent().unwrap(), file.0.file_name().unwrap());
    let mut tool = command(&["validate", "--format=sarif"]);
    tool.arg(format!(".//{}", name.to_str().unwrap())).current_dir(directory);
    let output = finish(tool.spawn().unwrap(), b"");
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"], json!({"uri": name.to_str().unwrap()}));
}
