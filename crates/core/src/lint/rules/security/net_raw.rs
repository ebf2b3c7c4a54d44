//! `security/net-raw`: a container that may send raw packets.

use crate::kube::tree::Node;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// With NET_RAW, which containers have unless it is dropped, it can answer for other pods of its node (ARP and DNS spoofing).
    NET_RAW = "security/net-raw", Warning, "a container that may send raw packets";
    help "drop `ALL` or `NET_RAW` under `securityContext.capabilities`" cure "[NET_RAW]";
    profiles [];
    aliases ["drop-net-raw-capability"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {capabilities: {drop: [ALL]}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.pod.is_windows() {
        return;
    }
    let dropped = container.own_security("capabilities").map(|all| all.list("drop"));
    let drops = |name: Node<'_>| matches!(name.as_str(), Some("ALL" | "all" | "NET_RAW" | "CAP_NET_RAW"));
    if !dropped.into_iter().flatten().any(drops) {
        lint.absent(container.node, "securityContext.capabilities.drop");
    }
}
