use super::*;
use crate::yaml::from_text;

fn check(schema: &str, values: &str) -> String {
    let mut heap = Heap::new();
    let value = from_text(&mut heap, values.as_bytes(), crate::json::Numbers::Float).unwrap();
    let map = value.as_map().unwrap();
    let result = validate_one(&heap, &Budget::default(), map, schema.as_bytes(), &mut Vec::new()).unwrap();
    result.err().map_or_else(String::new, |fault| fault.text)
}

#[test]
fn leaves_read_like_the_go_library() {
    assert_eq!(check(r#"{"properties": {"a": {"type": "integer"}}}"#, "a: x"), "- at '/a': got string, want integer\n");
    assert_eq!(check(r#"{"required": ["a", "b"]}"#, "c: 1"), "- at '': missing properties 'a', 'b'\n");
    assert_eq!(
        check(r#"{"properties": {"a": {"enum": [1, "x", null]}}}"#, "a: 2"),
        "- at '/a': value must be one of 1, 'x', <nil>\n"
    );
    assert_eq!(
        check(r#"{"properties": {"a": {"maximum": 1000}}}"#, "a: 12345"),
        "- at '/a': maximum: got 12,345, want 1,000\n"
    );
    assert_eq!(check(r#"{"properties": {"a": {"type": "integer"}}}"#, "a: 2.0"), "");
}

#[test]
fn branches_have_their_causes_below() {
    assert_eq!(
        check(r#"{"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}}"#, "a: 1"),
        "- at '/a': 'anyOf' failed\n  - at '/a': got number, want string\n  - at '/a': minimum: got 1, want 5\n"
    );
    assert_eq!(
        check(
            r##"{"$defs": {"s": {"minLength": 3, "pattern": "^b"}}, "properties": {"a": {"$ref": "#/$defs/s"}}}"##,
            "a: x"
        ),
        "- at '/a': validation failed\n  - at '/a': minLength: got 1, want 3\n  - at '/a': 'x' does not match pattern '^b'\n"
    );
}

#[test]
fn ordinary_schemas_decide_alone() {
    let accepts = |schema: &str, values: &str| {
        let mut heap = Heap::new();
        let value = from_text(&mut heap, values.as_bytes(), crate::json::Numbers::Float).unwrap();
        let (own, root) = read_json(schema.as_bytes()).unwrap();
        Ordinary::of(own, root)?.accepts(&heap, &Budget::default(), &value)
    };
    let typed = r#"{"properties": {"a": {"type": "integer", "minimum": 2}}, "additionalProperties": false}"#;
    assert_eq!(accepts(typed, "a: 2"), Some(true));
    assert_eq!(accepts(typed, "a: 1.5"), Some(false));
    assert_eq!(accepts(typed, "b: 2"), Some(false));
    let either = r#"{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}"#;
    assert_eq!(accepts(either, "a: 1"), Some(true));
    assert_eq!(accepts(either, "{a: 1, b: 1}"), Some(false));
    let patterns = r#"{"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": {"type": "null"}}"#;
    assert_eq!(accepts(patterns, "{ab: x, b: null}"), Some(true));
    assert_eq!(accepts(patterns, "{ab: null}"), Some(false));
    assert_eq!(accepts(patterns, "{ab: x, b: x}"), Some(false));
    // Nobody can say of these without looking closer.
    for schema in [
        r#"{"type": "objekt"}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#,
        r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}"##,
        r#"{"properties": {"a": {"minimum": 0.1}}}"#,
        r#"{"patternProperties": {"(": true}}"#,
        r#"{"propertyNames": {"minLength": 1}}"#,
        r#"{"properties": {"x": {"required": ["a", "a"]}}}"#,
    ] {
        assert_eq!(accepts(schema, "a: 0.1"), None, "{schema}");
    }
}
