//! Owners and finalizers of objects.

use crate::kube::Gvk;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::Required;
use crate::validate::api::{Origin, syntax};

check! {
    /// Owners of an object are named in full, by `apiVersion`, `kind`, `name` and `uid`; an Event owns nothing, and one
    /// owner at most is the controller.
    OWNER = "api/owner-reference", owners;
    mirrors "apimachinery validation.ValidateOwnerReferences, validateOwnerReference";
    on &["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: b}]}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, ownerReferences: [{apiVersion: v1, kind: Event, name: a, uid: b}]}\n";
}

fn owners(cx: &mut Context<'_, '_>, metadata: Node<'_>) {
    if !metadata.parent().is_some_and(super::is_object) {
        return;
    }
    let mut controllers = 0;
    for owner in metadata.list("ownerReferences").filter(|owner| owner.is_map()) {
        Required(&["apiVersion", "kind", "name", "uid"]).check(cx, owner);
        if let (Some(api), Some(text)) = (owner.get("apiVersion"), owner.str("apiVersion")) {
            if text.matches('/').count() > 1 {
                cx.error(api, format!("expected a group and a version, found {}", quoted(text)));
            }
            let gvk = Gvk::new(text, owner.str("kind").unwrap_or(""));
            if gvk.group.is_empty() && gvk.kind == "Event" {
                cx.error(owner, "an Event cannot be an owner");
            }
        }
        controllers += usize::from(owner.bool("controller") == Some(true));
    }
    if controllers > 1
        && let Some(list) = metadata.get("ownerReferences")
    {
        cx.error(list, format!("expected one controller at most, found {controllers}"));
    }
}

check! {
    /// A finalizer is a qualified name with a domain in front, or one of Kubernetes' own: `orphan` or
    /// `foregroundDeletion`, not both, or `kubernetes`.
    FINALIZER = "api/finalizer", finalizers;
    mirrors "apimachinery validation.ValidateFinalizers, core validation.validateKubeFinalizerName";
    on &["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, finalizers: [example.com/wait]}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, finalizers: [wait]}\n";
}

/// Groups and kinds whose finalizers may be any qualified name.
fn takes_any(object: Node<'_>) -> bool {
    let gvk = Gvk::new(object.str("apiVersion").unwrap_or(""), object.str("kind").unwrap_or(""));
    matches!(
        gvk.group,
        "admissionregistration.k8s.io"
            | "apiextensions.k8s.io"
            | "apiregistration.k8s.io"
            | "coordination.k8s.io"
            | "node.k8s.io"
            | "policy"
    )
}

fn finalizers(cx: &mut Context<'_, '_>, metadata: Node<'_>) {
    let Some(object) = metadata.parent().filter(|object| super::is_object(*object)) else { return };
    let Some(list) = metadata.get("finalizers").filter(|list| list.is_list()) else { return };
    if object.str("kind") == Some("PodDisruptionBudget") {
        return;
    }
    let any = takes_any(object) || cx.origin() != Origin::BuiltIn;
    let has = |name: &str| list.items().any(|item| item.as_str() == Some(name));
    for item in list.items() {
        let text = item.as_str().unwrap_or("");
        if let Err(problem) = syntax::qualified_name(text) {
            cx.problem(&problem).beside(list, item, format!("{} cannot be a finalizer: {problem}", quoted(text)));
        } else if !any && !text.contains('/') && !matches!(text, "orphan" | "foregroundDeletion" | "kubernetes") {
            cx.error(item, format!("expected a domain and a `/` before the name, found {}", quoted(text)));
        }
    }
    if has("orphan") && has("foregroundDeletion") {
        cx.error(list, "orphan and foregroundDeletion exclude each other");
    }
}
