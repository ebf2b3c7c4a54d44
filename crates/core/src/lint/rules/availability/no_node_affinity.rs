//! `availability/no-node-affinity`: a pod that may run on any node.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Where nodes differ, in their processor or in what they cost, it can land on a wrong one.
    NO_NODE_AFFINITY = "availability/no-node-affinity", Warning, "a pod that may run on any node";
    help "set `affinity.nodeAffinity` or a `nodeSelector`";
    profiles [];
    aliases ["no-node-affinity"];
    Pod check;
    bad pod "restartPolicy: Always";
    good pod "nodeSelector: {kubernetes.io/arch: amd64}";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if pod.spec.path(&["affinity", "nodeAffinity"]).is_none() && pod.spec.get("nodeSelector").is_none() {
        lint.absent(pod.spec, "affinity.nodeAffinity");
    }
}
