//! Services.

use super::probes::port_number_or_name;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::{Exact, OneOf, Range};
use crate::validate::api::table::some;
use crate::validate::api::{address, syntax};
use std::collections::HashSet;

const SERVICE: &str = "core.v1.ServiceSpec";

fn service_type<'t>(spec: Node<'t>) -> &'t str {
    spec.str("type").filter(|text| !text.is_empty()).unwrap_or("ClusterIP")
}

/// The addresses of a service, as the server fills them in: the first is `clusterIP` where the list says nothing.
fn cluster_ips<'t>(spec: Node<'t>) -> Vec<&'t str> {
    let list: Vec<&str> = spec.list("clusterIPs").map(|ip| ip.as_str().unwrap_or("")).collect();
    match spec.str("clusterIP").filter(|ip| !ip.is_empty()) {
        Some(ip) if list.is_empty() => vec![ip],
        _ => list,
    }
}

fn is_headless(spec: Node<'_>) -> bool {
    cluster_ips(spec) == ["None"]
}

check! {
    /// A service has ports, unless it is headless or an `ExternalName`; each lies between 1 and 65535, and no two have
    /// one number and one protocol. An `ExternalName` says which name it stands for.
    SERVICE_PORTS = "api/service-ports", service_ports;
    mirrors "core validation.validateService, validateServicePort";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}}\n";
}

fn service_ports(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let external = service_type(spec) == "ExternalName";
    if external && spec.get("externalName").is_none_or(|name| name.as_str().is_some()) {
        let name = spec.str("externalName").unwrap_or("");
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() {
            cx.at(spec, &["externalName"], "a service of type ExternalName needs an `externalName`");
        } else if let Err(problem) = syntax::dns_subdomain(name) {
            cx.problem(&problem).at(
                spec,
                &["externalName"],
                format!("{} cannot be used here: {problem}", quoted(name)),
            );
        }
    }
    if !is_headless(spec) && !external && spec.get("ports").is_none_or(|ports| ports.is_list() && ports.is_empty()) {
        return cx.at(spec, &["ports"], "the service has no ports");
    }
    let mut seen = HashSet::new();
    for port in spec.list("ports") {
        let Some(number) = port.get("port") else { continue };
        super::port_number(cx, number);
        let protocol = port.str("protocol").filter(|text| !text.is_empty()).unwrap_or("TCP");
        if let Some(n) = number.as_int()
            && !seen.insert((n, protocol))
        {
            cx.beside(port, number, format!("another port of the service is {n} of {protocol}"));
        }
    }
}

check! {
    /// A Service has a specification: without one it has no ports.
    SERVICE_EMPTY = "api/service-empty", service_empty;
    mirrors "core validation.validateService";
    on &["core.v1.Service"];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
}

fn service_empty(cx: &mut Context<'_, '_>, service: Node<'_>) {
    if service.get("spec").is_none() {
        cx.at(service, &["spec", "ports"], "the service has no ports");
    }
}

check! {
    /// Ports of a service with more than one of them have names, each its own; names are DNS labels, and what a port
    /// speaks is a qualified name.
    SERVICE_PORT_NAMES = "api/service-port-name", service_port_names;
    mirrors "core validation.validateServicePort";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: http, port: 80}, {name: https, port: 443}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}, {name: https, port: 443}]}\n";
}

fn service_port_names(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let several = spec.get("ports").is_some_and(|ports| ports.len() > 1);
    let mut seen = HashSet::new();
    for port in spec.list("ports") {
        let name = port.get("name");
        match name.map(|name| (name, name.as_str())) {
            None | Some((_, Some(""))) if several => {
                cx.at(port, &["name"], "a service with more than one port needs a name for each");
            }
            Some((name, Some(text))) if !text.is_empty() => {
                if let Err(problem) = syntax::dns_label(text) {
                    cx.problem(&problem)
                        .error(name, format!("no port of a service can be called {}: {problem}", quoted(text)));
                } else if !seen.insert(text) {
                    cx.error(name, format!("another port of the service is called {}", quoted(text)));
                }
            }
            _ => {}
        }
        Exact("appProtocol", syntax::qualified_name).check(cx, port);
    }
}

