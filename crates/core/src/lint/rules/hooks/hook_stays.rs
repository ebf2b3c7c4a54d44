//! `hooks/hook-stays`: a hook whose objects stay, and stand in the way of the next run.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Helm's own default is before-hook-creation, which only takes effect when the hook runs again; `hook-failed` or
    /// `hook-succeeded` alone keep what the other case left, and the next run fails because the object is there.
    HOOK_STAYS = "hooks/hook-stays", Note, "a hook whose objects stay, and stand in the way of the next run";
    help "add before-hook-creation";
    profiles [Strict];
    aliases [];
    Object check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy: hook-succeeded\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded\n")];
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let annotations = object.node.path(&["metadata", "annotations"]);
    let Some(policy) = annotations.and_then(|all| all.get("helm.sh/hook-delete-policy")) else { return };
    let text = policy.as_str().unwrap_or_default();
    let both = text.contains("hook-succeeded") && text.contains("hook-failed");
    if annotations.is_some_and(|all| all.get("helm.sh/hook").is_some())
        && !text.contains("before-hook-creation")
        && !both
    {
        lint.at(policy, Fact::Remark { says: format!("with the delete policy `{text}` the hook's object can stay") });
    }
}
