//! Definitions of custom resources.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Enum, Form, Items, Most, OneOf, Required};
use crate::validate::api::table::{some, text};
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
    if protected && !approved {
        let path = ["metadata", "annotations", "api-approved.kubernetes.io"];
        cx.at(crd, &path, format!("the group {group} needs the annotation api-approved.kubernetes.io"));
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
    OneOf("scope", &["Cluster", "Namespaced"]).check(cx, spec);
    if let Some(node) = spec.get("preserveUnknownFields").filter(|node| node.as_bool() == Some(true)) {
        cx.error_help(node, "expected false, or nothing", "set x-kubernetes-preserve-unknown-fields in the schema");
    }
    let Some(versions) = spec.get("versions").filter(|versions| versions.is_list()) else { return };
    let stored = versions.items().filter(|version| version.bool("storage") == Some(true)).count();
    if stored != 1 && cx.is_sound(versions) {
        cx.error(versions, format!("expected exactly one version with `storage: true`, found {stored}"));
    }
    let mut seen = HashSet::new();
    for version in versions.items().filter(|version| version.is_map()) {
        if let Some((name, text)) = text(version, "name") {
            if let Err(problem) = syntax::dns_1035_label(text) {
                cx.problem(&problem).error(name, format!("no version can be called {}: {problem}", quoted(text)));
            } else if !seen.insert(text) {
                cx.beside(versions, name, format!("another version is called {}", quoted(text)));
            }
        }
        if version.path(&["schema", "openAPIV3Schema"]).is_none() && version.get("schema").is_none_or(Node::is_map) {
            cx.at(version, &["schema", "openAPIV3Schema"], "the version has no schema");
        }
        match text(version, "deprecationWarning") {
            Some((node, _)) if version.bool("deprecated") != Some(true) => {
                cx.error(node, "only a deprecated version has a warning");
            }
            Some((node, warning)) if warning.trim().is_empty() || warning.len() > 256 || warning.contains('\n') => {
                cx.error(node, "expected one line of at most 256 characters");
            }
            _ => {}
        }
    }
}

check! {
    /// The names of a custom resource are DNS labels in any case; its list has another name than itself.
    CRD_NAMES = "api/crd-names", names;
    mirrors "apiextensions validation.ValidateCustomResourceDefinitionNames";
    on &[CRD];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos, shortNames: [fo]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos, shortNames: [Fo]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
}

fn kind_name(text: &str) -> Result<(), Problem> {
    syntax::dns_1035_label(&text.to_lowercase())
}

fn names(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    let Some(spec) = crd.get("spec").filter(|spec| spec.is_map()) else { return };
    if let Some((node, group)) = some(spec, "group") {
        if let Err(problem) = syntax::dns_subdomain(group) {
            cx.problem(&problem).error(node, format!("no group can be called {}: {problem}", quoted(group)));
        } else if !group.contains('.') {
            cx.error(node, format!("expected a domain of at least two parts, found {}", quoted(group)));
        }
    } else if spec.get("group").is_some() {
        cx.at(spec, &["group"], "the group is empty");
    }
    let Some(names) = spec.get("names").filter(|names| names.is_map()) else { return };
    let rules = [
        Required(&["plural", "kind"]),
        Form("plural", syntax::dns_1035_label),
        Form("singular", syntax::dns_1035_label),
        Form("kind", kind_name),
        Form("listKind", kind_name),
        Items("shortNames", syntax::dns_1035_label),
        Items("categories", syntax::dns_1035_label),
    ];
    rules.into_iter().for_each(|rule| rule.check(cx, names));
    if let Some((node, list)) = some(names, "listKind")
        && names.str("kind") == Some(list)
    {
        cx.error(node, "the list has the name of its items");
    }
}

check! {
    /// What is shown, scaled and selected of a custom resource is named by a path such as `.spec.size`: replicas under
    /// `.spec` and `.status`, fields to select by among those of the schema.
    CRD_PATHS = "api/crd-paths", paths;
    mirrors "apiextensions validation.ValidateCustomResourceColumnDefinition, ValidateCustomResourceDefinitionSubresources, ValidateCustomResourceSelectableFields";
    on &[CRD];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}], schema: {openAPIV3Schema: {type: object}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, additionalPrinterColumns: [{name: Size, type: integer, jsonPath: spec.size}], schema: {openAPIV3Schema: {type: object}}}]}\n";
}

