//! Rewrites JSON texts and keeps what most parsers lose: the text of numbers, repeated members and
//! their order.

use crate::generate::ByteSource;
use crate::reference::json::{Document, Kind, Text, parse, quote};

/// What to change while a text is rewritten.
pub struct Rewrite<'r> {
    /// The new text of a string that is the value of that member. `None` keeps it.
    pub string: &'r mut dyn FnMut(Option<&str>, &str) -> Option<String>,
    /// The order in which an object with that number of members is written, as 0-based indexes.
    pub order: &'r mut dyn FnMut(usize) -> Vec<usize>,
    /// The text of one more member for this object. `None` adds nothing.
    pub more: &'r mut dyn FnMut(&Document, usize) -> Option<String>,
}

/// Rewrites a JSON text without white space. `None` if it is not JSON or nested deeper than 200
/// levels.
pub fn rewrite(json: &[u8], rewrite: &mut Rewrite) -> Option<Vec<u8>> {
    let document = parse(json)?;
    let mut out = Vec::new();
    write(json, &document, 0, None, 0, rewrite, &mut out)?;
    Some(out)
}

fn write(
    json: &[u8],
    document: &Document,
    index: usize,
    member: Option<&str>,
    depth: usize,
    rewrite: &mut Rewrite,
    out: &mut Vec<u8>,
) -> Option<()> {
    if depth > 200 {
        return None;
    }
    let node = document.nodes.get(index)?;
    match &node.kind {
        Kind::Array(elements) => {
            out.push(b'[');
            for (place, element) in elements.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(json, document, *element, member, depth + 1, rewrite, out)?;
            }
            out.push(b']');
        }
        Kind::Object(members) => {
            out.push(b'{');
            for (place, which) in (rewrite.order)(members.len()).into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                let (name, value) = &members[which];
                if name.has_unpaired_surrogate {
                    // The text is not kept, but it stays invalid.
                    out.extend_from_slice(b"\"\\ud800\"");
                } else {
                    out.extend_from_slice(quote(&name.text).as_bytes());
                }
                out.push(b':');
                let inner = Some(name.text.as_str()).filter(|_| !name.has_unpaired_surrogate);
                write(json, document, *value, inner, depth + 1, rewrite, out)?;
            }
            if let Some(more) = (rewrite.more)(document, index) {
                if !members.is_empty() {
                    out.push(b',');
                }
                out.extend_from_slice(more.as_bytes());
            }
            out.push(b'}');
        }
        Kind::String(Text { text, has_unpaired_surrogate: false }) => {
            match (rewrite.string)(member, text) {
                Some(new) => out.extend_from_slice(quote(&new).as_bytes()),
                None => out.extend_from_slice(&json[node.start..node.end]),
            }
        }
        _ => out.extend_from_slice(&json[node.start..node.end]),
    }
    Some(())
}

/// The same text with the members of every object in another order. `None` also if an object
/// repeats a member.
pub fn shuffled(json: &[u8], source: &mut ByteSource) -> Option<Vec<u8>> {
    let document = parse(json)?;
    for node in &document.nodes {
        if let Kind::Object(members) = &node.kind {
            let mut names: Vec<&Text> = members.iter().map(|(name, _)| name).collect();
            names.sort_by(|left, right| {
                (&left.text, left.has_unpaired_surrogate)
                    .cmp(&(&right.text, right.has_unpaired_surrogate))
            });
            if names.windows(2).any(|pair| pair[0].text == pair[1].text) {
                return None;
            }
        }
    }
    let mut order = |count: usize| {
        let mut order: Vec<usize> = (0..count).collect();
        for place in (1..count).rev() {
            order.swap(place, source.below(place + 1));
        }
        order
    };
    rewrite(
        json,
        &mut Rewrite { string: &mut |_, _| None, order: &mut order, more: &mut |_, _| None },
    )
}

/// The same text with the strings that `new` replaces.
pub fn with_strings(
    json: &[u8],
    new: &mut dyn FnMut(Option<&str>, &str) -> Option<String>,
) -> Option<Vec<u8>> {
    rewrite(
        json,
        &mut Rewrite {
            string: new,
            order: &mut |count| (0..count).collect(),
            more: &mut |_, _| None,
        },
    )
}

/// The same text with one more member in some objects.
pub fn with_members(
    json: &[u8],
    more: &mut dyn FnMut(&Document, usize) -> Option<String>,
) -> Option<Vec<u8>> {
    rewrite(
        json,
        &mut Rewrite { string: &mut |_, _| None, order: &mut |count| (0..count).collect(), more },
    )
}

/// The value at a JSON Pointer. Of repeated members it is the first.
pub fn resolve(document: &Document, pointer: &str) -> Option<usize> {
    if pointer.is_empty() {
        return Some(0);
    }
    let mut at = 0;
    for step in pointer.strip_prefix('/')?.split('/') {
        at = match document.kind(at) {
            Kind::Array(elements) => {
                let plain = step == "0" || !step.starts_with('0');
                *elements.get(step.parse::<usize>().ok().filter(|_| plain)?)?
            }
            Kind::Object(members) => {
                let name = step.replace("~1", "/").replace("~0", "~");
                members.iter().find(|(key, _)| !key.has_unpaired_surrogate && key.text == name)?.1
            }
            _ => return None,
        };
    }
    Some(at)
}
