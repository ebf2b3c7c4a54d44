//! `chart/no-icon`: a chart without an icon.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// Lists of charts show nothing beside its name.
    NO_ICON = "chart/no-icon", Note, "a chart without an icon";
    help "set `icon`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nicon: \"x\"\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    if let Some(file) = chart.chart_yaml.as_ref().filter(|_| chart.metadata.icon.is_empty()) {
        lint.at(&file.name, &file.data, 0..1, Fact::NotSet { field: "icon".to_owned() });
    }
}
