//! Random values.schema.json, biased to the values that are there.

use super::rng::Rng;
use super::values::{Kind, Node};
use serde_json::{Map, Value, json};

/// A schema of a values file.
pub fn schema(rng: &mut Rng, values: &Node) -> String {
    if rng.one_in(30) {
        return rng
            .word(&[
                "{",
                "",
                "true",
                "false",
                "[]",
                "5",
                "null",
                "{\"type\":}",
                "{} x",
                "// c\n{}",
                "{\"a\":1,}",
                "  \n",
            ])
            .to_owned();
    }
    let mut root = of(rng, values, 3);
    if let Value::Object(map) = &mut root {
        if rng.below(3) > 0 {
            map.insert("$schema".to_owned(), json!(rng.pick(DRAFTS)));
        }
        if rng.one_in(12) {
            map.insert(
                "$id".to_owned(),
                json!(rng.pick(&[
                    "https://example.com/root.json",
                    "urn:x:y",
                    "#frag",
                    "x.json",
                    "http://[bad",
                    "file:///values.schema.json"
                ])),
            );
        }
        if rng.one_in(3) {
            let word = *rng.pick(&["definitions", "$defs"]);
            let inner = leaf(rng, 1);
            let anchor = json!({ "$anchor": "anc", "type": "string" });
            map.insert(word.to_owned(), json!({ "d": inner, "s": { "type": "string" }, "anc": anchor, "id": { "$id": "inner.json", "minimum": 3 } }));
        }
    }
    root.to_string()
}

const DRAFTS: &[&str] = &[
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/schema#",
    "https://json-schema.org/draft-07/schema#",
    "",
];

fn of(rng: &mut Rng, node: &Node, depth: usize) -> Value {
    let Value::Object(mut map) = leaf(rng, depth) else { return json!(true) };
    if rng.below(3) > 0 {
        map.remove("type");
    }
    match node {
        Node::Map(entries) if depth > 0 => {
            let mut properties = Map::new();
            for (key, value) in entries {
                if rng.below(3) > 0 {
                    properties.insert((*key).to_owned(), of(rng, value, depth - 1));
                }
            }
            map.insert("properties".to_owned(), Value::Object(properties));
        }
        Node::List(items) if depth > 0 => {
            if let (Some(first), true) = (items.first(), rng.one_in(2)) {
                map.insert("items".to_owned(), of(rng, first, depth - 1));
            }
        }
        _ => {}
    }
    if rng.one_in(3) {
        let name = match node.kind() {
            Kind::Map => "object",
            Kind::List => "array",
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Bool => "boolean",
            Kind::Null => "null",
        };
        map.insert("type".to_owned(), json!(name));
    }
    Value::Object(map)
}

/// A schema of its own.
fn leaf(rng: &mut Rng, depth: usize) -> Value {
    if rng.one_in(20) {
        return json!(rng.one_in(2));
    }
    let mut map = Map::new();
    for _ in 0..rng.below(3) {
        let (word, value) = keyword(rng, depth);
        map.insert(word.to_owned(), value);
    }
    Value::Object(map)
}

fn some(rng: &mut Rng, depth: usize) -> Value {
    if depth == 0 { json!({ "type": rng.pick(TYPES) }) } else { leaf(rng, depth - 1) }
}

const TYPES: &[&str] = &["string", "integer", "number", "boolean", "object", "array", "null"];
const FORMATS: &[&str] = &[
    "date",
    "time",
    "date-time",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "regex",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "duration",
    "iri",
    "uri-template",
    "period",
    "semver",
    "unknown",
];
const PATTERNS: &[&str] = &[
    "^[a-z]+$",
    "(?i)WEB",
    "[\\w-.]",
    "^\\pL",
    "[[:alpha:]]",
    "^(?!x)",
    "[",
    "\\d+$",
    "^.{1,3}$",
    "a{2000}",
    "\\1",
    "\\/x",
];

fn any(rng: &mut Rng) -> Value {
    match rng.below(10) {
        0 => json!(null),
        1 => json!(1),
        2 => json!(1.5),
        3 => json!("web"),
        4 => json!(true),
        5 => json!([1, "a"]),
        6 => json!({ "a": 1 }),
        7 => json!(1e22),
        8 => json!("it's \"q\"\n"),
        _ => json!(12345678),
    }
}

fn keyword(rng: &mut Rng, depth: usize) -> (&'static str, Value) {
    let limit = |rng: &mut Rng| {
        rng.pick(&[json!(0), json!(1), json!(2), json!(1.5), json!(100000), json!(-1), json!("1"), json!(3.0)]).clone()
    };
    match rng.below(36) {
        0..=4 => ("type", json!(rng.pick(TYPES))),
        5 => ("type", json!([rng.pick(TYPES), rng.pick(TYPES)])),
        6 => ("const", any(rng)),
        7 => ("enum", json!([any(rng), any(rng)])),
        8 => (*rng.pick(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), limit(rng)),
        9 => ("multipleOf", rng.pick(&[json!(2), json!(0.1), json!(1.5), json!(0)]).clone()),
        10 => (*rng.pick(&["minLength", "maxLength"]), limit(rng)),
        11 => ("pattern", json!(rng.pick(PATTERNS))),
        12 => (*rng.pick(&["minItems", "maxItems", "minContains", "maxContains"]), limit(rng)),
        13 => ("uniqueItems", json!(rng.below(4) > 0)),
        14 => ("contains", some(rng, depth)),
        15 => (*rng.pick(&["minProperties", "maxProperties"]), limit(rng)),
        16 => ("required", json!([rng.pick(&["name", "a", "it's", "image"]), rng.pick(&["b", "tag"])])),
        17 | 18 => ("additionalProperties", if rng.one_in(2) { json!(false) } else { some(rng, depth) }),
        19 => ("propertyNames", some(rng, depth)),
        20 => ("patternProperties", json!({ *rng.pick(PATTERNS): some(rng, depth) })),
        21 => ("dependencies", json!({ "name": ["tag"], "a": some(rng, depth) })),
        22 => ("dependentRequired", json!({ "name": ["tag", "port"] })),
        23 => ("dependentSchemas", json!({ "name": some(rng, depth) })),
        24 => ("items", if rng.one_in(2) { json!([some(rng, depth)]) } else { some(rng, depth) }),
        25 => ("additionalItems", json!(false)),
        26 => ("prefixItems", json!([some(rng, depth), some(rng, depth)])),
        27 => (*rng.pick(&["unevaluatedItems", "unevaluatedProperties"]), json!(false)),
        28 => ("allOf", json!([some(rng, depth), some(rng, depth)])),
        29 => ("anyOf", json!([some(rng, depth), some(rng, depth)])),
        30 => ("oneOf", json!([some(rng, depth), some(rng, depth)])),
        31 => ("not", some(rng, depth)),
        32 => (*rng.pick(&["if", "then", "else"]), some(rng, depth)),
        33 => ("format", json!(rng.pick(FORMATS))),
        34 => (
            "$ref",
            json!(rng.pick(&[
                "#/$defs/d",
                "#/definitions/d",
                "#/definitions/s",
                "#/nope",
                "#anc",
                "#",
                "inner.json",
                "urn:x:z",
                "#/$defs/anc",
                "other.json"
            ])),
        ),
        _ => (
            *rng.pick(&["description", "default", "$comment", "contentEncoding", "$dynamicRef", "$recursiveRef"]),
            json!("#anc"),
        ),
    }
}
