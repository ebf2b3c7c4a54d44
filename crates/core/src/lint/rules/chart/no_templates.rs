//! `chart/no-templates`: a chart without `templates/`, as `helm lint` says.

use crate::analysis::Analysis;
use crate::host::HelmVersion;
use crate::lint::chart::{FileLint, chart_yaml};
use crate::lint::rule::rule;

rule! {
    /// Unless it only brings other charts together, something was left out: a wrong folder, or a rule in `.helmignore`.
    NO_TEMPLATES = "chart/no-templates", Warning, "a chart without `templates/`";
    help "look for them in another folder, and in `.helmignore`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    // Helm 3 says nothing of it.
    let told = chart.templates.is_empty() && analysis.helm() >= HelmVersion::V4;
    if let Some(file) = chart_yaml(analysis).filter(|_| told) {
        lint.at_value_of(file, "name", "templates/: directory does not exist".to_owned());
    }
}
