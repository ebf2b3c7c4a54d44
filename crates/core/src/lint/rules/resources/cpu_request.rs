//! `resources/cpu-request`: a container without a CPU request.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The scheduler takes it to need nothing, puts it on a node that is full, and it gets what the others leave.
    CPU_REQUEST = "resources/cpu-request", Warning, "a container without a CPU request";
    help "set `resources.requests.cpu`" cure "100m";
    profiles [Strict];
    aliases ["unset-cpu-requirements", "container-resources", "cpuRequestsMissing"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "resources: {requests: {cpu: 100m}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.stays()
        && container.node.path(&["resources", "requests", "cpu"]).is_none()
        && container.node.path(&["resources", "limits", "cpu"]).is_none()
    {
        lint.absent(container.node, "resources.requests.cpu");
    }
}
