//! Compares lines of JSON byte by byte, but for texts that the expectation leaves open.

/// Asserts that a line is as expected, where `"*"` stands for any string that is not empty.
#[track_caller]
pub fn assert_line(found: &str, expected: &str) {
    assert!(matches(found, expected), "\nfound    {found}\nexpected {expected}");
}

fn matches(found: &str, expected: &str) -> bool {
    let mut pieces = expected.split(r#""*""#);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = found.strip_prefix(first) else { return false };
    for piece in pieces {
        let behind = behind_string(rest).and_then(|behind| behind.strip_prefix(piece));
        let Some(behind) = behind else { return false };
        rest = behind;
    }
    rest.is_empty()
}

/// What stands behind the string, not an empty one, that the text starts with.
fn behind_string(text: &str) -> Option<&str> {
    let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let string = strings.next()?.ok()?;
    (!string.is_empty()).then(|| &text[strings.byte_offset()..])
}

#[test]
fn only_open_texts_may_differ() {
    for (found, expected, matched) in [
        (r#"{"a":1}"#, r#"{"a":1}"#, true),
        (r#"{"a":"x\"y","b":"z"}"#, r#"{"a":"*","b":"*"}"#, true),
        (r#"{"a":""}"#, r#"{"a":"*"}"#, false),
        (r#"{"a":1}"#, r#"{"a":"*"}"#, false),
        (r#"{"a":"x"} "#, r#"{"a":"*"}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, false),
        (r#"{"a":1}"#, r#"{"a":1.0}"#, false),
    ] {
        assert_eq!(matches(found, expected), matched, "{found} {expected}");
    }
}
