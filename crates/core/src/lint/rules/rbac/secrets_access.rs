//! `rbac/secrets-access`: a role that may read or change Secrets.

use super::grants;
use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Secrets hold what opens other doors; who may `list` them may read them all.
    SECRETS_ACCESS = "rbac/secrets-access", Warning, "a role that may read or change Secrets";
    help "allow single Secrets by `resourceNames`, or mount them";
    profiles [];
    aliases ["access-to-secrets"];
    Object check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get, list]}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [configmaps], verbs: [get, list]}]\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    for (rule, resource) in
        grants(object, &["secrets"], &["get", "list", "watch", "create", "update", "patch", "delete", "*"])
    {
        if rule.list("resourceNames").next().is_none() {
            lint.at(resource, Fact::Remark { says: "the role gives access to Secrets".to_owned() });
        }
    }
}
