//! `chart/no-app-version`: a chart without an appVersion.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// Nobody sees which version of the program it brings.
    NO_APP_VERSION = "chart/no-app-version", Note, "a chart without an appVersion";
    help "set `appVersion`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nappVersion: \"x\"\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    if let Some(file) = chart.chart_yaml.as_ref().filter(|_| chart.metadata.app_version.is_empty()) {
        lint.at(&file.name, &file.data, 0..1, Fact::NotSet { field: "appVersion".to_owned() });
    }
}
