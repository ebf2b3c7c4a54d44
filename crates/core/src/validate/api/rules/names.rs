//! Names of objects.

use crate::kube::Gvk;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::{Origin, address, syntax};

/// The form of names of a kind that is not the usual one, a DNS subdomain: group, kind, minor versions, form.
const FORMS: &[(&str, &str, std::ops::Range<u32>, syntax::Form)] = &[
    ("", "Namespace", 0..99, syntax::dns_label),
    ("", "Service", 0..36, syntax::dns_1035_label),
    ("", "Service", 36..99, syntax::dns_label),
    ("", "Event", 0..99, syntax::path_segment),
    ("apps", "StatefulSet", 27..99, syntax::dns_label),
    ("certificates.k8s.io", "CertificateSigningRequest", 0..99, syntax::path_segment),
    ("certificates.k8s.io", "ClusterTrustBundle", 0..99, syntax::path_segment),
    ("coordination.k8s.io", "LeaseCandidate", 0..99, syntax::config_key),
    ("networking.k8s.io", "IPAddress", 0..99, address::ip),
    ("policy", "PodDisruptionBudget", 0..99, syntax::path_segment),
    ("rbac.authorization.k8s.io", "Role", 0..99, syntax::path_segment),
    ("rbac.authorization.k8s.io", "RoleBinding", 0..99, syntax::path_segment),
    ("rbac.authorization.k8s.io", "ClusterRole", 0..99, syntax::path_segment),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", 0..99, syntax::path_segment),
];

/// Kinds that are asked and not kept, or that belong to another object, so that they need no name.
fn is_nameless(group: &str, kind: &str) -> bool {
    kind.ends_with("Review")
        || matches!((group, kind), ("", "Binding") | ("policy", "Eviction") | (_, "Scale" | "TokenRequest"))
}

/// The form that a name must have; none for kinds that nothing is known of.
fn form(cx: &Context<'_, '_>, node: Node<'_>) -> Option<syntax::Form> {
    let gvk = Gvk::new(node.str("apiVersion")?, node.str("kind").filter(|kind| !kind.ends_with("List"))?);
    let own = |row: &&(&str, &str, std::ops::Range<u32>, syntax::Form)| {
        row.0 == gvk.group && row.1 == gvk.kind && row.2.contains(&cx.minor())
    };
    match cx.origin() {
        Origin::Unknown => None,
        Origin::BuiltIn if is_nameless(gvk.group, gvk.kind) => None,
        Origin::BuiltIn => Some(FORMS.iter().find(own).map_or(syntax::dns_subdomain, |row| row.3)),
        Origin::Custom | Origin::Namespaced => Some(syntax::dns_subdomain),
    }
}

check! {
    /// An object has a name, or a prefix that the server makes a name of, in the form that its kind asks for: mostly a
    /// DNS subdomain (lower-case letters, digits, `-` and `.`), for a Service a DNS label, for RBAC a part of a path. The
    /// name of a CronJob leaves room for the names of its jobs.
    OBJECT_NAME = "api/object-name", object_name;
    mirrors "apimachinery validation.ValidateObjectMeta, NameIsDNSSubdomain, NameIsDNS1035Label, path.ValidatePathSegmentName, batch validation.ValidateCronJobCreate";
    on &["*"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-1.config}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web_config}\n";
}

fn object_name(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let Some(form) = form(cx, object) else { return };
    let metadata = object.get("metadata").filter(|metadata| metadata.is_map());
    let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)).filter(|node| node.as_str() != Some(""));
    let (name, prefix) = (text("name"), text("generateName"));
    if name.is_none() && prefix.is_none() && object.get("metadata").is_none_or(Node::is_map) {
        return cx.at(object, &["metadata", "name"], "the object has neither `name` nor `generateName`");
    }
    let cron_job = object.str("kind") == Some("CronJob") && cx.origin() == Origin::BuiltIn;
    if let Some((node, text)) = name.and_then(|node| Some((node, node.as_str()?))) {
        if let Err(problem) = syntax::path_segment(text).and_then(|()| form(text)) {
            cx.problem(&problem).error(node, format!("the name {} cannot be used: {problem}", quoted(text)));
        } else if cron_job && text.len() > 52 {
            let len = text.len();
            cx.error(node, format!("the name of a CronJob must have at most 52 characters, found {len}"));
        }
    }
    if let Some((node, text)) = prefix.and_then(|node| Some((node, node.as_str()?))) {
        // What the server adds makes a `-` at the end harmless.
        let whole = match text.strip_suffix('-') {
            Some(start) if start.chars().next_back().is_some_and(char::is_alphanumeric) || start.is_empty() => {
                format!("{start}a")
            }
            Some(start) => format!("{}a", start.get(..start.len().saturating_sub(1)).unwrap_or(start)),
            None => text.to_owned(),
        };
        // It cuts what is too long and adds five letters.
        let cut: String = text.chars().take(58).collect();
        let made = format!("{cut}abcde");
        if let Err(problem) = form(&whole).and_then(|()| if name.is_none() { form(&made) } else { Ok(()) }) {
            let message = format!("the prefix {} cannot be used: {problem}", quoted(text));
            match metadata.filter(|_| name.is_none()) {
                // By then the server has made the name.
                Some(metadata) => cx.near(metadata, "name", node, message),
                None => cx.error(node, message),
            }
        } else if name.is_none() && cron_job && made.len() > 52 {
            cx.at(object, &["metadata", "name"], "the name that is made of the prefix has more than 52 characters");
        }
    }
}

/// Built-in kinds that are in no namespace.
const CLUSTER: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "CustomResourceDefinition",
    "DeviceClass",
    "DeviceTaintRule",
    "FlowSchema",
    "IPAddress",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceClass",
    "ResourceSlice",
    "RuntimeClass",
    "ServiceCIDR",
    "StorageClass",
    "StorageVersion",
    "StorageVersionMigration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeAttributesClass",
];

check! {
    /// The namespace of an object is a DNS label.
    NAMESPACE_NAME = "api/namespace-name", namespace_name;
    mirrors "apimachinery validation.ValidateObjectMeta, ValidateNamespaceName";
    on &["*"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web.prod}\n";
}

fn namespace_name(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let Some(namespace) = object.path(&["metadata", "namespace"]) else { return };
    let Some(text) = namespace.as_str().filter(|text| !text.is_empty()) else { return };
    let scoped = object.str("kind").is_some_and(|kind| CLUSTER.contains(&kind));
    if let Err(problem) = syntax::dns_label(text)
        && (cx.origin() == Origin::Namespaced || (cx.origin() == Origin::BuiltIn && !scoped))
    {
        cx.problem(&problem).error(namespace, format!("there can be no namespace {}: {problem}", quoted(text)));
    }
}
