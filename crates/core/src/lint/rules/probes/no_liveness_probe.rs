//! `probes/no-liveness-probe`: a container that stays without a liveness probe.

use crate::lint::object::{Container, Role};
use crate::lint::rule::{Lint, rule};

rule! {
    /// A container that hangs stays as it is until somebody notices.
    NO_LIVENESS_PROBE = "probes/no-liveness-probe", Warning, "a container that stays without a liveness probe";
    help "set `livenessProbe`";
    profiles [Strict];
    aliases ["no-liveness-probe", "pod-probes", "livenessProbeMissing"];
    Container check;
    bad container "ports: [{containerPort: 80}]";
    good container "livenessProbe: {httpGet: {path: /, port: 80}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let serves = container.pod.object.is_service_workload() && container.role == Role::Main;
    if serves && container.node.get("livenessProbe").is_none() {
        lint.lacks(container.node, "livenessProbe", container.probe());
    }
}
