//! `chart/condition-type`: the condition of a dependency that is no boolean.

use crate::analysis::Analysis;
use crate::chart::Chart;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeId, NodeKind, ScalarStyle};

rule! {
    /// Helm takes no notice of a condition that is no boolean, and so the chart inside is on: also with `"false"`.
    CONDITION_TYPE = "chart/condition-type", Warning, "the condition of a dependency that is no boolean";
    help "write `true` or `false`, without quotes";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - {name: b, version: 0.1.0, condition: b.enabled}\n"), ("values.yaml", "b:\n  enabled: \"false\"\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - {name: b, version: 0.1.0, condition: b.enabled}\n"), ("values.yaml", "b:\n  enabled: false\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for chart in analysis.charts() {
        for wanted in chart.metadata.dependencies.iter().flatten() {
            for path in wanted.condition.split(',').map(str::trim).filter(|path| !path.is_empty()) {
                look(lint, chart, path);
            }
        }
    }
}

fn look(lint: &mut FileLint<'_>, chart: &Chart, path: &str) {
    let Some(file) = &chart.values else { return };
    for (start, document) in &file.documents {
        let Some(node) = at(document, path) else { continue };
        let text = String::from_utf8_lossy(document.scalar(node)).into_owned();
        let is_bool = match document.node(node).kind {
            NodeKind::Scalar { style: ScalarStyle::Plain, .. } => is_bool(&text),
            _ => false,
        };
        if !is_bool {
            let place = document.node(node);
            let says = format!("the condition `{path}` is no boolean, and so Helm takes no notice of it");
            let name = format!("{}values.yaml", chart.location);
            let range = start + place.start as usize..start + place.end as usize;
            lint.at(&name, &file.text, range, Fact::Remark { says });
        }
    }
}

/// The value at a path.
fn at(document: &Document, path: &str) -> Option<NodeId> {
    path.split('.').try_fold(document.root()?, |at, key| {
        let mut entries = document.entries(at);
        entries.find(|(name, _)| document.scalar(*name) == key.as_bytes()).map(|(_, value)| value)
    })
}

/// Whether YAML reads a text without quotes as a boolean, or as nothing.
fn is_bool(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "" | "~" | "null"
    )
}
