//! URLs: path and query.

use convmark::call::{Call, Incoming};
use convmark::rate::RateLimiters;
use convmark::{Command, Validator};

use crate::helpers::*;

const GOOD: &str =
    "sdkappid=88888888&identifier=admin&usersig=s%2Bg&random=4294967295&contenttype=json";

fn path(command: Command) -> String {
    format!("/v4/recentcontact/{}", command.name())
}

/// `rule code path` of the refusal.
fn refused(target: &str) -> String {
    let refusal = Call::parse_target(target).expect_err(target);
    let finding = refusal.finding();
    assert_eq!(finding.code(), Some(refusal.code()));
    assert!(!refusal.info().is_empty());
    assert!(finding.span().is_none());
    format!("{} {} {}", finding.id(), refusal.code(), finding.path())
}

/// A valid query with one parameter replaced by that text, which may be empty.
fn with(name: &str, replacement: &str) -> String {
    let parts: Vec<&str> = GOOD
        .split('&')
        .map(|part| if part.starts_with(&format!("{name}=")) { replacement } else { part })
        .collect();
    format!(
        "{}?{}",
        path(GET),
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    )
}

#[test]
fn every_command_has_its_path() {
    for command in Command::ALL {
        let call = Call::parse(&path(*command), GOOD).unwrap();
        assert_eq!(call.command(), *command);
        assert_eq!((call.sdkappid(), call.random()), (88_888_888, u32::MAX));
        assert_eq!((call.identifier().as_str(), call.usersig()), ("admin", "s+g"));
        assert_eq!(call.clone().into_owned(), call);
    }
}

#[test]
fn any_other_path_is_unknown() {
    for path in [
        "",
        "/",
        "/v4/recentcontact",
        "/v4/recentcontact/",
        "/v4/recentcontact/Mark_contact",
        "/V4/recentcontact/mark_contact",
        "/v4/recentcontact/mark_contact/",
        "/v4//recentcontact/mark_contact",
        "//v4/recentcontact/mark_contact",
        "v4/recentcontact/mark_contact",
        "/v4/recentcontact/mark%5Fcontact",
        "/v4/recentcontact/mark_contact ",
        "/v4/recentcontact/delete/",
        "/v4/recentcontact/Delete",
        "/v4/recentcontact//delete",
        "/v4/recentcontact/get_list ",
        "/v4/recentcontact/GET_LIST",
        "/v4/recentcontact/get%5Flist",
        "v4/recentcontact/get_list",
        "/v4/openim/get_list",
        "https://console.tim.qq.com/v4/recentcontact/mark_contact",
    ] {
        assert_eq!(refused(&format!("{path}?{GOOD}")), "unknown-endpoint 60009 ");
        assert_eq!(Call::parse(path, GOOD).unwrap_err().command(), None, "{path}");
    }
}

#[test]
fn the_two_other_commands_of_the_service_are_not_modeled() {
    for name in ["get_list", "delete"] {
        let path = format!("/v4/recentcontact/{name}");
        for target in [
            format!("{path}?{GOOD}"),
            format!("{path}?"),
            path.clone(),
            format!("{path}?sdkappid=x&sdkappid=y"),
        ] {
            assert_eq!(refused(&target), "not-modeled 60009 ", "{target}");
        }
        assert_eq!(Call::parse(&path, GOOD).unwrap_err().command(), None);
    }
}

#[test]
fn a_missing_parameter_has_its_code() {
    for (name, code) in [
        ("sdkappid", 60012),
        ("identifier", 60025),
        ("usersig", 60025),
        ("random", 60002),
        ("contenttype", 60025),
    ] {
        let expected = format!("missing-parameter {code} ?{name}");
        assert_eq!(refused(&with(name, "")), expected);
        assert_eq!(refused(&with(name, &format!("{name}="))), expected);
        assert_eq!(refused(&with(name, name)), expected);
        assert_eq!(refused(&with(name, &format!("{}=1", name.to_uppercase()))), expected);
    }
}

#[test]
fn a_repeated_parameter_is_refused_even_if_empty_or_equal() {
    for (name, code) in [
        ("sdkappid", 60025),
        ("identifier", 60025),
        ("usersig", 60025),
        ("random", 60002),
        ("contenttype", 60025),
    ] {
        let expected = format!("duplicate-parameter {code} ?{name}");
        for again in [
            format!("{name}=1&{name}=1"),
            format!("{name}=&{name}="),
            format!("{name}&{name}=json"),
            format!("{name}=x&{name}="),
        ] {
            assert_eq!(refused(&with(name, &again)), expected, "{again}");
        }
    }
}

