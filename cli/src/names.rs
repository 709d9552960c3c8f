//! Errors about names that are not allowed, with the name that was probably meant.

use crate::{visible, window};

/// Bytes of an unknown name that are shown.
const SHOWN_BYTES: usize = 64;

/// An error about a name. `kind` says what it should name, and `of`, which may be empty, where.
pub fn unknown<'n>(
    kind: &str,
    name: &str,
    of: &str,
    allowed: impl Iterator<Item = &'n str> + Clone,
) -> String {
    let meant = nearest(name, allowed.clone());
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    format!("unknown {kind} `{}`{of}; {meant}allowed: {}", shown(name), list(allowed))
}

/// The names in a list.
pub fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The start of the name, with all characters made visible.
pub fn shown(name: &str) -> String {
    if name.len() <= SHOWN_BYTES {
        return visible::text(name);
    }
    visible::text(&name[..window::boundary(name, SHOWN_BYTES)]) + "…"
}

/// The allowed name that was probably meant.
pub fn nearest<'n>(name: &str, allowed: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > SHOWN_BYTES {
        return None;
    }
    let name = name.to_lowercase();
    let similar = allowed.map(|known| (strsim::jaro_winkler(&name, known), known));
    let similar = similar.filter(|(similarity, _)| *similarity > 0.85).map(|(_, known)| known);
    // Of similar names, the one that takes the fewest changes was meant: `delete_x` is rather `del_x`
    // than `get_x`, although it has more letters of `get_x` in their order.
    let likeness = |known| strsim::normalized_damerau_levenshtein(&name, known);
    similar.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}
