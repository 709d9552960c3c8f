//! Numbers with a noun in the singular or the plural.

/// `1 request`, `2 requests`.
pub fn count(number: u64, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}
