//! Chart.yaml, values.schema.json and chartlens.toml: their keys, and what they are for.

use super::Location;
use super::values::ValuesText;
use super::workspace::Snapshot;
use crate::analysis::Path;
use crate::host::HelmVersion;
use crate::yaml::{Document, NodeId, NodeKind};
use std::ops::Range;
use std::sync::Arc;

/// A key that a file may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The way to it, `*` for any key, `-` for the items of a list.
    pub path: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// The values that it may have, where they are few.
    pub values: &'static [&'static str],
}

const fn known(path: &'static str, doc: &'static str, values: &'static [&'static str]) -> Known {
    Known { path, doc, values }
}

/// The keys of Chart.yaml.
pub(super) const METADATA: &[Known] = &[
    known("apiVersion", "The format of the chart: `v2`, or `v1` for charts of Helm 2.", &["v2", "v1"]),
    known("name", "The name of the chart.", &[]),
    known("version", "The version of the chart, a semantic version.", &[]),
    known("kubeVersion", "The versions of Kubernetes that the chart is for, such as `>=1.25.0-0`.", &[]),
    known("description", "What the chart installs, in one sentence.", &[]),
    known("type", "`application`, or `library` for a chart that only defines helpers.", &["application", "library"]),
    known("keywords", "Words to find the chart by.", &[]),
    known("home", "The address of the project.", &[]),
    known("sources", "Addresses of the source code.", &[]),
    known("dependencies", "The charts that this one needs.", &[]),
    known("dependencies.-.name", "The name of the chart.", &[]),
    known("dependencies.-.version", "The versions that fit, such as `^1.2.0`.", &[]),
    known("dependencies.-.repository", "Where it comes from: `https://…`, `oci://…`, `file://…` or `@name`.", &[]),
    known("dependencies.-.condition", "Paths of values that switch it on or off; the first that is set counts.", &[]),
    known("dependencies.-.tags", "Names under `tags` of the values that switch it on or off.", &[]),
    known("dependencies.-.import-values", "Values of the chart to take over into those of this one.", &[]),
    known("dependencies.-.alias", "Another name for it here, and for its values.", &[]),
    known("maintainers", "Who keeps the chart.", &[]),
    known("maintainers.-.name", "The name.", &[]),
    known("maintainers.-.email", "The address for mail.", &[]),
    known("maintainers.-.url", "The address of a page.", &[]),
    known("icon", "The address of an icon, SVG or PNG.", &[]),
    known("appVersion", "The version of what the chart installs: a text, so quote it.", &[]),
    known("deprecated", "Whether the chart should no longer be used.", &["true", "false"]),
    known("annotations", "Notes for other programs, by name.", &[]),
];

/// The keys of chartlens.toml.
pub(super) const CONFIG: &[Known] = &[
    known(
        "profile",
        "The rules of the linter.",
        &[
            "\"default\"",
            "\"strict\"",
            "\"security\"",
            "\"pss-baseline\"",
            "\"pss-restricted\"",
            "\"gke-autopilot\"",
            "\"none\"",
        ],
    ),
    known("select", "Only these codes, rules or categories, in place of the profile.", &[]),
    known("extend-select", "More of them, on top of the profile.", &[]),
    known("ignore", "Codes, rules or categories that are not told.", &[]),
    known("levels", "Other levels, by code, rule or category: `error`, `warning`, `note`.", &[]),
    known("external", "Objects that come from elsewhere, by kind: names or patterns.", &[]),
    known("targets", "What to render for.", &[]),
    known("targets.kube-versions", "Versions of Kubernetes, such as `[\"1.34\", \"1.37\"]`.", &[]),
    known("targets.values-sets", "Values files by the name of the set, from this folder.", &[]),
    known("rules", "Rules of one's own, in CEL.", &[]),
    known("rules.code", "Category and name, such as `team/owner`.", &[]),
    known("rules.expression", "What must hold for every object, in CEL over `object`.", &[]),
    known("rules.message", "What is wrong where it does not hold.", &[]),
    known("rules.level", "How much its findings weigh.", &["\"error\"", "\"warning\"", "\"note\""]),
    known("rules.help", "What to do.", &[]),
    known("rules.kinds", "The kinds that it is about; all where there are none.", &[]),
    known("rules.bad", "A manifest that has the finding.", &[]),
    known("rules.good", "A manifest that has not.", &[]),
    known("overrides", "What holds for some files or objects only.", &[]),
    known("overrides.files", "The files that findings blame, as patterns.", &[]),
    known("overrides.kinds", "The kinds of objects.", &[]),
    known("overrides.names", "The names of objects, as patterns.", &[]),
    known("overrides.ignore", "What is not told of them: codes, rules, categories or patterns.", &[]),
    known("overrides.levels", "Other levels of theirs, by code, rule or category.", &[]),
];

