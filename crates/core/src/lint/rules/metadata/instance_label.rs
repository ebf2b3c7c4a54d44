//! `metadata/instance-label`: a label `app.kubernetes.io/instance` that is not the object's name.

use crate::kube::tree::Node;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Tools that group by it do not find the object.
    INSTANCE_LABEL = "metadata/instance-label", Warning, "a label `app.kubernetes.io/instance` that is not the object's name";
    help "let both say the same";
    profiles [];
    aliases ["metadataAndInstanceMismatched"];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app.kubernetes.io/instance: b}}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app.kubernetes.io/instance: a}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let name = object.node.path(&["metadata", "name"]).and_then(Node::as_str);
    let label = object.node.path(&["metadata", "labels", "app.kubernetes.io/instance"]);
    if let Some(label) = label.filter(|label| label.as_str() != name) {
        lint.unwanted(label);
    }
}
