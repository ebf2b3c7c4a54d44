//! `probes/no-readiness-probe`: a container that stays without a readiness probe.

use crate::lint::object::{Container, Role};
use crate::lint::rule::{Lint, rule};

rule! {
    /// Requests reach the container before it can answer them, at every start and every rollout.
    NO_READINESS_PROBE = "probes/no-readiness-probe", Warning, "a container that stays without a readiness probe";
    help "set `readinessProbe`";
    profiles [Strict];
    aliases ["no-readiness-probe", "pod-probes", "readinessProbeMissing"];
    Container check;
    bad container "ports: [{containerPort: 80}]";
    good container "readinessProbe: {httpGet: {path: /, port: 80}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let serves = container.pod.object.is_service_workload() && container.role == Role::Main;
    if serves && container.node.get("readinessProbe").is_none() {
        lint.lacks(container.node, "readinessProbe", container.probe());
    }
}
