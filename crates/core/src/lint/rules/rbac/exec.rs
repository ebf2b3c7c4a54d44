//! `rbac/exec`: a role that may run commands in pods.

use super::grants;
use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Who may `exec` into a pod has all that the pod has: its files, its secrets, its account.
    EXEC = "rbac/exec", Warning, "a role that may run commands in pods";
    help "leave `pods/exec` and `pods/attach` out";
    profiles [Strict, Security];
    aliases ["rolePodExecAttach", "clusterrolePodExecAttach"];
    Object check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods/exec], verbs: [create]}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    for (_, resource) in grants(object, &["pods/exec", "pods/attach"], &["create", "get", "*"]) {
        lint.at(resource, Fact::Remark { says: "the role may run commands in pods".to_owned() });
    }
}
