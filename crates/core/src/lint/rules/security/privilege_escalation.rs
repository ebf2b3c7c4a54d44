//! `security/privilege-escalation`: a container whose processes may gain privileges.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A program with the setuid bit, such as sudo, can become root although the container does not run as root.
    PRIVILEGE_ESCALATION = "security/privilege-escalation", Warning, "a container whose processes may gain privileges";
    help "set `securityContext.allowPrivilegeEscalation: false`" cure "false";
    profiles [Security];
    aliases ["privilege-escalation-container", "privilegeEscalationAllowed"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {allowPrivilegeEscalation: false}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    match container.own_security("allowPrivilegeEscalation") {
        _ if container.pod.is_windows() => {}
        Some(node) if node.as_bool() != Some(false) => lint.unwanted(node),
        Some(_) => {}
        None => lint.absent(container.node, "securityContext.allowPrivilegeEscalation"),
    }
}
