//! `rbac/create-pods`: a role that may create Pods or workloads.

use super::grants;
use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Who may create a pod may mount every Secret of the namespace and use every account there.
    CREATE_PODS = "rbac/create-pods", Warning, "a role that may create Pods or workloads";
    help "leave it to whoever deploys";
    profiles [];
    aliases ["access-to-create-pods"];
    Object check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [apps], resources: [deployments], verbs: [create]}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [apps], resources: [deployments], verbs: [get]}]\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    const WORKLOADS: &[&str] = &[
        "pods",
        "deployments",
        "statefulsets",
        "replicasets",
        "daemonsets",
        "jobs",
        "cronjobs",
        "replicationcontrollers",
    ];
    for (_, resource) in grants(object, WORKLOADS, &["create", "*"]) {
        lint.at(resource, Fact::Remark { says: "the role may create pods".to_owned() });
    }
}
