//! `security/run-as-root`: a container that may run as root.

use crate::kube::tree::Node;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whoever breaks out of it is root on the node; whoever gets into it can change everything in it.
    RUN_AS_ROOT = "security/run-as-root", Warning, "a container that may run as root";
    help "set `securityContext.runAsNonRoot: true`, and a `runAsUser` above 0" cure "true";
    profiles [Security];
    aliases ["run-as-non-root", "runAsRootAllowed", "container-security-context-user-group-id"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {runAsNonRoot: true}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.pod.is_windows() {
        return;
    }
    let user = container.security("runAsUser");
    match (container.security("runAsNonRoot").and_then(Node::as_bool), user.and_then(Node::as_int)) {
        (_, Some(0)) => user.into_iter().for_each(|user| lint.unwanted(user)),
        (Some(true), _) | (_, Some(1..)) => {}
        _ => lint.absent(container.node, "securityContext.runAsNonRoot"),
    }
}