/// The key of a table at a path.
pub(super) fn find(table: &'static [Known], path: &[String]) -> Option<&'static Known> {
    let steps: Vec<&str> = path.iter().map(|key| if key.starts_with('[') { "-" } else { key }).collect();
    table.iter().find(|known| known.path.split('.').eq(steps.iter().copied()))
}

/// The keys of a table right below a path.
pub(super) fn below(table: &'static [Known], path: &[String]) -> impl Iterator<Item = (&'static str, &'static Known)> {
    let steps: Vec<String> =
        path.iter().map(|key| if key.starts_with('[') { "-".to_owned() } else { key.clone() }).collect();
    table.iter().filter_map(move |known| {
        let (around, name) = known.path.rsplit_once('.').unwrap_or(("", known.path));
        (around == steps.join(".")).then_some((name, known))
    })
}

/// The key at an offset of a YAML text.
pub(super) fn key_at(text: &Arc<[u8]>, offset: u32) -> Option<(Path, Range<u32>)> {
    let key = ValuesText::read("", text, HelmVersion::V4)?.at(offset)?;
    let touches = |range: &Range<u32>| range.start <= offset && offset <= range.end;
    let found = [key.key, key.value].into_iter().find(touches).filter(|range| *range != (0..0));
    found.map(|range| (key.path, range))
}

/// The path of values that the property at an offset of values.schema.json describes.
pub(super) fn schema_key(text: &Arc<[u8]>, offset: u32) -> Option<(Path, Range<u32>)> {
    let (keys, range) = key_at(text, offset)?;
    let mut path = Vec::new();
    let mut steps = keys.iter();
    while let Some(step) = steps.next() {
        (step == "properties").then_some(())?;
        path.push(steps.next()?.clone());
    }
    // The range of a quoted key has its quotes.
    (!path.is_empty()).then(|| (path, range.start + 1..range.end - 1))
}

/// Where values.schema.json describes a path.
pub(super) fn in_schema(text: &[u8], path: &[String]) -> Option<Range<u32>> {
    let document = crate::yaml::parse(text).ok()?;
    let mut at = document.root()?;
    let mut found = None;
    for key in path {
        let properties = entry(&document, at, b"properties")?.1;
        let (name, value) = entry(&document, properties, key.as_bytes())?;
        (at, found) = (value, Some(name));
    }
    let node = document.node(found?);
    Some(node.start + 1..node.end - 1)
}

/// What values.schema.json says of a path: `description`, `type`, `enum`, `default`.
pub(super) fn schema_doc(schema: &serde_json::Value, path: &[String]) -> Option<serde_json::Value> {
    let mut at = schema;
    for key in path {
        at = match at.get("$ref").and_then(|target| target.as_str()).and_then(|target| target.strip_prefix('#')) {
            Some(pointer) => schema.pointer(pointer)?,
            None => at,
        };
        at = at.get("properties")?.get(key)?;
    }
    Some(at.clone())
}

fn entry(document: &Document, map: NodeId, name: &[u8]) -> Option<(NodeId, NodeId)> {
    let NodeKind::Mapping { .. } = document.node(map).kind else { return None };
    document.entries(map).find(|(key, _)| document.scalar(*key) == name)
}

impl Snapshot {
    /// From a dependency to its chart, from a condition to its value.
    pub(super) fn of_metadata(&self, path: &[String]) -> Vec<Location> {
        let Some(values) = ValuesText::read("", &self.text, HelmVersion::V4) else { return Vec::new() };
        let keys = values.keys();
        let Some(key) = keys.iter().find(|key| key.path == path) else { return Vec::new() };
        let text = key.scalar.clone().unwrap_or_default();
        match path.last().map(String::as_str) {
            Some("name" | "alias") if path.len() == 3 => {
                let charts = &self.chart.index().charts;
                let named = charts.iter().filter(|row| row.name == text || row.prefix.last() == Some(&text));
                named.map(|row| Location::new(format!("{}Chart.yaml", row.location), 0..0)).collect()
            }
            Some("condition") => {
                let paths = text.split(',').map(|path| path.trim().split('.').map(str::to_owned).collect::<Vec<_>>());
                paths.flat_map(|path| self.chart.of_value_definitions(&self.root_path(&path))).collect()
            }
            _ => Vec::new(),
        }
    }
}
