//! Definitions of custom resources.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use std::collections::HashSet;

const CRD: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition";

check! {
    /// The name of a CRD is that of its resource (`spec.names.plural`), a dot, and its group; groups of Kubernetes itself
    /// need an annotation of approval.
    CRD_NAME = "api/crd-name", crd_name;
    mirrors "apiextensions validation.ValidateCustomResourceDefinition, validateAPIApproval";
    on &[CRD];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foo.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
}

fn crd_name(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    let Some(spec) = crd.get("spec") else { return };
    let (Some(group), Some(plural)) = (spec.str("group"), spec.path(&["names", "plural"]).and_then(Node::as_str))
    else {
        return;
    };
    if let Some((node, name)) = crd.path(&["metadata", "name"]).and_then(|node| Some((node, node.as_str()?)))
        && name != format!("{plural}.{group}")
    {
        cx.error(node, format!("expected {plural}.{group}, the names of resource and group, found {}", quoted(name)));
    }
    let protected = group == "k8s.io"
        || group == "kubernetes.io"
        || group.ends_with(".k8s.io")
        || group.ends_with(".kubernetes.io");
    let approved = crd.path(&["metadata", "annotations", "api-approved.kubernetes.io"]).is_some();
    if protected
        && !approved
        && let Some(metadata) = crd.get("metadata")
    {
        cx.missing(
            metadata,
            "annotations",
            format!("the group {group} needs the annotation api-approved.kubernetes.io"),
        );
    }
}

check! {
    /// A CRD has a known scope; exactly one of its versions is stored, and each has a schema and a name of its own.
    CRD_VERSIONS = "api/crd-versions", crd_versions;
    mirrors "apiextensions validation.validateCustomResourceDefinitionSpec";
    on &[CRD];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Namespaced, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Namespaced, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true}]}\n";
}

fn crd_versions(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    let Some(spec) = crd.get("spec").filter(|spec| spec.is_map()) else { return };
    super::allowed(cx, spec, "scope", &["Cluster", "Namespaced"]);
    let Some(versions) = spec.get("versions").filter(|versions| versions.is_list()) else { return };
    let stored = versions.items().filter(|version| version.bool("storage") == Some(true)).count();
    if stored != 1 && cx.is_sound(versions) {
        cx.error(versions, format!("expected exactly one version with `storage: true`, found {stored}"));
    }
    let mut seen = HashSet::new();
    for version in versions.items().filter(|version| version.is_map()) {
        if let Some(name) = version.get("name")
            && let Some(text) = name.as_str()
            && !seen.insert(text)
        {
            cx.error(name, format!("another version is called {}", quoted(text)));
        }
        match version.get("schema") {
            None => cx.missing(version, "schema", "the version has no schema"),
            Some(schema) if schema.is_map() && schema.get("openAPIV3Schema").is_none() => {
                cx.missing(schema, "openAPIV3Schema", "the version has no schema");
            }
            Some(_) => {}
        }
    }
}
