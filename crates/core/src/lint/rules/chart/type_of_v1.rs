//! `chart/type-of-v1`: a `type` in a Chart.yaml of v1, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Only v2 has it: tools that keep to v1 take a library for an application.
    TYPE_OF_V1 = "chart/type-of-v1", Warning, "a `type` in a Chart.yaml of v1";
    help "write `apiVersion: v2`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v1\nname: a\nversion: 0.1.0\ntype: application\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ntype: application\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "type", chartfile::kind);
}
