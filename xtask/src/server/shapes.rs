//! Random objects from the published schemas: valid as far as the schema and a dictionary of likely values go, and half
//! of them with one thing broken.

use super::words;
use crate::differential::rng::Rng;
use chartlens_schemas::{Additional, Schema, Schemas, Types, Version};
use serde_json::{Map, Value, json};

/// A random object, and what was broken in it.
pub struct Shape {
    pub object: Value,
    pub note: String,
}

/// The shape with this number.
pub fn make(version: &str, seed: u64, number: u64) -> Shape {
    let version = Schemas::open().version(version).expect("a version");
    let mut rng = Rng::new(seed, number);
    let kinds = kinds(version);
    let (api_version, kind) = rng.pick(&kinds).clone();
    let schema = version.kind(&api_version, &kind).expect("a schema");
    let mut object = Maker { rng: &mut rng, left: 60 }.map(schema, 0);
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), words::name_of(&kind).into());
    for (key, values) in [("labels", words::LABELS), ("annotations", words::LABELS)] {
        if rng.one_in(4) {
            metadata.insert(key.to_owned(), json!({"example.com/a": rng.word(values)}));
        }
    }
    let mut whole = Map::new();
    whole.insert("apiVersion".to_owned(), api_version.into());
    whole.insert("kind".to_owned(), kind.into());
    whole.insert("metadata".to_owned(), metadata.into());
    object.retain(|key, _| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
    whole.append(&mut object);
    let mut object = Value::Object(whole);
    let note = if number % 2 == 1 { damage(&mut object, &mut rng) } else { "as it is".to_owned() };
    Shape { object, note }
}

/// The kinds that are stored, in the order of their names.
fn kinds(version: Version) -> Vec<(String, String)> {
    let stored = |kind: &chartlens_schemas::Kind| {
        let schema = version.kind(kind.api_version, kind.kind);
        let named = schema.is_some_and(|schema| schema.property("metadata").is_some());
        named && !kind.kind.ends_with("List") && !words::NOT_STORED.contains(&kind.kind)
    };
    let mut all: Vec<_> =
        version.kinds().filter(stored).map(|k| (k.api_version.to_owned(), k.kind.to_owned())).collect();
    all.retain(|(api_version, _)| !api_version.contains("alpha"));
    all.sort();
    all.dedup();
    all
}

struct Maker<'r> {
    rng: &'r mut Rng,
    /// How many fields more there may be.
    left: u32,
}

