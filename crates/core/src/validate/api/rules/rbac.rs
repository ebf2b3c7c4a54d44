//! Roles and their bindings.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::OneOf;

const GROUP: &str = "rbac.authorization.k8s.io";

check! {
    /// A binding refers to a `Role` or `ClusterRole` of the RBAC group; a ClusterRoleBinding only to a `ClusterRole`.
    ROLE_REF = "api/role-ref", role_ref;
    mirrors "rbac validation.ValidateRoleBinding, ValidateClusterRoleBinding";
    on &["rbac.*.RoleBinding", "rbac.*.ClusterRoleBinding"];
    accepted "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\n";
    rejected "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\n";
}

fn role_ref(cx: &mut Context<'_, '_>, binding: Node<'_>) {
    let Some(role) = binding.get("roleRef") else { return };
    super::allowed(cx, role, "apiGroup", &[GROUP]);
    let kinds: &[&str] =
        if binding.str("kind") == Some("ClusterRoleBinding") { &["ClusterRole"] } else { &["Role", "ClusterRole"] };
    OneOf("kind", kinds).check(cx, role);
    if let Some(name) = role.get("name")
        && let Some(text) = name.as_str()
        && let Err(problem) = syntax::path_name(text)
    {
        cx.problem(&problem).error(name, format!("no role can be called {text:?}: {problem}"));
    }
}

check! {
    /// A subject is a `ServiceAccount` without an API group, or a `User` or `Group` of the RBAC group. In a
    /// ClusterRoleBinding a service account says its namespace.
    SUBJECT = "api/rbac-subject", subjects;
    mirrors "rbac validation.ValidateRoleBindingSubject";
    on &["rbac.*.RoleBinding", "rbac.*.ClusterRoleBinding"];
    accepted "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
    rejected "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: ServiceAccount, name: a}]\n";
}

fn subjects(cx: &mut Context<'_, '_>, binding: Node<'_>) {
    let cluster = binding.str("kind") == Some("ClusterRoleBinding");
    for subject in binding.list("subjects") {
        let group = subject.get("apiGroup").filter(|group| group.as_str() != Some(""));
        if let Some(name) = subject.get("name")
            && name.as_str() == Some("")
        {
            cx.error(name, "the name of the subject is empty");
        }
        match subject.str("kind") {
            Some("ServiceAccount") => {
                crate::validate::api::table::Rule::Form("name", syntax::dns_subdomain).check(cx, subject);
                if let Some(group) = group {
                    cx.error(group, format!("a ServiceAccount has no API group, found {}", group.found()));
                }
                if cluster && subject.get("namespace").is_none_or(|namespace| namespace.as_str() == Some("")) {
                    cx.missing(subject, "namespace", "a ServiceAccount in a ClusterRoleBinding needs its namespace");
                }
            }
            Some("User" | "Group") => super::allowed(cx, subject, "apiGroup", &[GROUP]),
            Some(_) => super::allowed(cx, subject, "kind", &["ServiceAccount", "User", "Group"]),
            None => {}
        }
    }
}

check! {
    /// A rule names verbs, and either API groups with resources or URLs, which only a ClusterRole may name.
    POLICY_RULE = "api/policy-rule", policy_rules;
    mirrors "rbac validation.ValidatePolicyRule";
    on &["rbac.*.Role", "rbac.*.ClusterRole"];
    accepted "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n";
    rejected "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{resources: [pods], verbs: [get]}]\n";
}

fn policy_rules(cx: &mut Context<'_, '_>, role: Node<'_>) {
    let namespaced = role.str("kind") == Some("Role");
    if let Some(rule) = role.get("aggregationRule").filter(|rule| rule.is_map()) {
        crate::validate::api::table::required(cx, rule, "clusterRoleSelectors");
    }
    for rule in role.list("rules").filter(|rule| rule.is_map()) {
        let empty = |key: &str| rule.get(key).is_none_or(|list| list.is_list() && list.is_empty());
        if let Some(verbs) = rule.get("verbs")
            && verbs.is_list()
            && verbs.is_empty()
        {
            cx.error(verbs, "expected at least one verb, found none");
        }
        if !empty("nonResourceURLs") {
            let urls = rule.get("nonResourceURLs").unwrap_or(rule);
            if namespaced {
                cx.error(urls, "a Role cannot allow URLs; use a ClusterRole");
            }
            if !(empty("apiGroups") && empty("resources") && empty("resourceNames")) {
                cx.error(urls, "a rule is about resources or about URLs, not both");
            }
            continue;
        }
        if empty("apiGroups") {
            cx.missing(rule, "apiGroups", "the rule names no API group; the core group is \"\"");
        }
        if empty("resources") {
            cx.missing(rule, "resources", "the rule names no resources");
        }
    }
}
