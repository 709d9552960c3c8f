//! `validate` in the formats for CI: github and junit. For sarif, see `sarif.rs`.

use crate::bodies::*;
use crate::files::Temporary;
use crate::tool::{run, text};

pub const NOT_A_REQUEST: &str = "the line must be a JSON object; its members are `command`, `url`, `body`, `raw`, `now`, `now_ms`, `facts`, `answer_with`";

/// Lines with an error and a warning, of white space, that are not a request, clean, with a
/// warning.
pub fn input() -> String {
    let wrong = line("get_contact_group", r#"{"From_Account":"me","startindex":0}"#);
    let warned = line("get_contact_group", r#"{"From_Account":"me","StartIndex":0,"<&\">\n":1}"#);
    format!("{wrong}\nx\n{}{warned}", get_line())
}

pub const MISSING: &str = "`StartIndex` is required but is absent; send an integer (a number without fraction or exponent)";
pub const MISSPELT: &str = "no documented field of this object is called `startindex`; it is ignored. Did you mean `StartIndex`?";

#[test]
fn github_prints_annotations() {
    let documented = "it is ignored. Documented are `From_Account`, `StartIndex`";
    let expected = |file: &str| {
        [
            format!(
                "::error {file}line=1,title=missing-field (50002)::line 1 at /StartIndex: {MISSING}"
            ),
            format!(
                "::warning {file}line=1,title=unknown-field::line 1 at /startindex: {MISSPELT}"
            ),
            format!(r#"{{"line":3,"error":"{NOT_A_REQUEST}"}}"#),
            format!("::error {file}line=3,title=not a request::line 3: {NOT_A_REQUEST}"),
            format!(
                "::warning {file}line=5,title=unknown-field::line 5 at /<&\">␊: no documented field of this object is called `<&\">\u{fffd}`; {documented}"
            ),
            "3 requests: 1 error, 2 warnings; 1 line is not a request: line 3".to_string(),
        ]
    };
    let found = run(&["validate", "--format", "github"], input());
    assert_eq!(found, (2, expected("").to_vec()));
    // In properties, commas and colons are escaped, and percent signs everywhere.
    let file = Temporary::new("a,b:100%.jsonl", &input());
    let path = file.0.to_str().unwrap();
    let escaped = path.replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
    let found = run(&["validate", "--format", "github", path], "");
    assert_eq!(found, (2, expected(&format!("file={escaped},")).to_vec()));
    let percent = line("get_contact_group", r#"{"From_Account":"me","StartIndex":0,"%0A":1}"#);
    let (_, lines) = run(&["validate", "--format", "github"], percent);
    assert!(lines[0].starts_with("::warning line=1,title=unknown-field::line 1 at /%250A: "));
}

#[test]
fn github_counts_findings_beyond_the_maximum() {
    let body = ME.search(&vec!["1"; 257]);
    let (_, lines) = run(&["validate", "--format", "github"], line("search_contact_group", &body));
    assert_eq!(lines.len(), 258);
    assert_eq!(lines[256], "::notice line=1,title=more::line 1: 1 more finding");
}

#[test]
fn junit_has_a_test_case_for_each_line() {
    let file = Temporary::new("\"a\"&<b>.jsonl", &input());
    let path = file.0.to_str().unwrap();
    let name = path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let name = name.replace('"', "&quot;");
    let counts = r#"tests="4" failures="1" errors="1""#;
    let member = "&lt;&amp;&quot;&gt;\u{fffd}";
    let expected = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="convmark validate" {counts}>
  <testsuite name="{name}" {counts}>
    <testcase classname="{name}" name="line 1">
      <failure type="missing-field" message="{MISSING}">
error[missing-field] 50002 at /StartIndex: {MISSING}
warning[unknown-field] at /startindex: {MISSPELT}
</failure>
    </testcase>
    <testcase classname="{name}" name="line 3">
      <error type="not-a-request" message="{NOT_A_REQUEST}">
{NOT_A_REQUEST}
</error>
    </testcase>
    <testcase classname="{name}" name="line 4"/>
    <testcase classname="{name}" name="line 5">
      <system-out>
warning[unknown-field] at /{member}: no documented field of this object is called `{member}`; it is ignored. Documented are `From_Account`, `StartIndex`
</system-out>
    </testcase>
  </testsuite>
</testsuites>
"#
    );
    assert_eq!(text(&["validate", "--format", "junit", path], ""), (2, expected));
}

#[test]
fn junit_without_lines_is_a_document_too() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="convmark validate" tests="0" failures="0" errors="0">
  <testsuite name="standard input" tests="0" failures="0" errors="0">
  </testsuite>
</testsuites>
"#;
    assert_eq!(text(&["validate", "--format", "junit"], ""), (0, expected.to_string()));
}

#[test]
fn junit_has_no_character_that_xml_forbids() {
    for character in ["\u{1}", "\u{1b}", "\u{7f}", "\u{fffe}", "\u{ffff}"] {
        let body = format!(r#"{{"From_Account":"me","StartIndex":0,{}:1}}"#, quote(character));
        let (status, xml) =
            text(&["validate", "--format", "junit"], line("get_contact_group", &body));
        assert_eq!(status, 0);
        assert!(!xml.contains(character) && xml.contains("unknown-field"), "{xml:?}");
    }
}

#[test]
fn junit_fails_no_test_for_a_denied_warning() {
    let warned = line("get_contact_group", r#"{"From_Account":"me","StartIndex":0,"x":0}"#);
    let (status, xml) = text(&["validate", "--format=junit", "--deny=warnings"], warned);
    assert_eq!(status, 1);
    assert!(xml.contains(r#"tests="1" failures="0" errors="0""#), "{xml}");
}
