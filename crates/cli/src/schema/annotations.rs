//! `@schema` comments: blocks of YAML between two lines `# @schema`, and what stands behind it in one line,
//! `# @schema type:[integer, null];minimum:0`.

use super::fields::{ITEM, Place};
use crate::parameters::{Comments, Problem, is_schema};
use chartlens::kube::tree::Node;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What comments say of a value's schema.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Parts of its schema, over what is known from elsewhere.
    pub schema: Option<Json>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is left out.
    pub hidden: bool,
    /// Whether what is below it is left out.
    pub skip_properties: bool,
}

/// What all comments say.
#[derive(Debug, Default)]
pub struct All {
    /// By the value that they stand at.
    pub by_path: BTreeMap<Place, Said>,
    /// Of the values as a whole: `@schema.root`.
    pub root: Option<Json>,
    /// Blocks that are no YAML.
    pub problems: Vec<Problem>,
}

/// Reads the comments of all values.
pub fn read(root: Node<'_>, comments: &Comments<'_>) -> All {
    let mut all = All::default();
    let mut work = vec![(Place::new(), root)];
    while let Some((place, node)) = work.pop() {
        if !place.is_empty() {
            let mut lines = comments.all_above(node);
            lines.extend(comments.behind(node).filter(|line| is_schema(line)));
            for (is_root, block) in blocks(&lines) {
                match said(&block) {
                    Ok(said) if is_root => all.root = said.schema,
                    Ok(said) => add(all.by_path.entry(place.clone()).or_default(), said),
                    Err(message) => {
                        let range = comments.place(node);
                        let says = format!("the `@schema` comment here is no YAML: {message}");
                        all.problems.push(Problem { code: "docs/unknown-annotation", says, range });
                    }
                }
            }
        }
        let is_list = node.is_list();
        work.extend(node.children().map(|child| {
            let step = if is_list { ITEM } else { child.key() };
            (place.iter().cloned().chain([step.to_owned()]).collect(), child)
        }));
    }
    all
}

/// The texts of the annotations in comment lines, and whether each is about all values.
fn blocks(lines: &[&str]) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in lines {
        let text = line.trim_start().trim_start_matches('#');
        let is_root = text.trim_start().starts_with("@schema.root");
        if !is_schema(line) {
            if let Some((_, block)) = &mut open {
                block.push_str(&format!("{}\n", text.strip_prefix(' ').unwrap_or(text)));
            }
            continue;
        }
        let rest = text.trim_start().trim_start_matches("@schema").trim_start_matches(".root").trim();
        match open.take() {
            Some(block) => found.push(block),
            None if rest.is_empty() => open = Some((is_root, String::new())),
            None => found.push((is_root, in_lines(rest))),
        }
    }
    // The end may be left out where nothing follows.
    found.extend(open);
    found
}

/// `a:b;c: [d;e]` as lines.
fn in_lines(text: &str) -> String {
    let (mut out, mut depth) = (String::new(), 0_i32);
    for c in text.chars() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        out.push(if c == ';' && depth <= 0 { '\n' } else { c });
    }
    let line = |line: &str| match line.split_once(':') {
        Some((key, value)) => format!("{}: {}\n", key.trim(), value.trim()),
        None => format!("{}: true\n", line.trim()),
    };
    out.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

fn said(block: &str) -> Result<Said, String> {
    let document = chartlens::yaml::parse(block.as_bytes()).map_err(|error| error.to_string())?;
    let json = crate::plain::json(&document).unwrap_or(Json::Null);
    let Json::Object(map) = json else { return Err("expected keys with values, such as `type: integer`".to_owned()) };
    let (mut said, mut schema) = (Said::default(), Map::new());
    for (key, value) in map {
        match (key.as_str(), &value) {
            ("required", Json::Bool(required)) => said.required = *required,
            ("hidden" | "skip", _) => said.hidden = value == true,
            ("skipProperties", _) => said.skip_properties = value == true,
            ("item", _) => merge_into(&mut schema, "items", json!({"type": value})),
            ("itemEnum", _) => merge_into(&mut schema, "items", json!({"enum": value})),
            ("itemRef", _) => merge_into(&mut schema, "items", json!({"$ref": value})),
            ("itemProperties", _) => merge_into(&mut schema, "items", json!({"properties": value})),
            ("mergeProperties", _) => {}
            _ => drop(schema.insert(key, value)),
        }
    }
    name_nulls(&mut schema);
    said.schema = (!schema.is_empty()).then_some(Json::Object(schema));
    Ok(said)
}

/// `type: [string, null]` means the name of the type.
fn name_nulls(schema: &mut Map<String, Json>) {
    for (key, value) in schema {
        match value {
            Json::Null if key == "type" => *value = "null".into(),
            Json::Array(names) if key == "type" => {
                names.iter_mut().filter(|name| name.is_null()).for_each(|name| *name = "null".into());
            }
            Json::Object(inside) => name_nulls(inside),
            _ => {}
        }
    }
}

fn merge_into(schema: &mut Map<String, Json>, key: &str, more: Json) {
    let known = schema.entry(key).or_insert_with(|| json!({}));
    if let (Some(known), Json::Object(more)) = (known.as_object_mut(), more) {
        known.extend(more);
    }
}

/// Several annotations at one value add up.
fn add(known: &mut Said, more: Said) {
    known.required |= more.required;
    known.hidden |= more.hidden;
    known.skip_properties |= more.skip_properties;
    match (&mut known.schema, more.schema) {
        (Some(known), more) => merge(known, more.as_ref()),
        (none, more) => *none = more,
    }
}

/// Puts what a comment says over a schema. A type that is said stands without what was known of another one.
pub fn merge(schema: &mut Json, said: Option<&Json>) {
    let (Some(map), Some(said)) = (schema.as_object_mut(), said.and_then(Json::as_object)) else { return };
    if ["type", "$ref", "enum", "anyOf", "oneOf", "const"].iter().any(|key| said.contains_key(*key)) {
        ["type", "allOf", "enum"].iter().for_each(|key| drop(map.remove(*key)));
    }
    if said.contains_key("$ref") {
        map.clear();
    }
    map.extend(said.iter().map(|(key, value)| (key.clone(), value.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_lines_are_read() {
        let lines = [
            "# @schema",
            "# type: [string, null]",
            "# pattern: ^a",
            "# @schema",
            "# -- What it is",
            "# @schema minimum:0;item: string; required: true",
        ];
        let found: Vec<Said> = blocks(&lines).iter().map(|(_, block)| said(block).unwrap()).collect();
        assert_eq!(found[0].schema, Some(json!({"type": ["string", "null"], "pattern": "^a"})));
        assert_eq!(
            (found[1].schema.clone(), found[1].required),
            (Some(json!({"minimum": 0, "items": {"type": "string"}})), true)
        );
        assert!(said("a: [").is_err() && said("- a").is_err());
    }
}
