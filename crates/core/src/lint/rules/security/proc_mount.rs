//! `security/proc-mount`: a container that sees all of /proc.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What is masked there tells of the node, and some of it can be written to.
    PROC_MOUNT = "security/proc-mount", Warning, "a container that sees all of /proc";
    help "leave `procMount` out" cure "Default";
    profiles [Strict, Security];
    aliases ["unsafe-proc-mount", "procMount"];
    Container check;
    bad container "securityContext: {procMount: Unmasked}";
    good container "securityContext: {procMount: Default}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if let Some(node) = container.own_security("procMount").filter(|node| node.as_str() != Some("Default")) {
        lint.unwanted(node);
    }
}
