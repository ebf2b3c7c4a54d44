//! `chart/no-maintainers`: a chart without maintainers.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// Nobody knows whom to ask.
    NO_MAINTAINERS = "chart/no-maintainers", Note, "a chart without maintainers";
    help "set `maintainers`, with names and e-mail addresses or URLs";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nmaintainers: [{name: a}]\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    let none = chart.metadata.maintainers.is_empty();
    if let Some(file) = chart.chart_yaml.as_ref().filter(|_| none) {
        lint.at(&file.name, &file.data, 0..1, Fact::NotSet { field: "maintainers".to_owned() });
    }
}
