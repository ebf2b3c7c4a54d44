//! `chart/hub-annotation`: an annotation of Chart.yaml that Artifact Hub cannot read.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, chart_yaml};
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeId, NodeKind};

rule! {
    /// Artifact Hub takes no notice of it, or of the whole version: changes, links and images are lists in YAML inside a text, and the kinds
    /// of changes are fixed.
    HUB_ANNOTATION = "chart/hub-annotation", Warning, "an annotation of Chart.yaml that Artifact Hub cannot read";
    help "write it as Artifact Hub's documentation of Helm annotations has it";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nannotations:\n  artifacthub.io/changes: |\n    - kind: improved\n      description: it is quicker\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nannotations:\n  artifacthub.io/changes: |\n    - kind: changed\n      description: it is quicker\n")];
}

/// The annotations that are lists, with the keys that each item must have.
const LISTS: &[(&str, &[&str])] = &[
    ("changes", &[]),
    ("crds", &["kind", "version", "name"]),
    ("images", &["name", "image"]),
    ("links", &["name", "url"]),
    ("maintainers", &["name", "email"]),
    ("recommendations", &["url"]),
    ("screenshots", &["title", "url"]),
    ("crdsExamples", &[]),
];
const BOOLEANS: &[&str] = &["containsSecurityUpdates", "operator", "prerelease"];
const KINDS: &[&str] = &["added", "changed", "deprecated", "removed", "fixed", "security"];
const LEVELS: &[&str] = &["basic install", "seamless upgrades", "full lifecycle", "deep insights", "auto pilot"];
const CATEGORIES: &[&str] = &[
    "ai-machine-learning",
    "database",
    "integration-delivery",
    "monitoring-logging",
    "networking",
    "security",
    "storage",
    "streaming-messaging",
    "skip-prediction",
];

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(file) = chart_yaml(analysis) else { return };
    let Ok(document) = crate::yaml::parse(&file.data) else { return };
    let annotations = document.root().and_then(|root| entry(&document, root, "annotations"));
    for (key, value) in annotations.into_iter().flat_map(|all| document.entries(all)) {
        let key_text = crate::text::lossy(document.scalar(key)).into_owned();
        let Some(name) = key_text.strip_prefix("artifacthub.io/") else { continue };
        let text = crate::text::lossy(document.scalar(value)).into_owned();
        let one_of = |known: &[&str], word: &str| {
            (!known.contains(&word)).then(|| format!("expected one of {}, found {word:?}", known.join(", ")))
        };
        let wrong = match name {
            _ if BOOLEANS.contains(&name) => one_of(&["true", "false"], &text),
            "operatorCapabilities" => one_of(LEVELS, &text.to_lowercase()),
            "category" => one_of(CATEGORIES, &text),
            _ => LISTS.iter().find(|(list, _)| *list == name).and_then(|(_, keys)| list(name, &text, keys)),
        };
        if let Some(wrong) = wrong {
            let place = document.node(key);
            let says = format!("`{key_text}`: {wrong}");
            lint.at(&file.name, &file.data, place.start as usize..place.end as usize, Fact::Remark { says });
        }
    }
}

/// What is wrong with the text of a list.
fn list(name: &str, text: &str, keys: &[&str]) -> Option<String> {
    let document = match crate::yaml::parse(text.as_bytes()) {
        Ok(document) => document,
        Err(error) => return Some(format!("the text is no YAML: {}", error.message)),
    };
    let root = document.root().filter(|root| matches!(document.node(*root).kind, NodeKind::Sequence { .. }));
    let Some(root) = root else { return Some("expected a list in YAML".to_owned()) };
    document.children(root).iter().enumerate().find_map(|(number, item)| {
        let has = |key: &&&str| entry(&document, *item, key).is_some();
        let item_says = |says: String| format!("item {}: {says}", number + 1);
        let missing = keys.iter().find(|key| !has(key)).map(|key| item_says(format!("there is no `{key}`")));
        let kind = entry(&document, *item, "kind").filter(|_| name == "changes");
        let kind = kind.map(|kind| crate::text::lossy(document.scalar(kind)).into_owned());
        let unknown = kind.filter(|kind| !KINDS.contains(&kind.as_str()));
        let unknown = unknown.map(|kind| item_says(format!("expected a kind of {}, found {kind:?}", KINDS.join(", "))));
        missing.or(unknown)
    })
}

/// The value of a key.
fn entry(document: &Document, map: NodeId, key: &str) -> Option<NodeId> {
    document.entries(map).find(|(name, _)| document.scalar(*name) == key.as_bytes()).map(|(_, value)| value)
}
