//! The place of a finding: a JSON Pointer (RFC 6901), kept as steps and written only when asked
//! for.

use alloc::string::String;
use core::fmt;

/// The deepest documented place has five steps:
/// `/UpdateGroup/ContactUpdateItem/0/ContactItem/Type`.
const DEPTH: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Field(&'static str),
    Index(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The steps from `len` on are not used; they are all `Index(0)`.
    steps: [Step; DEPTH],
    len: u8,
}

impl Default for Path {
    fn default() -> Self {
        Self { steps: [Step::Index(0); DEPTH], len: 0 }
    }
}

impl Path {
    /// The path of an item (0-based) of the list at these steps.
    pub(crate) fn of_item(list: &[Step], item: usize) -> Self {
        let mut path = Self::default();
        list.iter().for_each(|step| path.push(*step));
        path.push_index(item);
        path
    }

    pub(crate) fn push(&mut self, step: Step) {
        if let Some(place) = self.steps.get_mut(usize::from(self.len)) {
            *place = step;
            self.len = self.len.saturating_add(1);
        } else {
            debug_assert!(false, "deeper than any documented place");
        }
    }

    pub(crate) fn push_index(&mut self, index: usize) {
        self.push(Step::Index(u32::try_from(index).unwrap_or(u32::MAX)));
    }

    /// Replaces the last step.
    pub(crate) fn set_index(&mut self, index: usize) {
        if let Some(place) = self.steps.get_mut(usize::from(self.len.saturating_sub(1))) {
            *place = Step::Index(u32::try_from(index).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
        if let Some(place) = self.steps.get_mut(usize::from(self.len)) {
            // Unused steps are all alike, so that equal paths compare equal.
            *place = Step::Index(0);
        }
    }

    fn steps(&self) -> &[Step] {
        self.steps.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(crate) fn with(mut self, step: Step) -> Self {
        self.push(step);
        self
    }

    pub(crate) const fn len(&self) -> u8 {
        self.len
    }

    /// The path of an object or array around this place.
    pub(crate) fn first_steps(mut self, steps: u8) -> Self {
        while self.len > steps {
            self.pop();
        }
        self
    }

    pub(crate) fn last(&self) -> Option<Step> {
        self.steps().last().copied()
    }

    /// The last step that is a field, for messages.
    pub(crate) fn last_field(&self) -> Option<&'static str> {
        self.steps().iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(*name),
            Step::Index(_) => None,
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.steps() {
            match step {
                Step::Field(name) => write!(f, "/{name}")?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}

/// A member name as one more step of a JSON Pointer.
pub(super) fn member(name: &str) -> String {
    let mut step = String::from("/");
    for character in name.chars() {
        match character {
            '~' => step.push_str("~0"),
            '/' => step.push_str("~1"),
            other => step.push(other),
        }
    }
    step
}
