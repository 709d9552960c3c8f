//! The JSON parser of the reference model.

use convmark_model::reference::json::{Kind, parse};

#[test]
fn exactly_rfc_8259_is_json() {
    for good in [
        "null",
        " [ ] ",
        "{}",
        "\r\n\t{\"a\" : 1 , \"a\":[true,false,{}]}",
        "-0",
        "0",
        "10.0e+05",
        "1E9",
        "-1.5e-7",
        "\"\\u0041\\ud83d\\ude00\\/\"",
        "\"\\ud800\"",
        "[[],[[]]]",
        "\"\u{7f}\"",
    ] {
        assert!(parse(good.as_bytes()).is_some(), "{good}");
    }
    for bad in [
        "",
        " ",
        "nul",
        "nullx",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "1e+",
        "[1,]",
        "[,1]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "[",
        "]",
        "{",
        "}",
        "[}",
        "{]",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\n\"",
        "\"\\ud800\\u12\"",
        "1 1",
        "{} x",
        "\u{feff}{}",
        "--1",
        "\u{a0}1",
        "tru",
        "[\"a\":1]",
        "{\"a\",1}",
        "\"\\ud83d\\",
    ] {
        assert!(parse(bad.as_bytes()).is_none(), "{bad}");
    }
    assert!(parse(b"\"\xff\"").is_none());
    assert!(parse(b"{} \xff").is_none());
}

#[test]
fn unpaired_surrogates_are_marked_as_broken() {
    let text =
        |source: &str| match parse(source.as_bytes()).map(|document| document.kind(0).clone()) {
            Some(Kind::String(text)) => (text.text, text.has_unpaired_surrogate),
            _ => panic!("{source}"),
        };
    assert_eq!(text(r#""\uD83D\uDE00""#), ("😀".into(), false));
    assert_eq!(text(r#""\ud83dx""#), ("\u{fffd}x".into(), true));
    assert_eq!(text(r#""\ud83d\n""#), ("\u{fffd}\n".into(), true));
    assert_eq!(text(r#""\ud83d\ud83d\ude00""#), ("\u{fffd}😀".into(), true));
    assert_eq!(text(r#""\ude00\ud83d""#), ("\u{fffd}\u{fffd}".into(), true));
    assert_eq!(text(r#""\ud83d\u0041""#), ("\u{fffd}A".into(), true));
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    assert_eq!(parse(deep.as_bytes()).map(|document| document.nodes.len()), Some(1_000_000));
    let deep = "{\"a\":".repeat(1_000_000) + "1" + &"}".repeat(1_000_000);
    assert_eq!(parse(deep.as_bytes()).map(|document| document.nodes.len()), Some(1_000_001));
    assert!(parse("[".repeat(1_000_000).as_bytes()).is_none());
}

#[test]
fn spans_and_duplicates_are_kept() {
    let source = r#" {"a": [1, "x"] , "a":null}"#;
    let document = parse(source.as_bytes()).unwrap();
    let spans: Vec<&str> =
        document.nodes.iter().map(|node| &source[node.start..node.end]).collect();
    assert_eq!(spans, [source.trim(), r#"[1, "x"]"#, "1", r#""x""#, "null"]);
    assert_eq!(document.members(0).len(), 2);
}
