//! `values/shadowed-global`: a global of a chart inside that the chart around sets otherwise.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeId, NodeKind};

rule! {
    /// Globals of the chart around win over those under the key of a chart inside, so that one is never seen.
    SHADOWED_GLOBAL = "values/shadowed-global", Warning, "a global of a chart inside that the chart around sets otherwise";
    help "set it under `global` of the chart around, or remove it there";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("charts/b/templates/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.global.name }}\n"), ("values.yaml", "global: {name: one}\nb:\n  global: {name: two}\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("charts/b/templates/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.global.name }}\n"), ("values.yaml", "global: {name: one}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let (document, Some(chart)) = (values.document, analysis.charts().get(values.chart)) else { continue };
        let Some(root) = document.root() else { continue };
        let Some(around) = entry(document, root, "global") else { continue };
        let wanted = chart.metadata.dependencies.iter().flatten();
        for wanted in wanted {
            let name = if wanted.alias.is_empty() { &wanted.name } else { &wanted.alias };
            let inside = entry(document, root, name).and_then(|inside| entry(document, inside, "global"));
            for (key, own) in inside.into_iter().flat_map(|global| document.entries(global)) {
                let key_text = crate::text::lossy(document.scalar(key));
                let Some(other) = entry(document, around, &key_text) else { continue };
                let scalars = [own, other].map(|node| matches!(document.node(node).kind, NodeKind::Scalar { .. }));
                if scalars == [true, true] && document.scalar(own) != document.scalar(other) {
                    let place = document.node(key);
                    let says = format!("`global.{key_text}` of the chart around wins, so {name} never sees this one");
                    lint.at(&values.file, values.text, values.range(place.start, place.end), Fact::Remark { says });
                }
            }
        }
    }
}

/// The value of a key.
fn entry(document: &Document, map: NodeId, key: &str) -> Option<NodeId> {
    document.entries(map).find(|(name, _)| document.scalar(*name) == key.as_bytes()).map(|(_, value)| value)
}
