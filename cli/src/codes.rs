//! Which codes are of what.

use convmark::code::CodeInfo;

/// The codes of a failed call or request, in order.
pub fn of_failed_answers() -> impl Iterator<Item = &'static CodeInfo> + Clone {
    let is_of_answers = |info: &&CodeInfo| info.levels.call() || info.levels.request();
    CodeInfo::ALL.iter().filter(|info| !info.code.is_ok()).filter(is_of_answers)
}

/// The codes of an item, in order.
pub fn of_items() -> impl Iterator<Item = &'static CodeInfo> {
    CodeInfo::ALL.iter().filter(|info| info.levels.item())
}
