//! `network/privileged-port`: a container port below 1024.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Only root, or a container with the capability NET_BIND_SERVICE, can listen there on many systems.
    PRIVILEGED_PORT = "network/privileged-port", Warning, "a container port below 1024";
    help "listen on a port from 1024 on, and let the Service have the small number";
    profiles [];
    aliases ["privileged-ports"];
    Container check;
    bad container "ports: [{containerPort: 80}]";
    good container "ports: [{containerPort: 8080}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for port in container.node.list("ports").filter_map(|port| port.get("containerPort")) {
        if port.as_int().is_some_and(|number| (1..1024).contains(&number)) {
            lint.unwanted(port);
        }
    }
}
