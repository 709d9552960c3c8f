//! Request bodies and parameters as JSON Schema, from the crate's own tables.

use convmark::Policy;
use convmark::schema::{Element, Field, Object, Parameter, Presence, Shape};

use super::schema;
use crate::json::{Json, array, object};

/// The component of each kind of object, and of the IDs.
pub fn components(policy: &Policy) -> Vec<(String, Json)> {
    let mut components: Vec<_> = Object::all()
        .iter()
        .map(|object| (object.name().to_string(), object_schema(*object, policy)))
        .collect();
    components.push(("UserId".to_string(), user_id()));
    components.push(("GroupChatId".to_string(), group_chat_id()));
    components
}

/// What a parameter's value must be.
pub fn parameter_schema(parameter: &Parameter) -> Json {
    value_schema(&parameter.shape())
}

fn object_schema(object: Object, policy: &Policy) -> Json {
    let fields = object.fields(policy);
    let always: Vec<_> = fields
        .iter()
        .filter(|field| field.presence() == Presence::Required)
        .map(Field::name)
        .collect();
    let properties =
        fields.iter().map(|field| (field.name().to_string(), property(field))).collect();
    let mut schema = object! { "type": "object", "required": array(always), "properties": Json::Object(properties) };
    let cases = cases(&fields);
    if !cases.is_empty() {
        schema = schema.with("allOf", Json::Array(cases));
    }
    schema
}

/// What holds for a field whether it is used or not.
fn property(field: &Field) -> Json {
    let about = match when(field) {
        Some((selector, values)) => {
            format!("{} Used when {selector} is {}.", field.about(), list(values))
        }
        None => field.about().to_string(),
    };
    match field.presence() {
        Presence::Required => described(value_schema(&field.shape()), &about),
        Presence::Optional => described(or_null(field), &about),
        _ => object! { "type": array([field.json_type().name(), "null"]), "description": about },
    }
}

/// For each value of a selector, what holds for the fields that are used then.
fn cases(fields: &[Field]) -> Vec<Json> {
    let mut cases = Vec::new();
    for selector in fields {
        let Shape::Integer { min, max } = selector.shape() else { continue };
        for value in min..=max.min(u64::from(u8::MAX)) {
            let used = |field: &&Field| {
                when(field).is_some_and(|(name, values)| {
                    name == selector.name()
                        && values.iter().any(|listed| u64::from(*listed) == value)
                })
            };
            let used: Vec<_> = fields.iter().filter(used).collect();
            if used.is_empty() {
                continue;
            }
            let named = |field: &&Field, schema: Json| (field.name().to_string(), schema);
            let is = Json::Object(vec![(selector.name().to_string(), object! { "const": value })]);
            let must = used.iter().map(|field| match field.presence() {
                Presence::RequiredWhen { .. } => named(field, value_schema(&field.shape())),
                _ => named(field, or_null(field)),
            });
            let must = object! { "properties": Json::Object(must.collect()) };
            let required: Vec<_> = used
                .iter()
                .filter(|field| matches!(field.presence(), Presence::RequiredWhen { .. }))
                .map(|field| field.name())
                .collect();
            let must =
                if required.is_empty() { must } else { must.with("required", array(required)) };
            cases.push(object! {
                "if": object! { "required": array([selector.name()]), "properties": is },
                "then": must,
            });
        }
    }
    cases
}

fn when(field: &Field) -> Option<(&'static str, &'static [u8])> {
    match field.presence() {
        Presence::RequiredWhen { selector, values }
        | Presence::OptionalWhen { selector, values } => Some((selector, values)),
        _ => None,
    }
}

fn list(values: &[u8]) -> String {
    values.iter().map(u8::to_string).collect::<Vec<_>>().join(" or ")
}

/// A field that may be absent, for which null is another spelling.
fn or_null(field: &Field) -> Json {
    match value_schema(&field.shape()) {
        Json::Object(mut members) if members.first().is_some_and(|(name, _)| name == "type") => {
            members[0].1 = array([field.json_type().name(), "null"]);
            Json::Object(members)
        }
        other => object! { "anyOf": Json::Array(vec![other, object! { "type": "null" }]) },
    }
}

fn described(schema: Json, about: &str) -> Json {
    schema.with("description", about)
}

fn value_schema(shape: &Shape) -> Json {
    match *shape {
        Shape::Integer { min, max } => integer(min, max),
        Shape::UserId { .. } => schema("UserId"),
        Shape::GroupChatId { .. } => schema("GroupChatId"),
        Shape::Name { max_bytes } => {
            let name = object! { "type": "string", "minLength": 1_u32 };
            name.with_some("maxLength", max_bytes).with_some("x-maxBytes", max_bytes)
        }
        Shape::Text { max_bytes } => {
            object! { "type": "string", "maxLength": max_bytes, "x-maxBytes": max_bytes }
        }
        Shape::Secret => object! { "type": "string", "minLength": 1_u32 },
        Shape::Literal(text) => object! { "type": "string", "const": text },
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

fn integer(min: u64, max: u64) -> Json {
    object! { "type": "integer", "minimum": min, "maximum": max }
}

fn user_id() -> Json {
    let found = contact_shapes().find(|shape| matches!(shape, Shape::UserId { .. }));
    let Some(Shape::UserId { max_bytes }) = found else { return object! {} };
    object! {
        "type": "string",
        "minLength": 1_u32,
        "maxLength": max_bytes,
        "pattern": PRINTABLE_ASCII,
        "description": "A user ID: printable ASCII.",
    }
}

fn group_chat_id() -> Json {
    let found = contact_shapes().find(|shape| matches!(shape, Shape::GroupChatId { .. }));
    let Some(Shape::GroupChatId { max_bytes, topic_sign, topic_max_bytes }) = found else {
        return object! {};
    };
    object! {
        "type": "string",
        "minLength": 1_u32,
        "pattern": PRINTABLE_ASCII,
        "anyOf": Json::Array(vec![
            object! { "maxLength": max_bytes },
            object! { "maxLength": topic_max_bytes, "pattern": topic_sign },
        ]),
        "description": format!("A group chat ID: printable ASCII, longer than {max_bytes} only if it contains {topic_sign}."),
    }
}

/// From the space to the tilde.
const PRINTABLE_ASCII: &str = "^[ -~]*$";

fn contact_shapes() -> impl Iterator<Item = Shape> {
    let fields = Object::all().into_iter().flat_map(|object| object.fields(&Policy::default()));
    fields.map(|field| field.shape())
}
