//! "Did you mean": the nearest documented name of the same object.

/// The names of the documented fields of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldNames {
    pub(crate) documented: &'static [&'static str],
    /// Names that published clients send instead, with the documented field that they mean.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
}

/// The maximum length, in bytes, of a name that is searched for, so that the work per name is
/// bounded. The longest documented name has 17 bytes.
const MAX_NAME: usize = 32;

impl FieldNames {
    /// The documented names, in canonical order.
    #[must_use]
    pub const fn documented(&self) -> &'static [&'static str] {
        self.documented
    }

    pub(crate) fn nearest(&self, name: &str) -> Option<&'static str> {
        if name.len() > MAX_NAME {
            return None;
        }
        if let Some((_, meant)) =
            self.aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name))
        {
            return Some(meant);
        }
        let near = |known: &&'static str| {
            let distance = distance(name, known);
            (distance <= known.len().min(name.len()) / 3).then_some((distance, *known))
        };
        self.documented
            .iter()
            .filter_map(near)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known)
    }
}

/// How many letters to add, drop or change; case and underscores do not count.
fn distance(left: &str, right: &str) -> usize {
    let letters = |text: &'_ str| {
        text.bytes()
            .filter(|byte| *byte != b'_')
            .map(|byte| byte.to_ascii_lowercase())
            .collect::<alloc::vec::Vec<u8>>()
    };
    let (left, right) = (letters(left), letters(right));
    let mut row: alloc::vec::Vec<usize> = (0..=right.len()).collect();
    for (done, a) in left.iter().enumerate() {
        let mut diagonal = done;
        let mut before = done.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (place, b) in row.iter_mut().skip(1).zip(&right) {
            let changed = diagonal.saturating_add(usize::from(a != b));
            diagonal = *place;
            before = changed.min(before.saturating_add(1)).min(place.saturating_add(1));
            *place = before;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPDATE: FieldNames = FieldNames {
        documented: &["UpdateGroupType", "OldGroupName", "NewGroupName", "ContactUpdateItem"],
        aliases: &[("NewName", "NewGroupName")],
    };

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(UPDATE.nearest("newgroupname"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("NewGroupNam"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("new_group_name"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("NewName"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("newname"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("Colour"), None);
        assert_eq!(UPDATE.nearest(""), None);
        assert_eq!(UPDATE.nearest("OldGroupNameOldGroupNameOldGroupName"), None);
        // A third of the letters may differ.
        assert_eq!(UPDATE.nearest("NewGroupxxxx"), Some("NewGroupName"));
        assert_eq!(UPDATE.nearest("NewGrouxxxxx"), None);
        // Underscores do not count, but for the length.
        assert_eq!(
            UPDATE.nearest(&alloc::format!("OldGroupName{}", "_".repeat(20))),
            Some("OldGroupName")
        );
        assert_eq!(UPDATE.nearest(&alloc::format!("OldGroupName{}", "_".repeat(21))), None);
    }

    #[test]
    fn distances_count_edits() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("abc", "axc"), 1);
        assert_eq!(distance("abc", "bc"), 1);
        assert_eq!(distance("bc", "abc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
