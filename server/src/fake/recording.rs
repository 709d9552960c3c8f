//! Recordings of calls, for `convmark compare`.

use super::calls::Shown;
use super::entry::Entry;

/// A recording.
#[derive(Debug)]
pub struct Recording {
    /// JSON Lines, one for each call, in the order in which the calls were judged.
    pub lines: Vec<u8>,
    /// How many calls were judged and are not in it.
    pub left_out: u64,
    /// How many calls were not judged: they were refused before, answered by a rule or dropped by
    /// one.
    pub not_judged: u64,
}

impl Recording {
    /// The recording of these calls.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn of(shown: &Shown) -> serde_json::Result<Self> {
        let entries = shown.entries.iter().map(AsRef::as_ref);
        let (mut judged, others): (Vec<&Entry>, Vec<&Entry>) =
            entries.partition(|entry| entry.place().is_some());
        // A call that ended first was not always judged first.
        judged.sort_by_key(|entry| entry.place());
        let not_judged = u64::try_from(others.len())
            .unwrap_or(u64::MAX)
            .saturating_add(shown.dropped.saturating_sub(shown.dropped_judged));
        let mut recording = Self { lines: Vec::new(), left_out: shown.dropped_judged, not_judged };
        for entry in judged {
            match entry.exchange() {
                Some(exchange) => {
                    serde_json::to_writer(&mut recording.lines, &exchange)?;
                    recording.lines.push(b'\n');
                }
                None => recording.left_out = recording.left_out.saturating_add(1),
            }
        }
        Ok(recording)
    }
}
