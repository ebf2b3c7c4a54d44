//! The schema of each value: its default, the fields it ends up in, and what comments say.

use super::annotations::Said;
use super::fields::{Fields, ITEM, Place};
use super::kube::{self, Definitions};
use crate::parameters::Parameters;
use chartlens::kube::tree::{Data, Node};
use chartlens::text::is_secret;
use chartlens_schemas::Schema;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What is known, and the definitions that were needed so far.
pub struct Shape<'s> {
    pub fields: &'s Fields,
    pub said: &'s BTreeMap<Place, Said>,
    pub described: &'s Parameters,
    pub definitions: Definitions,
}

/// The name of the type of a default; none for null, which says nothing.
fn type_of(node: Node<'_>) -> Option<&'static str> {
    match node.data() {
        Data::Null => None,
        Data::Bool(_) => Some("boolean"),
        Data::Int(_) | Data::Uint(_) => Some("integer"),
        Data::Float(_) => Some("number"),
        Data::Str(_) => Some("string"),
        Data::List => Some("array"),
        Data::Map => Some("object"),
    }
}

impl Shape<'_> {
    /// The schema of a value with everything below it.
    pub fn of(&mut self, node: Node<'_>, place: &Place) -> Json {
        let said = self.said.get(place).cloned().unwrap_or_default();
        let mut out = Map::new();
        if let Some(parameter) =
            self.described.all().find(|parameter| !parameter.description.is_empty() && same(&parameter.path, place))
        {
            out.insert("description".to_owned(), parameter.description.trim().into());
        }
        let fields = self.fields.of(place).to_vec();
        self.types(node, &fields, &mut out);
        match node.data() {
            Data::Map => self.map(node, place, &fields, &said, &mut out),
            Data::List => self.list(node, place, &fields, &mut out),
            Data::Null => {}
            // What looks secret need not stand in one more file.
            Data::Str(text) if text.is_empty() || is_secret(node.key()) => {}
            _ => drop(out.insert("default".to_owned(), node.to_json())),
        }
        let mut schema = Json::Object(out);
        super::annotations::merge(&mut schema, said.schema.as_ref());
        schema
    }

    /// The types that every field of a value takes, and that of its default.
    fn types(&mut self, node: Node<'_>, fields: &[Schema], out: &mut Map<String, Json>) {
        let known: Vec<Vec<&str>> =
            fields.iter().map(|field| kube::types(*field)).filter(|types| !types.is_empty()).collect();
        let mut types: Vec<&str> = match known.split_first() {
            Some((first, rest)) => {
                first.iter().copied().filter(|name| rest.iter().all(|types| fits(types, name))).collect()
            }
            None => Vec::new(),
        };
        // A field that takes anything leaves the default to say what is meant.
        match type_of(node) {
            Some(own) if !fits(&types, own) => types.push(own),
            Some(_) => {}
            // Nothing is known but from fields, and a null must stay one.
            None if types.is_empty() => return,
            None => types.push("null"),
        }
        out.insert("type".to_owned(), if let [one] = types.as_slice() { (*one).into() } else { json!(types) });
        if let ([field], Data::Str(text)) = (fields, node.data())
            && types == ["string"]
        {
            let mut values: Vec<&str> = field.values().collect();
            if !values.is_empty() && (text.is_empty() || values.contains(&&**text)) {
                // An empty text mostly leaves the field out.
                values.extend(text.is_empty().then_some(""));
                out.insert("enum".to_owned(), json!(values));
            }
        }
    }

    fn map(&mut self, node: Node<'_>, place: &Place, fields: &[Schema], said: &Said, out: &mut Map<String, Json>) {
        let field = only(fields).filter(|field| kube::types(*field) == ["object"]);
        // Helm 3 asks the schema about nulls too, which no field's type takes: then its properties stand one by one.
        let inline = field.filter(|_| has_null(node));
        if let Some(field) = field.filter(|_| inline.is_none()) {
            self.refer(field, node, out);
        }
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (key, value) in node.entries().filter(|_| !said.skip_properties) {
            let place: Place = place.iter().cloned().chain([key.to_owned()]).collect();
            let below = self.said.get(&place);
            if below.is_some_and(|said| said.hidden) {
                continue;
            }
            required.extend(below.is_some_and(|said| said.required).then(|| key.to_owned()));
            properties.insert(key.to_owned(), self.of(value, &place));
        }
        for property in inline.into_iter().flat_map(Schema::properties) {
            if node.get_raw(property.name).is_none() {
                properties.insert(property.name.to_owned(), self.definitions.schema(property.schema));
            }
        }
        if !properties.is_empty() {
            out.insert("properties".to_owned(), Json::Object(properties));
        }
        if !required.is_empty() {
            out.insert("required".to_owned(), json!(required));
        }
    }

    /// What the one field of a map says of what is in it.
    fn refer(&mut self, field: Schema, node: Node<'_>, out: &mut Map<String, Json>) {
        let mut schema = self.definitions.schema(field);
        let texts = |node: Node<'_>| node.entries().all(|(_, value)| value.as_str().is_some());
        if let Some(inside) = schema.as_object_mut() {
            if inside.contains_key("$ref") {
                out.insert("allOf".to_owned(), json!([schema]));
            } else if let Some(more) = inside.remove("additionalProperties").filter(|_| texts(node)) {
                out.insert("additionalProperties".to_owned(), more);
            }
        }
    }

    fn list(&mut self, node: Node<'_>, place: &Place, fields: &[Schema], out: &mut Map<String, Json>) {
        let inside: Place = place.iter().cloned().chain([ITEM.to_owned()]).collect();
        let items = only(self.fields.of(&inside)).or_else(|| only(fields).and_then(Schema::items));
        let items = match items {
            Some(field) => Some(self.definitions.schema(field)),
            None => {
                let of = node.items().map(|item| self.of(item, &inside)).collect::<Vec<_>>();
                of.into_iter().map(without_default).reduce(either)
            }
        };
        if let Some(items) = items.filter(|items| items.as_object().is_some_and(|items| !items.is_empty())) {
            out.insert("items".to_owned(), items);
        }
    }
}

