//! `probes/identical-probes`: liveness and readiness probes that ask the same.

use crate::diag::Fact;
use crate::kube::tree::Node;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// When the container is too busy to answer, it is restarted where it should only get no more requests, and the others
    /// get its share.
    IDENTICAL_PROBES = "probes/identical-probes", Warning, "liveness and readiness probes that ask the same";
    help "let the liveness probe ask for less, or give it more time";
    profiles [Strict];
    aliases ["pod-probes-identical"];
    Container check;
    bad container "livenessProbe: &a {httpGet: {path: /, port: 80}}\n          readinessProbe: *a";
    good container "livenessProbe: {tcpSocket: {port: 80}}\n          readinessProbe: {httpGet: {path: /, port: 80}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let (Some(live), Some(ready)) = (container.node.get("livenessProbe"), container.node.get("readinessProbe")) else {
        return;
    };
    if same(live, ready) {
        let says = "the liveness probe asks the same as the readiness probe".to_owned();
        lint.at_key(live, Fact::Remark { says });
    }
}

/// Whether two values are the same.
fn same(a: Node<'_>, b: Node<'_>) -> bool {
    a.data() == b.data()
        && a.len() == b.len()
        && match a.is_map() {
            true => a.entries().all(|(key, value)| b.get_raw(key).is_some_and(|other| same(value, other))),
            false => a.items().zip(b.items()).all(|(a, b)| same(a, b)),
        }
}
