//! Limits and quotas of namespaces.

use super::resources::{amount, container_resource, overcommits, resource_name, value};
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use std::collections::HashSet;

check! {
    /// A LimitRange has one entry for each type, with resources that the type has; minimum, default and maximum are in
    /// order, and a ratio is at least 1 and can be kept.
    LIMIT_RANGE = "api/limit-range", limit_range;
    mirrors "core validation.ValidateLimitRange";
    on &["core.v1.LimitRangeSpec"];
    accepted "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, min: {cpu: 100m}, max: {cpu: 1}}]}\n";
    rejected "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, min: {cpu: 2}, max: {cpu: 1}}]}\n";
}

fn limit_range(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let mut seen = HashSet::new();
    for limit in spec.list("limits").filter(|limit| limit.is_map()) {
        let kind = limit.str("type").unwrap_or("");
        if let Some(node) = limit.get("type") {
            if let Err(problem) = syntax::qualified_name(kind) {
                cx.problem(&problem).error(node, format!("{} cannot be a type: {problem}", quoted(kind)));
            } else if !kind.contains('/') && !matches!(kind, "Pod" | "Container" | "PersistentVolumeClaim") {
                cx.error(node, format!("expected Pod, Container or PersistentVolumeClaim, found {}", quoted(kind)));
            } else if !seen.insert(kind) {
                cx.error(node, format!("another entry is of the type {}", quoted(kind)));
            }
        }
        one_limit(cx, limit, kind);
    }
}

