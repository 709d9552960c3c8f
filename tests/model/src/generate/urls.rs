//! Request targets: path and query.

use super::ByteSource;
use crate::reference::command::COMMANDS;

const PARAMETERS: [&str; 5] = ["sdkappid", "identifier", "usersig", "random", "contenttype"];

/// A request target: often valid, otherwise wrong in a few places.
pub fn target(source: &mut ByteSource) -> String {
    let command = source.pick(&COMMANDS);
    let mut path = format!("/v4/recentcontact/{command}");
    let mut pairs = vec![
        "sdkappid=88888888",
        "identifier=admin",
        "usersig=xxx",
        "random=99999999",
        "contenttype=json",
    ];
    let mut pairs: Vec<String> = pairs.drain(..).map(String::from).collect();
    let count = source.below(4);
    for _ in 0..count {
        match source.below(12) {
            0 => path = unusual_path(source, &path),
            1 | 2 if !pairs.is_empty() => {
                let place = source.below(pairs.len());
                pairs.remove(place);
            }
            3 => pairs.push(pair(source)),
            4 => {
                let place = source.below(pairs.len() + 1);
                let twice = pairs.get(place).cloned().unwrap_or_default();
                pairs.push(twice);
            }
            5 if pairs.len() > 1 => pairs.rotate_left(1),
            _ => {
                let unusual = pair(source);
                let name = unusual.split('=').next().unwrap_or_default().to_string();
                match pairs.iter_mut().find(|pair| pair.split('=').next() == Some(&*name)) {
                    Some(place) => *place = unusual,
                    None => pairs.push(unusual),
                }
            }
        }
    }
    if source.one_in(16) {
        path
    } else {
        format!("{path}?{}", pairs.join(source.pick(&["&", "&", "&&", ";"])))
    }
}

fn unusual_path(source: &mut ByteSource, path: &str) -> String {
    match source.below(8) {
        0 => format!("{path}/"),
        1 => path.to_uppercase(),
        2 => path.replace("/v4", "//v4"),
        3 => path.replace("contact_group", "contact%5Fgroup"),
        4 => format!(" {path}"),
        5 => String::new(),
        6 => format!(
            "/v4/recentcontact/{}",
            source.pick(&["get_list", "delete", "get_list/", "Delete", "get", "delete_list"])
        ),
        _ => path.trim_start_matches('/').into(),
    }
}

fn pair(source: &mut ByteSource) -> String {
    let name = source.pick(&PARAMETERS);
    let value = source.pick(&[
        "",
        "0",
        "1",
        "4294967295",
        "4294967296",
        "0000000000000000000004294967295",
        "-1",
        "+1",
        "%2B1",
        "%31",
        "%3",
        "%",
        "%zz",
        "1x",
        "1%20",
        "99999999999999999999999999",
        "json",
        "JSON",
        "js%6Fn",
        "json+",
        "a+b",
        "%FF",
        "%E7%BB%84",
        "%7f",
        "%00",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "a=b",
        "\u{661}",
        "x%26random%3D1",
    ]);
    match source.below(12) {
        9 => name.to_string(),
        10 => format!("{}={value}", name.to_uppercase()),
        11 => format!("{}={value}", name.replace('s', "%73")),
        _ => format!("{name}={value}"),
    }
}
