//! `metadata/no-namespace`: an object without a namespace, or in `default`.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Where it lands depends on the shell of whoever applies it. Helm puts what names none into the release's.
    NO_NAMESPACE = "metadata/no-namespace", Warning, "an object without a namespace, or in `default`";
    help "set `metadata.namespace`";
    profiles [];
    aliases ["use-namespace"];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    if let Some(node) = object.node.path(&["metadata", "namespace"]).filter(|node| node.as_str() == Some("default")) {
        lint.unwanted(node);
    }
}
