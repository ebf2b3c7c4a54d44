//! `hooks/unknown-delete-policy`: a hook with a delete policy that Helm does not know.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Helm takes no notice of it, and the hook's objects stay.
    UNKNOWN_DELETE_POLICY = "hooks/unknown-delete-policy", Warning, "a hook with a delete policy that Helm does not know";
    help "use before-hook-creation, hook-succeeded or hook-failed";
    profiles [Default];
    aliases [];
    Object check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy: hook-succeded\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy: hook-succeeded\n")];
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    const KNOWN: &[&str] = &["before-hook-creation", "hook-succeeded", "hook-failed"];
    let Some(policy) = object.node.path(&["metadata", "annotations", "helm.sh/hook-delete-policy"]) else { return };
    for name in policy.as_str().unwrap_or_default().split(',').map(|name| name.trim().to_lowercase()) {
        if !KNOWN.contains(&name.as_str()) {
            lint.at(policy, Fact::Remark { says: format!("Helm knows no delete policy `{name}`") });
        }
    }
}
