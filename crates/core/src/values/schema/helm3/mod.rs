//! values.schema.json as Helm 3 checks it: the Go library xeipuuv/gojsonschema.

mod check;
mod format;
mod parse;

use super::ChartFault;
use super::doc::Doc;
use super::words::Leaf;
use crate::budget::{Budget, Exhausted};
use crate::host::HelmVersion;
use crate::json::Style;
use crate::text::{Origin, Str};
use crate::value::{Heap, MapId, Repr, Value};
use std::sync::Arc;

/// Helm 3's `ValidateAgainstSingleSchema`.
pub fn validate(heap: &Heap, budget: &Budget, values: MapId, text: &str) -> Result<Result<(), ChartFault>, Exhausted> {
    if let Err(error) = decode(text) {
        return Ok(Err(error.into()));
    }
    let schema = match parse::Schema::new(Arc::new(Doc::parse(text))) {
        Ok(schema) => schema,
        Err(error) => return Ok(Err(error.into())),
    };
    let instance = Doc::of_value(heap, budget, &Value::new(Repr::Map(values)))?;
    let errors = match check::Checker::new(&schema, &instance, budget).check() {
        Ok(errors) => errors,
        Err(check::Stop::Exhausted(end)) => return Err(end),
        Err(check::Stop::Deep) => {
            return Ok(Err("limit reached: the schema refers to itself without end (limit `schema depth`)"
                .to_owned()
                .into()));
        }
    };
    if errors.is_empty() {
        return Ok(Ok(()));
    }
    let mut fault = ChartFault { text: String::new(), leaves: Vec::new() };
    for error in errors {
        fault.text.push_str(&format!("- {}: {}\n", error.field(), error.message));
        let pointer = error.at.iter().map(|token| format!("/{}", super::words::escape(token))).collect();
        fault.leaves.push(Leaf { pointer, message: error.message, missing: error.missing, extra: error.extra });
    }
    Ok(Err(fault))
}

/// Whether a text begins with a JSON value; what follows does not count.
fn decode(text: &str) -> Result<(), String> {
    let (mut heap, budget) = (Heap::new(), Budget::default());
    let options = crate::json::Options { helm: HelmVersion::V3, ..crate::json::Options::default() };
    match crate::json::decode_prefix_as(&mut heap, &budget, text.as_bytes(), options, &mut |_| Origin::NONE) {
        Ok(_) => Ok(()),
        Err(error) => Err(super::known::end_of_file(error.to_string(), text.as_bytes())),
    }
}

/// `marshalWithoutNumber`: a value as JSON, with numbers as Go's float64 has them.
fn marshal(doc: &Doc, node: super::doc::NodeId) -> String {
    let mut heap = Heap::new();
    let value = to_value(&mut heap, doc, node);
    let mut out = crate::text::TextBuilder::new(false);
    let style = Style { escape_html: true, indent: false, helm: HelmVersion::V3 };
    match crate::json::encode(&heap, &Budget::default(), &value, style, &mut out) {
        Ok(()) => String::from_utf8_lossy(out.as_bytes()).into_owned(),
        Err(_) => String::new(),
    }
}

fn to_value(heap: &mut Heap, doc: &Doc, node: super::doc::NodeId) -> Value {
    use super::doc::Node;
    match doc.node(node) {
        Node::Null | Node::Other(_) => Value::NIL_INTERFACE,
        Node::Bool(b) => Value::bool(*b),
        Node::Number(text) => Value::float(text.parse().unwrap_or(0.0)),
        Node::Text(text) => Value::str(text.as_str()),
        Node::List(items) => {
            let items = items.iter().map(|id| crate::stack::grow(|| to_value(heap, doc, *id))).collect::<Vec<_>>();
            heap.new_list(items)
        }
        Node::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, id)| (Str::from(key.as_str()), crate::stack::grow(|| to_value(heap, doc, *id))))
                .collect();
            heap.new_dict(entries)
        }
    }
}

#[cfg(test)]
mod tests;
