//! `security/privileged-container`: a container that is privileged.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It is root on its node: it sees all devices, can load modules into the kernel, and nothing that contains others contains it.
    PRIVILEGED_CONTAINER = "security/privileged-container", Warning, "a container that is privileged";
    help "leave `privileged` out, and add the capabilities that are needed" cure "false";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["privileged-container", "container-security-context-privileged", "runAsPrivileged"];
    Container check;
    bad container "securityContext: {privileged: true}";
    good container "securityContext: {privileged: false}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if let Some(node) = container.own_security("privileged").filter(|node| node.as_bool() == Some(true)) {
        lint.unwanted(node);
    }
}
