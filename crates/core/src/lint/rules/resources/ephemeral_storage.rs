//! `resources/ephemeral-storage`: a container without a request and a limit for ephemeral storage.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Logs and what it writes to its file system can fill the disk of its node, and then all pods there are evicted.
    EPHEMERAL_STORAGE = "resources/ephemeral-storage", Warning, "a container without a request and a limit for ephemeral storage";
    help "set `ephemeral-storage` under `resources.requests` and `resources.limits`" cure "1Gi";
    profiles [];
    aliases ["container-ephemeral-storage-request-and-limit"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "resources: {requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 1Gi}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for kind in ["requests", "limits"] {
        if container.stays() && container.node.path(&["resources", kind, "ephemeral-storage"]).is_none() {
            lint.absent(container.node, &format!("resources.{kind}.ephemeral-storage"));
        }
    }
}
