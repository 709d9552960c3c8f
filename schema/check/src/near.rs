//! Valid and nearly valid bodies: made from the crate's tables, then mutated, as text.

use convmark::schema::{Element, Object, Presence, Shape};
use convmark::{Command, Policy};

use support::random::Random;

/// JSON as parts of text, so that it can have repeated members, any text of a number, and escapes.
#[derive(Clone)]
enum Node {
    Raw(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// The text of a body.
pub fn near_valid(command: Command, policy: &Policy, random: &mut Random) -> String {
    let mut body = object(Object::of_body(command), policy, random);
    for _ in 0..*random.pick(&[0, 1, 1, 1, 2, 3]) {
        mutate(&mut body, random);
    }
    let mut text = String::new();
    write(&body, &mut text);
    text
}

fn object(object: Object, policy: &Policy, random: &mut Random) -> Node {
    let mut members = Vec::new();
    for field in object.fields(policy) {
        // Optional fields are present in half of the cases.
        let is_present = field.presence() == Presence::Required || random.one_in(2);
        if is_present {
            members.push((quoted(field.name()), value(&field.shape(), policy, random)));
        }
    }
    // Adds most of the fields that a selector requires, which makes many bodies valid.
    for selector in members.clone() {
        let Node::Raw(chosen) = selector.1 else { continue };
        for field in object.fields(policy) {
            let Presence::RequiredWhen { selector: name, values } = field.presence() else {
                continue;
            };
            let is_needed = selector.0 == quoted(name)
                && values.iter().any(|value| value.to_string() == chosen);
            if is_needed
                && !members.iter().any(|(name, _)| *name == quoted(field.name()))
                && !random.one_in(20)
            {
                members.push((quoted(field.name()), value(&field.shape(), policy, random)));
            }
        }
    }
    Node::Object(members)
}

fn value(shape: &Shape, policy: &Policy, random: &mut Random) -> Node {
    match *shape {
        Shape::Integer { min, max } => integer(min, max, random),
        Shape::UserId { max_bytes } => text(max_bytes, random),
        Shape::GroupChatId { max_bytes, topic_sign, topic_max_bytes } => match random.below(3) {
            0 => Node::Raw(quoted(&format!(
                "{topic_sign}{}",
                "t".repeat(topic_max_bytes - topic_sign.len())
            ))),
            _ => text(max_bytes, random),
        },
        Shape::Name { max_bytes } => text(max_bytes.map_or(200, |max| max as usize), random),
        Shape::Text { max_bytes } => text(max_bytes as usize, random),
        Shape::Array { min, max, element } => {
            let max = max.map_or(120, |max| max as usize);
            let count = match random.below(12) {
                0 => max,
                _ => (min as usize + random.below(3)).min(max),
            };
            let one = |random: &mut Random| match element {
                Element::Integer { min, max } => integer(min, max, random),
                Element::Name => text(20, random),
                Element::Object(inner) => object(inner, policy, random),
                _ => panic!("an element that this check does not know"),
            };
            let first: Vec<_> = (0..count.min(3)).map(|_| one(random)).collect();
            let rest = first.clone().into_iter().cycle().take(count);
            Node::Array(if first.is_empty() { first } else { rest.collect() })
        }
        Shape::Object(inner) => object(inner, policy, random),
        _ => panic!("a shape that this check does not know"),
    }
}

fn integer(min: u64, max: u64, random: &mut Random) -> Node {
    let span = usize::try_from(max.saturating_sub(min).min(100)).expect("small");
    Node::Raw(if random.one_in(10) { max } else { min + random.below(span + 1) as u64 }.to_string())
}

/// A text of at most `max_bytes` bytes. Sometimes it has `max_bytes` characters, which may be more bytes.
fn text(max_bytes: usize, random: &mut Random) -> Node {
    let length = 1 + random.below(max_bytes.clamp(1, 8));
    Node::Raw(quoted(&match random.below(12) {
        0 => "m".repeat(max_bytes),
        1 => "m".repeat(max_bytes + 1),
        2 => "é".repeat(max_bytes),
        3 => "語".repeat(max_bytes / 3),
        _ => "a".repeat(length),
    }))
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// Values of all types, at and around limits, in several spellings.
const UNUSUAL: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-0",
    "0.0",
    "1.0",
    "2.0",
    "1e0",
    "10e-1",
    "1.5",
    "63",
    "64",
    "65",
    "255",
    "18446744073709551615",
    "18446744073709551616",
    "1.8446744073709552e19",
    "-9223372036854775809",
    "1e400",
    "1e-400",
    "\"\"",
    "\"1\"",
    "\"x\"",
    "\" \"",
    "\"~\"",
    "\"\\u007f\"",
    "\"\\n\"",
    "\"\\u00e9\"",
    "\"\\ud83c\\udf89\"",
    "\"\\ud800\"",
    "\"@TOPIC#_\"",
    "[]",
    "[null]",
    "[1]",
    "[1.0]",
    "[0]",
    "[\"\"]",
    "[\"x\"]",
    "[{}]",
    "[[]]",
    "{}",
    "{\"Type\":1}",
    "{\"Type\":1,\"To_Account\":\"u\"}",
    "{\"Type\":2,\"ToGroupId\":\"g\"}",
    "{\"Type\":1.0,\"To_Account\":\"u\"}",
];

fn mutate(body: &mut Node, random: &mut Random) {
    let count = size(body);
    let mut place = random.below(count);
    let node = find(body, &mut place).expect("within the size");
    match node {
        Node::Object(members) if random.one_in(4) || members.is_empty() => {
            let name = random.pick(&["X", "type", "UpdateGroup", "\u{7f}", "GroupName"]);
            members.push((quoted(name), Node::Raw((*random.pick(UNUSUAL)).into())));
        }
        Node::Object(members) => {
            let chosen = random.below(members.len());
            match random.below(4) {
                0 => drop(members.remove(chosen)),
                1 => {
                    let again = members[chosen].clone();
                    members.push(again);
                }
                2 => members.insert(
                    0,
                    (members[chosen].0.clone(), Node::Raw((*random.pick(UNUSUAL)).into())),
                ),
                _ => members[chosen].1 = Node::Raw((*random.pick(UNUSUAL)).into()),
            }
        }
        Node::Array(elements) if random.one_in(2) => {
            let count = *random.pick(&[0, 1, 2, 64, 99, 100, 101, 300, 301]);
            let one = elements
                .first()
                .cloned()
                .unwrap_or_else(|| Node::Raw((*random.pick(UNUSUAL)).into()));
            *elements = vec![one; count];
        }
        // The same text with an escape.
        Node::Raw(text) if random.one_in(8) => *text = text.replacen('a', "\\u0061", 1),
        node => *node = Node::Raw((*random.pick(UNUSUAL)).into()),
    }
}

/// The number of nodes.
fn size(node: &Node) -> usize {
    1 + match node {
        Node::Raw(_) => 0,
        Node::Array(elements) => elements.iter().map(size).sum(),
        Node::Object(members) => members.iter().map(|(_, node)| size(node)).sum(),
    }
}

fn find<'n>(node: &'n mut Node, place: &mut usize) -> Option<&'n mut Node> {
    if *place == 0 {
        return Some(node);
    }
    *place -= 1;
    match node {
        Node::Raw(_) => None,
        Node::Array(elements) => elements.iter_mut().find_map(|node| find(node, place)),
        Node::Object(members) => members.iter_mut().find_map(|(_, node)| find(node, place)),
    }
}

fn write(node: &Node, out: &mut String) {
    match node {
        Node::Raw(text) => out.push_str(text),
        Node::Array(elements) => {
            out.push('[');
            for (place, element) in elements.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                write(element, out);
            }
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                out.push_str(name);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}
