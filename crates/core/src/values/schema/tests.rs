use super::*;
use crate::yaml::from_text;

fn check(schema: &str, values: &str) -> String {
    let mut heap = Heap::new();
    let value = from_text(&mut heap, values.as_bytes(), crate::json::Numbers::Float).unwrap();
    let map = value.as_map().unwrap();
    let result =
        validate_one(&heap, &Budget::default(), map, &Known::read(&schema.as_bytes().into()).unwrap(), &mut Vec::new())
            .unwrap();
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
        Known::read(&schema.as_bytes().into()).unwrap().ordinary?.accepts(&heap, &Budget::default(), &value)
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
    let elsewhere = r##"{"properties": {"a": {"$ref": "#/$defs/of/b"}}, "$defs": {"of": {"b": {"type": "string"}}}}"##;
    assert_eq!(accepts(elsewhere, "a: x"), Some(true));
    assert_eq!(accepts(elsewhere, "a: 1"), Some(false));
    let again = r##"{"properties": {"a": {"$ref": "#"}, "b": {"type": "string"}}}"##;
    assert_eq!(accepts(again, "a: {a: {b: x}}"), Some(true));
    assert_eq!(accepts(again, "a: {a: {b: 1}}"), Some(false));
    let dependencies = r#"{"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#;
    assert_eq!(["{}", "{a: 1, b: 1}", "{c: 1, d: 1}"].map(|values| accepts(dependencies, values)), [Some(true); 3]);
    assert_eq!(["a: 1", "c: 1"].map(|values| accepts(dependencies, values)), [Some(false); 2]);
    // Nobody can say of these without looking closer.
    for schema in [
        r#"{"type": "objekt"}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#,
        r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}"##,
        r#"{"properties": {"a": {"minimum": 0.1}}}"#,
        r#"{"patternProperties": {"(": true}}"#,
        r##"{"$ref": "#/$defs/of/a", "$defs": {"of": {"a": {"type": "objekt"}}}}"##,
        r#"{"dependencies": {"a": ["b", "b"]}}"#,
        r#"{"propertyNames": {"minLength": 1}}"#,
        r#"{"properties": {"x": {"required": ["a", "a"]}}}"#,
    ] {
        assert_eq!(accepts(schema, "a: 0.1"), None, "{schema}");
    }
}

#[test]
fn a_schema_is_compiled_once_and_never_in_part() {
    let schemas = Schemas::default();
    let text: Arc<[u8]> = Arc::from(br#"{"required": ["a"]}"#.as_slice());
    let known = schemas.read(&text).unwrap();
    assert!(Arc::ptr_eq(&known, &schemas.read(&Arc::from(&*text)).unwrap()));
    let limits = crate::budget::Limits { fuel: 1, ..Default::default() };
    let spent = Budget::new(limits, Default::default());
    assert!(known.whole(&spent).is_err());
    let whole = known.whole(&Budget::default()).unwrap();
    assert!(whole.id.is_ok() && std::ptr::eq(whole, known.whole(&spent).unwrap()));
}
