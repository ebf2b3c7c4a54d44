//! The drafts of JSON Schema: `draft.go` of santhosh-tekuri/jsonschema.

use super::address::split;
use super::doc::{Doc, Node, NodeId};
use super::words::escape;

/// A draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Draft {
    /// Draft 4
    D4,
    /// Draft 6
    D6,
    /// Draft 7
    D7,
    /// Draft 2019-09
    D2019,
    /// Draft 2020-12
    D2020,
}

/// Where schemas stand within a schema: a keyword, whether they are its entries or items, and since which draft.
const SUBSCHEMAS: [(&str, &str, Draft); 23] = [
    ("definitions", "*", Draft::D4),
    ("not", "", Draft::D4),
    ("allOf", "[]", Draft::D4),
    ("anyOf", "[]", Draft::D4),
    ("oneOf", "[]", Draft::D4),
    ("properties", "*", Draft::D4),
    ("additionalProperties", "", Draft::D4),
    ("patternProperties", "*", Draft::D4),
    ("items", "", Draft::D4),
    ("items", "[]", Draft::D4),
    ("additionalItems", "", Draft::D4),
    ("dependencies", "*", Draft::D4),
    ("propertyNames", "", Draft::D6),
    ("contains", "", Draft::D6),
    ("if", "", Draft::D7),
    ("then", "", Draft::D7),
    ("else", "", Draft::D7),
    ("$defs", "*", Draft::D2019),
    ("dependentSchemas", "*", Draft::D2019),
    ("unevaluatedProperties", "", Draft::D2019),
    ("unevaluatedItems", "", Draft::D2019),
    ("contentSchema", "", Draft::D2019),
    ("prefixItems", "[]", Draft::D2020),
];

impl Draft {
    /// All of them.
    pub const ALL: [Draft; 5] = [Draft::D4, Draft::D6, Draft::D7, Draft::D2019, Draft::D2020];

    /// The URL of its metaschema.
    pub fn url(self) -> &'static str {
        match self {
            Draft::D4 => "http://json-schema.org/draft-04/schema",
            Draft::D6 => "http://json-schema.org/draft-06/schema",
            Draft::D7 => "http://json-schema.org/draft-07/schema",
            Draft::D2019 => "https://json-schema.org/draft/2019-09/schema",
            Draft::D2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The draft that `$schema` names.
    pub fn of_url(url: &str) -> Option<Draft> {
        let (url, fragment) = split(url);
        if !fragment.is_empty() {
            return None;
        }
        let plain = |url: &str| url.trim_start_matches("http://").trim_start_matches("https://").to_owned();
        let wanted = match url.strip_prefix("http://") {
            Some(rest) => rest,
            None => url.strip_prefix("https://").unwrap_or(url),
        };
        if wanted == "json-schema.org/schema" {
            return Some(Draft::D2020);
        }
        Draft::ALL.into_iter().find(|draft| plain(draft.url()) == wanted)
    }

    /// The keyword that names a schema.
    pub fn id_keyword(self) -> &'static str {
        if self == Draft::D4 { "id" } else { "$id" }
    }

    /// The URL that names a schema, without its fragment; empty for none.
    pub fn id(self, doc: &Doc, schema: NodeId) -> String {
        let Some(map) = doc.map(schema) else { return String::new() };
        if self < Draft::D2019 && map.contains_key("$ref") {
            // All other properties beside a `$ref` are ignored.
            return String::new();
        }
        let id = map.get(self.id_keyword()).and_then(|id| doc.text(*id)).unwrap_or_default();
        split(id).0.to_owned()
    }

    /// The schemas right within a schema, with their pointers.
    pub fn subschemas(self, doc: &Doc, schema: NodeId, pointer: &str) -> Vec<(String, NodeId)> {
        let mut found = Vec::new();
        let Some(map) = doc.map(schema) else { return found };
        for (keyword, below, _) in SUBSCHEMAS.iter().filter(|(_, _, since)| *since <= self) {
            let Some(&value) = map.get(*keyword) else { continue };
            let at = format!("{pointer}/{}", escape(keyword));
            match (*below, doc.node(value)) {
                ("", _) => found.push((at, value)),
                ("*", Node::Map(entries)) => {
                    found.extend(entries.iter().map(|(name, id)| (format!("{at}/{}", escape(name)), *id)));
                }
                ("[]", Node::List(items)) => {
                    found.extend(items.iter().enumerate().map(|(i, id)| (format!("{at}/{i}"), *id)));
                }
                _ => {}
            }
        }
        found.sort();
        found
    }
}

/// The text of a metaschema that the library carries.
pub fn metaschema(url: &str) -> Option<&'static str> {
    let name = url.strip_prefix("http://json-schema.org/").or_else(|| url.strip_prefix("https://json-schema.org/"))?;
    let name = if name == "schema" { "draft/2020-12/schema" } else { name };
    Some(match name {
        "draft-04/schema" => include_str!("meta/draft-04-schema.json"),
        "draft-06/schema" => include_str!("meta/draft-06-schema.json"),
        "draft-07/schema" => include_str!("meta/draft-07-schema.json"),
        "draft/2019-09/schema" => include_str!("meta/draft-2019-09-schema.json"),
        "draft/2019-09/meta/applicator" => include_str!("meta/draft-2019-09-meta-applicator.json"),
        "draft/2019-09/meta/content" => include_str!("meta/draft-2019-09-meta-content.json"),
        "draft/2019-09/meta/core" => include_str!("meta/draft-2019-09-meta-core.json"),
        "draft/2019-09/meta/format" => include_str!("meta/draft-2019-09-meta-format.json"),
        "draft/2019-09/meta/meta-data" => include_str!("meta/draft-2019-09-meta-meta-data.json"),
        "draft/2019-09/meta/validation" => include_str!("meta/draft-2019-09-meta-validation.json"),
        "draft/2020-12/schema" => include_str!("meta/draft-2020-12-schema.json"),
        "draft/2020-12/meta/applicator" => include_str!("meta/draft-2020-12-meta-applicator.json"),
        "draft/2020-12/meta/content" => include_str!("meta/draft-2020-12-meta-content.json"),
        "draft/2020-12/meta/core" => include_str!("meta/draft-2020-12-meta-core.json"),
        "draft/2020-12/meta/format-annotation" => include_str!("meta/draft-2020-12-meta-format-annotation.json"),
        "draft/2020-12/meta/format-assertion" => include_str!("meta/draft-2020-12-meta-format-assertion.json"),
        "draft/2020-12/meta/meta-data" => include_str!("meta/draft-2020-12-meta-meta-data.json"),
        "draft/2020-12/meta/unevaluated" => include_str!("meta/draft-2020-12-meta-unevaluated.json"),
        "draft/2020-12/meta/validation" => include_str!("meta/draft-2020-12-meta-validation.json"),
        _ => return None,
    })
}
