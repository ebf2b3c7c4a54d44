//! Pods as a whole.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use std::collections::HashSet;

check! {
    /// `restartPolicy`, `dnsPolicy` and `preemptionPolicy` of a pod have a few known values.
    POD_ENUM = "api/pod-enum", pod_enum;
    mirrors "core validation.validateRestartPolicy, validateDNSPolicy";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: ClusterFirst, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: Cluster, containers: [{name: a, image: a}]}\n";
}

fn pod_enum(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    // In workloads the policy is checked by api/restart-policy.
    if pod.parent().is_some_and(super::is_object) {
        super::allowed(cx, pod, "restartPolicy", &["Always", "OnFailure", "Never"]);
    }
    super::allowed(cx, pod, "dnsPolicy", &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
    super::allowed(cx, pod, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
}

check! {
    /// Containers of a pod have names of their own, init containers included.
    DUPLICATE_CONTAINER_NAME = "api/duplicate-container-name", duplicate_container_name;
    mirrors "core validation.validateContainers, validateInitContainers";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: b, image: a}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: a, image: a}], containers: [{name: a, image: a}]}\n";
}

fn duplicate_container_name(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let mut seen = HashSet::new();
    for container in pod.list("containers").chain(pod.list("initContainers")) {
        if let Some(name) = container.get("name")
            && let Some(text) = name.as_str()
            && !seen.insert(text)
        {
            cx.error(name, format!("another container of the pod is called {}", quoted(text)));
        }
    }
}

check! {
    /// On the host's network a container's `hostPort` is its `containerPort`.
    HOST_PORT = "api/host-port", host_port;
    mirrors "core validation.validateHostNetwork, checkHostPortConflicts";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 80}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 8080}]}]}\n";
}

fn host_port(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    if pod.bool("hostNetwork") != Some(true) {
        return;
    }
    for port in pod.list("containers").flat_map(|container| container.list("ports")) {
        if let (Some(host), Some(number)) = (port.get("hostPort"), port.int("containerPort"))
            && host.as_int().is_some_and(|host| host != 0 && host != number)
        {
            cx.error(
                host,
                format!("on the host's network the port must be the container's, {number}, found {}", host.found()),
            );
        }
    }
}

check! {
    /// A pod with the DNS policy `None` names at least one name server.
    DNS_NONE = "api/dns-config", dns_none;
    mirrors "core validation.validatePodDNSConfig";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.1]}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, containers: [{name: a, image: a}]}\n";
}

fn dns_none(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    if pod.str("dnsPolicy") != Some("None") {
        return;
    }
    match pod.get("dnsConfig") {
        None => cx.missing(pod, "dnsConfig", "the DNS policy None needs name servers in `dnsConfig`"),
        Some(config) if config.is_map() && config.get("nameservers").is_none_or(Node::is_empty) => {
            cx.missing(config, "nameservers", "the DNS policy None needs name servers");
        }
        Some(_) => {}
    }
}
