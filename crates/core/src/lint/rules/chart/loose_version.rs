//! `chart/loose-version`: a chart version that is no strict SemVer, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Registries and other tools take only three numbers, with a suffix if need be, and Helm guesses what is missing. 0.0.0-0
    /// is below every version that somebody can ask for.
    LOOSE_VERSION = "chart/loose-version", Warning, "a chart version that is no strict SemVer";
    help "write three numbers, such as `1.2.0`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: \"1.2\"\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.2.0\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "version", chartfile::any_version);
}
