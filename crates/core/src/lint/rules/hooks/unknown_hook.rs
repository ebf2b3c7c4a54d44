//! `hooks/unknown-hook`: an object that waits for an event that Helm does not know.

use crate::diag::{Fact, did_you_mean};
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Helm leaves the whole object out of the release, and says so in its log alone: it is never created. `crd-install` was Helm 2's.
    UNKNOWN_HOOK = "hooks/unknown-hook", Warning, "an object that waits for an event that Helm does not know";
    help "use pre-install, post-install, pre-upgrade, post-upgrade, pre-delete, post-delete, pre-rollback, post-rollback or test";
    profiles [Default];
    aliases [];
    Object check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-instal\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n")];
}

/// What has another place since Helm 3.
const OF_HELM_2: &str = "crd-install";

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(hook) = object.node.path(&["metadata", "annotations", "helm.sh/hook"]) else { return };
    let text = hook.as_str().unwrap_or_default();
    let events = crate::render::hook_events(text);
    let Some(wrong) = events.iter().find(|event| !crate::render::HOOK_EVENTS.contains(&event.as_str())) else { return };
    let near = did_you_mean(wrong, crate::render::HOOK_EVENTS).filter(|_| !wrong.is_empty() && wrong != OF_HELM_2);
    let advice = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let says = match wrong.as_str() {
        OF_HELM_2 => "Helm 2 alone knew the hook `crd-install`: move the definition to `crds/`".to_owned(),
        _ => format!("Helm knows no hook `{wrong}`, and never creates this object{advice}"),
    };
    lint.at(hook, Fact::Remark { says });
    lint.cured(near.filter(|_| events.len() == 1).map(str::to_owned));
}
