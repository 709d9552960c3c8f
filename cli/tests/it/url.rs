//! `validate` on URLs: all that can be known of one.

use crate::tool::run;

/// The first line that is printed about a URL with a valid body.
fn first(url: &str) -> String {
    let body = r#"{"From_Account":"me","StartIndex":0}"#;
    let (status, lines) = run(&["validate"], format!("{{\"url\":\"{url}\",\"body\":{body}}}\n"));
    // The first error decides the answer, and is the one that counts.
    assert_eq!((status, lines.len()), (1, 2), "{lines:?}");
    assert_eq!(lines[1], "1 request: 1 error, 0 warnings");
    lines.into_iter().next().unwrap()
}

const GOOD: &str = "sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json";
const SDKAPPID: &str =
    "it must be a decimal integer from 1 to 4294967295, given once: the SDKAppID of the app";
const IDENTIFIER: &str = "`identifier` is absent; it must be a user ID of 1 to 32 printable ASCII bytes, given once: the app admin who calls";
const USERSIG: &str = "`usersig` is absent; it must be present and not empty, given once: the UserSig of the identifier";
const RANDOM: &str =
    "`random` is malformed; it must be a decimal integer from 0 to 4294967295, given once";
const CONTENTTYPE: &str = "it must be exactly json, given once";
const UNKNOWN: &str = "line 1: error[unknown-endpoint] 60009: the path is not that of a command. It must be exactly \
    /v4/recentcontact/ followed by the name of a command; check the path, its case and its slashes";

#[test]
fn all_errors_of_the_parameters_are_named() {
    let get = "/v4/recentcontact/get_contact_group";
    for (query, expected) in [
        (GOOD.replace("random=1", "random=-1"), format!("60002 at ?random: {RANDOM}")),
        (
            GOOD.replace("random=1", "random=-1").replace("=json", "=xml"),
            format!(
                "60002 at ?random: {RANDOM}. Also wrong in this URL: `contenttype` is malformed; {CONTENTTYPE}"
            ),
        ),
        (
            "sdkappid=x&random=x&sdkappid=1".to_string(),
            format!(
                "60025 at ?sdkappid: `sdkappid` is given more than once; {SDKAPPID}. Also wrong in this URL: \
                 {IDENTIFIER}. {USERSIG}. {RANDOM}. `contenttype` is absent; {CONTENTTYPE}"
            ),
        ),
    ] {
        let line = first(&format!("{get}?{query}"));
        assert!(line.starts_with("line 1: error[") && line.ends_with(&expected), "{line}");
    }
}

#[test]
fn a_misspelled_path_draws_a_suggestion() {
    for (path, meant) in [
        ("/v4/recentcontact/creat_contact_group", "create_contact_group"),
        ("/v4/recentcontact/Mark_Contact", "mark_contact"),
        ("/v4/recentcontact/get_contact_group/", "get_contact_group"),
        ("//v4/recentcontact/del_contactgroup", "del_contact_group"),
        ("/v4/recentcontact/delete_contact_group", "del_contact_group"),
        ("/v4/recent_contact/search_contact_group", "search_contact_group"),
    ] {
        assert_eq!(
            first(&format!("{path}?{GOOD}")),
            format!("{UNKNOWN}. Did you mean `/v4/recentcontact/{meant}`?")
        );
    }
    assert_eq!(first(&format!("/v4/recentcontact/x?{GOOD}")), UNKNOWN);
}

#[test]
fn parameters_are_judged_whatever_the_path_is() {
    let wrong = GOOD.replace("=json", "=").replace("sdkappid=1", "sdkappid=0");
    assert_eq!(
        first(&format!("/v4/recentcontact/creat_contact_group?{wrong}")),
        format!(
            "{UNKNOWN}. Did you mean `/v4/recentcontact/create_contact_group`? Also wrong in this URL: \
             `sdkappid` is malformed; {SDKAPPID}. `contenttype` is an empty string; {CONTENTTYPE}"
        )
    );
}

#[test]
fn every_format_has_all_errors_of_a_url() {
    let url = format!("/v4/recentcontact/creat_contact_group?{}", GOOD.replace("=json", "=xml"));
    let input = format!("{{\"url\":\"{url}\",\"body\":{{}}}}\n");
    for format in ["text", "human", "json", "github", "junit", "sarif"] {
        let (status, lines) = run(&["validate", "--format", format], &input);
        let text = lines.join("\n");
        assert_eq!(status, 1);
        assert!(
            text.contains(&format!(
                "Did you mean `/v4/recentcontact/create_contact_group`? Also wrong in this URL: `contenttype` is malformed; {CONTENTTYPE}"
            )),
            "{format}: {text}"
        );
    }
}
