//! `rbac/cluster-admin`: a binding to cluster-admin.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Who is bound may do everything in the cluster.
    CLUSTER_ADMIN = "rbac/cluster-admin", Warning, "a binding to cluster-admin";
    help "bind a role that allows what is needed";
    profiles [Strict, Security];
    aliases ["cluster-admin-role-binding", "clusterrolebindingClusterAdmin", "rolebindingClusterAdminClusterRole"];
    Object check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let binding = object.is_any("rbac.authorization.k8s.io", &["ClusterRoleBinding", "RoleBinding"]);
    let name = object.node.path(&["roleRef", "name"]).filter(|_| binding);
    if let Some(name) = name.filter(|name| name.as_str() == Some("cluster-admin")) {
        lint.at(name, Fact::Remark { says: "cluster-admin may do everything".to_owned() });
    }
}
