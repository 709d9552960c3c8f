//! The call around the body: path and query.

use super::command;
use super::conversation::is_user_id;
use super::schema::{Finding, Severity};

/// A call whose URL is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its command.
    pub command: &'static str,
    /// The app.
    pub sdkappid: u32,
    /// Who calls.
    pub identifier: String,
    /// The caller's signature, not verified here.
    pub usersig: String,
    /// The caller's random number.
    pub random: u32,
}

/// Judges path and query. The first error decides; with it comes the command, if the path was right.
pub fn parse_url(path: &str, query: &str) -> Result<Call, (Option<&'static str>, Finding)> {
    parse_pairs(path, &decode(query))
}

/// The same for a query that is decoded already.
pub fn parse_pairs(path: &str, pairs: &[(String, String)]) -> Result<Call, (Option<&'static str>, Finding)> {
    if ["/v4/recentcontact/get_list", "/v4/recentcontact/delete"].contains(&path) {
        return Err((None, finding("not-modeled", 60009, String::new())));
    }
    let Some(command) = path.strip_prefix("/v4/recentcontact/").and_then(command::known) else {
        return Err((None, finding("unknown-endpoint", 60009, String::new())));
    };
    call(command, pairs).map_err(|finding| (Some(command), finding))
}

fn call(command: &'static str, pairs: &[(String, String)]) -> Result<Call, Finding> {
    let sdkappid = parameter(pairs, "sdkappid", 60012, 60025, |text| decimal(text).filter(|value| *value > 0))?;
    let identifier = parameter(pairs, "identifier", 60025, 60025, |text| is_user_id(text).then(|| text.to_string()))?;
    let usersig = parameter(pairs, "usersig", 60025, 60025, |text| Some(text.to_string()))?;
    let random = parameter(pairs, "random", 60002, 60002, decimal)?;
    parameter(pairs, "contenttype", 60025, 60025, |text| (text == "json").then_some(()))?;
    Ok(Call { command, sdkappid, identifier, usersig, random })
}

fn parameter<T>(
    pairs: &[(String, String)],
    name: &str,
    missing: i64,
    other: i64,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, Finding> {
    let values: Vec<&str> = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
    let path = format!("?{name}");
    match values[..] {
        [] | [""] => Err(finding("missing-parameter", missing, path)),
        [value] => read(value).ok_or_else(|| finding("bad-parameter", other, path)),
        _ => Err(finding("duplicate-parameter", other, path)),
    }
}

/// ASCII digits only, leading zeros allowed, up to the largest `u32`.
fn decimal(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

fn finding(rule: &'static str, code: i64, path: String) -> Finding {
    Finding { severity: Severity::Error, rule, code: Some(code), path }
}

/// Decodes a query as HTML forms are: in order, duplicates kept.
pub fn decode(query: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for piece in query.split('&') {
        if piece.is_empty() {
            continue;
        }
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        pairs.push((decode_part(name), decode_part(value)));
    }
    pairs
}

fn decode_part(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => match (hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
                (Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    at += 2;
                }
                _ => out.push(b'%'),
            },
            byte => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    match byte? {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
        byte @ b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(query: &str) -> Result<Call, (&'static str, Option<i64>, String)> {
        parse_url("/v4/recentcontact/mark_contact", query).map_err(|(_, f)| (f.rule, f.code, f.path))
    }

    #[test]
    fn forms() {
        let pairs = decode("a=1&&b&=c&d=e=f&%61+=%zz%4&x=%ff%E7%BB%84%");
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("b", ""), ("", "c"), ("d", "e=f"), ("a ", "%zz%4"), ("x", "\u{fffd}组%")]);
    }

    #[test]
    fn paths() {
        let rule = |path: &str| parse_url(path, "").map_err(|(command, f)| (command, f.rule, f.code, f.path));
        for path in ["get_list", "delete"] {
            let path = format!("/v4/recentcontact/{path}");
            assert_eq!(rule(&path), Err((None, "not-modeled", Some(60009), String::new())));
            for other in [path.to_uppercase(), format!("{path}/"), format!("/{path}"), path.replace("recent", "Recent")] {
                assert_eq!(rule(&other), Err((None, "unknown-endpoint", Some(60009), String::new())), "{other}");
            }
        }
    }

    #[test]
    fn parameters() {
        let rest = "identifier=a&usersig=s&random=0&contenttype=json";
        let sdk = "?sdkappid".to_string();
        assert_eq!(judged(&format!("sdkappid=0000000000004294967295&{rest}")).map(|c| c.sdkappid), Ok(u32::MAX));
        assert_eq!(judged(rest), Err(("missing-parameter", Some(60012), sdk.clone())));
        assert_eq!(judged(&format!("sdkappid=&{rest}")), Err(("missing-parameter", Some(60012), sdk.clone())));
        assert_eq!(judged(&format!("sdkappid&sdkappid&{rest}")), Err(("duplicate-parameter", Some(60025), sdk.clone())));
        for bad in ["0", "-1", "%2B1", "+1", "4294967296", "1x", "%D9%A1", "99999999999999999999999"] {
            assert_eq!(judged(&format!("sdkappid={bad}&{rest}")), Err(("bad-parameter", Some(60025), sdk.clone())));
        }
        let all = format!("sdkappid=1&{rest}");
        assert_eq!(judged(&(all.clone() + "&random=")), Err(("duplicate-parameter", Some(60002), "?random".into())));
        assert_eq!(judged(&all.replace("json", "JSON")), Err(("bad-parameter", Some(60025), "?contenttype".into())));
        assert_eq!(judged(&all.replace("random=0", "")), Err(("missing-parameter", Some(60002), "?random".into())));
        assert!(judged(&all).is_ok());
    }
}
