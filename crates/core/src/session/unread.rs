//! Values that nobody reads, and templates that read what nobody sets.

use super::references::{self, Path, References};
use crate::chart::Chart;
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity, ValueCause, did_you_mean};
use crate::render::Causes;
use crate::text::{Layer, Origin, OriginKind, Step};
use crate::yaml::{Document, NodeKind};
use std::collections::{HashMap, HashSet};

/// The three findings about one render. Where that is not `whole`, for a file or a template failed, what those would
/// have read is not known: only likely misspellings are told.
pub fn findings(chart: &Chart, causes: &Causes, whole: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let used = causes.trace.used();
    let mut view = None;
    let mut seen = HashSet::new();
    for (_, _, origin) in &causes.values {
        let Some(OriginKind::Values(node)) = causes.trace.get(*origin) else { continue };
        let by_user = !matches!(node.layer, Layer::Default | Layer::Parent | Layer::Import | Layer::Data);
        if !by_user || used.contains(origin) || causes.trace.was_read(*origin) {
            continue;
        }
        let Some(path) = keys(causes, *origin) else { continue };
        let view = view.get_or_insert_with(|| View::new(chart));
        match view.unknown(&path) {
            Some(unknown) => {
                let node = ancestor(causes, *origin, path.len() - unknown.depth - 1);
                if seen.insert(node) {
                    let finding = unknown_key(&path, &unknown, node, causes);
                    found.extend(Some(finding).filter(|finding| whole || finding.help.is_some()));
                }
            }
            None if whole && view.has_default(&path) && seen.insert(*origin) => {
                found.push(switched_off(&path, *origin, causes))
            }
            None => {}
        }
    }
    found.extend(undefined(causes));
    found
}

/// The keys that lead to a value; none where a list is on the way.
fn keys(causes: &Causes, origin: Origin) -> Option<Path> {
    let mut path = Vec::new();
    let mut at = origin;
    while let Some(OriginKind::Values(node)) = causes.trace.get(at) {
        match &node.step {
            Step::Key(key) => path.push(key.to_lossy().into_owned()),
            Step::Root => {}
            Step::Index(_) => return None,
        }
        at = node.parent;
    }
    path.reverse();
    (!path.is_empty()).then_some(path)
}

/// The node so many steps above.
fn ancestor(causes: &Causes, origin: Origin, steps: usize) -> Origin {
    let mut at = origin;
    for _ in 0..steps {
        if let Some(OriginKind::Values(node)) = causes.trace.get(at) {
            at = node.parent;
        }
    }
    at
}

fn at_key(origin: Origin, causes: &Causes) -> Cause {
    let mut cause = causes.of_origin(origin);
    cause.values.truncate(1);
    let key = match causes.trace.get(origin) {
        Some(OriginKind::Values(node)) => node.key,
        _ => None,
    };
    if let (Some(value), Some(Place { line, column, end_line, end_column, .. })) =
        (cause.values.first_mut(), key.and_then(|key| causes.place(key)))
    {
        *value = ValueCause { line, column, end_line, end_column, ..value.clone() };
    }
    cause
}

fn unknown_key(path: &[String], unknown: &Unknown, origin: Origin, causes: &Causes) -> Diagnostic {
    let path = path.get(..=unknown.depth).unwrap_or_default();
    let (name, around) = path.split_last().map(|(name, around)| (name.as_str(), around)).unwrap_or(("", &[]));
    let near = did_you_mean(name, unknown.known.iter().map(String::as_str));
    let near = near.map(|near| around.iter().map(String::as_str).chain([near]).collect::<Vec<_>>().join("."));
    Diagnostic {
        severity: Severity::Warning,
        cause: Some(at_key(origin, causes)),
        ..Diagnostic::of("values/unknown-key", Fact::UnknownValue { path: path.join("."), near })
    }
}

fn switched_off(path: &[String], origin: Origin, causes: &Causes) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        cause: Some(at_key(origin, causes)),
        ..Diagnostic::of("values/unused-key", Fact::UnusedValue { path: path.join(".") })
    }
}

/// A key that nobody knows.
struct Unknown {
    /// Which of the keys on the way it is, from 0.
    depth: usize,
    /// What is known beside it.
    known: Vec<String>,
}

/// What the charts of a tree say of values.
struct View<'c> {
    charts: Vec<&'c Chart>,
    references: Vec<References>,
    schemas: Vec<Option<serde_json::Value>>,
}

impl<'c> View<'c> {
    fn new(chart: &'c Chart) -> View<'c> {
        let charts = chart.walk();
        let schema = |chart: &&Chart| serde_json::from_slice(chart.schema.as_deref()?).ok();
        View { references: references::of_charts(chart), schemas: charts.iter().map(schema).collect(), charts }
    }

    /// The charts that a path may speak to, each with the keys that are left there and how many were taken off.
    fn readers<'p>(&self, path: &'p [String]) -> Vec<(usize, &'p [String], usize)> {
        if path.first().is_some_and(|key| key == "global") {
            return (0..self.charts.len()).map(|i| (i, path, 0)).collect();
        }
        let mut readers = vec![(0, path, 0)];
        let mut next = 0;
        while let Some(&(number, rest, taken)) = readers.get(next) {
            next += 1;
            let Some(chart) = self.charts.get(number) else { continue };
            let Some((key, below)) = rest.split_first() else { continue };
            for child in &chart.dependencies {
                let aliases = chart.metadata.dependencies.iter().flatten().filter(|d| d.name == child.metadata.name);
                let named = child.metadata.name == *key || aliases.into_iter().any(|d| d.alias == *key);
                let number = self.charts.iter().position(|other| std::ptr::eq(*other, &**child));
                if let (true, Some(number)) = (named, number) {
                    readers.push((number, below, taken + 1));
                }
            }
        }
        readers
    }

