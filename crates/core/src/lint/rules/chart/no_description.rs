//! `chart/no-description`: a chart without a description.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// Searches find it by its name alone, and lists do not say what it is.
    NO_DESCRIPTION = "chart/no-description", Note, "a chart without a description";
    help "set `description`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndescription: \"x\"\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    if let Some(file) = chart.chart_yaml.as_ref().filter(|_| chart.metadata.description.is_empty()) {
        lint.at(&file.name, &file.data, 0..1, Fact::NotSet { field: "description".to_owned() });
    }
}
