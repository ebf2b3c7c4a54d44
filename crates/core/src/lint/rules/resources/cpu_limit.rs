//! `resources/cpu-limit`: a container without a CPU limit.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// One container that runs away takes the processors of its node. Many leave the limit out on purpose, for it slows down
    /// what could run: no profile has this rule.
    CPU_LIMIT = "resources/cpu-limit", Warning, "a container without a CPU limit";
    help "set `resources.limits.cpu`" cure "1";
    profiles [];
    aliases ["container-resources", "cpuLimitsMissing"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "resources: {limits: {cpu: 100m}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.stays() && container.node.path(&["resources", "limits", "cpu"]).is_none() {
        lint.absent(container.node, "resources.limits.cpu");
    }
}
