//! What the charts of a tree say of values: their defaults, their schemas, and what their templates read.

use super::Analysis;
use crate::chart::Chart;
use crate::yaml::{Document, NodeId, NodeKind};
use std::borrow::Cow;

/// A key that nobody knows.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Which of the keys on the way it is, from 0.
    pub depth: usize,
    /// What is known beside it.
    pub known: Vec<String>,
}

/// What the charts of a tree say of values.
#[derive(Debug)]
pub struct Known<'a> {
    analysis: &'a Analysis<'a>,
}

impl<'a> Known<'a> {
    /// What defaults, schemas and templates say.
    pub fn new(analysis: &'a Analysis<'a>) -> Known<'a> {
        Known { analysis }
    }

    /// The charts that a path may speak to, each with the keys that are left there and how many were taken off.
    pub fn readers<'p>(&self, path: &'p [String]) -> Vec<(usize, &'p [String], usize)> {
        if path.first().is_some_and(|key| key == "global") {
            return (0..self.analysis.charts().len()).map(|i| (i, path, 0)).collect();
        }
        let mut readers = vec![(0, path, 0)];
        let mut next = 0;
        while let Some(&(number, rest, taken)) = readers.get(next) {
            next += 1;
            let Some(chart) = self.analysis.charts().get(number) else { continue };
            let Some((key, below)) = rest.split_first() else { continue };
            for child in &chart.dependencies {
                // Where it has an alias, values under its own name are nobody's.
                let mut wanted = chart.metadata.dependencies.iter().flatten().filter(|d| d.name == child.metadata.name);
                let named = match wanted.clone().next() {
                    None => child.metadata.name == *key,
                    Some(_) => wanted.any(|d| if d.alias.is_empty() { d.name == *key } else { d.alias == *key }),
                };
                let number = self.analysis.charts().iter().position(|other| std::ptr::eq(*other, &**child));
                if let (true, Some(number)) = (named, number) {
                    readers.push((number, below, taken + 1));
                }
            }
        }
        readers
    }

    /// Whether no chart knows the path; then the first key that is unknown to the chart that owns it.
    pub fn unknown(&self, path: &[String]) -> Option<Unknown> {
        let readers = self.readers(path);
        let mut best = None;
        for &(number, rest, taken) in &readers {
            if rest.is_empty() || self.analysis.reads(number).reach(rest) {
                return None;
            }
            let (depth, mut known) = match defaults(self.analysis.charts().get(number)?, rest) {
                Default::Yes => return None,
                Default::NotBeyond(depth, known) => (depth, known),
            };
            if let Some(schema) = self.analysis.schema(number) {
                match in_schema(schema, schema, rest, 0) {
                    Some(names) => known.extend(names),
                    None => return None,
                }
            }
            let around = rest.get(..depth).unwrap_or_default();
            known.extend(self.analysis.reads(number).names_in(around).map(str::to_owned));
            let found = Unknown { depth: depth + taken, known };
            // The chart that knows most of the way is the one that is meant.
            if best.as_ref().is_none_or(|best: &Unknown| found.depth > best.depth) {
                best = Some(found);
            }
        }
        best
    }

    /// Whether a chart has a default at the path.
    pub fn has_default(&self, path: &[String]) -> bool {
        self.readers(path).iter().any(|(number, rest, _)| {
            self.analysis.charts().get(*number).is_some_and(|chart| matches!(defaults(chart, rest), Default::Yes))
        })
    }
}

/// What defaults say of a path.
enum Default {
    /// It is there, or in something that has no keys of its own to compare with.
    Yes,
    /// The key with this number is not there; beside it are these.
    NotBeyond(usize, Vec<String>),
}

fn defaults(chart: &Chart, path: &[String]) -> Default {
    let documents = chart.values.iter().flat_map(|values| values.documents.iter().map(|(_, document)| document));
    let mut best = (0, None);
    for document in documents {
        let Some(mut at) = document.root() else { continue };
        for (depth, key) in path.iter().enumerate() {
            match below(document, at, key) {
                Some(value) => at = value,
                None if !has_keys(document, at) => {
                    if depth > 0 {
                        return Default::Yes;
                    }
                    break;
                }
                None => {
                    if depth > best.0 || best.1.is_none() {
                        best = (depth, Some((document, at)));
                    }
                    break;
                }
            }
            if depth + 1 == path.len() {
                return Default::Yes;
            }
        }
    }
    let keys = best.1.map(|(document, at)| keys_of(document, at)).unwrap_or_default();
    Default::NotBeyond(best.0, keys.into_iter().map(|(name, _)| name.into_owned()).collect())
}

/// What an alias stands for.
fn resolved(document: &Document, mut node: NodeId) -> NodeId {
    while let NodeKind::Alias(target) = document.node(node).kind {
        node = target;
    }
    node
}

fn has_keys(document: &Document, node: NodeId) -> bool {
    document.entries(resolved(document, node)).next().is_some()
}

/// The value of a key, merged ones included.
fn below(document: &Document, node: NodeId, key: &str) -> Option<NodeId> {
    let entries = || document.entries(resolved(document, node));
    let named = |name: &[u8]| entries().find(|(key, _)| document.scalar(*key) == name).map(|(_, value)| value);
    named(key.as_bytes()).or_else(|| {
        let mut merged = entries().filter(|(key, _)| document.scalar(*key) == b"<<").map(|(_, value)| value);
        merged.find_map(|value| crate::stack::grow(|| below(document, value, key)))
    })
}

fn keys_of(document: &Document, node: NodeId) -> Vec<(Cow<'_, str>, NodeId)> {
    let node = resolved(document, node);
    let name = |key| String::from_utf8_lossy(document.scalar(key));
    let mut keys: Vec<_> = document.entries(node).map(|(key, value)| (name(key), value)).collect();
    // What is merged in has keys too.
    let merged: Vec<_> = keys.iter().filter(|(name, _)| name == "<<").map(|(_, value)| *value).collect();
    for value in merged {
        keys.extend(crate::stack::grow(|| keys_of(document, value)));
    }
    keys
}

/// The properties that a schema knows where the path leaves it; none where it does not leave it.
fn in_schema(root: &serde_json::Value, schema: &serde_json::Value, path: &[String], depth: u32) -> Option<Vec<String>> {
    let (key, below) = path.split_first()?;
    if depth > 64 {
        return None;
    }
    let mut known = Vec::new();
    if let Some(target) = schema.get("$ref").and_then(|r| r.as_str()) {
        let inner = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer))?;
        known.extend(in_schema(root, inner, path, depth + 1)?);
    }
    for branch in ["allOf", "anyOf", "oneOf"].iter().flat_map(|k| schema.get(*k)).flat_map(|b| b.as_array()).flatten() {
        known.extend(in_schema(root, branch, path, depth + 1)?);
    }
    if let Some(properties) = schema.get("properties").and_then(|p| p.as_object()) {
        if let Some(inner) = properties.get(key) {
            known.extend(in_schema(root, inner, below, depth + 1)?);
        }
        known.extend(properties.keys().cloned());
    }
    let open = schema.get("additionalProperties").is_some_and(|more| more.is_object() || more == true);
    if open || schema.get("patternProperties").is_some() {
        return None;
    }
    Some(known)
}
