//! `security/host-network`: a pod that shares its node's network.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It sees the traffic of its node, reaches what listens only there, and no NetworkPolicy holds it.
    HOST_NETWORK = "security/host-network", Warning, "a pod that shares its node's network";
    help "leave `hostNetwork` out" cure "false";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["host-network", "hostNetworkSet"];
    Pod check;
    bad pod "hostNetwork: true";
    good pod "hostNetwork: false";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if let Some(node) = pod.spec.get("hostNetwork").filter(|node| node.as_bool() == Some(true)) {
        lint.unwanted(node);
    }
}
