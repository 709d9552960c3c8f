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
        .map(|name| (plain(name), name))
        .filter(|(plain, _)| strsim::jaro(&wrong, plain) >= SIMILAR)
        // Of similar names, the one that takes the fewest changes was meant: `delete-x` is rather `del-x`
        // than `get-x`, although it has more letters of `get-x` in their order.
        .map(|(plain, name)| (strsim::normalized_damerau_levenshtein(&wrong, &plain), name))
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_no_other() {
        let known =
            ["account", "answer_with", "page-size", "get_contact_group", "del_contact_group"];
        for (wrong, expected) in [
            ("acount", Some("account")),
            ("Answer-With", Some("answer_with")),
            ("pagesize", Some("page-size")),
            ("delete_contact_group", Some("del_contact_group")),
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
