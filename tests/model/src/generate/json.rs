//! JSON trees that can hold repeated names and invalid text, and ways to write them.

use super::ByteSource;
use crate::reference::json::quote;

/// A member's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A name that is still to be quoted and escaped.
    Plain(String),
    /// Literal text, including the quotation marks.
    Raw(String),
}

/// A value. Objects may repeat names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// Literal text: numbers, `true`, `false`, `null`, and invalid JSON.
    Raw(String),
    /// A string that is still to be quoted and escaped.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(Name, Json)>),
}

/// An object with these members.
pub fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(
        members.into_iter().map(|(name, value)| (Name::Plain(name.into()), value)).collect(),
    )
}

/// A string.
pub fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

/// A number in text form.
pub fn number(number: impl ToString) -> Json {
    Json::Raw(number.to_string())
}

impl Json {
    /// The number of values in it, including itself.
    pub fn count(&self) -> usize {
        1 + match self {
            Self::Raw(_) | Self::Text(_) => 0,
            Self::List(list) => list.iter().map(Self::count).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The value with that 0-based number in depth-first order. Number 0 is the value itself.
    pub fn nth(&mut self, index: usize) -> Option<&mut Self> {
        let mut left = index;
        self.find(&mut left)
    }

    fn find(&mut self, left: &mut usize) -> Option<&mut Self> {
        if *left == 0 {
            return Some(self);
        }
        *left -= 1;
        match self {
            Self::Raw(_) | Self::Text(_) => None,
            Self::List(list) => list.iter_mut().find_map(|value| value.find(left)),
            Self::Object(members) => members.iter_mut().find_map(|(_, value)| value.find(left)),
        }
    }

    /// The first member of that name.
    pub fn member(&mut self, wanted: &str) -> Option<&mut Self> {
        let Self::Object(members) = self else { return None };
        let is_it = |name: &Name| matches!(name, Name::Plain(name) if name == wanted);
        members.iter_mut().find(|(name, _)| is_it(name)).map(|(_, value)| value)
    }

    /// The compact text without unneeded escapes.
    pub fn plain(&self) -> Vec<u8> {
        self.spelled(&mut ByteSource::new(&[]))
    }

    /// The text with white space, escapes and an order of members that the source chooses.
    pub fn spelled(&self, source: &mut ByteSource) -> Vec<u8> {
        let mut speller = Speller {
            spaces: source.one_in(6),
            escapes: source.one_in(6),
            swaps: source.one_in(6),
            out: Vec::new(),
        };
        speller.space(source);
        speller.value(self, source);
        speller.space(source);
        speller.out
    }
}

struct Speller {
    spaces: bool,
    escapes: bool,
    swaps: bool,
    out: Vec<u8>,
}

impl Speller {
    fn space(&mut self, source: &mut ByteSource) {
        if self.spaces {
            self.out.extend_from_slice(source.pick(&["", " ", "\n", "\t\r\n", "  "]).as_bytes());
        }
    }

    fn value(&mut self, value: &Json, source: &mut ByteSource) {
        match value {
            Json::Raw(raw) => self.out.extend_from_slice(raw.as_bytes()),
            Json::Text(text) => self.string(text, source),
            Json::List(list) => {
                self.out.push(b'[');
                for (index, element) in list.iter().enumerate() {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    self.space(source);
                    self.value(element, source);
                    self.space(source);
                }
                self.out.push(b']');
            }
            Json::Object(members) => {
                let mut order: Vec<usize> = (0..members.len()).collect();
                if self.swaps && !order.is_empty() {
                    let by = source.below(order.len());
                    order.rotate_left(by);
                }
                self.out.push(b'{');
                for (place, (name, value)) in
                    order.into_iter().map(|index| &members[index]).enumerate()
                {
                    if place > 0 {
                        self.out.push(b',');
                    }
                    self.space(source);
                    match name {
                        Name::Plain(name) => self.string(name, source),
                        Name::Raw(raw) => self.out.extend_from_slice(raw.as_bytes()),
                    }
                    self.space(source);
                    self.out.push(b':');
                    self.space(source);
                    self.value(value, source);
                    self.space(source);
                }
                self.out.push(b'}');
            }
        }
    }

    fn string(&mut self, text: &str, source: &mut ByteSource) {
        if self.escapes && source.one_in(3) {
            self.out.extend_from_slice(escaped(text, source).as_bytes());
        } else {
            self.out.extend_from_slice(quote(text).as_bytes());
        }
    }
}

/// The quoted string with some characters as `\u` escapes, in surrogate pairs where needed.
pub fn escaped(text: &str, source: &mut ByteSource) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match source.below(3) {
            0 => {
                let upper = source.one_in(2);
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out += &if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
                }
            }
            1 if character == '/' => out += "\\/",
            _ => {
                let quoted = quote(&character.to_string());
                out += &quoted[1..quoted.len() - 1];
            }
        }
    }
    out + "\""
}
