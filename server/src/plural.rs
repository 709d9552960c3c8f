//! Numbers with a noun and its verb in the singular or the plural.

/// `1 account`, `2 accounts`.
pub fn count(number: u64, thing: &str) -> String {
    let ending = choose(number, "", "s");
    format!("{number} {thing}{ending}")
}

/// The form of a word that fits the number: `choose(1, "was", "were")` is `was`.
pub const fn choose<'w>(number: u64, one: &'w str, many: &'w str) -> &'w str {
    if number == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        for (number, expected) in
            [(0, "0 accounts were"), (1, "1 account was"), (2, "2 accounts were")]
        {
            let text = format!("{} {}", count(number, "account"), choose(number, "was", "were"));
            assert_eq!(text, expected);
        }
    }
}
