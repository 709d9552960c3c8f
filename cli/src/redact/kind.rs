//! Kinds of characters that are replaced by one another.

use std::cell::OnceCell;

/// A kind of character. Characters of one kind take as many bytes of UTF-8 as each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(u8);

const ASCII_LOWER: u8 = 0;
const ASCII_UPPER: u8 = 1;
const ASCII_DIGIT: u8 = 2;
/// The first of the kinds beyond ASCII: five for each length from two to four bytes.
const BEYOND_ASCII: u8 = 3;
const KINDS: usize = 18;

/// The kind of a character; `None` for punctuation, white space, controls and what joins others,
/// which are kept.
pub fn of(character: char) -> Option<Kind> {
    let letter = match character {
        'a'..='z' => return Some(Kind(ASCII_LOWER)),
        'A'..='Z' => return Some(Kind(ASCII_UPPER)),
        '0'..='9' => return Some(Kind(ASCII_DIGIT)),
        _ if character.is_ascii() => return None,
        // Letters of flags.
        '\u{1f1e6}'..='\u{1f1ff}' => 4,
        _ if is_emoji(character) => 3,
        _ if character.is_lowercase() => 0,
        _ if character.is_uppercase() => 1,
        _ if character.is_alphanumeric() => 2,
        _ => return None,
    };
    let length = u8::try_from(character.len_utf8()).unwrap_or(4);
    Some(Kind(BEYOND_ASCII + (length - 2) * 5 + letter))
}

/// Whether it is a picture on its own. Skin tones are not.
fn is_emoji(character: char) -> bool {
    matches!(character,
        '\u{2600}'..='\u{27bf}'
        | '\u{1f300}'..='\u{1f3fa}'
        | '\u{1f400}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{1fa70}'..='\u{1faff}')
}

/// All characters by kind.
#[derive(Default)]
pub struct Kinds(OnceCell<[Vec<char>; KINDS]>);

impl Kinds {
    /// The characters of a kind, in order.
    pub fn characters(&self, kind: Kind) -> &[char] {
        let all = self.0.get_or_init(|| {
            let mut all: [Vec<char>; KINDS] = Default::default();
            for character in '\0'..=char::MAX {
                if let Some(Kind(kind)) = of(character) {
                    all[usize::from(kind)].push(character);
                }
            }
            all
        });
        &all[usize::from(kind.0)]
    }
}