fn paths(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    for version in crd.get("spec").into_iter().flat_map(|spec| spec.list("versions")).filter(|version| version.is_map())
    {
        for column in version.list("additionalPrinterColumns").filter(|column| column.is_map()) {
            let rules = [
                Required(&["name", "type", "jsonPath"]),
                Enum("type", &["boolean", "date", "integer", "number", "string"]),
                Enum("format", &["byte", "date", "date-time", "double", "float", "int32", "int64", "password"]),
            ];
            rules.into_iter().for_each(|rule| rule.check(cx, column));
            under(cx, column, "jsonPath", &["."]);
        }
        for (key, node) in version.path(&["subresources", "status"]).into_iter().flat_map(Node::entries) {
            cx.key_error(node, format!("the subresource status has no field `{key}`"));
        }
        if let Some(scale) = version.path(&["subresources", "scale"]).filter(|scale| scale.is_map()) {
            Required(&["specReplicasPath", "statusReplicasPath"]).check(cx, scale);
            under(cx, scale, "specReplicasPath", &[".spec."]);
            under(cx, scale, "statusReplicasPath", &[".status."]);
            under(cx, scale, "labelSelectorPath", &[".spec.", ".status."]);
        }
        if cx.minor() >= 30 {
            selectable(cx, version);
        }
    }
}

/// A path starts with one of a few.
fn under(cx: &mut Context<'_, '_>, owner: Node<'_>, key: &str, starts: &[&str]) {
    if let Some((node, path)) = some(owner, key)
        && !starts.iter().any(|start| path.starts_with(start))
    {
        cx.error(node, format!("expected a path that starts with {}, found {}", starts.join(" or "), quoted(path)));
    }
}

/// Fields to select by are scalars of the schema, at most eight, each once.
fn selectable(cx: &mut Context<'_, '_>, version: Node<'_>) {
    Most("selectableFields", 8).check(cx, version);
    let schema = version.path(&["schema", "openAPIV3Schema"]);
    let mut seen = HashSet::new();
    for field in version.list("selectableFields").filter(|field| field.is_map()) {
        Required(&["jsonPath"]).check(cx, field);
        let Some((node, path)) = some(field, "jsonPath") else { continue };
        let Some(rest) = path.strip_prefix('.') else {
            cx.error(node, format!("expected a path that starts with `.`, found {}", quoted(path)));
            continue;
        };
        if !seen.insert(path) {
            cx.error(node, format!("the field {path} is named twice"));
        }
        let target =
            schema.and_then(|schema| rest.split('.').try_fold(schema, |schema, key| schema.path(&["properties", key])));
        match target {
            None => cx.error(node, format!("the schema has no field {}", quoted(path))),
            Some(_) if rest.starts_with("metadata") => cx.error(node, "fields of `metadata` cannot be named"),
            Some(target) if !matches!(target.str("type"), Some("string" | "boolean" | "integer")) => {
                cx.error(node, "expected a field that is a string, a boolean or an integer");
            }
            Some(_) => {}
        }
    }
}

check! {
    /// Versions of a custom resource are translated by a webhook that is reached by a URL or a service and reads known
    /// versions of reviews, or not at all.
    CRD_CONVERSION = "api/crd-conversion", conversion;
    mirrors "apiextensions validation.validateCustomResourceConversion, validateConversionReviewVersions";
    on &[CRD];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, conversion: {strategy: None}, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, conversion: {strategy: Webhook}, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n";
}

fn conversion(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    let Some(conversion) = crd.path(&["spec", "conversion"]).filter(|conversion| conversion.is_map()) else { return };
    OneOf("strategy", &["None", "Webhook"]).check(cx, conversion);
    let webhook = conversion.get("webhook");
    match (conversion.str("strategy"), webhook) {
        (Some("Webhook"), None) => cx.at(conversion, &["webhookClientConfig"], "the strategy Webhook needs a webhook"),
        (Some("Webhook"), Some(webhook)) => {
            match webhook.get("clientConfig") {
                None => cx.at(conversion, &["webhookClientConfig"], "the webhook does not say how it is reached"),
                Some(client) => match (client.get("url"), client.get("service")) {
                    (Some(_), Some(_)) => cx.error(client, "a webhook is reached by a URL or by a service, not both"),
                    (None, None) => cx.error(client, "expected a URL or a service, found neither"),
                    _ => super::admission::client_config(cx, client, true),
                },
            }
            super::admission::review_versions(cx, webhook, "conversionReviewVersions");
        }
        (Some("None"), Some(webhook)) => {
            let keys =
                [("clientConfig", "webhookClientConfig"), ("conversionReviewVersions", "conversionReviewVersions")];
            for (_, name) in keys.iter().filter(|(key, _)| webhook.get(key).is_some()) {
                cx.at(conversion, &[name], "without a translation there is no webhook");
            }
        }
        _ => {}
    }
}
