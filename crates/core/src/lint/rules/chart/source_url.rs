//! `chart/source-url`: an entry of `sources` that is no URL, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Lists of charts link to it.
    SOURCE_URL = "chart/source-url", Warning, "an entry of `sources` that is no URL";
    help "write whole URLs, such as `https://example.com/a`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nsources: [example]\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nsources: [\"https://example.com/a\"]\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "sources", chartfile::sources);
}
