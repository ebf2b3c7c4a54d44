//! Pods as a whole.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::{Exact, Form, OneOf, Range, Since};
use crate::validate::api::table::some;
use crate::validate::api::{address, syntax};
use std::collections::HashSet;

check! {
    /// `restartPolicy`, `dnsPolicy` and `preemptionPolicy` of a pod have a few known values.
    POD_ENUM = "api/pod-enum", pod_enum;
    mirrors "core validation.validateRestartPolicy, validateDNSPolicy, ValidatePreemptionPolicy";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: ClusterFirst, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: Cluster, containers: [{name: a, image: a}]}\n";
}

fn pod_enum(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    // In workloads the policy is checked by api/restart-policy.
    let template = |owner: Node<'_>| owner.root().str("kind") == Some("PodTemplate");
    if pod.parent().is_some_and(|owner| super::is_object(owner) || template(owner)) {
        super::allowed(cx, pod, "restartPolicy", &["Always", "OnFailure", "Never"]);
    }
    super::allowed(cx, pod, "dnsPolicy", &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
    OneOf("preemptionPolicy", &["PreemptLowerPriority", "Never"]).check(cx, pod);
}

check! {
    /// Names in a pod: its node, its service account, its classes are DNS subdomains, its host name and subdomain DNS
    /// labels. Its time to live is at least a second.
    POD_FIELDS = "api/pod-fields", pod_fields;
    mirrors "core validation.ValidatePodSpec, validatePodHostName";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {serviceAccountName: a.b, hostname: a, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostname: a.b, containers: [{name: a, image: a}]}\n";
}

fn pod_fields(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let rules = [
        Form("nodeName", syntax::dns_subdomain),
        Form("serviceAccountName", syntax::dns_subdomain),
        Form("priorityClassName", syntax::dns_subdomain),
        Exact("runtimeClassName", syntax::dns_subdomain),
        Range("activeDeadlineSeconds", 1, 2_147_483_647),
        Since(35, &Exact("hostnameOverride", syntax::dns_subdomain)),
    ];
    rules.into_iter().for_each(|rule| rule.check(cx, pod));
    // A StatefulSet gives its pods names of their own.
    let stateful = pod.root().str("kind") == Some("StatefulSet");
    for key in ["hostname", "subdomain"].into_iter().filter(|_| !stateful) {
        Form(key, syntax::dns_label).check(cx, pod);
    }
    if pod.str("serviceAccountName").is_none_or(str::is_empty)
        && let Some((_, name)) = some(pod, "serviceAccount")
        && let Err(problem) = syntax::dns_subdomain(name)
    {
        cx.problem(&problem).at(
            pod,
            &["serviceAccountName"],
            format!("no account can be called {}: {problem}", quoted(name)),
        );
    }
    if cx.minor() >= 35
        && let Some(name) = pod.get("hostnameOverride")
    {
        if name.as_str().is_some_and(|name| name.len() > 64) {
            cx.error(name, "expected at most 64 characters");
        }
        for key in ["setHostnameAsFQDN", "hostNetwork"] {
            if pod.bool(key) == Some(true) {
                cx.error(name, format!("`hostnameOverride` does not go with `{key}: true`"));
            }
        }
    }
    if pod.list("schedulingGates").next().is_some()
        && some(pod, "nodeName").is_some()
        && pod.parent().is_some_and(super::is_object)
        && let Some(node) = pod.get("nodeName")
    {
        cx.error(node, "a pod that waits behind `schedulingGates` is on no node");
    }
}

check! {
    /// Gates that a pod waits for, and conditions that make it ready, are qualified names; each gate is named once.
    POD_GATES = "api/pod-gates", pod_gates;
    mirrors "core validation.validateReadinessGates, validateSchedulingGates";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {schedulingGates: [{name: example.com/a}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {schedulingGates: [{name: a b}], containers: [{name: a, image: a}]}\n";
}

fn pod_gates(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    for gate in pod.list("readinessGates") {
        Exact("conditionType", syntax::qualified_name).check(cx, gate);
    }
    let mut seen = HashSet::new();
    for gate in pod.list("schedulingGates") {
        let Some(name) = gate.str("name") else { continue };
        if let Err(problem) = syntax::qualified_name(name) {
            cx.problem(&problem).error(gate, format!("no gate can be called {}: {problem}", quoted(name)));
        } else if !seen.insert(name) {
            cx.error(gate, format!("the gate {} is named twice", quoted(name)));
        }
    }
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
        if let Some((name, text)) = some(container, "name")
            && !seen.insert(text)
        {
            cx.error(name, format!("another container of the pod is called {}", quoted(text)));
        }
    }
}

check! {
    /// On the host's network a container's `hostPort` is its `containerPort`, and no two containers of a pod use one port
    /// of the host.
    HOST_PORT = "api/host-port", host_port;
    mirrors "core validation.validatePodHostNetworkDeps, checkHostPortConflicts";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 80}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 8080}]}]}\n";
}

