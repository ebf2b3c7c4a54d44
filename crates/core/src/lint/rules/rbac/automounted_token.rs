//! `rbac/automounted-token`: a pod that gets a token for the cluster's API without asking.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whoever gets into the pod has the rights of its account. Few programs need the API.
    AUTOMOUNTED_TOKEN = "rbac/automounted-token", Warning, "a pod that gets a token for the cluster's API without asking";
    help "set `automountServiceAccountToken: false` where it is not needed" cure "false";
    profiles [];
    aliases ["automountServiceAccountToken"];
    Pod check;
    bad pod "serviceAccountName: web";
    good pod "automountServiceAccountToken: false";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    match pod.spec.get("automountServiceAccountToken") {
        Some(node) if node.as_bool() == Some(true) => lint.unwanted(node),
        Some(_) => {}
        None => lint.absent(pod.spec, "automountServiceAccountToken"),
    }
}
