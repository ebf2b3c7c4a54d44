//! `chart/icon-url`: an icon that is no URL, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::FileLint;
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Lists of charts load the picture from there, not from the chart.
    ICON_URL = "chart/icon-url", Warning, "an icon that is no URL";
    help "write a whole URL, such as `https://example.com/a.png`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nicon: a.png\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nicon: \"https://example.com/a.png\"\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    lint.chart_yaml(analysis, "icon", chartfile::icon);
}
