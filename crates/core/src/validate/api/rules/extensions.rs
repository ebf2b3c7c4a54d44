//! CRDs and admission webhooks.

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

check! {
    /// The webhooks of a configuration have names of their own, which are domains of at least three parts; each is
    /// reached either by a URL or by a service, waits between 1 and 30 seconds, and says what else it does.
    WEBHOOK = "api/webhook", webhooks;
    mirrors "admissionregistration validation.validateValidatingWebhook, validateMutatingWebhook";
    on &[
        "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
        "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
    ];
    accepted "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b}}}]\n";
    rejected "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks: [{name: example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b}}}]\n";
}

fn webhooks(cx: &mut Context<'_, '_>, configuration: Node<'_>) {
    let mut seen = HashSet::new();
    for webhook in configuration.list("webhooks").filter(|webhook| webhook.is_map()) {
        if let Some((node, name)) = webhook.get("name").and_then(|node| Some((node, node.as_str()?))) {
            if let Err(problem) = syntax::dns_subdomain(name) {
                cx.error(node, format!("no webhook can be called {}: {problem}", quoted(name)));
            } else if name.split('.').count() < 3 {
                cx.error(node, format!("expected a domain of at least three parts, found {}", quoted(name)));
            } else if !seen.insert(name) {
                cx.error(node, format!("another webhook is called {}", quoted(name)));
            }
        }
        super::allowed(cx, webhook, "sideEffects", &["None", "NoneOnDryRun"]);
        super::allowed(cx, webhook, "failurePolicy", &["Ignore", "Fail"]);
        super::allowed(cx, webhook, "matchPolicy", &["Exact", "Equivalent"]);
        if let Some((node, seconds)) = webhook.get("timeoutSeconds").and_then(|node| Some((node, node.as_int()?)))
            && !(1..=30).contains(&seconds)
        {
            cx.error(node, format!("expected 1 to 30 seconds, found {seconds}"));
        }
        let Some(client) = webhook.get("clientConfig").filter(|client| client.is_map()) else { continue };
        match (client.get("url"), client.get("service")) {
            (Some(url), Some(_)) => cx.error(url, "a webhook is reached by a URL or by a service, not both"),
            (None, None) => cx.error(client, "expected a URL or a service, found neither"),
            _ => {}
        }
    }
}
