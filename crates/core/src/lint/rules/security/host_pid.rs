//! `security/host-pid`: a pod that shares its node's processes.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It sees all processes of its node with their environment, and can end them.
    HOST_PID = "security/host-pid", Warning, "a pod that shares its node's processes";
    help "leave `hostPID` out" cure "false";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["host-pid", "hostPIDSet"];
    Pod check;
    bad pod "hostPID: true";
    good pod "hostPID: false";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if let Some(node) = pod.spec.get("hostPID").filter(|node| node.as_bool() == Some(true)) {
        lint.unwanted(node);
    }
}
