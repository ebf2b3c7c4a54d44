//! `security/unsafe-sysctl`: a pod that changes a kernel parameter of its node.

use crate::diag::Fact;
use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Parameters that are not in a namespace of their own are those of the node and of all pods on it.
    UNSAFE_SYSCTL = "security/unsafe-sysctl", Warning, "a pod that changes a kernel parameter of its node";
    help "leave it to whoever runs the nodes";
    profiles [Strict, Security];
    aliases ["unsafe-sysctls"];
    Pod check;
    bad pod "securityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: \"1\"}, {name: kernel.msgmax, value: \"1\"}]}";
    good pod "securityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: \"1\"}]}";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    let sysctls = pod.spec.get("securityContext").map(|context| context.list("sysctls"));
    for name in sysctls.into_iter().flatten().filter_map(|sysctl| sysctl.get("name")) {
        let Some(text) = name.as_str() else { continue };
        if !is_safe(text, lint.minor) {
            lint.at(name, Fact::Remark { says: format!("`{text}` is a kernel parameter of the whole node") });
        }
    }
}

/// Whether the Pod Security Standard `baseline` allows a parameter in a minor version of Kubernetes.
pub(super) fn is_safe(name: &str, minor: u32) -> bool {
    // By the version that first had each.
    const SAFE: &[(u32, &str)] = &[
        (0, "kernel.shm_rmid_forced"),
        (0, "net.ipv4.ip_local_port_range"),
        (0, "net.ipv4.ip_unprivileged_port_start"),
        (0, "net.ipv4.tcp_syncookies"),
        (0, "net.ipv4.ping_group_range"),
        (27, "net.ipv4.ip_local_reserved_ports"),
        (29, "net.ipv4.tcp_keepalive_time"),
        (29, "net.ipv4.tcp_fin_timeout"),
        (29, "net.ipv4.tcp_keepalive_intvl"),
        (29, "net.ipv4.tcp_keepalive_probes"),
        (32, "net.ipv4.tcp_rmem"),
        (32, "net.ipv4.tcp_wmem"),
        (37, "net.ipv4.tcp_slow_start_after_idle"),
        (37, "net.ipv4.tcp_notsent_lowat"),
    ];
    SAFE.iter().any(|(since, safe)| *safe == name && minor >= *since)
}
