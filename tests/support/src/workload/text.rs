//! Other texts of the same JSON.

use std::fmt::Write as _;

/// Indents compact JSON by four spaces per level.
pub(super) fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut rest = json.chars().peekable();
    while let Some(character) = rest.next() {
        if in_string {
            out.push(character);
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '[' if rest.peek() == Some(&']') => {
                rest.next();
                out.push_str("[]");
            }
            '{' | '[' => {
                depth += 1;
                out.push(character);
                new_line(depth, &mut out);
            }
            '}' | ']' => {
                depth -= 1;
                new_line(depth, &mut out);
                out.push(character);
            }
            ',' => {
                out.push(character);
                new_line(depth, &mut out);
            }
            ':' => out.push_str(": "),
            _ => {
                in_string = character == '"';
                out.push(character);
            }
        }
    }
    out
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', 4 * depth));
}

/// Writes everything outside ASCII as `\u` escapes.
pub(super) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}").expect("a string takes every text");
        }
    }
    out
}
