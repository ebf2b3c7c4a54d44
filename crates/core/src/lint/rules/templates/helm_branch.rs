//! `templates/helm-branch`: a template that writes something else with another version of Helm.

use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::renders::{Renders, place_of};
use crate::lint::rule::rule;

rule! {
    /// Who installs the chart with Helm 3 gets another release than who does it with Helm 4.
    HELM_BRANCH = "templates/helm-branch", Note, "a template that writes something else with another version of Helm";
    help "write it so that both agree: `chartlens template --helm-version 3` shows the other";
    profiles [Strict];
    aliases [];
    Renders check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  helm: {{ .Capabilities.HelmVersion.Version }}\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  helm: any\n")];
}

fn check(lint: &mut FileLint<'_>, renders: &Renders<'_>) {
    let pairs = renders.pairs(|target| target.helm_version.clone());
    for template in renders.templates() {
        let found = pairs.iter().find_map(|(a, b)| Some((a, b, renders.difference(template, a, b)?)));
        if let Some((a, b, difference)) = found {
            let [first, other] = difference.words();
            let (one, two) = (&a.target.helm_version, &b.target.helm_version);
            let says = format!("{} writes {first} with Helm {one}, and {other} with Helm {two}", template.file);
            lint.in_template(renders.analysis, place_of(template, ".Capabilities.HelmVersion"), Fact::Remark { says });
        }
    }
}