    /// Whether no chart knows the path; then the first key that is unknown to the chart that owns it.
    fn unknown(&self, path: &[String]) -> Option<Unknown> {
        let readers = self.readers(path);
        let mut best = None;
        for &(number, rest, taken) in &readers {
            if rest.is_empty() || self.references.get(number)?.reach(rest) {
                return None;
            }
            let (depth, mut known) = match defaults(self.charts.get(number)?, rest) {
                Known::Yes => return None,
                Known::NotBeyond(depth, known) => (depth, known),
            };
            if let Some(Some(schema)) = self.schemas.get(number) {
                match in_schema(schema, schema, rest, 0) {
                    Some(names) => known.extend(names),
                    None => return None,
                }
            }
            let around = rest.get(..depth).unwrap_or_default();
            known.extend(self.references.get(number)?.names_in(around).map(str::to_owned));
            let found = Unknown { depth: depth + taken, known };
            // The chart that knows most of the way is the one that is meant.
            if best.as_ref().is_none_or(|best: &Unknown| found.depth > best.depth) {
                best = Some(found);
            }
        }
        best
    }

    fn has_default(&self, path: &[String]) -> bool {
        self.readers(path).iter().any(|(number, rest, _)| {
            self.charts.get(*number).is_some_and(|chart| matches!(defaults(chart, rest), Known::Yes))
        })
    }
}

/// What defaults say of a path.
enum Known {
    /// It is there, or in something that has no keys of its own to compare with.
    Yes,
    /// The key with this number is not there; beside it are these.
    NotBeyond(usize, Vec<String>),
}

fn defaults(chart: &Chart, path: &[String]) -> Known {
    let documents = chart.values.iter().flat_map(|values| values.documents.iter().map(|(_, document)| document));
    let mut best = (0, Vec::new());
    for document in documents {
        let Some(mut at) = document.root() else { continue };
        for (depth, key) in path.iter().enumerate() {
            let keys = keys_of(document, at);
            if keys.is_empty() {
                return if depth == 0 { continue } else { Known::Yes };
            }
            match keys.iter().find(|(name, _)| name == key) {
                Some((_, value)) => at = *value,
                None => {
                    if depth >= best.0 {
                        best = (depth, keys.into_iter().map(|(name, _)| name).collect());
                    }
                    break;
                }
            }
            if depth + 1 == path.len() {
                return Known::Yes;
            }
        }
    }
    Known::NotBeyond(best.0, best.1)
}

fn keys_of(document: &Document, node: crate::yaml::NodeId) -> Vec<(String, crate::yaml::NodeId)> {
    let mut node = node;
    while let NodeKind::Alias(target) = document.node(node).kind {
        node = target;
    }
    let name = |key| String::from_utf8_lossy(document.scalar(key)).into_owned();
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

/// Words of actions that deal with missing values themselves.
const GUARDS: &[&str] = &[
    "default", "coalesce", "required", "dig", "get", "hasKey", "ternary", "include", "tpl", "or ", "and ", "not ",
    "eq ", "ne ", "empty", "toYaml", "toJson", "lookup", "template", "index", "if ", "with ", "range ", "merge", ":=",
    "int", "toString", "kindIs", "typeIs",
];

/// Actions that wrote a value which no values file has, unguarded. Keys that are like none around them are usually
/// options whose absence is meant: those of one map are one finding.
fn undefined(causes: &Causes) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut seen = HashSet::new();
    let mut optional: HashMap<String, (usize, Vec<String>)> = HashMap::new();
    for (origin, span, value) in causes.trace.written() {
        let missing = match causes.trace.get(value) {
            Some(OriginKind::Call { inputs, .. }) => inputs.iter().copied().find(|o| is_missing(causes, *o)),
            _ => Some(value).filter(|o| is_missing(causes, *o)),
        };
        let Some(missing) = missing.filter(|_| seen.insert(span)) else { continue };
        // What a helper writes may be looked at by its caller.
        let guarded = causes.trace.is_nested(origin) || GUARDS.iter().any(|word| causes.writes_with(origin, word));
        let value = causes.of_origin(missing).values.into_iter().find(|value| value.missing);
        let Some(value) = value.filter(|value| !guarded && value.layer != "data") else { continue };
        if super::explain::near_key(&value.path, causes).is_none() {
            let parent = value.path.rsplit_once('.').map_or("", |(parent, _)| parent);
            let (first, others) = optional.entry(parent.to_owned()).or_insert((found.len(), Vec::new()));
            if *first < found.len() {
                others.push(value.path);
                continue;
            }
        }
        found.push(undefined_key(origin, value, causes));
    }
    for (first, others) in optional.into_values() {
        let Some(found) = found.get_mut(first).filter(|_| !others.is_empty()) else { continue };
        let missing = unique(others);
        found.notes.push(format!("nor is anything set for `{}`", missing.join("`, `")));
        if let Some(Fact::UndefinedValue { others, .. }) = found.facts.first_mut() {
            *others = missing;
        }
    }
    found
}

fn undefined_key(origin: Origin, value: ValueCause, causes: &Causes) -> Diagnostic {
    let mut cause = causes.of_origin(origin);
    let fact = super::explain::undefined(&value, causes);
    cause.values = vec![value];
    Diagnostic { severity: Severity::Warning, cause: Some(cause), ..Diagnostic::of("values/undefined-key", fact) }
}

fn unique(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths.dedup();
    paths
}

fn is_missing(causes: &Causes, origin: Origin) -> bool {
    matches!(causes.trace.get(origin), Some(OriginKind::Missing { .. }))
}
