//! Texts of SARIF, in which some characters have a meaning.

use crate::json::{Json, object};

/// A message with exactly this text.
pub fn message(text: &str) -> Json {
    object! { "text": escaped(text) }
}

/// The text with nothing in it that is a placeholder (3.11.5 of SARIF 2.1.0) or an embedded link
/// (3.11.6). Backslashes and brackets have a meaning in links alone, and stay as they are elsewhere.
fn escaped(text: &str) -> String {
    let has_link = text.contains("](");
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '{' | '}' => escaped.push(character),
            '\\' | '[' | ']' if has_link => escaped.push('\\'),
            _ => {}
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn placeholders_and_links_are_escaped() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("{0} and {} and }{", "{{0}} and {{}} and }}{{"),
            ("[doc] the page", "[doc] the page"),
            ("[a](1) [b]", r"\[a\](1) \[b\]"),
            ("a](1)", r"a\](1)"),
            (r"a\b \[c\]", r"a\b \[c\]"),
            (r"[a\](1)", r"\[a\\\](1)"),
            ("群组😀", "群组😀"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
