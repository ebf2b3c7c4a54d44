//! `resources/memory-limit`: a container without a memory limit.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A leak in one container takes the memory of its node, and others are killed for it.
    MEMORY_LIMIT = "resources/memory-limit", Warning, "a container without a memory limit";
    help "set `resources.limits.memory`" cure "512Mi";
    profiles [Strict];
    aliases ["unset-memory-requirements", "container-resources", "memoryLimitsMissing"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "resources: {limits: {memory: 128Mi}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.stays() && container.node.path(&["resources", "limits", "memory"]).is_none() {
        lint.absent(container.node, "resources.limits.memory");
    }
}
