//! `security/capabilities-kept`: a container that keeps the usual capabilities.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The Pod Security Standard `restricted` wants all dropped: few programs need any.
    CAPABILITIES_KEPT = "security/capabilities-kept", Warning, "a container that keeps the usual capabilities";
    help "set `securityContext.capabilities.drop: [ALL]`, and add NET_BIND_SERVICE where it is needed" cure "[ALL]";
    profiles [Security];
    aliases [];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {capabilities: {drop: [ALL]}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.pod.is_windows() {
        return;
    }
    let dropped = container.own_security("capabilities").map(|all| all.list("drop"));
    if !dropped.into_iter().flatten().any(|name| name.as_str() == Some("ALL")) {
        lint.absent(container.node, "securityContext.capabilities.drop");
    }
}
