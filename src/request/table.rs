//! The tables of the objects: everything generic about an object is made from one list of its
//! fields.

use alloc::vec::Vec;

use serde::de::MapAccess;

use super::fast::Context;
use super::fields::{Fields, MAX_FIELDS};
use super::full::{FullValidation, Members, UnreadableString};
use super::kind::{Given, Kind, Unused};
use crate::conversation::Conversation;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
use crate::generate::Drawing;
use crate::policy::Policy;
use crate::report::{FindingKind, Step};
use crate::rule::Warning;
use crate::schema;

/// An object with a table of its documented fields, and the typed item that is made of them.
pub(crate) trait Table: Fields {
    /// The object as the schema shows it.
    const OBJECT: schema::Object;
    /// The typed item that the fields make.
    type Item<'a>;

    /// The fields as the schema shows them.
    fn describe(policy: &Policy) -> Vec<schema::Field>;

    /// The fast path: reads the members in any order, then checks them in canonical order.
    fn read<'de, A: MapAccess<'de>>(
        map: A,
        context: &Context<'_, 'de>,
    ) -> Result<Self::Item<'de>, A::Error>;

    /// Full validation: judges the fields in canonical order.
    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        members: &Members<'b>,
    ) -> Result<Option<Self::Item<'b>>, UnreadableString>;

    /// Appends the object as compact JSON, members in canonical order.
    fn write(item: &Self::Item<'_>, policy: &Policy, out: &mut Vec<u8>);

    /// A generated object.
    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut Drawing<'_>) -> Option<Self::Item<'static>>;
}

/// Receives what `assemble` finds: warnings of rules that span fields, and the conversation that
/// the object names.
///
/// A warning about a field comes after the warnings of the field's own value. A warning about the
/// whole object comes last.
pub(crate) trait Findings<'a, F> {
    fn warn_at(&mut self, field: F, warning: Warning, kind: FindingKind);
    fn warn(&mut self, warning: Warning, kind: FindingKind);
    /// A conversation that the request names.
    fn conversation(&mut self, conversation: &Conversation<'a>);
}

/// The fast path only notes that there may be a warning.
impl<'a, F> Findings<'a, F> for &Context<'_, 'a> {
    #[inline(always)]
    fn warn_at(&mut self, _: F, _: Warning, _: FindingKind) {
        self.note_warning_if(true);
    }

    #[inline(always)]
    fn warn(&mut self, _: Warning, _: FindingKind) {
        self.note_warning_if(true);
    }

    #[inline(always)]
    fn conversation(&mut self, _: &Conversation<'a>) {}
}

/// For generated objects, whose warnings nobody asks for.
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
pub(crate) struct NoFindings;

#[cfg(any(feature = "arbitrary", feature = "proptest"))]
impl<'a, F> Findings<'a, F> for NoFindings {
    fn warn_at(&mut self, _: F, _: Warning, _: FindingKind) {}
    fn warn(&mut self, _: Warning, _: FindingKind) {}
    fn conversation(&mut self, _: &Conversation<'a>) {}
}

/// Full validation of one object, field by field. It remembers where the warnings of each field
/// end.
pub(crate) struct ObjectValidation<'f, 'p, 'm, 'b> {
    full: &'f mut FullValidation<'p, 'b>,
    members: &'m Members<'b>,
    ends: [usize; MAX_FIELDS],
}

impl<'f, 'p, 'm, 'b> ObjectValidation<'f, 'p, 'm, 'b> {
    pub(crate) const fn new(
        full: &'f mut FullValidation<'p, 'b>,
        members: &'m Members<'b>,
    ) -> Self {
        Self { full, members, ends: [0; MAX_FIELDS] }
    }

    /// Judges a field that is used.
    pub(crate) fn used<K: Kind, F: Fields>(
        &mut self,
        field: F,
        required: bool,
    ) -> Result<Given<K::Value<'b>>, UnreadableString> {
        let value = match self.full.field(self.members, field, K::EXPECTED, required) {
            Some(raw) => {
                self.full.path.push(Step::Field(field.name()));
                let value = K::validate(self.full, raw)?;
                self.full.path.pop();
                value
            }
            None => None,
        };
        self.end(field);
        Ok(match value {
            Some(value) => Given::Right(value),
            None if self.members.has(field) => Given::Wrong,
            None => Given::Absent,
        })
    }

    /// Checks a field that is not used.
    pub(crate) fn unused<K: Kind, F: Fields>(
        &mut self,
        field: F,
        reason: Option<Unused>,
    ) -> Given<K::Value<'b>> {
        self.full.unused(self.members, field, K::EXPECTED, reason);
        self.end(field);
        Given::Absent
    }

    fn end<F: Fields>(&mut self, field: F) {
        if let Some(end) = self.ends.get_mut(field.index()) {
            *end = self.full.warnings();
        }
    }
}

