//! `secrets/secret-in-configmap`: a ConfigMap with what looks like a secret.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// ConfigMaps are readable for many who may not read Secrets, and are not encrypted at rest.
    SECRET_IN_CONFIGMAP = "secrets/secret-in-configmap", Warning, "a ConfigMap with what looks like a secret";
    help "put it into a Secret";
    profiles [Security];
    aliases ["sensitiveConfigmapContent"];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {password: hunter2}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {user: web}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    for (key, value) in object.node.map("data").filter(|_| object.is("", "ConfigMap")) {
        let short = value.as_str().is_some_and(|text| !text.is_empty() && !text.contains('\n'));
        if short && value.is_secret() {
            lint.at(value, Fact::Remark { says: format!("`{key}` looks like a secret") });
        }
    }
}
