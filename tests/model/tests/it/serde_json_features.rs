//! With the feature `foreign`, serde_json has the features that other crates may switch on: this very build has them, so all
//! other tests prove something about them.

use serde_json::Value;

#[test]
fn foreign_features_are_on() {
    // `arbitrary_precision`: a number that no float holds. `preserve_order`: members as they came.
    let value: Value = serde_json::from_str(r#"{"b":1e400,"a":0.10}"#).expect("any number is fine");
    assert_eq!(value.to_string().to_lowercase().replace('+', ""), r#"{"b":1e400,"a":0.10}"#);
    // `unbounded_depth`: nesting beyond the usual limit, if it is asked for.
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let mut reader = serde_json::Deserializer::from_str(&deep);
    reader.disable_recursion_limit();
    assert!(<Value as serde::Deserialize>::deserialize(&mut reader).is_ok());
}
