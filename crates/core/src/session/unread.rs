//! Values that nobody reads, and templates that read what nobody sets.

use super::near::NearKeys;
use crate::analysis::{Analysis, Known, Path, Unknown};
use crate::diag::{Cause, Diagnostic, Fact, Severity, ValueCause, did_you_mean};
use crate::render::Causes;
use crate::text::{Layer, Origin, OriginKind, Step, Str};
use std::collections::{HashMap, HashSet};

/// The three findings about one render. Where that is not `whole`, for a file or a template failed, what those would
/// have read is not known: only likely misspellings are told.
pub fn findings(analysis: &Analysis<'_>, causes: &Causes, whole: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let used = causes.trace.used();
    let mut known = None;
    let (mut seen, mut last) = (HashSet::new(), None);
    for (_, _, origin) in causes.values.iter() {
        let Some(OriginKind::Values(node)) = causes.trace.get(*origin) else { continue };
        if node.layer == Layer::Default {
            continue;
        }
        let Some((top, first)) = first_key(causes, *origin) else { continue };
        // Values of one key follow each other.
        if last.as_ref().is_none_or(|(last, _)| *last != top) {
            last = Some((top, slip(analysis, first)));
        }
        if let Some((_, Some(unknown))) = &last {
            if seen.insert(top) {
                found.push(unknown_key(&[first.to_lossy().into_owned()], unknown, top, causes));
            }
            continue;
        }
        if used.contains(*origin) || causes.trace.was_read(*origin) {
            continue;
        }
        let Some(path) = keys(causes, *origin) else { continue };
        let known = known.get_or_insert_with(|| Known::new(analysis));
        match known.unknown(&path) {
            Some(unknown) => {
                let node = ancestor(causes, *origin, path.len() - unknown.depth - 1);
                if seen.insert(node) {
                    let finding = unknown_key(&path, &unknown, node, causes);
                    found.extend(Some(finding).filter(|finding| whole || finding.help.is_some()));
                }
            }
            None if whole && known.has_default(&path) && seen.insert(*origin) => {
                found.push(switched_off(&path, *origin, causes))
            }
            None => {}
        }
    }
    found.extend(undefined(causes));
    found
}

/// A key that is the name of a chart inside but for one letter, and that no template names: whoever looks at all values
/// reads it, but that is not what was meant.
fn slip(analysis: &Analysis<'_>, first: &Str) -> Option<Unknown> {
    let (chart, first) = (analysis.charts().first()?, &*first.to_lossy());
    let wanted = chart.metadata.dependencies.iter().flatten();
    let mut names = wanted.map(|wanted| if wanted.alias.is_empty() { &wanted.name } else { &wanted.alias });
    let near = names
        .find(|name| {
            name.len() > 4
                && name.chars().count().abs_diff(first.chars().count()) < 2
                && strsim::osa_distance(name, first) == 1
        })?
        .clone();
    let known = Known::new(analysis).has_default(&[first.to_owned()]);
    let is_named = known || analysis.reads(0).names_in(&[]).any(|name| name == first);
    (!is_named).then(|| Unknown { depth: 0, known: vec![near] })
}

/// The first of the keys that lead to a value, with its origin; none where a list is on the way.
fn first_key(causes: &Causes, origin: Origin) -> Option<(Origin, &Str)> {
    let mut first = None;
    each_key(causes, origin, |at, key| first = Some((at, key)))?;
    first
}

/// The keys that lead to a value; none where a list is on the way.
fn keys(causes: &Causes, origin: Origin) -> Option<Path> {
    let mut path = Vec::new();
    each_key(causes, origin, |_, key| path.push(key.to_lossy().into_owned()))?;
    path.reverse();
    (!path.is_empty()).then_some(path)
}

/// Tells the keys that lead to a value, the last one first, with the origin of each; nothing comes of it where a list is on the way.
fn each_key<'c>(causes: &'c Causes, origin: Origin, mut tell: impl FnMut(Origin, &'c Str)) -> Option<()> {
    let mut at = origin;
    while let Some(OriginKind::Values(node)) = causes.trace.get(at) {
        match &node.step {
            Step::Key(key) => tell(at, key),
            Step::Root => {}
            Step::Index(_) => return None,
        }
        at = node.parent;
    }
    Some(())
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
    if let (Some(value), Some(key)) = (cause.values.first_mut(), key.and_then(|key| causes.place(key))) {
        value.place = key;
    }
    cause
}

fn unknown_key(path: &[String], unknown: &Unknown, origin: Origin, causes: &Causes) -> Diagnostic {
    let path = path.get(..=unknown.depth).unwrap_or_default();
    let (name, around) = path.split_last().map(|(name, around)| (name.as_str(), around)).unwrap_or(("", &[]));
    let near = did_you_mean(name, unknown.known.iter().map(String::as_str));
    let near = near.map(|near| around.iter().map(String::as_str).chain([near]).collect::<Vec<_>>().join("."));
    let (fact, cause) = (Fact::UnknownValue { path: path.join("."), near }, at_key(origin, causes));
    let fixes = cause.values.first().map(|value| super::fix::of_value(&fact, value, causes)).unwrap_or_default();
    Diagnostic { severity: Severity::Warning, cause: Some(cause), fixes, ..Diagnostic::of("values/unknown-key", fact) }
}

fn switched_off(path: &[String], origin: Origin, causes: &Causes) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        cause: Some(at_key(origin, causes)),
        ..Diagnostic::of("values/unused-key", Fact::UnusedValue { path: path.join(".") })
    }
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
    let mut near = None;
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
        let near = near.get_or_insert_with(|| NearKeys::new(causes));
        if near.of(&value.path).is_none() {
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
