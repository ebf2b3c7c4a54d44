//! `rbac/default-service-account`: a pod that runs as the namespace's default account.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whatever is granted to it is granted to all pods of the namespace that name no other.
    DEFAULT_SERVICE_ACCOUNT = "rbac/default-service-account", Warning, "a pod that runs as the namespace's default account";
    help "make an account for it, and set `serviceAccountName`";
    profiles [];
    aliases ["default-service-account"];
    Pod check;
    bad pod "serviceAccountName: default";
    good pod "serviceAccountName: web";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    let name = pod.spec.get("serviceAccountName").or_else(|| pod.spec.get("serviceAccount"));
    match name {
        Some(name) if name.as_str() == Some("default") => lint.unwanted(name),
        Some(_) => {}
        None if pod.spec.bool("automountServiceAccountToken") == Some(false) => {}
        None => lint.absent(pod.spec, "serviceAccountName"),
    }
}
