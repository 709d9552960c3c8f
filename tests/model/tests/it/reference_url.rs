//! The URL parser of the reference model.

use convmark_model::reference::url::{Call, decode, parse_url};

fn judged(query: &str) -> Result<Call, (&'static str, Option<i64>, String)> {
    parse_url("/v4/recentcontact/mark_contact", query).map_err(|(_, f)| (f.rule, f.code, f.path))
}

#[test]
fn queries_are_decoded_as_forms() {
    let pairs = decode("a=1&&b&=c&d=e=f&%61+=%zz%4&x=%ff%E7%BB%84%");
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        pairs,
        [("a", "1"), ("b", ""), ("", "c"), ("d", "e=f"), ("a ", "%zz%4"), ("x", "\u{fffd}组%")]
    );
}

#[test]
fn paths_of_other_commands_are_not_modeled() {
    let rule =
        |path: &str| parse_url(path, "").map_err(|(command, f)| (command, f.rule, f.code, f.path));
    for path in ["get_list", "delete"] {
        let path = format!("/v4/recentcontact/{path}");
        assert_eq!(rule(&path), Err((None, "not-modeled", Some(60009), String::new())));
        for other in [
            path.to_uppercase(),
            format!("{path}/"),
            format!("/{path}"),
            path.replace("recent", "Recent"),
        ] {
            assert_eq!(
                rule(&other),
                Err((None, "unknown-endpoint", Some(60009), String::new())),
                "{other}"
            );
        }
    }
}

#[test]
fn parameters_are_checked_in_order() {
    let rest = "identifier=a&usersig=s&random=0&contenttype=json";
    let sdk = "?sdkappid".to_string();
    assert_eq!(
        judged(&format!("sdkappid=0000000000004294967295&{rest}")).map(|c| c.sdkappid),
        Ok(u32::MAX)
    );
    assert_eq!(judged(rest), Err(("missing-parameter", Some(60012), sdk.clone())));
    assert_eq!(
        judged(&format!("sdkappid=&{rest}")),
        Err(("missing-parameter", Some(60012), sdk.clone()))
    );
    assert_eq!(
        judged(&format!("sdkappid&sdkappid&{rest}")),
        Err(("duplicate-parameter", Some(60025), sdk.clone()))
    );
    for bad in ["0", "-1", "%2B1", "+1", "4294967296", "1x", "%D9%A1", "99999999999999999999999"] {
        assert_eq!(
            judged(&format!("sdkappid={bad}&{rest}")),
            Err(("bad-parameter", Some(60025), sdk.clone()))
        );
    }
    let all = format!("sdkappid=1&{rest}");
    assert_eq!(
        judged(&(all.clone() + "&random=")),
        Err(("duplicate-parameter", Some(60002), "?random".into()))
    );
    assert_eq!(
        judged(&all.replace("json", "JSON")),
        Err(("bad-parameter", Some(60025), "?contenttype".into()))
    );
    assert_eq!(
        judged(&all.replace("random=0", "")),
        Err(("missing-parameter", Some(60002), "?random".into()))
    );
    assert!(judged(&all).is_ok());
}
