//! With the feature `serde-json-features`, serde_json has the features that other crates in a build
//! may switch on. This test checks that they are on, so that all other tests run with them.

use serde_json::Value;

#[test]
fn the_features_of_serde_json_are_on() {
    // `arbitrary_precision`: a number beyond the range of floats. `preserve_order`: members in the
    // order of the text.
    let value: Value = serde_json::from_str(r#"{"b":1e400,"a":0.10}"#).expect("any number is fine");
    assert_eq!(value.to_string().to_lowercase().replace('+', ""), r#"{"b":1e400,"a":0.10}"#);
    // `unbounded_depth`: nesting beyond the default limit.
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let mut reader = serde_json::Deserializer::from_str(&deep);
    reader.disable_recursion_limit();
    assert!(<Value as serde::Deserialize>::deserialize(&mut reader).is_ok());
}
