//! Names of objects.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;

/// The form of names of a kind that is built in; none where it is not certain.
fn form(node: Node<'_>, minor: u32) -> Option<syntax::Form> {
    let group = node.str("apiVersion")?.rsplit_once('/').map_or("", |(group, _)| group);
    let kind = node.str("kind").filter(|kind| !kind.ends_with("List"))?;
    Some(match (group, kind) {
        ("", "Namespace") => syntax::dns_label,
        ("", "Service") if minor < 34 => syntax::dns_1035_label,
        ("", "Service") => syntax::dns_label,
        ("rbac.authorization.k8s.io", _) => syntax::path_segment,
        (
            "",
            "ConfigMap"
            | "Secret"
            | "ServiceAccount"
            | "Pod"
            | "PersistentVolume"
            | "PersistentVolumeClaim"
            | "ReplicationController"
            | "LimitRange"
            | "ResourceQuota",
        )
        | ("apps" | "batch" | "autoscaling" | "policy" | "storage.k8s.io", _)
        | ("extensions" | "networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy")
        | ("scheduling.k8s.io", "PriorityClass") => syntax::dns_subdomain,
        _ => return None,
    })
}

check! {
    /// An object has a name, and the name has the form that its kind asks for: a DNS label for namespaces and
    /// services, part of a path for roles and their bindings, a DNS subdomain for most others. A CronJob's name has at
    /// most 52 characters, because its jobs add to it. What is said of `name` holds for `generateName` too.
    OBJECT_NAME = "api/object-name", object_name;
    mirrors "apimachinery validation.ValidateObjectMeta, NameIsDNSSubdomain, NameIsDNS1035Label";
    on &["*"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web.config-1}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Web_Config}\n";
}

fn object_name(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let Some(form) = form(object, cx.minor()) else { return };
    let Some(metadata) = object.get("metadata") else {
        return cx.missing(object, "metadata", "the object has no name");
    };
    let name = metadata.get("name").filter(|name| name.as_str() != Some(""));
    let prefix = metadata.get("generateName").filter(|prefix| prefix.as_str() != Some(""));
    if name.is_none() && prefix.is_none() {
        return cx.missing(metadata, "name", "the object has neither `name` nor `generateName`");
    }
    if let Some((node, text)) = name.and_then(|node| Some((node, node.as_str()?))) {
        if let Err(problem) = form(text) {
            cx.error(node, format!("the name {} cannot be used: {problem}", quoted(text)));
        } else if object.str("kind") == Some("CronJob") && text.len() > 52 {
            let len = text.len();
            cx.error(node, format!("the name of a CronJob must have at most 52 characters, found {len}"));
        }
    }
    if let Some((node, text)) = prefix.and_then(|node| Some((node, node.as_str()?))) {
        // What the server adds makes a `-` at the end harmless.
        let whole = text.strip_suffix('-').map_or_else(|| text.to_owned(), |start| format!("{start}a"));
        if let Err(problem) = form(&whole) {
            cx.error(node, format!("the prefix {} cannot be used: {problem}", quoted(text)));
        }
    }
}

/// Kinds of built-in groups without a namespace, whose `metadata.namespace` is dropped.
fn has_namespace(object: Node<'_>) -> bool {
    matches!(
        object.str("kind"),
        Some(
            "ConfigMap"
                | "Secret"
                | "ServiceAccount"
                | "Pod"
                | "PersistentVolumeClaim"
                | "ReplicationController"
                | "LimitRange"
                | "ResourceQuota"
                | "Service"
                | "Endpoints"
                | "Deployment"
                | "DaemonSet"
                | "StatefulSet"
                | "ReplicaSet"
                | "Job"
                | "CronJob"
                | "HorizontalPodAutoscaler"
                | "PodDisruptionBudget"
                | "Ingress"
                | "NetworkPolicy"
                | "Role"
                | "RoleBinding"
        )
    )
}

check! {
    /// A namespace's name is a DNS label, also where `metadata.namespace` refers to it.
    NAMESPACE_NAME = "api/namespace-name", namespace_name;
    mirrors "apimachinery validation.ValidateNamespaceName";
    on &["*"];
    accepted "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: team-1}\n";
    rejected "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: team.one}\n";
}

fn namespace_name(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let Some(namespace) = object.path(&["metadata", "namespace"]) else { return };
    let Some(text) = namespace.as_str().filter(|text| !text.is_empty()) else { return };
    if let Err(problem) = syntax::dns_label(text)
        && form(object, cx.minor()).is_some()
        && has_namespace(object)
    {
        cx.error(namespace, format!("there can be no namespace {}: {problem}", quoted(text)));
    }
}
