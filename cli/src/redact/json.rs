//! Replaces the strings of a JSON text, and numbers where strings belong. All else stays as it
//! stands: names of members, other numbers, white space, what is repeated.

use std::borrow::Cow;

use super::text::Texts;
use super::{number, quoted};

/// What stands for a text of an error.
const REDACTED: &str = "redacted";

/// The members whose values are replaced even if they were sent as numbers.
const TEXTS: [&str; 7] = [
    "From_Account",
    "To_Account",
    "ToGroupId",
    "GroupName",
    "OldGroupName",
    "NewGroupName",
    "CustomMark",
];

/// Appends valid JSON with its strings replaced, and the numbers that stand where texts belong.
pub fn redact(json: &str, texts: &Texts, out: &mut String) {
    let bytes = json.as_bytes();
    let mut at = 0;
    // The name of the member whose value comes next.
    let mut member = Cow::Borrowed("");
    // Whether a number that comes next stands where a text belongs, and for each list and object
    // around it whether its elements do.
    let (mut is_text, mut around) = (false, Vec::new());
    while let Some(start) = bytes[at..].iter().position(is_token).map(|place| at + place) {
        out.push_str(&json[at..start]);
        let end = match bytes[start] {
            b'"' => end_of_string(bytes, start),
            b'-' | b'0'..=b'9' => number::end(bytes, start),
            _ => start + 1,
        };
        let token = &json[start..end];
        match bytes[start] {
            b'"' => {
                let before = bytes[..start].iter().rev().find(|byte| !byte.is_ascii_whitespace());
                let after = bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace());
                if after == Some(&b':') {
                    out.push_str(token);
                    member = decoded(token).unwrap_or_default();
                    is_text = TEXTS.contains(&&*member);
                } else {
                    let of = if before == Some(&b':') { &*member } else { "" };
                    out.push_str(&value(of, token, texts));
                }
            }
            b'-' | b'0'..=b'9' if is_text => number::replace(token, texts, out),
            byte => {
                match byte {
                    b'[' => around.push(is_text),
                    b'{' => around.push(false),
                    b']' | b'}' => drop(around.pop()),
                    b',' => is_text = around.last().is_some_and(|is_text| *is_text),
                    _ => {}
                }
                out.push_str(token);
            }
        }
        at = end;
    }
    out.push_str(&json[at..]);
}

/// Whether a string, a number, a list or an object starts or ends with that byte, or the next
/// element.
const fn is_token(byte: &u8) -> bool {
    matches!(byte, b'"' | b'-' | b'0'..=b'9' | b'[' | b']' | b'{' | b'}' | b',')
}

/// The place after the string that starts there.
fn end_of_string(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        match json.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
            None => return json.len(),
        }
    }
}

/// The text of a string, unless half of a surrogate pair is missing.
fn decoded(token: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<String>(token).ok().map(Cow::Owned)
}

/// The string that takes the place of the value of a member, or of an element without a name.
fn value(member: &str, token: &str, texts: &Texts) -> String {
    // A text that cannot be decoded is an error only where it is used, so another one takes its place.
    let Some(text) = decoded(token) else { return r#""\ud800""#.to_string() };
    if text.is_empty() {
        return token.to_string();
    }
    match member {
        "ErrorInfo" | "ResultInfo" | "ErrorDisplay" => quoted(REDACTED),
        "ActionStatus" if ["OK", "FAIL"].contains(&&*text) => token.to_string(),
        "ActionStatus" => quoted("OTHER"),
        "StandardMark" if text.bytes().all(|digit| digit == b'0' || digit == b'1') => {
            token.to_string()
        }
        "StandardMark" => quoted("invalid"),
        _ => quoted(&texts.replace(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_kept(json: &str) {
        let mut out = String::new();
        redact(json, &Texts::new(), &mut out);
        assert_eq!(out, json);
    }

    #[test]
    fn what_is_not_a_value_of_a_user_stays() {
        assert_kept(
            r#" { "x\"y" : [1.0,-0, 1e999 ,true,null,"",{}] , "x\"y":18446744073709551616 } "#,
        );
        assert_kept(r#"{"ActionStatus":"FAIL","ErrorInfo":"","StandardMark":"1010"}"#);
        assert_kept(r#""\ud800""#);
        assert_kept(&("[".repeat(100_000) + &"]".repeat(100_000)));
    }

    #[test]
    fn texts_of_errors_are_one_fixed_text() {
        let mut out = String::new();
        let json = r#"{"ErrorInfo":"user u","ResultInfo" : "\ud83d\ude00","ErrorDisplay":"x","ActionStatus":"ok","StandardMark":"2"}"#;
        redact(json, &Texts::new(), &mut out);
        assert_eq!(
            out,
            r#"{"ErrorInfo":"redacted","ResultInfo" : "redacted","ErrorDisplay":"redacted","ActionStatus":"OTHER","StandardMark":"invalid"}"#
        );
    }

    #[test]
    fn a_string_within_a_list_is_not_the_value_of_the_member() {
        let mut out = String::new();
        redact(r#"{"ActionStatus":["OK"],"x":"OK"}"#, &Texts::new(), &mut out);
        let values: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(values["ActionStatus"][0], values["x"]);
    }

    #[test]
    fn numbers_are_replaced_where_texts_belong() {
        let texts = Texts::new();
        let id = texts.replace("8613812345678");
        let other = texts.replace("13800138000");
        for (json, expected) in [
            (r#"{"From_Account":8613812345678}"#, format!(r#"{{"From_Account":{id}}}"#)),
            (
                r#"{"From\u005fAccount" : [ 8613812345678,{"x":1380,"To_Account":13800138000},[13800138000] ],"Type":13800138000}"#,
                format!(
                    r#"{{"From\u005fAccount" : [ {id},{{"x":1380,"To_Account":{other}}},[{other}] ],"Type":13800138000}}"#
                ),
            ),
            (r#"[{"CustomMark":1e999},8613812345678]"#, String::new()),
        ] {
            let mut out = String::new();
            redact(json, &texts, &mut out);
            if expected.is_empty() {
                assert!(out.ends_with("e999},8613812345678]"), "{out}");
            } else {
                assert_eq!(out, expected);
            }
        }
        for name in TEXTS {
            let mut out = String::new();
            redact(&format!(r#"{{"{name}":[null,8613812345678]}}"#), &texts, &mut out);
            assert_eq!(out, format!(r#"{{"{name}":[null,{id}]}}"#));
        }
    }
}
