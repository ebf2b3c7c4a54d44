use super::*;

fn check(schema: &str, values: &str) -> String {
    let mut heap = Heap::new();
    let value = crate::yaml::from_text(&mut heap, values.as_bytes(), crate::json::Numbers::Float).unwrap();
    let result = validate(&heap, &Budget::default(), value.as_map().unwrap(), schema).unwrap();
    result.err().map_or_else(String::new, |fault| fault.text)
}

#[test]
fn faults_have_the_words_of_the_library() {
    assert_eq!(
        check(r#"{"properties": {"a": {"type": "integer"}}}"#, "a: x"),
        "- a: Invalid type. Expected: integer, given: string\n"
    );
    assert_eq!(check(r#"{"required": ["a"]}"#, "b: 1"), "- (root): a is required\n");
    assert_eq!(
        check(r#"{"properties": {"a": {"enum": [1.0, "<x>"]}}}"#, "a: 2"),
        "- a: a must be one of the following: 1, \"\\u003cx\\u003e\"\n"
    );
    assert_eq!(
        check(r#"{"properties": {"a": {"maximum": 1000000}}}"#, "a: 2e6"),
        "- a: Must be less than or equal to 1e+06\n"
    );
}

#[test]
fn references_are_followed() {
    let schema = r##"{"definitions": {"s": {"type": "string"}}, "properties": {"a": {"$ref": "#/definitions/s"}}}"##;
    assert_eq!(check(schema, "a: 1"), "- a: Invalid type. Expected: string, given: integer\n");
    assert_eq!(check(r##"{"properties": {"a": {"$ref": "#/nope"}}}"##, "a: 1"), "Object has no key 'nope'");
    assert_eq!(check(r#"{"properties": {"a": {"$ref": "x.json"}}}"#, "a: 1"), "Reference /x.json must be canonical");
}
