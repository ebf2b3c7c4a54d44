//! `network/ssh-port`: a container that offers SSH.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A shell into a container goes around the cluster's own access control and leaves no trace in its audit log.
    SSH_PORT = "network/ssh-port", Warning, "a container that offers SSH";
    help "leave port 22 out, and use `kubectl exec`";
    profiles [Strict, Security];
    aliases ["ssh-port"];
    Container check;
    bad container "ports: [{containerPort: 22}]";
    good container "ports: [{containerPort: 8080}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for port in container.node.list("ports").filter_map(|port| port.get("containerPort")) {
        if port.as_int() == Some(22) && port.parent().and_then(|port| port.str("protocol")) != Some("UDP") {
            lint.unwanted(port);
        }
    }
}
