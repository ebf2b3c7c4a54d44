//! `chart/no-definition`: what is under `crds/` and defines no custom resource, as `helm lint` says.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::helm::crds;
use crate::lint::rule::rule;

rule! {
    /// Helm installs what stands there once, before everything else, and never updates or deletes it.
    NO_DEFINITION = "chart/no-definition", Warning, "an object under `crds/` that defines no custom resource";
    help "move it to `templates/`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("crds/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for chart in analysis.charts() {
        for file in chart.crds() {
            if (lint.defines)(&file.data) {
                continue;
            }
            if let Some(says) = crds::first(&file.data, analysis.helm()) {
                lint.at(&format!("{}{}", chart.location, file.name), &file.data, 0..1, Fact::Remark { says });
            }
        }
    }
}