#[test]
fn malformed_values_have_their_codes() {
    let long = format!("identifier={}", "i".repeat(33));
    for (name, value, code) in [
        ("sdkappid", "sdkappid=0", 60025),
        ("sdkappid", "sdkappid=00", 60025),
        ("sdkappid", "sdkappid=4294967296", 60025),
        ("sdkappid", "sdkappid=-1", 60025),
        ("sdkappid", "sdkappid=%2B1", 60025),
        ("sdkappid", "sdkappid=1.0", 60025),
        ("sdkappid", "sdkappid=1+", 60025),
        ("sdkappid", "sdkappid=%EF%BC%91", 60025),
        ("sdkappid", "sdkappid=99999999999999999999999999", 60025),
        ("identifier", long.as_str(), 60025),
        ("identifier", "identifier=%C3%A9", 60025),
        ("identifier", "identifier=a%00", 60025),
        ("identifier", "identifier=%FF", 60025),
        ("random", "random=-1", 60002),
        ("random", "random=4294967296", 60002),
        ("random", "random=x", 60002),
        ("contenttype", "contenttype=JSON", 60025),
        ("contenttype", "contenttype=xml", 60025),
        ("contenttype", "contenttype=json%20", 60025),
    ] {
        assert_eq!(refused(&with(name, value)), format!("bad-parameter {code} ?{name}"), "{value}");
    }
}

#[test]
fn near_misses_are_accepted() {
    let long = format!("identifier={}", "i".repeat(32));
    for (name, value) in [
        ("sdkappid", "sdkappid=1"),
        ("sdkappid", "sdkappid=4294967295"),
        ("sdkappid", "sdkappid=0000000000000000000000001"),
        ("sdkappid", "sdkappid=%31"),
        ("identifier", long.as_str()),
        ("identifier", "identifier=a+b"),
        ("identifier", "identifier=%4"),
        ("usersig", "usersig=%FF"),
        ("random", "random=0"),
        ("contenttype", "contenttype=%6Ason"),
        ("random", "other=1&other=2&random=7&"),
    ] {
        assert!(Call::parse_target(&with(name, value)).is_ok(), "{value}");
    }
}

#[test]
fn the_query_is_decoded_like_a_form() {
    let query = "sdkappid=1&identifier=a+b%20c&usersig=%zz%FF%2&random=0&contenttype=json";
    let call = Call::parse(&path(GET), query).unwrap();
    assert_eq!(call.identifier().as_str(), "a b c");
    assert_eq!(call.usersig(), "%zz\u{FFFD}%2");
}

#[test]
fn decoded_pairs_are_used_unchanged() {
    let pairs = [
        ("sdkappid", "1"),
        ("identifier", "a+b"),
        ("usersig", "%41"),
        ("random", "0"),
        ("contenttype", "json"),
    ];
    let call = Call::parse_pairs(&path(GET), pairs).unwrap();
    assert_eq!((call.identifier().as_str(), call.usersig()), ("a+b", "%41"));
}

#[test]
fn the_first_parameter_in_the_documented_order_decides() {
    let query = "contenttype=x&random=x&usersig=&identifier=&sdkappid=x";
    let order = ["sdkappid=1", "identifier=a", "usersig=s", "random=1"];
    let expected = [
        "bad-parameter 60025 ?sdkappid",
        "missing-parameter 60025 ?identifier",
        "missing-parameter 60025 ?usersig",
        "bad-parameter 60002 ?random",
        "bad-parameter 60025 ?contenttype",
    ];
    let mut parts: Vec<&str> = query.split('&').collect();
    for (step, expected) in expected.into_iter().enumerate() {
        assert_eq!(refused(&format!("{}?{}", path(GET), parts.join("&"))), expected);
        if let Some(good) = order.get(step) {
            let last = parts.len() - 1 - step;
            parts[last] = good;
        }
    }
    // The path is checked first.
    assert_eq!(refused("/x?"), "unknown-endpoint 60009 ");
}

#[test]
fn a_target_without_query_lacks_everything() {
    assert_eq!(refused(&path(MARK)), "missing-parameter 60012 ?sdkappid");
    assert_eq!(refused(&format!("{}?", path(MARK))), "missing-parameter 60012 ?sdkappid");
}

#[test]
fn a_call_by_url_is_judged_like_one_by_command() {
    let body = ME.get(0);
    let target = format!("{}?{GOOD}", path(GET));
    let (mut validator, mut limiters) = (Validator::new(&POLICY), RateLimiters::unlimited());
    let by_url = Incoming::from_url(&target, body.as_bytes())
        .judge(&mut validator, &mut limiters, 0)
        .unwrap();
    let by_command =
        Incoming::new(GET, body.as_bytes()).judge(&mut validator, &mut limiters, 0).unwrap();
    assert_eq!(by_url, by_command);
    let refusal =
        Incoming::from_url("/x", b"{").judge(&mut validator, &mut limiters, 0).unwrap_err();
    assert_eq!((refusal.code().get(), refusal.command()), (60009, None));
}
