//! Request bodies and parameters as JSON Schema, from the crate's own tables.

use convmark::Policy;
use convmark::schema::{Element, Field, JsonType, Object, Parameter, Presence, Shape};

use super::id;
use super::value::{described, integer, integers, literal, one_of, schema, text};
use crate::json::{Json, array, object};

/// The components of each kind of object, and of the IDs.
pub fn components(policy: &Policy) -> Vec<(String, Json)> {
    let objects = Object::all().into_iter().flat_map(|object| components_of(object, policy));
    objects.chain(id::components()).collect()
}

/// What a parameter's value must be.
pub fn parameter_schema(parameter: &Parameter) -> Json {
    value_schema(&parameter.shape())
}

/// One value of the field that decides which other fields are used.
#[derive(Clone, Copy)]
struct Chosen {
    selector: &'static str,
    value: u64,
}

/// The component of an object. If it has a selector, there is one more for each of its values, and
/// the object is one of them.
fn components_of(object: Object, policy: &Policy) -> Vec<(String, Json)> {
    let fields = object.fields(policy);
    let name = object.name();
    let Some((selector, values)) = selector(&fields) else {
        return vec![(name.to_string(), object_schema(&fields, None))];
    };
    // `UpdateGroup` and `UpdateGroupType` make `UpdateGroupType1`.
    let prefix = if selector.starts_with(name) { "" } else { name };
    let kinds: Vec<_> = values
        .map(|value| {
            let chosen = Chosen { selector, value };
            (format!("{prefix}{selector}{value}"), object_schema(&fields, Some(chosen)))
        })
        .collect();
    let mut components = vec![(name.to_string(), one_of(kinds.iter().map(|(name, _)| name)))];
    components.extend(kinds);
    components
}

/// The field that decides which other fields are used, with its values.
fn selector(fields: &[Field]) -> Option<(&'static str, impl Iterator<Item = u64> + use<>)> {
    let (name, _) = fields.iter().find_map(when)?;
    assert!(fields.iter().filter_map(when).all(|(other, _)| other == name), "two selectors");
    let shape = fields.iter().find(|field| field.name() == name)?.shape();
    match shape {
        Shape::Integer { min, max } => Some((name, min..=max)),
        _ => None,
    }
}

fn when(field: &Field) -> Option<(&'static str, &'static [u8])> {
    match field.presence() {
        Presence::RequiredWhen { selector, values }
        | Presence::OptionalWhen { selector, values } => Some((selector, values)),
        _ => None,
    }
}

fn object_schema(fields: &[Field], chosen: Option<Chosen>) -> Json {
    let required = fields.iter().filter(|field| is_required(field, chosen)).map(Field::name);
    let properties: Vec<_> = fields
        .iter()
        .map(|field| (field.name().to_string(), described_field(field, chosen)))
        .collect();
    object! { "type": "object", "required": array(required), "properties": properties }
}

fn is_required(field: &Field, chosen: Option<Chosen>) -> bool {
    match field.presence() {
        Presence::Required => true,
        Presence::RequiredWhen { .. } => is_used(field, chosen),
        _ => false,
    }
}

fn is_used(field: &Field, chosen: Option<Chosen>) -> bool {
    let Some((_, values)) = when(field) else { return true };
    chosen.is_some_and(|chosen| values.iter().any(|listed| u64::from(*listed) == chosen.value))
}

fn described_field(field: &Field, chosen: Option<Chosen>) -> Json {
    match chosen {
        Some(Chosen { selector, value }) if field.name() == selector => {
            described(integers([value]), field.about())
        }
        Some(Chosen { selector, value }) if !is_used(field, chosen) => {
            let about = format!("Ignored when {selector} is {value}.");
            described(of_type(field), &about)
        }
        _ if is_required(field, chosen) => described(value_schema(&field.shape()), field.about()),
        _ => described(or_null(field), field.about()),
    }
}

/// A field that is not used: only its outer type counts.
fn of_type(field: &Field) -> Json {
    let any = (field.json_type() == JsonType::Array).then(|| object! {});
    object! { "type": array([field.json_type().name(), "null"]) }.with_some("items", any)
}

/// A field that may be absent, for which null is another spelling.
fn or_null(field: &Field) -> Json {
    match value_schema(&field.shape()) {
        Json::Object(mut members) if members.first().is_some_and(|(name, _)| name == "type") => {
            members[0].1 = array([field.json_type().name(), "null"]);
            Json::Object(members)
        }
        other => object! { "anyOf": vec![other, object! { "type": "null" }] },
    }
}

fn value_schema(shape: &Shape) -> Json {
    match *shape {
        Shape::Integer { min, max } => integer(min, max),
        Shape::UserId { .. } => schema(id::USER),
        Shape::GroupChatId { .. } => schema(id::GROUP_CHAT),
        Shape::Name { max_bytes } => {
            text().with_some("maxLength", max_bytes).with_some("x-maxBytes", max_bytes)
        }
        Shape::Text { max_bytes } => {
            object! { "type": "string", "maxLength": max_bytes, "x-maxBytes": max_bytes }
        }
        Shape::Secret => text(),
        Shape::Literal(text) => literal(text),
        Shape::Array { min, max, element } => {
            let items = match element {
                Element::Integer { min, max } => integer(min, max),
                Element::Name => value_schema(&Shape::Name { max_bytes: None }),
                Element::Object(object) => schema(object.name()),
                other => unreachable!("an element that this tool does not know: {other:?}"),
            };
            object! { "type": "array", "minItems": min }
                .with_some("maxItems", max)
                .with("items", items)
        }
        Shape::Object(object) => schema(object.name()),
        other => unreachable!("a shape that this tool does not know: {other:?}"),
    }
}
