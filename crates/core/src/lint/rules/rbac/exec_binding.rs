//! `rbac/exec-binding`: a binding to a role that may run commands in pods.

use crate::diag::Fact;
use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Who may `exec` into a pod has all that the pod has: its files, its secrets, its account.
    EXEC_BINDING = "rbac/exec-binding", Warning, "a binding to a role that may run commands in pods";
    help "bind a role without `pods/exec` and `pods/attach`";
    profiles [Security];
    aliases ["rolebindingRolePodExecAttach", "rolebindingClusterRolePodExecAttach", "clusterrolebindingPodExecAttach"];
    Release check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods/exec], verbs: [create]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods], verbs: [create]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a, namespace: b}]\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, binding) in release.objects.iter().filter(|(_, object)| object.kind.ends_with("RoleBinding")) {
        for reference in &binding.references {
            let role = release.named(binding, &reference.kind, &reference.name);
            if let Some(role) = role.filter(|role| role.runs_commands) {
                let says = format!("the {} `{}` may run commands in pods", role.kind, role.name);
                found.extend(release.found(*document, &reference.at, Fact::Remark { says }));
            }
        }
    }
}
