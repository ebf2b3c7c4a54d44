//! Loosening a schema until it accepts what the chart is known to work with.

use serde_json::{Map, Value as Json, json};

/// Adds to a schema what it takes to accept a value.
pub fn accept(schema: &mut Json, definitions: &Json, value: &Json) {
    let Some(map) = schema.as_object_mut() else { return };
    if let Some(name) = type_name(value) {
        add_type(map, name);
    }
    if map.get("enum").is_some_and(|values| values.as_array().is_some_and(|values| !values.contains(value))) {
        map.remove("enum");
    }
    if map.get("allOf").is_some_and(|all| !accepts(&json!({"allOf": all}), definitions, value, 0)) {
        map.remove("allOf");
    }
    if map.get("$ref").is_some() && !accepts(&Json::Object(map.clone()), definitions, value, 0) {
        map.remove("$ref");
        return;
    }
    match value {
        Json::Object(entries) => {
            for (key, value) in entries {
                if let Some(inside) = map.get_mut("properties").and_then(|properties| properties.get_mut(key)) {
                    // A null takes a default away before the schema is asked.
                    if !value.is_null() {
                        accept(inside, definitions, value);
                    }
                } else if let Some(more) = map.get_mut("additionalProperties") {
                    accept(more, definitions, value);
                }
            }
        }
        Json::Array(items) => {
            if let Some(inside) = map.get_mut("items") {
                items.iter().for_each(|item| accept(inside, definitions, item));
            }
        }
        _ => {}
    }
}

fn type_name(value: &Json) -> Option<&'static str> {
    Some(match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    })
}

/// Adds a type to those that a schema names.
fn add_type(map: &mut Map<String, Json>, name: &str) {
    let fits = |known: &Json| known == name || name == "integer" && known == "number";
    match map.get_mut("type") {
        None => {}
        Some(Json::Array(names)) if names.iter().any(fits) => {}
        Some(Json::Array(names)) => names.push(name.into()),
        Some(one) if fits(one) => {}
        Some(one) => *one = json!([one.clone(), name]),
    }
}

/// Whether a schema made here accepts a value.
fn accepts(schema: &Json, definitions: &Json, value: &Json, depth: u32) -> bool {
    if depth > 64 {
        return true;
    }
    let inner = |schema: &Json, value: &Json| accepts(schema, definitions, value, depth + 1);
    let refers = schema.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix("#/definitions/"));
    if refers.and_then(|name| definitions.get(name)).is_some_and(|target| !inner(target, value)) {
        return false;
    }
    if schema.get("allOf").and_then(Json::as_array).is_some_and(|all| !all.iter().all(|schema| inner(schema, value))) {
        return false;
    }
    let fits = |known: &Json| {
        Some(known.as_str().unwrap_or_default()) == type_name(value) || known == "number" && value.is_number()
    };
    let typed = match schema.get("type") {
        None => true,
        Some(Json::Array(names)) => names.iter().any(fits),
        Some(name) => fits(name),
    };
    let listed = schema.get("enum").and_then(Json::as_array).is_none_or(|values| values.contains(value));
    let inside = match value {
        Json::Object(entries) => entries.iter().all(|(key, value)| {
            let of = schema.get("properties").and_then(|properties| properties.get(key));
            of.or(schema.get("additionalProperties")).is_none_or(|of| inner(of, value))
        }),
        Json::Array(items) => schema.get("items").is_none_or(|of| items.iter().all(|item| inner(of, item))),
        _ => true,
    };
    typed && listed && inside
}

/// Takes away what may refuse the value at a pointer; whether there was anything. The last schema on the way that is
/// not shared is the one to loosen.
pub fn loosen(schema: &mut Json, pointer: &str) -> bool {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    loosen_at(schema, &steps)
}

fn loosen_at(schema: &mut Json, steps: &[String]) -> bool {
    let Some(map) = schema.as_object_mut() else { return false };
    if let Some((first, rest)) = steps.split_first() {
        let inside = match map.get_mut("properties").and_then(|properties| properties.get_mut(first)) {
            Some(inside) => Some(inside),
            None => first.parse::<usize>().ok().and_then(|_| map.get_mut("items")),
        };
        if inside.is_some_and(|inside| loosen_at(inside, rest)) {
            return true;
        }
        return ["allOf", "$ref", "additionalProperties", "items"]
            .iter()
            .filter(|key| map.remove(**key).is_some())
            .count()
            > 0;
    }
    ["type", "enum", "allOf", "$ref"].iter().filter(|key| map.remove(**key).is_some()).count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_accepted_and_the_rest_still_refused() {
        let mut schema =
            json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string", "enum": ["x"]}}});
        accept(&mut schema, &json!({}), &json!({"a": 1.5, "b": "y", "c": true}));
        let wanted =
            json!({"type": "object", "properties": {"a": {"type": ["integer", "number"]}, "b": {"type": "string"}}});
        assert_eq!(schema, wanted);
        assert!(!accepts(&schema, &json!({}), &json!({"a": "x"}), 0));
    }

    #[test]
    fn a_shared_definition_is_left_as_it_is() {
        let mut schema = json!({"properties": {"a": {"type": "object", "allOf": [{"$ref": "#/definitions/X"}]}}});
        assert!(loosen(&mut schema, "/a/b"));
        assert_eq!(schema, json!({"properties": {"a": {"type": "object"}}}));
        assert!(!loosen(&mut schema, "/c"));
    }
}