/// Whether there is a null somewhere in a value.
fn has_null(node: Node<'_>) -> bool {
    let mut work: Vec<Node<'_>> = node.children().collect();
    while let Some(node) = work.pop() {
        if node.is_null() {
            return true;
        }
        work.extend(node.children());
    }
    false
}

/// Whether values of a type fit one of the types.
fn fits(types: &[&str], name: &str) -> bool {
    types.contains(&name) || name == "integer" && types.contains(&"number")
}

fn only(fields: &[Schema]) -> Option<Schema> {
    match fields {
        [field] => Some(*field),
        _ => None,
    }
}

/// Whether a row of the table is about a value: items have numbers there.
fn same(path: &[String], place: &[String]) -> bool {
    path.len() == place.len() && path.iter().zip(place).all(|(a, b)| a == b)
}

/// The schema of an item is that of many: their defaults are not one.
fn without_default(mut schema: Json) -> Json {
    if let Some(map) = schema.as_object_mut() {
        map.remove("default");
        if let Some(properties) = map.get_mut("properties").and_then(Json::as_object_mut) {
            properties.values_mut().for_each(|property| *property = without_default(property.take()));
        }
    }
    schema
}

/// A schema that accepts what either accepts: types and properties of both.
fn either(a: Json, b: Json) -> Json {
    let (Json::Object(mut a), Json::Object(b)) = (a, b) else { return json!({}) };
    let names = |map: &Map<String, Json>| match map.get("type") {
        Some(Json::Array(names)) => names.clone(),
        Some(name) => vec![name.clone()],
        None => Vec::new(),
    };
    let (own, other) = (names(&a), names(&b));
    if own.is_empty() || other.is_empty() {
        return json!({});
    }
    let mut all = own;
    all.extend(other.into_iter().filter(|name| !all.contains(name)).collect::<Vec<_>>());
    a.insert("type".to_owned(), if let [one] = all.as_slice() { one.clone() } else { Json::Array(all) });
    for (key, theirs) in b {
        match (key.as_str(), a.get_mut(&key)) {
            ("type", _) => {}
            ("properties", Some(Json::Object(ours))) => {
                let Json::Object(theirs) = theirs else { continue };
                for (name, theirs) in theirs {
                    let both = match ours.remove(&name) {
                        Some(ours) => either(ours, theirs),
                        None => theirs,
                    };
                    ours.insert(name, both);
                }
            }
            ("items", Some(ours)) => *ours = either(ours.take(), theirs),
            ("properties" | "items", None) => drop(a.insert(key, theirs)),
            _ => {}
        }
    }
    // What only one of them refuses is not refused.
    a.remove("enum");
    a.remove("additionalProperties");
    Json::Object(a)
}
