//! `chart/undeclared-dependency`: a chart under `charts/` that Chart.yaml does not list.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// It is rendered with the rest, and `dependency update` removes it.
    UNDECLARED_DEPENDENCY = "chart/undeclared-dependency", Warning, "a chart under `charts/` that Chart.yaml does not list";
    help "list it under `dependencies`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - {name: b, version: 0.1.0}\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    let Some(file) = &chart.requirements else { return };
    for inside in &chart.dependencies {
        let name = &inside.metadata.name;
        if !chart.metadata.dependencies.iter().flatten().any(|wanted| wanted.name == *name) {
            let says = format!("the chart {name} under charts/ is not among the dependencies");
            lint.at(&file.name, &file.data, 0..1, Fact::Remark { says });
        }
    }
}
