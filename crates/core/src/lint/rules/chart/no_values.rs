//! `chart/no-values`: a chart without values.yaml, as `helm lint` says.

use crate::analysis::Analysis;
use crate::lint::chart::{FileLint, chart_yaml};
use crate::lint::rule::rule;

rule! {
    /// Nobody learns from the chart what can be set.
    NO_VALUES = "chart/no-values", Note, "a chart without values.yaml";
    help "write a values.yaml with what can be set, and a comment for each";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
    good chart [("values.yaml", "a: b\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    if let Some(file) = chart_yaml(analysis).filter(|_| chart.values.is_none() && chart.errors.is_empty()) {
        lint.at_value_of(file, "name", "values.yaml: file does not exist".to_owned());
    }
}
