//! `chart/import-nothing`: an `import-values` that finds no table.

use crate::analysis::Analysis;
use crate::chart::{Chart, Import};
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::yaml::NodeKind;

rule! {
    /// Nothing is imported, and only Helm's log says so.
    IMPORT_NOTHING = "chart/import-nothing", Warning, "an `import-values` that finds no table";
    help "name a table of the chart's values, or one under `exports`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - name: b\n    version: 0.1.0\n    import-values:\n      - child: data\n        parent: mine\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - name: b\n    version: 0.1.0\n    import-values:\n      - child: data\n        parent: mine\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"), ("charts/b/values.yaml", "data:\n  x: 1\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for chart in analysis.charts() {
        let Some(requirements) = &chart.requirements else { continue };
        for wanted in chart.metadata.dependencies.iter().flatten() {
            let Some(inside) = chart.dependencies.iter().find(|inside| inside.metadata.name == wanted.name) else {
                continue;
            };
            for import in wanted.import_values.iter().flatten() {
                let path = match import {
                    Import::Export(name) => format!("exports.{name}"),
                    Import::Map { child, .. } => child.clone(),
                    Import::Other => continue,
                };
                let own = if wanted.alias.is_empty() { &wanted.name } else { &wanted.alias };
                if has_table(inside, &path) || has_table(chart, &format!("{own}.{path}")) {
                    continue;
                }
                let word = path.rsplit('.').find(|word| !word.is_empty()).unwrap_or("child: .");
                let start = memchr::memmem::find(&requirements.data, word.as_bytes()).unwrap_or_default();
                let file = format!("{}{}", chart.location, requirements.name);
                let says = format!("`import-values` finds no table `{path}` in the values of {}", wanted.name);
                lint.at(&file, &requirements.data, start..start + 1, Fact::Remark { says });
            }
        }
    }
}

/// Whether the values of a chart have a table at a path.
fn has_table(chart: &Chart, path: &str) -> bool {
    let documents = chart.values.iter().flat_map(|file| file.documents.iter());
    documents.into_iter().any(|(_, document)| {
        let step = |at, key: &str| {
            let mut entries = document.entries(at);
            entries.find(|(name, _)| document.scalar(*name) == key.as_bytes()).map(|(_, value)| value)
        };
        let found = path.split('.').try_fold(document.root(), |at, key| Some(Some(step(at?, key)?))).flatten();
        found.is_some_and(|node| matches!(document.node(node).kind, NodeKind::Mapping { .. } | NodeKind::Alias(_)))
    })
}
