//! `chart/version-number`: a version in Chart.yaml that is a number, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// YAML reads `1.10` as a number, and so it becomes 1.1.
    VERSION_NUMBER = "chart/version-number", Warning, "a version in Chart.yaml that is a number";
    help "put it in quotes";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: 1.10\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: \"1.10\"\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "appVersion", chartfile::app_version);
}
