//! Defaults in schemas of custom resources: each fits its own schema.

use crate::kube::tree::{Data, Node};
use crate::stack;
use std::collections::HashSet;

/// Whether a default fits a schema, as far as types, required fields, enumerations and bounds go.
pub(super) fn fits(value: Node<'_>, schema: Node<'_>) -> Result<(), String> {
    let kind = schema.str("type").unwrap_or("");
    let int_or_string = schema.bool("x-kubernetes-int-or-string") == Some(true);
    let right = match value.data() {
        Data::Null => schema.bool("nullable") == Some(true) || kind.is_empty(),
        Data::Bool(_) => matches!(kind, "boolean" | ""),
        Data::Int(_) | Data::Uint(_) => matches!(kind, "integer" | "number" | "") || int_or_string,
        Data::Float(_) => matches!(kind, "number" | ""),
        Data::Str(_) => matches!(kind, "string" | "") || int_or_string,
        Data::List => matches!(kind, "array" | ""),
        Data::Map => matches!(kind, "object" | ""),
    };
    if !right {
        return Err(format!("expected a default of the type {kind}, found {}", value.found()));
    }
    let known: Vec<Node<'_>> = schema.list("enum").collect();
    if !known.is_empty() && !known.iter().any(|known| known.data() == value.data()) {
        return Err(format!("expected a default among the values listed, found {}", value.found()));
    }
    bounds(value, schema)?;
    if let Some(items) = schema.get("items").filter(|_| value.is_list()) {
        for item in value.items() {
            stack::grow(|| fits(item, items))?;
        }
    }
    if !value.is_map() {
        return Ok(());
    }
    let properties = schema.get("properties");
    for name in schema.list("required").filter_map(Node::as_str) {
        if value.get(name).is_none() {
            return Err(format!("the default lacks the required field `{name}`"));
        }
    }
    let open = schema.bool("x-kubernetes-preserve-unknown-fields") == Some(true);
    let embedded = schema.bool("x-kubernetes-embedded-resource") == Some(true);
    for (key, child) in value.entries() {
        let own = properties.and_then(|properties| properties.get(key)).or_else(|| schema.get("additionalProperties"));
        match own {
            Some(own) if own.is_map() => stack::grow(|| fits(child, own))?,
            Some(_) => {}
            None if open || (embedded && matches!(key, "apiVersion" | "kind" | "metadata")) => {}
            None => return Err(format!("the schema has no field `{key}`")),
        }
    }
    Ok(())
}

fn bounds(value: Node<'_>, schema: Node<'_>) -> Result<(), String> {
    let number = |key: &str| match schema.get(key).map(Node::data) {
        Some(Data::Int(n)) => Some(*n as f64),
        Some(Data::Float(n)) => Some(*n),
        _ => None,
    };
    let exclusive = |key: &str| schema.bool(key) == Some(true);
    let (size, low, high) = match value.data() {
        Data::Int(n) => (*n as f64, number("minimum"), number("maximum")),
        Data::Float(n) => (*n, number("minimum"), number("maximum")),
        Data::Str(text) => (text.chars().count() as f64, number("minLength"), number("maxLength")),
        Data::List => (value.len() as f64, number("minItems"), number("maxItems")),
        Data::Map => (value.len() as f64, number("minProperties"), number("maxProperties")),
        _ => return Ok(()),
    };
    let is_number = matches!(value.data(), Data::Int(_) | Data::Float(_));
    let below = low.is_some_and(|low| size < low || (is_number && exclusive("exclusiveMinimum") && size == low));
    let above = high.is_some_and(|high| size > high || (is_number && exclusive("exclusiveMaximum") && size == high));
    if below || above {
        return Err(format!("the default is out of the bounds of its schema: {}", value.found()));
    }
    if let (Some(text), Some(pattern)) = (value.as_str(), schema.str("pattern"))
        && regex::Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
    {
        return Err(format!("expected a default that matches {pattern}, found {}", value.found()));
    }
    if value.is_list() && schema.str("x-kubernetes-list-type") == Some("set") {
        let mut seen = HashSet::new();
        if value.items().any(|item| !seen.insert(item.found().to_string())) {
            return Err("an item of the default occurs twice".to_owned());
        }
    }
    Ok(())
}
