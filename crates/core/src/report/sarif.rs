//! SARIF 2.1.0, as GitHub and other code scanners read it.

use super::Report;
use super::concise::{joined, value_path};
use crate::diag::{Diagnostic, Severity, ValueCause};
use crate::text::LineColumn;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Report {
    /// The report as a SARIF log with one run.
    pub fn to_sarif(&self) -> String {
        let codes: BTreeSet<&str> = self.diagnostics.iter().map(|found| &*found.code).collect();
        let rows = crate::codes::all();
        let row = |code: &str| rows.iter().find(|row| row.code == code);
        let rules: Vec<Value> = codes.iter().map(|code| rule(code, row(code))).collect();
        let index = |code: &str| codes.iter().position(|known| *known == code);
        let results: Vec<Value> =
            self.diagnostics.iter().map(|found| result(self, found, index(&found.code))).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "chartlens",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": "https://github.com/chartlens/chartlens",
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        format!("{log:#}\n")
    }
}

/// What SARIF wants to know of a rule.
fn rule(code: &str, row: Option<&crate::codes::Code>) -> Value {
    let mut rule = json!({"id": code, "name": name(code)});
    if let Some(row) = row {
        set(&mut rule, "shortDescription", json!({"text": &row.summary}));
        if !row.doc.is_empty() {
            let text = row.doc.split_whitespace().collect::<Vec<_>>().join(" ");
            set(&mut rule, "fullDescription", json!({"text": text}));
            set(&mut rule, "help", json!({"text": text, "markdown": row.doc.trim()}));
        }
        set(&mut rule, "helpUri", row.url());
        set(&mut rule, "defaultConfiguration", json!({"level": level(row.level)}));
        set(&mut rule, "properties", json!({"category": row.category()}));
    }
    rule
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `schema/wrong-type` as SARIF wants names: `SchemaWrongType`.
fn name(code: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    code.split(['/', '-']).map(word).collect()
}

fn result(report: &Report, found: &Diagnostic, rule: Option<usize>) -> Value {
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message.push_str(&format!(" ({help})"));
    }
    let cause = found.cause.as_ref();
    // A flag is no file to point into.
    if cause.and_then(|cause| cause.values.first()).is_some_and(|value| value.file().is_none()) {
        message.push_str(&report.origin(found));
    }
    let related: Vec<Value> = cause
        .iter()
        .flat_map(|cause| &cause.values)
        .filter_map(|value| related(found.chart.as_deref(), value))
        .enumerate()
        .map(|(id, mut location)| {
            set(&mut location, "id", id);
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": found.code,
        "level": level(found.severity),
        "message": {"text": message},
        "locations": [location(found)],
        "partialFingerprints": {"chartlens/v1": fingerprint(found)},
    });
    if let Some(rule) = rule {
        set(&mut result, "ruleIndex", rule);
    }
    if !related.is_empty() {
        set(&mut result, "relatedLocations", related);
    }
    result
}

fn location(found: &Diagnostic) -> Value {
    let place = found.cause.as_ref().and_then(|cause| cause.template.as_ref());
    let physical = match (place, found.path()) {
        (Some(place), _) => physical(&joined(found.chart.as_deref(), place.file()), Some((place.start(), place.end()))),
        (None, Some((path, at))) if !path.is_empty() => physical(&path, Some((at, at))),
        _ => physical(found.chart.as_deref().unwrap_or("."), None),
    };
    let mut location = json!({"physicalLocation": physical});
    if let Some(pointer) = found.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        set(&mut location, "logicalLocations", json!([{"fullyQualifiedName": pointer}]));
    }
    location
}

fn related(chart: Option<&str>, value: &ValueCause) -> Option<Value> {
    value.file()?;
    Some(json!({
        "physicalLocation": physical(&value_path(chart, value), Some((value.place.start(), value.place.end()))),
        "message": {"text": format!("the value {}", value.path)},
    }))
}

fn physical(file: &str, region: Option<(LineColumn, LineColumn)>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(file)}});
    if let Some((start, end)) = region {
        let mut region = json!({"startLine": start.line, "startColumn": start.column});
        if end > start {
            set(&mut region, "endLine", end.line);
            set(&mut region, "endColumn", end.column);
        }
        set(&mut place, "region", region);
    }
    place
}

/// Puts an optional member into a JSON object.
fn set(object: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value.into());
    }
}

/// A path as a relative URI.
pub fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' | b'!' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What stays the same when lines move: rule, object and place in it.
pub fn fingerprint(found: &Diagnostic) -> String {
    use sha2::Digest as _;
    let object =
        found.object.as_ref().map(|object| format!("{} {:?} {:?}", object.kind, object.namespace, object.name));
    let file = found.file().unwrap_or_default();
    let text = format!("{:?} {} {file} {object:?} {:?} {}", found.chart, found.code, found.pointer, found.message);
    let digest = sha2::Sha256::digest(text.as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_uris() {
        assert_eq!(name("schema/wrong-type"), "SchemaWrongType");
        assert_eq!(uri("./a b/c.yaml"), "a%20b/c.yaml");
    }
}
