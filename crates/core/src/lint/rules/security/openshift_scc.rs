//! `security/openshift-scc`: a SecurityContextConstraints that allows privileged containers.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whoever may use it is root on the nodes.
    OPENSHIFT_SCC = "security/openshift-scc", Warning, "a SecurityContextConstraints that allows privileged containers";
    help "set `allowPrivilegedContainer: false`";
    profiles [];
    aliases ["scc-deny-privileged-container"];
    Object check;
    bad manifest "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {name: a}\nallowPrivilegedContainer: true\n";
    good manifest "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {name: a}\nallowPrivilegedContainer: false\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let allowed = object.node.get("allowPrivilegedContainer").filter(|node| node.as_bool() == Some(true));
    if let Some(node) = allowed.filter(|_| object.is("security.openshift.io", "SecurityContextConstraints")) {
        lint.unwanted(node);
    }
}