impl<'b, F: Fields> Findings<'b, F> for ObjectValidation<'_, '_, '_, 'b> {
    fn warn_at(&mut self, field: F, warning: Warning, kind: FindingKind) {
        let from_here = self.ends.get_mut(field.index()..).unwrap_or_default();
        let end = from_here.first().copied().unwrap_or_default();
        self.full.insert_warning(end, self.members, field, (warning, kind));
        for end in from_here {
            *end = end.saturating_add(1);
        }
    }

    fn warn(&mut self, warning: Warning, kind: FindingKind) {
        self.full.warning(warning, kind, self.members.whole);
    }

    fn conversation(&mut self, conversation: &Conversation<'b>) {
        self.full.record_conversation(conversation);
    }
}

/// Whether a field must be there, as written in the tables.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    Required,
    Optional,
    /// Required if this setting of the policy says so.
    RequiredIf(fn(&Policy) -> bool),
}

impl Need {
    #[inline(always)]
    pub(crate) fn is_required(self, policy: &Policy) -> bool {
        match self {
            Self::Required => true,
            Self::Optional => false,
            Self::RequiredIf(setting) => setting(policy),
        }
    }
}

/// The table of one object: a line for each documented field in canonical order, with its name in
/// Rust and on the wire, its kind, whether it must be there, the values of a selector above it that
/// use it (all, if nothing is said), and what it means.
///
/// For
///
/// ```text
/// object! {
///     /// A pair.
///     PairFields "Pair" => Pair, unused: IgnoredField;
///     struct PairValues {
///         which "Which": Selector<Which>, Required; "1 has a name, 2 does not.";
///         name "Name": CustomMark, Optional, if which in [Which::Named]; "The name.";
///     }
///     aliases { "Title" => name, }
/// }
/// ```
///
/// it expands to `enum PairFields { which, name }` with its [`Fields`] and its [`Table`], and to
///
/// ```text
/// struct PairValues<'a> { which: Given<Which>, name: Given<Cow<'a, str>> }
///
/// // Table::read, the fast path
/// let (mut which, mut name) = (None, None);
/// while let Some(field) = map.next_key_seed(FieldSeed::new())? {
///     match field {
///         Some(PairFields::which) => set_once(&mut which, map.next_value_seed(Reading::<Selector<Which>>::new(context))?)?,
///         Some(PairFields::name) => set_once(&mut name, map.next_value_seed(Reading::<CustomMark>::new(context))?)?,
///         None => { context.note_warning_if(true); map.next_value::<IgnoredAny>()?; }
///     }
/// }
/// let which = settle::<Selector<Which>, _>(which, true, true, context)?;
/// let used = matches!(which, Given::Right(Which::Named));
/// let name = settle::<CustomMark, _>(name, false, used, context)?;
/// PairValues { which, name }.assemble(&mut &*context).ok_or_else(declined)
///
/// // Table::validate, full validation
/// let mut object = ObjectValidation::new(full, members);
/// let which = object.used::<Selector<Which>, _>(PairFields::which, true)?;
/// let name = if matches!(which, Given::Right(Which::Named)) {
///     object.used::<CustomMark, _>(PairFields::name, false)?
/// } else {
///     object.unused::<CustomMark, _>(PairFields::name, which.reason(Warning::IgnoredField, "Which"))
/// };
/// Ok(PairValues { which, name }.assemble(&mut object))
///
/// // Table::write
/// let (which, name) = pair.members();
/// // each member that is there, with its name in front
///
/// // Table::draw: the fields in order, those that are not used left absent, then `assemble`
/// ```
///
/// Two functions are written by hand.
/// `PairValues::assemble(self, findings: &mut impl Findings<PairFields>) -> Option<Pair>` holds the
/// rules that span fields and makes the typed item, or `None` if a value that the item needs is not
/// there. `Pair::members(&self)` is its inverse: the value of each field, `None` for what is not
/// written.
macro_rules! object {
    (
        $(#[$doc:meta])*
        $Fields:ident $object:literal => $Item:ident, unused: $unused:ident;
        struct $Values:ident {
            $($field:ident $name:literal: $Kind:ty, $need:ident $(($setting:expr))? $(, if $selector:ident in [$($choice:path),+])?; $about:literal;)+
        }
        aliases { $($alias:literal => $meant:ident,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(non_camel_case_types, reason = "the fields have the same names everywhere")]
        pub(crate) enum $Fields { $($field,)+ }

        impl $Fields {
            /// The name on the wire.
            pub(crate) const fn wire_name(self) -> &'static str {
                match self { $(Self::$field => $name,)+ }
            }
        }

        const _: () = {
            use $crate::policy::Policy;
            use $crate::request::fast::{Context, FieldSeed, declined, set_once};
            use $crate::request::fields::{Fields, MAX_FIELDS};
            use $crate::request::full::{FullValidation, Members, UnreadableString};
            use $crate::request::kind::{Kind, Reading, settle};
            use $crate::request::table::{ObjectValidation, Table};
            use $crate::schema;

            impl Fields for $Fields {
                const NAMES: &'static [&'static str] = &[$($name,)+];
                const ALIASES: &'static [(&'static str, &'static str)] = &[$(($alias, Self::$meant.wire_name()),)*];

                #[inline]
                fn of_name(name: &str) -> Option<Self> {
                    match name {
                        $($name => Some(Self::$field),)+
                        _ => None,
                    }
                }

                #[inline]
                fn index(self) -> usize {
                    self as usize
                }

                fn name(self) -> &'static str {
                    self.wire_name()
                }
            }

            assert!(<$Fields as Fields>::NAMES.len() <= MAX_FIELDS);

            impl Table for $Fields {
                const OBJECT: schema::Object = schema::Object::new($object, Self::describe);
                type Item<'a> = $Item<'a>;

                fn describe(policy: &Policy) -> alloc::vec::Vec<schema::Field> {
                    alloc::vec![$({
                        let need = $crate::request::table::Need::$need $(($setting))?;
                        let when: Option<(&'static str, &'static [u8])> =
                            None $(.or(Some((Self::$selector.wire_name(), const { &[$($choice.value()),+] }))))?;
                        schema::Field {
                            name: $name,
                            expected: <$Kind as Kind>::EXPECTED,
                            presence: schema::Presence::new(need.is_required(policy), when),
                            shape: <$Kind as Kind>::shape(policy),
                            about: $about,
                        }
                    },)+]
                }

                #[inline(always)]
                fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A, context: &Context<'_, 'de>) -> Result<$Item<'de>, A::Error> {
                    $(let mut $field = None;)+
                    while let Some(field) = map.next_key_seed(FieldSeed::new())? {
                        match field {
                            $(Some(Self::$field) => set_once(&mut $field, map.next_value_seed(Reading::<$Kind>::new(context))?)?,)+
                            None => {
                                context.note_warning_if(true);
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    $(
                        let used = true $(&& matches!($selector, $crate::request::kind::Given::Right($($choice)|+)))?;
                        let need = $crate::request::table::Need::$need $(($setting))?;
                        let $field = settle::<$Kind, A::Error>($field, need.is_required(context.policy), used, context)?;
                    )+
                    $Values { $($field),+ }.assemble(&mut &*context).ok_or_else(declined)
                }

                fn validate<'b>(
                    full: &mut FullValidation<'_, 'b>,
                    members: &Members<'b>,
                ) -> Result<Option<$Item<'b>>, UnreadableString> {
                    let policy = full.policy;
                    let mut object = ObjectValidation::new(full, members);
                    $(
                        let used = true $(&& matches!($selector, $crate::request::kind::Given::Right($($choice)|+)))?;
                        let $field = if used {
                            let need = $crate::request::table::Need::$need $(($setting))?;
                            object.used::<$Kind, Self>(Self::$field, need.is_required(policy))?
                        } else {
                            let reason = None $(.or($selector.reason($crate::rule::Warning::$unused, Self::$selector.wire_name())))?;
                            object.unused::<$Kind, Self>(Self::$field, reason)
                        };
                    )+
                    Ok($Values { $($field),+ }.assemble(&mut object))
                }

                fn write(item: &$Item<'_>, policy: &Policy, out: &mut alloc::vec::Vec<u8>) {
                    let ($($field,)+) = item.members();
                    out.push(b'{');
                    let start = out.len();
                    $(
                        if let Some(value) = $field {
                            if out.len() > start {
                                out.push(b',');
                            }
                            out.extend_from_slice(concat!("\"", $name, "\":").as_bytes());
                            <$Kind as Kind>::write(value, policy, out);
                        }
                    )+
                    out.push(b'}');
                }

                #[cfg(any(feature = "arbitrary", feature = "proptest"))]
                fn draw(drawing: &mut $crate::generate::Drawing<'_>) -> Option<$Item<'static>> {
                    $(
                        let used = true $(&& matches!($selector, $crate::request::kind::Given::Right($($choice)|+)))?;
                        let need = $crate::request::table::Need::$need $(($setting))?;
                        let $field = if used && (need.is_required(&drawing.policy) || drawing.is_optional_given()) {
                            $crate::request::kind::Given::Right(<$Kind as Kind>::draw(drawing)?)
                        } else {
                            $crate::request::kind::Given::Absent
                        };
                    )+
                    $Values { $($field),+ }.assemble(&mut $crate::request::table::NoFindings)
                }
            }
        };

        /// What the fields hold.
        struct $Values<'a> { $($field: $crate::request::kind::Given<<$Kind as $crate::request::kind::Kind>::Value<'a>>,)+ }
    };
}

pub(crate) use object;
