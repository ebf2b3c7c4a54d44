//! Accounts and roles.

pub(super) mod automounted_token;
pub(super) mod cluster_admin;
pub(super) mod create_pods;
pub(super) mod default_service_account;
pub(super) mod deprecated_service_account;
pub(super) mod exec;
pub(super) mod exec_binding;
pub(super) mod secrets_access;
pub(super) mod wildcard;

use crate::kube::tree::{Items, Node};
use crate::lint::object::Object;

/// The rules of a role.
fn rules<'t>(object: &Object<'t>) -> impl Iterator<Item = Node<'t>> + use<'t> {
    let is_role = object.is_any("rbac.authorization.k8s.io", &["Role", "ClusterRole"]);
    let rules: Option<Items<'t>> = object.node.get("rules").filter(|_| is_role).map(Node::items);
    rules.into_iter().flatten()
}

/// The rules of a role that grant one of the verbs on one of the resources, each with the resource.
fn grants<'t>(
    object: &Object<'t>,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
) -> impl Iterator<Item = (Node<'t>, Node<'t>)> + use<'t> {
    let named = |list: &[&str], node: Node<'_>| node.as_str().is_some_and(|text| list.contains(&text));
    rules(object).filter(move |rule| rule.list("verbs").any(|verb| named(verbs, verb))).flat_map(move |rule| {
        let fits = rule.list("resources").filter(move |resource| named(resources, *resource));
        fits.map(move |resource| (rule, resource))
    })
}

/// Whether a role allows commands in pods.
pub(in crate::lint) fn runs_commands(object: &Object<'_>) -> bool {
    grants(object, &["pods/exec", "pods/attach"], &["create", "get", "*"]).next().is_some()
}
