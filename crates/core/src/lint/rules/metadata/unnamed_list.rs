//! `metadata/unnamed-list`: a List without a name, as `helm lint` says.

use crate::kube::tree::Node;
use crate::lint::rule::{Lint, rule};

rule! {
    /// `helm lint` wants a name of every object, of a List too, and fails without one. The API server does not see the List: kubectl and
    /// Helm take its items out.
    UNNAMED_LIST = "metadata/unnamed-list", Warning, "a List without a name";
    help "write the objects one by one, with `---` between, or give the List a name";
    profiles [Strict];
    aliases [];
    List check;
    bad manifest "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n";
    good manifest "apiVersion: v1\nkind: List\nmetadata: {name: a}\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]\n";
}

fn check(lint: &mut Lint<'_>, list: Node<'_>) {
    let name = list.path(&["metadata", "name"]).and_then(Node::as_str);
    if name.is_none_or(str::is_empty) {
        lint.absent(list, "metadata.name");
    }
}
