//! `resources/memory-request`: a container without a memory request.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The scheduler takes it to need nothing, and it is among the first to be killed when a node runs short.
    MEMORY_REQUEST = "resources/memory-request", Warning, "a container without a memory request";
    help "set `resources.requests.memory`" cure "128Mi";
    profiles [Strict];
    aliases ["container-resources", "memoryRequestsMissing"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "resources: {requests: {memory: 128Mi}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.stays()
        && container.node.path(&["resources", "requests", "memory"]).is_none()
        && container.node.path(&["resources", "limits", "memory"]).is_none()
    {
        lint.absent(container.node, "resources.requests.memory");
    }
}
