//! `resources/unequal-ephemeral-storage`: a container whose ephemeral storage request and limit differ.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Only containers that ask for what they may use are of the class Guaranteed, the last to be evicted.
    UNEQUAL_EPHEMERAL_STORAGE = "resources/unequal-ephemeral-storage", Warning, "a container whose ephemeral storage request and limit differ";
    help "give both the same amount";
    profiles [];
    aliases ["container-ephemeral-storage-request-equals-limit"];
    Container check;
    bad container "resources: {requests: {ephemeral-storage: 1}, limits: {ephemeral-storage: 2}}";
    good container "resources: {requests: {ephemeral-storage: 1}, limits: {ephemeral-storage: 1}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let of = |kind: &str| container.node.path(&["resources", kind, "ephemeral-storage"]);
    let (Some(request), Some(limit)) = (of("requests"), of("limits")) else { return };
    if request.data() != limit.data() {
        let says = "the ephemeral storage request is not what the limit is".to_owned();
        lint.at(request, Fact::Remark { says });
    }
}
