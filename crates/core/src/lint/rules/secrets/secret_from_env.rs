//! `secrets/secret-from-env`: a secret that a container gets through its environment.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The environment is printed by many crash reports and read by every program that the container starts. A mounted file
    /// is not, and follows when the secret changes.
    SECRET_FROM_ENV = "secrets/secret-from-env", Warning, "a secret that a container gets through its environment";
    help "mount the Secret as a volume";
    profiles [];
    aliases ["read-secret-from-env-var"];
    Container check;
    bad container "env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}]";
    good container "env: [{name: A, value: b}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let variables = container.node.list("env").filter_map(|variable| variable.path(&["valueFrom", "secretKeyRef"]));
    for source in variables.chain(container.node.list("envFrom").filter_map(|source| source.get("secretRef"))) {
        let says = "the secret gets into the environment".to_owned();
        lint.at_key(source, Fact::Remark { says });
    }
}