fn host_port(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let host_network = pod.bool("hostNetwork") == Some(true);
    let mut seen = HashSet::new();
    for container in pod.list("initContainers").chain(pod.list("containers")) {
        let main = container.parent().is_some_and(|list| list.key() == "containers");
        if !main || container.index() == 0 {
            seen.clear();
        }
        for port in container.list("ports") {
            // The server fills in the port of the host where the pod is on its network.
            let number = port.int("containerPort");
            let host = port.get("hostPort").filter(|host| host.as_int() != Some(0));
            let filled = host.and_then(Node::as_int).or(number.filter(|_| host_network));
            if let (Some(host), Some(number)) = (host, number)
                && main
                && host_network
                && host.as_int().is_some_and(|host| host != number)
            {
                let message =
                    format!("on the host's network the port must be the container's, {number}, found {}", host.found());
                cx.error(host, message);
            }
            let text = |key: &str, usual| port.str(key).filter(|text| !text.is_empty()).unwrap_or(usual);
            if let Some(filled) = filled
                && !seen.insert((text("protocol", "TCP"), text("hostIP", ""), filled))
            {
                cx.at(port, &["hostPort"], format!("another container uses the port {filled} of the host"));
            }
        }
    }
}

check! {
    /// A pod with the DNS policy `None` names at least one name server; there are at most three, which are IP addresses,
    /// and at most 32 domains to search.
    DNS_NONE = "api/dns-config", dns_config;
    mirrors "core validation.validatePodDNSConfig";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.1]}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, containers: [{name: a, image: a}]}\n";
}

fn dns_config(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let config = pod.get("dnsConfig");
    if pod.str("dnsPolicy") == Some("None") {
        match config {
            None => return cx.missing(pod, "dnsConfig", "the DNS policy None needs name servers in `dnsConfig`"),
            Some(config) if config.is_map() && config.get("nameservers").is_none_or(Node::is_empty) => {
                return cx.at(config, &["nameservers"], "the DNS policy None needs name servers");
            }
            Some(_) => {}
        }
    }
    let Some(config) = config.filter(|config| config.is_map()) else { return };
    if let Some(servers) = config.get("nameservers").filter(|servers| servers.len() > 3) {
        cx.error(servers, format!("expected at most 3 name servers, found {}", servers.len()));
    }
    let minor = cx.minor();
    for server in config.list("nameservers") {
        if let Some(text) = server.as_str()
            && let Err(problem) = address::legacy_ip(text, minor)
        {
            cx.problem(&problem).error(server, format!("{} cannot be used here: {problem}", quoted(text)));
        }
    }
    if let Some(searches) = config.get("searches").filter(|searches| searches.is_list()) {
        let length: usize = searches.items().filter_map(Node::as_str).map(|text| text.len() + 1).sum();
        if searches.len() > 32 || length > 2049 {
            cx.error(searches, "expected at most 32 domains of 2048 characters together");
        }
        for search in searches.items() {
            let Some(text) = search.as_str().filter(|text| *text != "." || minor < 32) else { continue };
            let text = text.strip_suffix('.').unwrap_or(text);
            let problem =
                if minor >= 32 { syntax::dns_subdomain_underscore(text) } else { syntax::dns_subdomain(text) };
            if let Err(problem) = problem {
                cx.problem(&problem).error(search, format!("{} cannot be searched: {problem}", quoted(text)));
            }
        }
    }
    for option in config.list("options") {
        if option.get("name").is_none_or(|name| name.as_str() == Some("")) {
            cx.error(option, "the option has no name");
        }
    }
}

check! {
    /// Aliases of hosts have an IP address and names that are DNS subdomains.
    HOST_ALIAS = "api/host-alias", host_alias;
    mirrors "core validation.ValidateHostAliases";
    on &["core.v1.HostAlias"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostAliases: [{ip: 10.0.0.1, hostnames: [a.b]}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostAliases: [{ip: localhost, hostnames: [a.b]}], containers: [{name: a, image: a}]}\n";
}

fn host_alias(cx: &mut Context<'_, '_>, alias: Node<'_>) {
    let minor = cx.minor();
    if let Some((node, text)) = crate::validate::api::table::text(alias, "ip")
        && let Err(problem) = address::legacy_ip(text, minor)
    {
        cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(text)));
    }
    crate::validate::api::table::Rule::Items("hostnames", syntax::dns_subdomain).check(cx, alias);
}