check! {
    /// The `targetPort` of a service is a number between 1 and 65535 or the name of a container's port.
    SERVICE_TARGET_PORT = "api/service-target-port", service_target_port;
    mirrors "core validation.validateServicePort, ValidatePortNumOrName";
    on &["core.v1.ServicePort"];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: http}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: '8080'}]}\n";
}

fn service_target_port(cx: &mut Context<'_, '_>, port: Node<'_>) {
    let Some(target) = port.get("targetPort") else { return };
    // Zero and nothing mean the port itself.
    if target.as_int() != Some(0) && target.as_str() != Some("") {
        port_number_or_name(cx, target);
    }
}

check! {
    /// Fields of a service such as its type and its session affinity have a few known values.
    SERVICE_ENUM = "api/service-enum", service_enum;
    mirrors "core validation.validateService, validateServiceInternalTrafficFieldsValue, validateServiceTrafficDistribution";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: Nodeport, ports: [{port: 80}]}\n";
}

fn service_enum(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    super::allowed(cx, spec, "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    super::allowed(cx, spec, "sessionAffinity", &["ClientIP", "None"]);
    super::allowed(cx, spec, "externalTrafficPolicy", &["Cluster", "Local"]);
    OneOf("internalTrafficPolicy", &["Cluster", "Local"]).check(cx, spec);
    let distributions: &[&str] = match cx.minor() {
        34.. => &["PreferClose", "PreferSameZone", "PreferSameNode"],
        31.. => &["PreferClose"],
        _ => &[],
    };
    if !distributions.is_empty() {
        OneOf("trafficDistribution", distributions).check(cx, spec);
    }
    for port in spec.list("ports") {
        super::allowed(cx, port, "protocol", &["TCP", "UDP", "SCTP"]);
    }
    match (spec.str("sessionAffinity"), spec.get("sessionAffinityConfig")) {
        (Some("ClientIP"), Some(config)) => {
            if let Some(client) = config.get("clientIP") {
                Range("timeoutSeconds", 1, 86400).check(cx, client);
            }
        }
        (Some("None"), Some(config)) => cx.error(config, "the session affinity None has no settings"),
        _ => {}
    }
}

check! {
    /// Only services that are reached from outside say how their traffic comes in, and only a load balancer that keeps
    /// the client's address has a port for health checks.
    SERVICE_TRAFFIC = "api/service-traffic", service_traffic;
    mirrors "core validation.validateServiceExternalTrafficPolicy";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {externalTrafficPolicy: Local, ports: [{port: 80}]}\n";
}

fn service_traffic(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let kind = service_type(spec);
    let outside = matches!(kind, "LoadBalancer" | "NodePort")
        || (kind == "ClusterIP" && spec.list("externalIPs").next().is_some());
    if let Some((policy, _)) = some(spec, "externalTrafficPolicy").filter(|_| !outside) {
        cx.error(policy, "only services that are reached from outside have this");
    }
    if let Some(port) = spec.get("healthCheckNodePort").filter(|port| port.as_int().is_some_and(|n| n != 0)) {
        if kind != "LoadBalancer" || spec.str("externalTrafficPolicy") != Some("Local") {
            cx.error(port, "only a LoadBalancer with externalTrafficPolicy: Local has this");
        } else {
            super::port_number(cx, port);
        }
    }
}

check! {
    /// A service of type ClusterIP has no node ports, no two ports of one protocol have the same, and they lie in the
    /// range that clusters reserve, 30000 to 32767 unless they say otherwise.
    SERVICE_NODE_PORT = "api/service-node-port", service_node_port;
    mirrors "core validation.validateService, portallocator";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, nodePort: 30080}]}\n";
}

