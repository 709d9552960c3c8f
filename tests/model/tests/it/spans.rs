//! Spans: in bodies crowded with unknown members, each finding spans exactly its text.

use crate::runner::on_bytes;
use convmark::{Command, Policy, Validator};
use convmark_model::generate::json::escaped;
use convmark_model::generate::{ByteSource, mutations, policies, requests};
use convmark_model::properties::paths::paths_and_spans_resolve;
use convmark_model::reference::json::{Kind, parse};

/// Few names, so that most occur many times. Some are close to documented ones, some need escapes
/// in JSON or in a JSON Pointer.
const NAMES: [&str; 9] = ["x", "y", "Typ", "名前😀", "a/b~c", "q\"\\", "", "To_account", "é"];
const VALUES: [&str; 9] = [
    "null",
    "1",
    "\"组😀\"",
    "\"\\u00e9\\\"\"",
    "[ ]",
    "{ \"x\" : [1 , {}] }",
    "true",
    "\"\"",
    "-0",
];
const SPACES: [&str; 5] = ["", "", " ", "\n\t", " \r\n "];

#[test]
fn spans_are_exact_in_crowded_bodies() {
    on_bytes(2000, 700, |data| {
        let mut source = ByteSource::new(data);
        let policy = policies::policy(&mut source);
        let command = requests::command(&mut source);
        let mut body = match source.below(3) {
            0 => mutations::near_valid_body(&mut source, command, &policy),
            _ => requests::mostly_valid_body(&mut source, command, &policy).spelled(&mut source),
        };
        for _ in 0..source.in_range(1, 3) {
            if let Some(crowded) = crowd(&body, &mut source) {
                body = crowded;
            }
        }
        paths_and_spans_resolve(command, &body, &policy);
    });
}

/// The body with up to 40 unknown members in one of its objects, some before and some after those
/// that it has. `None` if it is not JSON or has no object.
fn crowd(body: &[u8], source: &mut ByteSource) -> Option<Vec<u8>> {
    let document = parse(body)?;
    let objects: Vec<_> =
        document.nodes.iter().filter(|node| matches!(node.kind, Kind::Object(_))).collect();
    let object = objects.get(source.below(objects.len()))?;
    let count = source.pick(&[40, 3, 21, 1, 34]);
    let members: Vec<String> = (0..count).map(|_| unknown_member(source)).collect();
    let before = source.below(count + 1);
    let Kind::Object(own) = &object.kind else { return None };
    let (start, end) = (object.start + 1, object.end - 1);
    let inner = String::from_utf8(body[start..end].to_vec()).ok()?;
    let mut parts = members[..before].to_vec();
    if !own.is_empty() {
        parts.push(inner);
    }
    parts.extend_from_slice(&members[before..]);
    Some([&body[..start], parts.join(",").as_bytes(), &body[end..]].concat())
}

fn unknown_member(source: &mut ByteSource) -> String {
    let name = source.pick(&NAMES);
    let name = if source.one_in(3) {
        escaped(name, source)
    } else {
        convmark_model::reference::json::quote(name)
    };
    let spaces = [(); 4].map(|()| source.pick(&SPACES));
    let value = source.pick(&VALUES);
    format!("{}{name}{}:{}{value}{}", spaces[0], spaces[1], spaces[2], spaces[3])
}

/// The first of many equal names is the one that is reported, wherever it stands.
#[test]
fn the_first_of_many_equal_names_is_reported() {
    for first in 0..40 {
        let mut body = r#"{ "From_Account" : "me" , "StartIndex":0"#.to_string();
        for number in 0..40 {
            let name = if number < first { format!("before{}", number % 7) } else { "组".into() };
            body += &format!(" ,\n\"{name}\": \"{number}\"");
        }
        body += " }\n";
        let found: Vec<(String, String)> = Validator::new(&Policy::default())
            .report(Command::GetContactGroup, body.as_bytes())
            .findings()
            .iter()
            .map(|finding| (finding.path(), body[finding.span().expect("a place")].to_string()))
            .collect();
        let before = (0..first.min(7)).map(|number| (format!("/before{number}"), number));
        let expected: Vec<(String, String)> = before
            .chain([("/组".to_string(), first)])
            .map(|(path, number)| (path, format!("\"{number}\"")))
            .collect();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn an_undocumented_member_named_as_the_list_is_not_the_conversation() {
    let body = br#"{"From_Account":"a","GroupContactItem":[{"GroupName":"n","ContactItem":[{"Type":1,"To_Account":"u"},{"ContactItem":[],"Type":1,"To_Account":"u"}]}]}"#;
    paths_and_spans_resolve(Command::CreateContactGroup, body, &Policy::default());
}
