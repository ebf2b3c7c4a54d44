//! `security/capability-added`: a container with a capability beyond the usual ones.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The Pod Security Standard `baseline` allows no others; `SYS_ADMIN`, `NET_ADMIN`, `ALL` and their like come near to being
    /// privileged.
    CAPABILITY_ADDED = "security/capability-added", Warning, "a container with a capability beyond the usual ones";
    help "leave the capability out";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["verify-container-capabilities", "insecureCapabilities", "dangerousCapabilities"];
    Container check;
    bad container "securityContext: {capabilities: {add: [SYS_ADMIN]}}";
    good container "securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}";
}

/// The capabilities that the Pod Security Standard `baseline` allows.
pub(super) const USUAL: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let added = container.own_security("capabilities").map(|all| all.list("add"));
    for capability in added.into_iter().flatten() {
        let Some(name) = capability.as_str().filter(|name| !USUAL.contains(name)) else { continue };
        lint.at(capability, Fact::Remark { says: format!("the container gets the capability {name}") });
    }
}
