//! Fields of Kubernetes as JSON Schema.

use chartlens_schemas::{Additional, Schema, Types};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The definitions that a schema refers to.
#[derive(Default)]
pub struct Definitions {
    found: BTreeMap<String, (&'static str, Json)>,
}

/// How many definitions lie inside each other; what is deeper is only a map.
const DEPTH: u32 = 4;

/// The types of a field in JSON Schema; none where any value will do.
pub fn types(schema: Schema) -> Vec<&'static str> {
    let types = schema.types();
    let of = [
        (Types::STRING, "string"),
        (Types::INTEGER, "integer"),
        (Types::NUMBER, "number"),
        (Types::BOOLEAN, "boolean"),
        (Types::ARRAY, "array"),
        (Types::OBJECT, "object"),
    ];
    match () {
        () if schema.is_int_or_string() => vec!["integer", "string"],
        () if schema.is_quantity() => vec!["string", "number"],
        () => of.iter().filter(|(bit, _)| types.has(*bit)).map(|(_, name)| *name).collect(),
    }
}

impl Definitions {
    /// The schema of a field: a reference where it has a name.
    pub fn schema(&mut self, schema: Schema) -> Json {
        self.at(schema, DEPTH)
    }

    /// The definitions by name.
    pub fn into_json(self) -> Json {
        Json::Object(self.found.into_iter().map(|(name, (_, schema))| (name, schema)).collect())
    }

    fn at(&mut self, schema: Schema, depth: u32) -> Json {
        let named = schema.definition_name().filter(|_| schema.property_count() > 0);
        let Some(full) = named else { return self.inline(schema, depth) };
        if depth == 0 {
            return json!({"type": "object"});
        }
        let name = self.name(full);
        if !self.found.contains_key(&name) {
            self.found.insert(name.clone(), (full, Json::Null));
            let inline = self.inline(schema, depth - 1);
            self.found.insert(name.clone(), (full, inline));
        }
        json!({"$ref": format!("#/definitions/{name}")})
    }

    /// The last word of a definition's name, or more of it where another one has the same.
    fn name(&self, full: &'static str) -> String {
        let short = full.rsplit('.').next().unwrap_or(full);
        match self.found.get(short) {
            Some((known, _)) if *known != full => full.to_owned(),
            _ => short.to_owned(),
        }
    }

    fn inline(&mut self, schema: Schema, depth: u32) -> Json {
        let mut out = Map::new();
        let types = types(schema);
        match types.as_slice() {
            [] => {}
            [one] => drop(out.insert("type".to_owned(), (*one).into())),
            several => drop(out.insert("type".to_owned(), json!(several))),
        }
        let values: Vec<&str> = schema.values().collect();
        if !values.is_empty() {
            out.insert("enum".to_owned(), json!(values));
        }
        if let Some(items) = schema.items() {
            out.insert("items".to_owned(), self.at(items, depth));
        }
        if schema.property_count() > 0 {
            let properties: Map<String, Json> = schema
                .properties()
                .map(|property| (property.name.to_owned(), self.at(property.schema, depth)))
                .collect();
            out.insert("properties".to_owned(), Json::Object(properties));
        }
        if let Additional::Schema(inside) = schema.additional() {
            out.insert("additionalProperties".to_owned(), self.at(inside, depth));
        }
        Json::Object(out)
    }
}
