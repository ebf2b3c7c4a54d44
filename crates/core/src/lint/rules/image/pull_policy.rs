//! `image/pull-policy`: an image that is not pulled at every start.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A node that has the image keeps using it, also after the registry took it back, and whoever gets a pod onto the node
    /// uses it without credentials.
    PULL_POLICY = "image/pull-policy", Warning, "an image that is not pulled at every start";
    help "set `imagePullPolicy: Always`" cure "Always";
    profiles [];
    aliases ["image-pull-policy", "container-image-pull-policy", "pullPolicyNotAlways"];
    Container check;
    bad container "imagePullPolicy: IfNotPresent";
    good container "imagePullPolicy: Always";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    match container.node.get("imagePullPolicy") {
        Some(policy) if policy.as_str() != Some("Always") => lint.unwanted(policy),
        Some(_) => {}
        None => lint.absent(container.node, "imagePullPolicy"),
    }
}
