//! `templates/version-branch`: a template that writes something else for another version of Kubernetes.

use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::renders::{Renders, place_of};
use crate::lint::rule::rule;

rule! {
    /// An upgrade of the cluster alone changes the release then, and `helm template` without `--kube-version` shows one of the ways only.
    /// It is looked for where the chart is checked for several versions.
    VERSION_BRANCH = "templates/version-branch", Note, "a template that writes something else for another version of Kubernetes";
    help "drop the branch for versions that nobody runs, or keep both in the targets";
    profiles [Strict];
    aliases [];
    Renders check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  new: {{ semverCompare \">=1.30-0\" .Capabilities.KubeVersion.Version | quote }}\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  new: {{ .Values.new | quote }}\n"), ("values.yaml", "new: true\n")];
}

fn check(lint: &mut FileLint<'_>, renders: &Renders<'_>) {
    let pairs = renders.pairs(|target| target.kube_version.clone());
    for template in renders.templates() {
        let found = pairs.iter().find_map(|(a, b)| Some((a, b, renders.difference(template, a, b)?)));
        if let Some((a, b, difference)) = found {
            let [first, other] = difference.words();
            let (old, new) = (&a.target.kube_version, &b.target.kube_version);
            let says = format!("{} writes {first} for Kubernetes {old}, and {other} for {new}", template.file);
            lint.in_template(renders.analysis, place_of(template, ".Capabilities"), Fact::Remark { says });
        }
    }
}
