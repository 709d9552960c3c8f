//! Replaces numbers that were sent where a text belongs.

use super::text::Texts;

/// The place after the number that starts there.
pub fn end(json: &[u8], start: usize) -> usize {
    let is_of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    json[start..].iter().position(|byte| !is_of_number(byte)).map_or(json.len(), |end| start + end)
}

/// Appends the number with the digits of the text of the same digits. The sign, the exponent and a
/// fraction of zeros stay.
pub fn replace(number: &str, texts: &Texts, out: &mut String) {
    let (mantissa, exponent) = number.split_at(number.find(['e', 'E']).unwrap_or(number.len()));
    let whole = mantissa.find('.').unwrap_or(mantissa.len());
    let is_zero = mantissa[whole..].bytes().all(|byte| matches!(byte, b'.' | b'0'));
    let (changed, kept) = mantissa.split_at(if is_zero { whole } else { mantissa.len() });
    let digits: String = changed.chars().filter(char::is_ascii_digit).collect();
    let replaced = texts.replace(&digits);
    let mut replaced = replaced.chars();
    let change = |sign: char| match sign.is_ascii_digit() {
        true => replaced.next().unwrap_or(sign),
        false => sign,
    };
    out.extend(changed.chars().map(change));
    out.push_str(kept);
    out.push_str(exponent);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn replaced(number: &str, texts: &Texts) -> String {
        assert_eq!(end(format!("{number} ,").as_bytes(), 0), number.len());
        let mut out = String::new();
        replace(number, texts, &mut out);
        out
    }

    #[test]
    fn shapes_are_kept() {
        let texts = Texts::new();
        let of = |digits: &str| texts.replace(digits);
        let id = of("8613812345678");
        assert_ne!(id, "8613812345678");
        assert_eq!(replaced("8613812345678", &texts), id);
        assert_eq!(replaced("-8613812345678.00", &texts), format!("-{id}.00"));
        let scientific = format!("{}.{}E+12", &id[..1], &id[1..]);
        assert_eq!(replaced("8.613812345678E+12", &texts), scientific);
        assert_eq!(replaced("-0", &texts), "-0");
        assert_eq!(replaced("0.125", &texts), format!("0.{}", &of("0125")[1..]));
    }

    #[test]
    fn numbers_stay_numbers_and_different_ones_different() {
        let texts = Texts::new();
        let all: BTreeSet<String> =
            (0..2000).map(|number: u32| replaced(&number.to_string(), &texts)).collect();
        assert_eq!(all.len(), 2000);
        for number in all {
            assert!(serde_json::from_str::<u32>(&number).is_ok(), "{number}");
        }
    }
}