fn service_node_port(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let kind = service_type(spec);
    let mut seen = HashSet::new();
    for port in spec.list("ports") {
        let Some(node_port) = port.get("nodePort") else { continue };
        let Some(number) = node_port.as_int().filter(|n| *n != 0) else { continue };
        let protocol = port.str("protocol").filter(|text| !text.is_empty()).unwrap_or("TCP");
        if kind == "ClusterIP" {
            let help = "use type NodePort or LoadBalancer";
            cx.error_help(node_port, "a service of type ClusterIP has no node ports", help);
        } else if !seen.insert((protocol, number)) {
            cx.error(node_port, format!("another port of the service has the node port {number}"));
        } else if kind != "ExternalName" && !(30000..=32767).contains(&number) {
            cx.error(node_port, format!("expected a port between 30000 and 32767, found {number}"));
        }
    }
}

check! {
    /// The addresses of a service are IP addresses, at most one for each family and of the families that it names, or
    /// `None` alone; the first is `clusterIP`. An `ExternalName` has none.
    SERVICE_CLUSTER_IP = "api/service-cluster-ip", service_cluster_ip;
    mirrors "core validation.ValidateServiceClusterIPsRelatedFields";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: none, ports: [{port: 80}]}\n";
}

fn service_cluster_ip(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let kind = service_type(spec);
    let ips = cluster_ips(spec);
    if kind == "ExternalName" {
        let own = [("clusterIPs", !ips.is_empty()), ("ipFamilies", spec.list("ipFamilies").next().is_some())];
        for key in own.iter().filter(|(_, is)| *is).map(|(key, _)| *key) {
            cx.at(spec, &[key], format!("a service of type ExternalName has no `{key}`"));
        }
        if spec.get("ipFamilyPolicy").is_some() {
            cx.at(spec, &["ipFamilyPolicy"], "a service of type ExternalName has no `ipFamilyPolicy`");
        }
        return;
    }
    let first = spec.str("clusterIP").unwrap_or("");
    let listed = spec.list("clusterIPs").next().is_some();
    if first.is_empty() && listed {
        cx.at(spec, &["clusterIPs"], "`clusterIPs` need the first of them as `clusterIP` too");
    } else if listed && ips.first().is_some_and(|ip| *ip != first) {
        cx.at(spec, &["clusterIPs"], format!("expected the first address to be `clusterIP`, {first}"));
    }
    families(cx, spec, &ips);
    if ips == ["None"] {
        if matches!(kind, "LoadBalancer" | "NodePort") {
            cx.at(spec, &["clusterIPs", "0"], format!("a service of type {kind} cannot be headless"));
        }
        return;
    }
    if ips.first() == Some(&"None") {
        return cx.at(spec, &["clusterIPs"], "None is the only address where it is one");
    }
    let minor = cx.minor();
    let mut wrong = false;
    for (n, ip) in ips.iter().enumerate() {
        if let Err(problem) = address::legacy_ip(ip, minor) {
            wrong = true;
            let message = format!("{} cannot be used here: {problem}", quoted(ip));
            match spec.list("clusterIPs").nth(n) {
                Some(node) => cx.error(node, message),
                None => cx.at(spec, &["clusterIPs", "0"], message),
            }
        }
    }
    if ips.len() > 2 {
        cx.at(spec, &["clusterIPs"], format!("expected at most 2 addresses, found {}", ips.len()));
    }
    if wrong {
        return;
    }
    let six: Vec<bool> = ips.iter().map(|ip| ip.contains(':')).collect();
    if let [a, b, ..] = six.as_slice()
        && a == b
    {
        cx.at(spec, &["clusterIPs"], "expected one address of each family at most");
    }
    for (n, family) in spec.list("ipFamilies").enumerate() {
        let (Some(six), Some(ip)) = (six.get(n), ips.get(n)) else { break };
        if family.as_str() == Some(if *six { "IPv4" } else { "IPv6" }) {
            let message = format!("expected an address of the family {}, found {}", family.found(), quoted(ip));
            match spec.list("clusterIPs").nth(n) {
                Some(node) => cx.error(node, message),
                None => cx.at(spec, &["clusterIPs", "0"], message),
            }
        }
    }
}

