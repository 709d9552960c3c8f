//! Replaces texts, equal ones by equal ones and different ones by different ones.

use std::hash::{BuildHasher, RandomState};

use super::kind::{self, Kind, Kinds};

/// What is kept wherever it is, since it says what an ID is of.
const SIGNS: [&str; 2] = ["@TGS#", "@TOPIC#_"];

/// How often each half of a text is changed by the other.
const ROUNDS: u32 = 10;

/// Replaces each letter by a letter, each digit by a digit and each emoji by an emoji.
///
/// A text goes through a Feistel network: its characters are numbers, and in each round half of them
/// are moved on by what a keyed hash makes of the other half. That is a permutation of all texts of
/// the same shape, so different texts never become equal, and nothing of them is kept in memory. The
/// key of the hash, SipHash with 128 bits, is drawn by the standard library from the randomness of
/// the operating system, and ends with the process: without it, trying out texts tells nothing.
pub struct Texts {
    key: RandomState,
    kinds: Kinds,
}

/// A character of a text.
enum Slot {
    Kept(char),
    /// The kind of the character, and its number among all of that kind.
    Number(Kind, usize),
}

impl Texts {
    pub fn new() -> Self {
        Self { key: RandomState::new(), kinds: Kinds::default() }
    }

    /// The text that takes the place of a text: of the same length, with the same kinds of
    /// characters at the same places.
    pub fn replace(&self, text: &str) -> String {
        let signs = signs(text);
        let mut slots = self.slots(text, &signs);
        loop {
            self.permute(&mut slots);
            let replaced = self.text(&slots);
            // Going on until the text has no other signs than the original is a permutation, too, of
            // the texts with these signs. The same holds for numbers that start with 0.
            if self::signs(&replaced) == signs && starts_with_0(&replaced) == starts_with_0(text) {
                return replaced;
            }
        }
    }

    fn slots(&self, text: &str, signs: &[usize]) -> Vec<Slot> {
        let mut kept = signs.iter().flat_map(|start| *start..end_of_sign(text, *start)).peekable();
        let slot = |(place, character): (usize, char)| {
            if kept.next_if_eq(&place).is_some() {
                return Slot::Kept(character);
            }
            let number = |kind| self.kinds.characters(kind).binary_search(&character).ok();
            let kind = kind::of(character);
            match kind.and_then(|kind| Some((kind, number(kind)?))) {
                Some((kind, number)) => Slot::Number(kind, number),
                None => Slot::Kept(character),
            }
        };
        text.char_indices().map(slot).collect()
    }

    fn text(&self, slots: &[Slot]) -> String {
        let characters = slots.iter().map(|slot| match slot {
            Slot::Kept(character) => *character,
            Slot::Number(kind, number) => self.kinds.characters(*kind)[*number],
        });
        characters.collect()
    }

    fn permute(&self, slots: &mut [Slot]) {
        let middle = slots.len() / 2;
        let (first, second) = slots.split_at_mut(middle);
        for round in 0..ROUNDS {
            let (changed, by) = match round % 2 {
                0 => (&mut *second, &*first),
                _ => (&mut *first, &*second),
            };
            let numbers: Vec<usize> = by.iter().map(Slot::number).collect();
            let seed = self.key.hash_one((round, changed.len(), numbers));
            for (place, slot) in changed.iter_mut().enumerate() {
                if let Slot::Number(kind, number) = slot {
                    let count = self.kinds.characters(*kind).len();
                    let step = self.key.hash_one((seed, place)) % count as u64;
                    *number = (*number + step as usize) % count;
                }
            }
        }
    }
}

impl Slot {
    /// A number for the hash.
    const fn number(&self) -> usize {
        match self {
            Self::Kept(character) => *character as usize,
            Self::Number(_, number) => *number,
        }
    }
}

/// Whether it is of digits only and starts with 0, which a number of JSON must not.
fn starts_with_0(text: &str) -> bool {
    text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where signs are, in bytes.
fn signs(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(place) = text[at..].find('@') {
        at += place;
        if end_of_sign(text, at) > at {
            found.push(at);
        }
        at += 1;
    }
    found
}

/// Where the sign that starts at that byte ends; the start itself if there is none.
fn end_of_sign(text: &str, start: usize) -> usize {
    let sign = SIGNS.iter().find(|sign| text[start..].starts_with(**sign));
    start + sign.map_or(0, |sign| sign.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_short_texts_of_a_shape_stay_different() {
        let texts = Texts::new();
        let letters = || 'a'..='z';
        let pairs = letters().flat_map(|first| letters().map(move |second| [first, second]));
        for prefix in ["", "7", "@TGS#", "@", "é"] {
            let all: Vec<String> =
                pairs.clone().map(|pair| prefix.to_string() + &String::from_iter(pair)).collect();
            let replaced: BTreeSet<String> = all.iter().map(|text| texts.replace(text)).collect();
            assert_eq!(replaced.len(), all.len(), "{prefix}");
        }
        let digits: BTreeSet<String> =
            ('0'..='9').map(|digit| texts.replace(&digit.to_string())).collect();
        assert_eq!(digits.len(), 10);
    }

    #[test]
    fn shapes_are_kept() {
        let texts = Texts::new();
        for text in [
            "",
            "user_0001",
            "Ab-3 z!",
            "@TGS#_@TGS#cXYZ@TOPIC#_abc",
            "Éé ñ Ünï",
            "你好，世界",
            "Привет",
            "😀👍🏽❤️ 🇩🇪",
            "a\u{0}\u{301}\u{200d}",
            "𝒳𐐷",
        ] {
            let replaced = texts.replace(text);
            assert_eq!(replaced.len(), text.len(), "{replaced}");
            assert_eq!(signs(&replaced), signs(text));
            for (before, after) in text.chars().zip(replaced.chars()) {
                assert_eq!(kind::of(before), kind::of(after), "{text} {replaced}");
                assert!(kind::of(before).is_some() || before == after);
            }
            assert_eq!(replaced, texts.replace(text));
        }
    }

    #[test]
    fn a_sign_never_arises() {
        // One of all texts of this shape becomes the sign unless that is prevented.
        let texts = Texts::new();
        let letters = || 'A'..='Z';
        let mut count = 0;
        for (first, second) in
            letters().flat_map(|first| letters().map(move |second| (first, second)))
        {
            for third in letters() {
                let text = format!("@{first}{second}{third}#");
                assert_eq!(texts.replace(&text) == "@TGS#", text == "@TGS#");
                count += 1;
            }
        }
        assert_eq!(count, 26 * 26 * 26);
    }

    #[test]
    fn another_key_gives_other_texts() {
        let text = "a text that is long enough";
        assert_ne!(Texts::new().replace(text), Texts::new().replace(text));
        assert_ne!(Texts::new().replace(text), text);
    }
}
