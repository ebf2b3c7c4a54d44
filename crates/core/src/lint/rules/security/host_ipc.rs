//! `security/host-ipc`: a pod that shares its node's shared memory.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It reads and writes the shared memory of what else runs on its node.
    HOST_IPC = "security/host-ipc", Warning, "a pod that shares its node's shared memory";
    help "leave `hostIPC` out" cure "false";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["host-ipc", "hostIPCSet"];
    Pod check;
    bad pod "hostIPC: true";
    good pod "hostIPC: false";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if let Some(node) = pod.spec.get("hostIPC").filter(|node| node.as_bool() == Some(true)) {
        lint.unwanted(node);
    }
}
