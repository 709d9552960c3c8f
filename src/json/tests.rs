//! Compares the scanner with `serde_json`.

use alloc::format;
use alloc::string::{String, ToString};

use serde::de::IgnoredAny;

use super::scanner::special_bytes;
use super::*;

/// Whether the scanner takes the text for one JSON value.
fn is_json(text: &str) -> bool {
    check(text).is_ok()
}

fn assert_as_serde_json(text: &str) {
    let expected = serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(|error| {
        ErrorPlace { line: error.line(), column: error.column().max(1), is_at_end: error.is_eof() }
    });
    assert_eq!(check(text), expected, "{text:?}");
    let mut scanner = Scanner::new(text);
    let string = scanner.string().ok().filter(|_| scanner.end().is_ok());
    let expected = serde_json::from_str::<String>(text).ok().filter(|_| text.starts_with('"'));
    assert_eq!(string.as_deref(), expected.as_deref(), "{text:?}");
    let mut scanner = Scanner::new(text);
    let integer = scanner.integer().ok().filter(|_| scanner.end().is_ok());
    let expected =
        serde_json::from_str::<u64>(text).ok().filter(|_| text.starts_with(char::is_numeric));
    assert_eq!(integer, expected, "{text:?}");
}

#[test]
fn all_short_texts_are_judged_as_serde_json_does() {
    fn each(text: &mut String, alphabet: &str, left: usize) {
        assert_as_serde_json(text);
        if left > 0 {
            for character in alphabet.chars() {
                text.push(character);
                each(text, alphabet, left - 1);
                text.pop();
            }
        }
    }
    for (alphabet, length) in
        [("[]{},:\"a1 ", 5), ("-01.eE+2 ", 5), ("\"\\u0/n\u{1}\u{e9}", 6), ("\t\n\r\u{b}\u{0}0", 4)]
    {
        each(&mut String::new(), alphabet, length);
    }
}

#[test]
fn words_and_numbers_are_judged_as_serde_json_does() {
    for text in [
        "true",
        "false",
        "null",
        "tru",
        "truE",
        "nulll",
        "nul",
        "falsee",
        "[true,false,null]",
        "18446744073709551615",
        "18446744073709551616",
        "184467440737095516150",
        "-1",
        "1e999",
        "123456789012345678901234567890",
        "0.0",
        "-0",
        "-0.0e-0",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{\"a\" : [ 1 , { } ] }",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "[1 2]",
        "]",
        "}",
        "[}",
        "{]",
    ] {
        assert_as_serde_json(text);
    }
}

#[test]
fn each_byte_at_each_place_of_a_string_is_judged_as_serde_json_does() {
    for length in 0..20 {
        for place in 0..=length {
            for special in [
                "\"",
                "\\",
                "\\\"",
                "\\\\",
                "\\/",
                "\\b",
                "\\f",
                "\\n",
                "\\r",
                "\\t",
                "\u{0}",
                "\u{1f}",
                " ",
                "\u{7f}",
                "\u{80}",
                "標",
                "\\u0041",
                "\\uD83D\\uDE00",
                "\\uD83D",
                "\\uDE00",
                "\\uD83Dx",
                "\\uD83D\\n",
                "\\u12G4",
                "\\x",
            ] {
                let text =
                    format!("\"{}{special}{}\"", "a".repeat(place), "b".repeat(length - place));
                assert_as_serde_json(&text);
                assert_as_serde_json(text.get(..text.len() - 1).unwrap());
            }
        }
    }
}

#[test]
fn brackets_may_be_nested_to_any_depth() {
    for depth in [1, 2, 63, 64, 65, 127, 128, 129, 200, 100_000] {
        for (open, close) in [("[", "]"), ("{\"\":", "}"), ("[{\"a\":", "}]")] {
            let inner = if open == "[" { "" } else { "0" };
            let text = open.repeat(depth) + inner + &close.repeat(depth);
            assert!(is_json(&text), "{depth} times {open}");
            let unbalanced = text.get(..text.len() - 1).unwrap();
            assert!(!is_json(unbalanced), "{depth} times {open}");
            let crossed = format!("{unbalanced}{}", if text.ends_with(']') { '}' } else { ']' });
            assert!(!is_json(&crossed), "{depth} times {open}");
        }
    }
}

#[test]
fn the_kind_of_each_bracket_is_remembered() {
    // Alternating and irregular kinds, over the limits of the words.
    let mut kinds = 0xB5_u64;
    let (mut opened, mut closed) = (String::new(), String::new());
    for _ in 0..300 {
        kinds = kinds.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let is_object = kinds & 1 == 1;
        opened.push_str(if is_object { "{\"k\":" } else { "[" });
        closed.insert(0, if is_object { '}' } else { ']' });
    }
    assert!(is_json(&format!("{opened}1{closed}")));
    for place in 0..closed.len() {
        let mut wrong = closed.clone();
        let other = if closed.as_bytes()[place] == b']' { "}" } else { "]" };
        wrong.replace_range(place..=place, other);
        assert!(!is_json(&format!("{opened}1{wrong}")), "{place}");
    }
}

#[test]
fn plain_bytes_are_told_from_special_ones() {
    for byte in 0..=u8::MAX {
        let special = matches!(byte, b'"' | b'\\' | 0..0x20);
        for place in 0..8 {
            for around in [b'a', 0x20, 0x7f, 0x80, 0xff, 0x21, 0x23, 0x5b, 0x5d] {
                let mut word = [around; 8];
                word[place] = byte;
                let first = special_bytes(u64::from_le_bytes(word)).trailing_zeros() / 8;
                assert_eq!(first, if special { place as u32 } else { 8 }, "{word:?}");
            }
        }
    }
}

#[test]
fn the_error_of_the_reader_says_nothing_of_the_text() {
    let error = <&mut Scanner<'_> as serde::Deserializer<'_>>::deserialize_any(
        &mut Scanner::new("secret"),
        IgnoredAny,
    );
    assert_eq!(error.unwrap_err().to_string(), "declined");
}
