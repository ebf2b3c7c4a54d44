//! `chart/maintainer`: a maintainer without a name, or with an address that is none, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Whoever wants to ask about the chart has nobody to ask.
    MAINTAINER = "chart/maintainer", Warning, "a maintainer without a name, or with an address that is none";
    help "give each a `name`, and an `email` and a `url` that work";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nmaintainers: [{email: b@example.com}]\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nmaintainers: [{name: b, email: b@example.com}]\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "maintainers", chartfile::maintainers);
}
