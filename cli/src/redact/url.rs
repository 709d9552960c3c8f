//! The URL of a recorded call without what says who called.

use super::text::Texts;
use crate::recorded::{DROPPED, USERSIG};

/// What stands for any other path. Calls of other services are left out, so that it is meant as one
/// of this service.
const MISSPELLED: &str = "/v4/recentcontact/other";

/// The paths that mean something. Any other is an unknown one.
const PATHS: [&str; 8] = [
    "/v4/recentcontact/create_contact_group",
    "/v4/recentcontact/update_contact_group",
    "/v4/recentcontact/del_contact_group",
    "/v4/recentcontact/mark_contact",
    "/v4/recentcontact/get_contact_group",
    "/v4/recentcontact/search_contact_group",
    "/v4/recentcontact/get_list",
    "/v4/recentcontact/delete",
];

/// The same call, with its identifier replaced, without a UserSig, and with a fixed `sdkappid`. A
/// value that is wrong stays wrong, parameters that are not documented are dropped.
pub fn redacted(url: &str, texts: &Texts) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    let path = if PATHS.contains(&path) { path } else { MISSPELLED };
    let Some(query) = query else { return path.to_string() };
    let mut redacted = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let is_decimal = value.bytes().all(|byte| byte.is_ascii_digit());
        let value = match (&*name, &*value) {
            ("sdkappid" | "identifier" | USERSIG | "random" | "contenttype", "") => String::new(),
            ("sdkappid", id) => {
                let is_valid = is_decimal && id.parse::<u32>().is_ok_and(|id| id > 0);
                if is_valid { "1400000000" } else { "0" }.to_string()
            }
            ("identifier", id) => texts.replace(id),
            (USERSIG, _) => DROPPED.to_string(),
            ("random", random) => if is_decimal { random } else { "wrong" }.to_string(),
            ("contenttype", "json") => "json".to_string(),
            ("contenttype", _) => "wrong".to_string(),
            _ => continue,
        };
        redacted.append_pair(&name, &value);
    }
    format!("{path}?{}", redacted.finish())
}

#[cfg(test)]
mod tests {
    use convmark::Command;

    use super::*;

    #[test]
    fn every_command_has_its_path() {
        for command in Command::ALL {
            assert!(PATHS.contains(&&*format!("/v4/recentcontact/{command}")));
        }
    }

    #[test]
    fn what_stands_for_a_misspelled_path_is_one_too() {
        assert!(!crate::other_service::is_of_another_service(MISSPELLED));
        assert!(!PATHS.contains(&MISSPELLED));
    }

    #[test]
    fn nothing_of_the_caller_is_left() {
        let texts = Texts::new();
        let url = "/v4/recentcontact/get_contact_group?user%73ig=secret&sdkappid=88888888&identifier=administrator&random=7&contenttype=json&token=secret";
        let identifier = texts.replace("administrator");
        assert_eq!(
            redacted(url, &texts),
            format!(
                "/v4/recentcontact/get_contact_group?usersig=dropped&sdkappid=1400000000&identifier={identifier}&random=7&contenttype=json"
            )
        );
        assert_eq!(
            redacted("/v4/secret?sdkappid=x&random=-1&contenttype=xml&usersig=", &texts),
            "/v4/recentcontact/other?sdkappid=0&random=wrong&contenttype=wrong&usersig="
        );
        assert_eq!(redacted("/secret", &texts), MISSPELLED);
    }
}
