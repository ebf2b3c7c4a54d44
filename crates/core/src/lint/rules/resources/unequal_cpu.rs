//! `resources/unequal-cpu`: a container whose CPU request and limit differ.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Only containers that ask for what they may use are of the class Guaranteed, the last to be evicted.
    UNEQUAL_CPU = "resources/unequal-cpu", Warning, "a container whose CPU request and limit differ";
    help "give both the same amount";
    profiles [];
    aliases ["container-cpu-requests-equal-limits", "container-resource-requests-equal-limits"];
    Container check;
    bad container "resources: {requests: {cpu: 1}, limits: {cpu: 2}}";
    good container "resources: {requests: {cpu: 1}, limits: {cpu: 1}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let of = |kind: &str| container.node.path(&["resources", kind, "cpu"]);
    let (Some(request), Some(limit)) = (of("requests"), of("limits")) else { return };
    if request.data() != limit.data() {
        let says = "the CPU request is not what the limit is".to_owned();
        lint.at(request, Fact::Remark { says });
    }
}
