//! "Did you mean": the known name that was probably meant by a wrong one.

/// How alike two names must be for one to be suggested, from 0 to 1.
const SIMILAR: f64 = 0.8;
/// A name of more bytes is not like any known name. The comparison takes time by its length.
const LONGEST_BYTES: usize = 256;

/// The known name that was probably meant by a wrong one. `_` and `-` are alike, and so are capitals
/// and small letters.
pub fn similar<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if wrong.len() > LONGEST_BYTES {
        return None;
    }
    let plain = |name: &str| name.replace('_', "-").to_ascii_lowercase();
    let wrong = plain(wrong);
    known
        .into_iter()
        .map(|name| (strsim::jaro(&wrong, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_no_other() {
        let known = ["account", "answer_with", "page-size"];
        for (wrong, expected) in [
            ("acount", Some("account")),
            ("Answer-With", Some("answer_with")),
            ("pagesize", Some("page-size")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(similar(wrong, known), expected, "{wrong}");
        }
    }

    #[test]
    fn a_name_of_64_megabytes_is_not_compared() {
        let (long, begun) = ("x".repeat(64 << 20), std::time::Instant::now());
        assert_eq!(similar(&long, ["account", "answer_with"]), None);
        assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    }
}
