//! `probes/undeclared-probe-port`: a probe of a port that its container does not declare.

use crate::diag::Fact;
use crate::kube::tree::Node;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A name that no port has is refused by the kubelet, and the probe never succeeds; a number that nothing else mentions is
    /// mostly a leftover.
    UNDECLARED_PROBE_PORT = "probes/undeclared-probe-port", Warning, "a probe of a port that its container does not declare";
    help "declare the port under `ports`, or ask one that is there";
    profiles [Strict];
    aliases ["liveness-port", "readiness-port", "startup-port"];
    Container check;
    bad container "ports: [{containerPort: 80}]\n          livenessProbe: {httpGet: {path: /, port: 8080}}";
    good container "ports: [{containerPort: 80}]\n          livenessProbe: {httpGet: {path: /, port: 80}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"].iter().filter_map(|key| container.node.get(key)) {
        let handlers = ["httpGet", "tcpSocket", "grpc"].into_iter().filter_map(|key| probe.get(key));
        for port in handlers.filter_map(|handler| handler.get("port")) {
            let text = port.as_str();
            let number = port.as_int().or_else(|| text?.parse().ok());
            let mut declared = container.node.list("ports");
            let is = |other: Node<'_>| match number {
                Some(number) => other.int("containerPort") == Some(number),
                None => other.str("name") == text,
            };
            // A number may be meant although nothing declares ports; a name must stand somewhere.
            let declares = container.node.list("ports").next().is_some();
            if !declared.any(is) && (declares || number.is_none()) {
                let known = text.map(str::to_owned).or(number.map(|n| n.to_string())).unwrap_or_default();
                lint.at(port, Fact::Remark { says: format!("the container declares no port `{known}`") });
            }
        }
    }
}
