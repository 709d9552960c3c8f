//! The first differences of one exchange, kept with their values, and the number of all.

use std::collections::HashMap;

use serde_json::Value;

use super::difference::{Difference, Distance, Kind, differences};
use super::ours::Ours;
use super::theirs::Theirs;

/// How many differences of one exchange are kept and printed. All are counted.
const KEPT: usize = 256;

/// A difference with values of its own.
#[derive(Clone, Debug)]
pub struct Kept {
    /// As in [`Difference`].
    pub path: String,
    pub theirs: Option<Value>,
    pub ours: Option<Value>,
    pub kind: Kind,
}

impl Kept {
    fn of(difference: Difference<'_>) -> Self {
        let Difference { path, theirs, ours, kind } = difference;
        let (theirs, ours) = (theirs.cloned(), ours.cloned());
        Self { path: path.to_string(), theirs, ours, kind: kind.clone() }
    }
}

#[derive(Default)]
pub struct Listed {
    pub kept: Vec<Kept>,
    pub distance: Distance,
    /// Whether any of all is about data of the account, and not about the form of the answer.
    pub is_about_data: bool,
}

impl Listed {
    pub fn of(theirs: &Theirs, ours: &Ours) -> Self {
        let mut listed = Self::default();
        differences(theirs, ours, &mut |difference| {
            listed.distance.add(&difference);
            listed.is_about_data |= is_data(difference.path);
            if listed.kept.len() < KEPT {
                listed.kept.push(Kept::of(difference));
            }
        });
        listed
    }
}

/// Whether a place in an answer of get is data of the account.
fn is_data(path: &str) -> bool {
    ["/ContactItem", "/GroupItem", "/CompleteFlag"].iter().any(|data| path.starts_with(data))
}

/// Finds the differences that are kept by their places. One look-up does not depend on how many
/// there are.
pub struct Places<'l> {
    at: HashMap<&'l str, usize>,
    below: HashMap<&'l str, Vec<usize>>,
}

impl<'l> Places<'l> {
    pub fn of(listed: &'l Listed) -> Self {
        let mut places = Self { at: HashMap::new(), below: HashMap::new() };
        for (number, kept) in listed.kept.iter().enumerate() {
            places.at.insert(&kept.path, number);
            for outer in above(&kept.path) {
                places.below.entry(outer).or_default().push(number);
            }
        }
        places
    }

    /// Gives the number of each that is at, above or below a place to `each`.
    pub fn touching(&self, path: &str, mut each: impl FnMut(usize)) {
        let below = self.below.get(path).into_iter().flatten();
        let at = std::iter::once(path).chain(above(path)).filter_map(|place| self.at.get(place));
        below.chain(at).for_each(|number| each(*number));
    }
}

/// The places above a place.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}
