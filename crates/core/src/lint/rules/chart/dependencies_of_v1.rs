//! `chart/dependencies-of-v1`: `dependencies` in a Chart.yaml of v1, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Charts of v1 list them in requirements.yaml; Helm does not promise to read them here.
    DEPENDENCIES_OF_V1 = "chart/dependencies-of-v1", Warning, "`dependencies` in a Chart.yaml of v1";
    help "write `apiVersion: v2`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v1\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "dependencies", chartfile::dependencies);
}
