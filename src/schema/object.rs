//! The kinds of JSON objects, found from the bodies of the commands.

use alloc::vec::Vec;
use core::fmt;

use super::{Element, Field, Shape};
use crate::command::Command;
use crate::policy::Policy;
use crate::request::body_object;

/// One kind of JSON object in a request body.
#[derive(Clone, Copy)]
pub struct Object {
    name: &'static str,
    fields: fn(&Policy) -> Vec<Field>,
}

impl Object {
    pub(crate) const fn new(name: &'static str, fields: fn(&Policy) -> Vec<Field>) -> Self {
        Self { name, fields }
    }

    /// The object that a body of the command is.
    #[must_use]
    pub const fn of_body(command: Command) -> Self {
        body_object(command)
    }

    /// Every kind of object: those of the bodies in the order of the commands, each before the
    /// objects that it contains.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut contained_first = Vec::new();
        for command in Command::ALL.iter().rev() {
            Self::of_body(*command).collect(&mut contained_first);
        }
        contained_first.reverse();
        contained_first
    }

    fn collect(self, into: &mut Vec<Self>) {
        if into.contains(&self) {
            return;
        }
        for field in self.fields(&Policy::default()) {
            if let Shape::Object(object) | Shape::Array { element: Element::Object(object), .. } =
                field.shape
            {
                object.collect(into);
            }
        }
        into.push(self);
    }

    /// A name for it, unique: that of the field that holds it, or the command's in capitals with
    /// `Request` after it (decided).
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its documented fields under a policy, in canonical order. Other fields are ignored, with a
    /// warning.
    #[must_use]
    pub fn fields(self, policy: &Policy) -> Vec<Field> {
        (self.fields)(policy)
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Object {}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({})", self.name)
    }
}
