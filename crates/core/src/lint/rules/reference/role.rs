//! `reference/role`: a binding to a role that is not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Nobody gets what it should grant. The roles that every cluster has are known.
    ROLE = "reference/role", Warning, "a binding to a role that is not there";
    help "name a role of the release, or list it as external in the configuration";
    profiles [Strict];
    aliases [];
    Release check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: missing}\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(|object| object.group == "rbac.authorization.k8s.io", &["Role", "ClusterRole"], found);
}