/// Families are IPv4 and IPv6, and go with the policy.
fn families(cx: &mut Context<'_, '_>, spec: Node<'_>, ips: &[&str]) {
    let mut seen = HashSet::new();
    for family in spec.list("ipFamilies") {
        match family.as_str() {
            Some(text @ ("IPv4" | "IPv6")) if !seen.insert(text) => {
                cx.error(family, format!("the family {text} is named twice"));
            }
            Some("IPv4" | "IPv6") | None => {}
            Some(_) => cx.error(family, format!("expected IPv4 or IPv6, found {}", family.found())),
        }
    }
    OneOf("ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]).check(cx, spec);
    let count = spec.list("ipFamilies").count();
    if matches!(spec.str("ipFamilyPolicy"), None | Some("SingleStack")) && (count == 2 || ips.len() == 2) {
        let named = spec.get("ipFamilyPolicy").is_some() || count == 2 || ips.len() == 2;
        if named {
            cx.at(spec, &["ipFamilyPolicy"], "two families need the policy PreferDualStack or RequireDualStack");
        }
    }
}

check! {
    /// Addresses that a service is reached at from outside are IP addresses of other machines.
    SERVICE_EXTERNAL_IP = "api/service-external-ip", external_ips;
    mirrors "core validation.validateService, ValidateEndpointIP";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {externalIPs: [192.0.2.1], ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {externalIPs: [127.0.0.1], ports: [{port: 80}]}\n";
}

fn external_ips(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let minor = cx.minor();
    for ip in spec.list("externalIPs") {
        // A null is an empty text to the server.
        let text = if ip.is_null() { Some("") } else { ip.as_str() };
        let Some(text) = text else { continue };
        if let Err(problem) = address::legacy_ip(text, minor).and_then(|()| address::endpoint(text)) {
            cx.problem(&problem).error(ip, format!("{} cannot be used here: {problem}", quoted(text)));
        }
    }
}

check! {
    /// Only a service of type LoadBalancer has a class, sources and node ports of a load balancer; sources are blocks of
    /// addresses.
    SERVICE_BALANCER = "api/service-load-balancer", balancer;
    mirrors "core validation.validateService, validateLoadBalancerClassField";
    on &["core.v1.Service"];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}\n";
}

fn balancer(cx: &mut Context<'_, '_>, service: Node<'_>) {
    const ANNOTATION: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
    let Some(spec) = service.get("spec").filter(|spec| spec.is_map()) else { return };
    let is_balancer = service_type(spec) == "LoadBalancer";
    for key in ["loadBalancerClass", "allocateLoadBalancerNodePorts"] {
        if let Some(node) = spec.get(key).filter(|_| !is_balancer) {
            cx.error(node, format!("only a service of type LoadBalancer has `{key}`"));
        }
    }
    if is_balancer {
        Exact("loadBalancerClass", syntax::qualified_name).check(cx, spec);
    }
    let minor = cx.minor();
    let wrong = |text: &str| address::legacy_cidr(text.trim(), minor).err();
    let annotations = service.path(&["metadata", "annotations"]);
    if let Some(ranges) = spec.get("loadBalancerSourceRanges").filter(|ranges| ranges.is_list() && !ranges.is_empty()) {
        if !is_balancer {
            cx.error(ranges, "only a service of type LoadBalancer has sources");
        }
        for range in ranges.items() {
            if let Some(problem) = range.as_str().and_then(wrong) {
                cx.problem(&problem).error(range, format!("{} cannot be used here: {problem}", range.found()));
            }
        }
    } else if let Some(node) = annotations.and_then(|annotations| annotations.get(ANNOTATION)) {
        if !is_balancer {
            cx.error(node, "only a service of type LoadBalancer has sources");
        }
        let text = node.as_str().unwrap_or("").trim();
        if let Some(problem) = text.split(',').filter(|_| !text.is_empty()).find_map(wrong) {
            cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(text)));
        }
    }
    let value = |key: &str| annotations.and_then(|annotations| annotations.str(key));
    let mode = "service.kubernetes.io/topology-mode";
    if let (Some(a), Some(b)) = (value(mode), value("service.kubernetes.io/topology-aware-hints"))
        && a != b
    {
        cx.at(service, &["metadata", "annotations", mode], "the annotations on topology contradict each other");
    }
}
