//! Data as CEL sees it: typed by the schema, with its defaults, with names that CEL can spell.

use crate::kube::crds::{Const, CustomSchema, Schemas};
use crate::kube::tree::{Data, Node};
use crate::stack;
use cel::Value;
use cel::objects::{Key, Map};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Node(Node<'a>),
    Default(&'a Const),
}

/// The value of a node. `size` counts its parts.
pub(super) fn of_node(node: Node<'_>, schema: &CustomSchema, schemas: &Schemas, size: &mut u64) -> Value {
    value(Source::Node(node), Some(schema), schemas, size)
}

/// The value of an object that no schema describes. `size` counts its parts.
pub(super) fn of_object(node: Node<'_>, size: &mut u64) -> Value {
    value(Source::Node(node), None, &Schemas::default(), size)
}

/// Plain data. `longest` is the length of the longest list or map, or what it was where that is more.
pub(in crate::validate) fn of_json(json: &serde_json::Value, longest: &mut u64) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => number(n.as_f64().unwrap_or_default(), n.as_i64(), None),
        Json::String(text) => Value::String(Arc::new(text.clone())),
        Json::Array(items) => {
            *longest = (*longest).max(items.len() as u64);
            Value::List(Arc::new(stack::grow(|| items.iter().map(|item| of_json(item, longest)).collect())))
        }
        Json::Object(entries) => {
            *longest = (*longest).max(entries.len() as u64);
            let entry = |(key, value): (&String, &Json)| (Key::from(key.as_str()), of_json(value, longest));
            let entries: HashMap<Key, Value> = stack::grow(|| entries.iter().map(entry).collect());
            Value::Map(Map { map: Arc::new(entries) })
        }
    }
}

fn value(source: Source<'_>, schema: Option<&CustomSchema>, schemas: &Schemas, size: &mut u64) -> Value {
    *size += 1;
    match source {
        Source::Node(node) => match node.data() {
            Data::Null => Value::Null,
            Data::Bool(b) => Value::Bool(*b),
            Data::Int(n) => number(*n as f64, Some(*n), schema),
            Data::Uint(n) => number(*n as f64, None, schema),
            Data::Float(n) => number(*n, node.as_int(), schema),
            Data::Str(text) => {
                *size += text.len() as u64 / 64;
                let format = schema.and_then(|schema| schema.more.as_ref()?.format.as_deref());
                if format == Some("duration")
                    && let Ok(length) = crate::value::time::parse_duration(text.as_bytes())
                {
                    return Value::from(length);
                }
                Value::String(Arc::new(text.to_string()))
            }
            Data::List => list(node.items().map(Source::Node), schema, schemas, size),
            Data::Map => map(source, schema, schemas, size),
        },
        Source::Default(constant) => match constant {
            Const::Null => Value::Null,
            Const::Bool(b) => Value::Bool(*b),
            Const::Int(n) => number(*n as f64, Some(*n), schema),
            Const::Number(n) => number(*n, None, schema),
            Const::Str(text) => Value::String(Arc::new(text.to_string())),
            Const::List(items) => list(items.iter().map(Source::Default), schema, schemas, size),
            Const::Map(_) => map(source, schema, schemas, size),
        },
    }
}

fn number(value: f64, whole: Option<i64>, schema: Option<&CustomSchema>) -> Value {
    let float = schema.is_some_and(|schema| schema.types.number && !schema.types.integer);
    match whole {
        Some(n) if !float => Value::Int(n),
        _ => Value::Float(value),
    }
}

fn list<'a>(
    items: impl Iterator<Item = Source<'a>>,
    schema: Option<&CustomSchema>,
    schemas: &Schemas,
    size: &mut u64,
) -> Value {
    let of = schema.and_then(|schema| schema.items).and_then(|id| schemas.get(id));
    Value::List(Arc::new(stack::grow(|| items.map(|item| value(item, of, schemas, size)).collect())))
}

fn map(source: Source<'_>, schema: Option<&CustomSchema>, schemas: &Schemas, size: &mut u64) -> Value {
    let mut entries: HashMap<Key, Value> = HashMap::new();
    let mut add = |name: &str, part: Source<'_>, null: bool| {
        let property = schema.and_then(|schema| schema.property(name)).and_then(|id| schemas.get(id));
        let other = schema.and_then(|schema| schema.additional).and_then(|id| schemas.get(id));
        let of = property.or(other);
        // The server has dropped such a null.
        if null && of.is_none_or(|of| !of.nullable) {
            return;
        }
        let name = if property.is_some() { escape(name) } else { Cow::Borrowed(name) };
        entries.insert(Key::from(name.into_owned()), stack::grow(|| value(part, of, schemas, size)));
    };
    match source {
        Source::Node(node) => {
            node.entries().for_each(|(name, child)| add(name, Source::Node(child), child.is_null()));
        }
        Source::Default(Const::Map(all)) => {
            all.iter().for_each(|(name, child)| add(name, Source::Default(child), *child == Const::Null));
        }
        Source::Default(_) => {}
    }
    // By then the server has made a name of the prefix.
    if let Source::Node(node) = source
        && node.key() == "metadata"
        && let (None, Some(prefix)) = (node.get("name"), node.str("generateName"))
    {
        entries.insert(Key::from("name".to_owned()), Value::String(Arc::new(format!("{prefix}00000"))));
    }
    for (name, id) in schema.map_or(&[][..], |schema| &schema.properties) {
        let Some(property) = schemas.get(*id) else { continue };
        let key = Key::from(escape(name).into_owned());
        if let Some(default) = &property.default
            && !entries.contains_key(&key)
        {
            entries.insert(key, stack::grow(|| value(Source::Default(default), Some(property), schemas, size)));
        }
    }
    Value::Map(Map { map: Arc::new(entries) })
}

/// The name of a field as CEL can spell it.
pub(in crate::validate) fn escape(name: &str) -> Cow<'_, str> {
    const RESERVED: &[&str] = &[
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
    ];
    if RESERVED.contains(&name) {
        return Cow::Owned(format!("__{name}__"));
    }
    if !name.contains(['-', '.', '/']) && !name.contains("__") {
        return Cow::Borrowed(name);
    }
    let escaped = name.replace("__", "__underscores__").replace('.', "__dot__").replace('-', "__dash__");
    Cow::Owned(escaped.replace('/', "__slash__"))
}
