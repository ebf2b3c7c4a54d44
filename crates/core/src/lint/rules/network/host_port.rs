//! `network/host-port`: a container that takes a port of its node.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Only one such pod fits on a node, and the port is open to whoever reaches the node, past Services and most policies.
    HOST_PORT = "network/host-port", Warning, "a container that takes a port of its node";
    help "leave `hostPort` out, and use a Service";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["hostPortSet"];
    Container check;
    bad container "ports: [{containerPort: 80, hostPort: 80}]";
    good container "ports: [{containerPort: 80}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for port in container.node.list("ports").filter_map(|port| port.get("hostPort")) {
        if port.as_int() != Some(0) {
            lint.unwanted(port);
        }
    }
}
