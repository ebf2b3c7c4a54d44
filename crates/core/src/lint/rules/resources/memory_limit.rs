//! `resources/memory-limit`: a container without a memory limit.

use crate::diag::Fact;
use crate::kube::quantity::{Parsed, parse};
use crate::kube::tree::Node;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A leak in one container takes the memory of its node, and others are killed for it.
    MEMORY_LIMIT = "resources/memory-limit", Warning, "a container without a memory limit";
    help "set `resources.limits.memory`" cure "512Mi";
    profiles [Strict];
    aliases ["unset-memory-requirements", "container-resources", "memoryLimitsMissing"];
    Container check;
    options { "most" = Text(""), "the largest limit that is fine, such as `4Gi`; any where it is empty"; }
    bad bare "image: example.com/web:1.2";
    good container "resources: {limits: {memory: 128Mi}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    match container.node.path(&["resources", "limits", "memory"]) {
        None if container.stays() => lint.absent(container.node, "resources.limits.memory"),
        None => {}
        Some(limit) => at_most(lint, limit),
    }
}

fn at_most(lint: &mut Lint<'_>, limit: Node<'_>) {
    let most = lint.set.text("most");
    let found = limit.as_str().unwrap_or_default();
    if let (Parsed::Known(found_as), Parsed::Known(most_as)) = (parse(found), parse(most))
        && found_as > most_as
    {
        lint.at(limit, Fact::OutOfRange { bound: format!("at most {most}"), found: found.to_owned() });
        lint.cured(None);
    }
}