impl Maker<'_> {
    fn map(&mut self, schema: Schema, depth: u32) -> Map<String, Value> {
        let mut map = Map::new();
        let definition = schema.definition_name().unwrap_or_default();
        let union = words::UNIONS.iter().find(|(name, _)| definition.ends_with(name)).map(|(_, fields)| *fields);
        let chosen = union.map(|fields| self.rng.word(fields));
        let wanted = words::WANTED.iter().find(|(name, _)| definition.ends_with(name)).map_or(&[][..], |(_, f)| *f);
        for property in schema.properties() {
            let name = property.name;
            let is_arm = union.is_some_and(|fields| fields.contains(&name));
            let needed = property.required || wanted.contains(&name) || chosen == Some(name);
            let may =
                !is_arm && !words::LEFT_OUT.contains(&name) && self.left > 0 && self.rng.one_in(2 + depth as usize);
            if needed || may {
                self.left = self.left.saturating_sub(1);
                let value = self.value(definition, name, property.schema, depth + 1);
                map.insert(name.to_owned(), value);
            }
        }
        map
    }

    fn value(&mut self, definition: &str, name: &str, schema: Schema, depth: u32) -> Value {
        if let Some(values) = words::values(definition, name) {
            let text = self.rng.word(values);
            return serde_json::from_str(text).unwrap_or_else(|_| text.into());
        }
        let listed: Vec<&'static str> = schema.values().collect();
        if !listed.is_empty() {
            return self.rng.word(&listed).into();
        }
        if schema.is_quantity() {
            return self.rng.word(&["1", "500m", "1Gi", "128Mi"]).into();
        }
        if schema.is_int_or_string() {
            return if self.rng.one_in(2) { 3.into() } else { "25%".into() };
        }
        let types = schema.types();
        if types.has(Types::OBJECT) {
            return match schema.additional() {
                Additional::Schema(of) if schema.property_count() == 0 => {
                    json!({"a": self.value(definition, name, of, depth + 1)})
                }
                _ => Value::Object(self.map(schema, depth)),
            };
        }
        if types.has(Types::ARRAY) {
            let count = 1 + usize::from(self.rng.one_in(4));
            let items = schema.items();
            let mut list = Vec::new();
            for number in 0..count {
                let Some(of) = items else { break };
                let mut item = self.value(definition, name, of, depth + 1);
                // Items are told apart by their names.
                if let Some(name) = item.get_mut("name").filter(|_| number > 0) {
                    *name = format!("{}-{number}", name.as_str().unwrap_or("a")).into();
                }
                if !list.contains(&item) {
                    list.push(item);
                }
            }
            return list.into();
        }
        if types.has(Types::BOOLEAN) {
            return self.rng.one_in(2).into();
        }
        if types.has(Types::INTEGER) || types.has(Types::NUMBER) {
            return [1, 2, 5, 30][self.rng.below(4)].into();
        }
        match schema.format() {
            Some("date-time") => "2026-01-02T03:04:05Z".into(),
            Some("byte") => "YQ==".into(),
            _ => self.rng.word(&["example", "a", "web-1"]).into(),
        }
    }
}

/// Breaks one thing, and says which.
fn damage(object: &mut Value, rng: &mut Rng) -> String {
    let mut places = Vec::new();
    collect(object, String::new(), &mut places);
    places.retain(|place| !matches!(place.as_str(), "/apiVersion" | "/kind" | "/metadata"));
    let place = rng.pick(&places).clone();
    let value = object.pointer_mut(&place).expect("a place");
    let choice = rng.below(6);
    let what = match value {
        Value::String(text) => match choice {
            0 => put(value, json!("")),
            1 => put(value, json!("Not Valid!")),
            2 => put(value, json!(7)),
            3 => put(value, json!("a".repeat(300))),
            4 => {
                let shouted = text.to_uppercase();
                put(value, json!(shouted))
            }
            _ => put(value, json!("-a")),
        },
        Value::Number(_) => put(
            value,
            [json!(-1), json!(0), json!(70000), json!("x"), json!(1.5), json!(4_294_967_296_i64)][choice].clone(),
        ),
        Value::Bool(_) => {
            put(value, [json!("true"), json!(1), json!(null), json!([]), json!("yes"), json!({})][choice].clone())
        }
        Value::Array(items) => match choice {
            0 => put(value, json!([])),
            1 => put(value, json!({})),
            2 => put(value, json!([null])),
            3 => put(value, json!("x")),
            _ => {
                items.extend(items.first().cloned());
                "an item twice".to_owned()
            }
        },
        Value::Object(map) => match choice {
            0 | 1 => {
                map.insert("unknownField".to_owned(), json!(1));
                "an unknown field".to_owned()
            }
            2 => put(value, json!({})),
            3 => put(value, json!([])),
            _ => {
                let keys: Vec<String> = map.keys().cloned().collect();
                match keys.is_empty() {
                    true => put(value, json!("x")),
                    false => {
                        let key = rng.pick(&keys);
                        map.remove(key);
                        format!("without {key}")
                    }
                }
            }
        },
        Value::Null => put(value, json!(1)),
    };
    format!("{place}: {what}")
}

fn put(value: &mut Value, new: Value) -> String {
    let text: String = new.to_string().chars().take(40).collect();
    *value = new;
    text
}

fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                collect(child, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (number, child) in items.iter().enumerate() {
                collect(child, format!("{at}/{number}"), places);
            }
        }
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}
