//! `availability/no-topology-spread`: pods that are not spread over zones or nodes.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// When a zone or a node goes, all of them may go.
    NO_TOPOLOGY_SPREAD = "availability/no-topology-spread", Warning, "pods that are not spread over zones or nodes";
    help "set `topologySpreadConstraints`";
    profiles [];
    aliases ["pod-topology-spread-constraints", "topologySpreadConstraint"];
    Pod check;
    bad pod "restartPolicy: Always";
    good pod "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    let scales = pod.object.is_any("apps", &["Deployment", "StatefulSet"]);
    if scales && pod.spec.list("topologySpreadConstraints").next().is_none() {
        lint.absent(pod.spec, "topologySpreadConstraints");
    }
}