fn one_limit(cx: &mut Context<'_, '_>, limit: Node<'_>, kind: &str) {
    let form = if matches!(kind, "Pod" | "Container") { container_resource } else { resource_name };
    let mut names: Vec<&str> = Vec::new();
    for map in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
        let Some(node) = limit.get(map) else { continue };
        if kind == "Pod" && map.starts_with("default") {
            if !node.is_empty() {
                cx.error(node, format!("entries of the type Pod have no `{map}`"));
            }
            continue;
        }
        for (name, entry) in node.entries() {
            if let Err(problem) = form(name) {
                cx.problem(&problem).key_error(entry, format!("no resource is called {}: {problem}", quoted(name)));
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let has = |map: &str| limit.get(map).is_some_and(|map| map.get_raw("storage").is_some());
    if kind == "PersistentVolumeClaim" && !has("min") && !has("max") {
        cx.at(limit, &["limits"], "expected a minimum or a maximum of storage, found neither");
    }
    for name in names {
        amounts(cx, limit, kind, name);
    }
}

/// One resource: what the server fills in counts too.
fn amounts(cx: &mut Context<'_, '_>, limit: Node<'_>, kind: &str, name: &str) {
    let get = |map: &str| limit.get(map).and_then(|map| map.get_raw(name)).and_then(value);
    let (min, max, ratio) = (get("min"), get("max"), get("maxLimitRequestRatio"));
    let (mut default, mut request) = (get("default"), get("defaultRequest"));
    if kind == "Container" {
        default = default.or(max);
        request = request.or(get("default")).or(min).or(default);
    }
    let orders = [
        ("min", min, max, "the minimum is above the maximum"),
        ("defaultRequest", min, request, "the default request is below the minimum"),
        ("defaultRequest", request, max, "the default request is above the maximum"),
        ("defaultRequest", request, default, "the default request is above the default limit"),
        ("default", min, default, "the default is below the minimum"),
        ("default", default, max, "the default is above the maximum"),
    ];
    for (map, low, high, message) in orders {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            cx.at(limit, &[map, name], message);
        }
    }
    let ratio = ratio.and_then(|ratio| ratio.over(super::resources::one()));
    let bound = max.zip(min).and_then(|(max, min)| max.over(min));
    if ratio.is_some_and(|ratio| ratio < 1.0 || bound.is_some_and(|bound| ratio > bound)) {
        cx.at(limit, &["maxLimitRequestRatio", name], "expected a ratio of at least 1 and at most maximum to minimum");
    }
    if !overcommits(name)
        && let (Some(default), Some(request)) = (default, request)
        && default != request
    {
        cx.at(limit, &["defaultRequest", name], "the default request must be the default limit");
    }
}

check! {
    /// A quota counts resources that Kubernetes knows, in whole numbers where they are counted, and its scopes are known,
    /// fit the resources and do not contradict each other.
    QUOTA = "api/resource-quota", quota;
    mirrors "core validation.ValidateResourceQuotaSpec, validateResourceQuotaScopes, validateScopedResourceSelectorRequirement";
    on &["core.v1.ResourceQuotaSpec"];
    accepted "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {pods: 4, requests.cpu: 1, count/deployments.apps: 2}}\n";
    rejected "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {deployments: 4}}\n";
}

const SCOPES: &[&str] = &[
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];

fn quota(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let mut hard = Vec::new();
    for (name, node) in spec.map("hard") {
        hard.push(name);
        let known = resource_name(name).and_then(|()| match name.contains('/') || is_quota(name) {
            true => Ok(()),
            false => Err("expected a resource that quotas count".into()),
        });
        if let Err(problem) = known {
            cx.problem(&problem).key_error(node, format!("no resource is called {}: {problem}", quoted(name)));
        }
        amount(cx, name, node);
    }
    let minor = cx.minor();
    let is_known = |scope: &str| SCOPES.contains(&scope) && (scope != "VolumeAttributesClass" || minor >= 34);
    let conflict = |scopes: &[&str]| {
        let both = |a, b| scopes.contains(&a) && scopes.contains(&b);
        both("BestEffort", "NotBestEffort") || both("Terminating", "NotTerminating")
    };
    if let Some(scopes) = spec.get("scopes").filter(|scopes| scopes.is_list()) {
        let names: Vec<&str> = scopes.items().filter_map(Node::as_str).collect();
        for node in scopes.items() {
            let Some(scope) = node.as_str() else { continue };
            if !is_known(scope) {
                cx.beside(scopes, node, format!("expected one of {}, found {}", SCOPES.join(", "), quoted(scope)));
            } else if let Some(name) = hard.iter().find(|name| is_quota(name) && !fits(scope, name)) {
                cx.beside(scopes, node, format!("the scope {scope} does not fit the resource {name}"));
            }
        }
        if conflict(&names) {
            cx.error(scopes, "the scopes contradict each other");
        }
    }
    let Some(expressions) = spec.path(&["scopeSelector", "matchExpressions"]) else { return };
    let mut names = Vec::new();
    for expression in expressions.items().filter(|expression| expression.is_map()) {
        let scope = expression.str("scopeName").unwrap_or("");
        let operator = expression.str("operator").unwrap_or("");
        names.push(scope);
        let at = |cx: &mut Context<'_, '_>, key: &str, message: String| {
            let node = expression.get(key).unwrap_or(expression);
            cx.near(expressions, key, node, message);
        };
        if !is_known(scope) {
            at(cx, "scopeName", format!("expected one of {}, found {}", SCOPES.join(", "), quoted(scope)));
        } else if let Some(name) = hard.iter().find(|name| is_quota(name) && !fits(scope, name)) {
            cx.beside(expressions, expression, format!("the scope {scope} does not fit the resource {name}"));
        }
        let count = expression.list("values").count();
        if !matches!(scope, "PriorityClass" | "VolumeAttributesClass") && is_known(scope) && operator != "Exists" {
            at(cx, "operator", format!("the scope {scope} takes only the operator Exists"));
        }
        match operator {
            "In" | "NotIn" if count == 0 => at(cx, "values", format!("the operator {operator} needs values")),
            "Exists" | "DoesNotExist" if count > 0 => {
                at(cx, "values", format!("the operator {operator} takes no values"));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => at(cx, "operator", format!("expected In, NotIn, Exists or DoesNotExist, found {}", quoted(operator))),
        }
    }
    if conflict(&names) {
        cx.error(expressions, "the scopes contradict each other");
    }
}

/// IsStandardQuotaResourceName.
fn is_quota(name: &str) -> bool {
    matches!(
        name,
        "cpu"
            | "memory"
            | "ephemeral-storage"
            | "requests.cpu"
            | "requests.memory"
            | "requests.storage"
            | "requests.ephemeral-storage"
            | "limits.cpu"
            | "limits.memory"
            | "limits.ephemeral-storage"
            | "pods"
            | "resourcequotas"
            | "services"
            | "replicationcontrollers"
            | "secrets"
            | "configmaps"
            | "persistentvolumeclaims"
            | "services.nodeports"
            | "services.loadbalancers"
    ) || name.starts_with("hugepages-")
        || name.starts_with("requests.hugepages-")
}

/// IsResourceQuotaScopeValidForResource.
fn fits(scope: &str, name: &str) -> bool {
    let computes = matches!(
        name,
        "pods"
            | "cpu"
            | "memory"
            | "requests.cpu"
            | "requests.memory"
            | "limits.cpu"
            | "limits.memory"
            | "ephemeral-storage"
            | "requests.ephemeral-storage"
            | "limits.ephemeral-storage"
    );
    match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        _ => computes || name.starts_with("hugepages-") || name.starts_with("requests.hugepages-"),
    }
}
