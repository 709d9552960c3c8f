//! A strict RFC 8259 parser that keeps everything that the rules need: duplicate members and their
//! order, the text of numbers, the span of every value, and unpaired surrogate escapes.
//!
//! The tree lives in one flat vector, so that neither parsing nor dropping recurses.

/// A decoded string or member name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The content; an unpaired surrogate escape is decoded as U+FFFD.
    pub text: String,
    /// Whether an unpaired surrogate escape was in it, so that the content is not what was sent.
    pub has_unpaired_surrogate: bool,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    String(Text),
    /// The indexes of the elements' nodes.
    Array(Vec<usize>),
    /// The members in order, duplicates included: names and indexes of nodes.
    Object(Vec<(Text, usize)>),
}

/// One value and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its content.
    pub kind: Kind,
    /// Index of its first byte.
    pub start: usize,
    /// Index after its last byte.
    pub end: usize,
}

/// A parsed text. Node 0 is the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// All values, each after the one that contains it.
    pub nodes: Vec<Node>,
}

impl Document {
    /// The content of node `index`. An index outside this document reads as `null`.
    pub fn kind(&self, index: usize) -> &Kind {
        self.nodes.get(index).map_or(&Kind::Null, |node| &node.kind)
    }

    /// The members of an object, or nothing.
    pub fn members(&self, index: usize) -> &[(Text, usize)] {
        match self.kind(index) {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array, or nothing.
    pub fn elements(&self, index: usize) -> &[usize] {
        match self.kind(index) {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The first member of that name, if there is one and it is not `null`.
    pub fn get(&self, index: usize, name: &str) -> Option<usize> {
        let (_, value) = self
            .members(index)
            .iter()
            .find(|(key, _)| !key.has_unpaired_surrogate && key.text == name)?;
        (*self.kind(*value) != Kind::Null).then_some(*value)
    }

    /// The content of a string.
    pub fn string(&self, index: usize) -> Option<&str> {
        match self.kind(index) {
            Kind::String(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The value of a number, if it is a whole number from 0 to the largest `u64`.
    pub fn unsigned(&self, index: usize) -> Option<u64> {
        match self.kind(index) {
            Kind::Number(text) => match whole(text) {
                Whole::Unsigned(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether the text of a number is an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// It has a fraction or an exponent, or is `-0`.
    No,
    /// An integer below zero or above the largest `u64`.
    Beyond,
    /// Any other integer.
    Unsigned(u64),
}

/// Classifies the text of a JSON number.
pub fn whole(text: &str) -> Whole {
    if text.contains(['.', 'e', 'E']) || text == "-0" {
        Whole::No
    } else {
        text.parse().map_or(Whole::Beyond, Whole::Unsigned)
    }
}

/// Parses a whole text; `None` if it is not JSON.
pub fn parse(bytes: &[u8]) -> Option<Document> {
    std::str::from_utf8(bytes).ok()?;
    let mut parser = Parser { bytes, at: 0 };
    let mut nodes: Vec<Node> = Vec::new();
    // The open containers, each with the name whose value is still missing.
    let mut open: Vec<(usize, Option<Text>)> = Vec::new();
    loop {
        // A value must come here.
        parser.white();
        let index = nodes.len();
        let start = parser.at;
        let kind = parser.value_or_opening()?;
        let opened = matches!(kind, Kind::Array(_) | Kind::Object(_));
        let is_object = matches!(kind, Kind::Object(_));
        nodes.push(Node { kind, start, end: parser.at });
        if let Some((parent, name)) = open.last_mut() {
            match &mut nodes[*parent].kind {
                Kind::Array(elements) => elements.push(index),
                Kind::Object(members) => members.push((name.take()?, index)),
                _ => return None,
            }
        }
        if opened {
            parser.white();
            let close = if is_object { b'}' } else { b']' };
            if parser.take(close) {
                nodes[index].end = parser.at;
            } else {
                let name = if is_object { Some(parser.name()?) } else { None };
                open.push((index, name));
                continue;
            }
        }
        // A value is complete. Close containers until another value must come.
        loop {
            parser.white();
            let Some((parent, name)) = open.last_mut() else {
                return (parser.at == bytes.len()).then_some(Document { nodes });
            };
            let parent = *parent;
            let is_object = matches!(nodes[parent].kind, Kind::Object(_));
            if parser.take(b',') {
                if is_object {
                    parser.white();
                    *name = Some(parser.name()?);
                }
                break;
            }
            if !parser.take(if is_object { b'}' } else { b']' }) {
                return None;
            }
            nodes[parent].end = parser.at;
            open.pop();
        }
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A scalar, or the opening of a container as an empty one.
    fn value_or_opening(&mut self) -> Option<Kind> {
        match self.peek()? {
            b'{' => {
                self.at += 1;
                Some(Kind::Object(Vec::new()))
            }
            b'[' => {
                self.at += 1;
                Some(Kind::Array(Vec::new()))
            }
            b'"' => self.string().map(Kind::String),
            b'n' => self.word("null", Kind::Null),
            b't' => self.word("true", Kind::Bool(true)),
            b'f' => self.word("false", Kind::Bool(false)),
            _ => self.number().map(Kind::Number),
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        let rest = self.bytes.get(self.at..)?;
        if !rest.starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(kind)
    }

    fn number(&mut self) -> Option<String> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let text = self.bytes.get(start..self.at)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// One or more digits.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// A member name and its colon.
    fn name(&mut self) -> Option<Text> {
        let name = self.string()?;
        self.white();
        self.take(b':').then_some(name)
    }

    fn string(&mut self) -> Option<Text> {
        if !self.take(b'"') {
            return None;
        }
        let mut content: Vec<u8> = Vec::new();
        let mut has_unpaired_surrogate = false;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    let letter = self.peek()?;
                    self.at += 1;
                    let character = match letter {
                        b'"' => '"',
                        b'\\' => '\\',
                        b'/' => '/',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'n' => '\n',
                        b'r' => '\r',
                        b't' => '\t',
                        b'u' => match self.unit_escape()? {
                            Some(character) => character,
                            None => {
                                has_unpaired_surrogate = true;
                                '\u{fffd}'
                            }
                        },
                        _ => return None,
                    };
                    content.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..=0x1f => return None,
                _ => content.push(byte),
            }
        }
        Some(Text { text: String::from_utf8_lossy(&content).into_owned(), has_unpaired_surrogate })
    }

    /// What follows `\u`: `None` if it is malformed, `Some(None)` if it is an unpaired surrogate.
    fn unit_escape(&mut self) -> Option<Option<char>> {
        let first = self.hex4()?;
        if !(0xd800..=0xdfff).contains(&first) {
            return Some(char::from_u32(first));
        }
        if first >= 0xdc00 {
            return Some(None);
        }
        let before = self.at;
        if self.take(b'\\') && self.take(b'u') {
            let second = self.hex4()?;
            if (0xdc00..=0xdfff).contains(&second) {
                return Some(char::from_u32(
                    0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                ));
            }
        }
        // It is not the other half of the pair, so it is read again on its own.
        self.at = before;
        Some(None)
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(value)
    }
}

/// A JSON string with only those characters escaped that must be.
pub fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A JSON array of texts that are JSON already.
pub fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}
