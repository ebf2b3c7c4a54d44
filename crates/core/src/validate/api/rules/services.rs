//! Services.

use super::probes::port_number_or_name;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use std::collections::HashSet;

const SERVICE: &str = "io.k8s.api.core.v1.ServiceSpec";

fn service_type<'t>(spec: Node<'t>) -> &'t str {
    spec.str("type").filter(|text| !text.is_empty()).unwrap_or("ClusterIP")
}

check! {
    /// A service has ports, unless it is headless or an `ExternalName`; each lies between 1 and 65535, and no two have
    /// one number and one protocol. An `ExternalName` says which name it stands for.
    SERVICE_PORTS = "api/service-ports", service_ports;
    mirrors "core validation.ValidateService, validateServicePort";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}}\n";
}

fn service_ports(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let headless =
        spec.str("clusterIP") == Some("None") || spec.list("clusterIPs").next().and_then(Node::as_str) == Some("None");
    let external = service_type(spec) == "ExternalName";
    if external
        && spec.str("externalName").is_none_or(str::is_empty)
        && spec.get("externalName").is_none_or(|n| n.as_str().is_some())
    {
        cx.missing(spec, "externalName", "a service of type ExternalName needs an `externalName`");
    }
    if !headless && !external && spec.get("ports").is_none_or(|ports| ports.is_list() && ports.is_empty()) {
        return cx.missing(spec, "ports", "the service has no ports");
    }
    let mut seen = HashSet::new();
    for port in spec.list("ports") {
        let Some(number) = port.get("port") else { continue };
        super::port_number(cx, number);
        let protocol = port.str("protocol").filter(|text| !text.is_empty()).unwrap_or("TCP");
        if let Some(n) = number.as_int()
            && !seen.insert((n, protocol))
        {
            cx.error(number, format!("another port of the service is {n} of {protocol}"));
        }
    }
}

check! {
    /// Ports of a service with more than one of them have names, each its own; names are DNS labels.
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
                cx.missing(port, "name", "a service with more than one port needs a name for each");
            }
            Some((name, Some(text))) if !text.is_empty() => {
                if let Err(problem) = syntax::dns_label(text) {
                    cx.error(name, format!("no port of a service can be called {}: {problem}", quoted(text)));
                } else if !seen.insert(text) {
                    cx.error(name, format!("another port of the service is called {}", quoted(text)));
                }
            }
            _ => {}
        }
    }
}

check! {
    /// The `targetPort` of a service is a number between 1 and 65535 or the name of a container's port.
    SERVICE_TARGET_PORT = "api/service-target-port", service_target_port;
    mirrors "core validation.validateServicePort, ValidatePortNumOrName";
    on &["io.k8s.api.core.v1.ServicePort"];
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
    mirrors "core validation.ValidateService";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: Nodeport, ports: [{port: 80}]}\n";
}

fn service_enum(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    super::allowed(cx, spec, "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    super::allowed(cx, spec, "sessionAffinity", &["ClientIP", "None"]);
    super::allowed(cx, spec, "externalTrafficPolicy", &["Cluster", "Local"]);
    super::allowed(cx, spec, "internalTrafficPolicy", &["Cluster", "Local"]);
    super::allowed(cx, spec, "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]);
    for family in spec.list("ipFamilies") {
        if family.as_str().is_some_and(|text| !matches!(text, "IPv4" | "IPv6")) {
            cx.error(family, format!("expected IPv4 or IPv6, found {}", family.found()));
        }
    }
    for port in spec.list("ports") {
        super::allowed(cx, port, "protocol", &["TCP", "UDP", "SCTP"]);
    }
}

check! {
    /// A service of type `ClusterIP` has no node ports.
    SERVICE_NODE_PORT = "api/service-node-port", service_node_port;
    mirrors "core validation.ValidateService";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, nodePort: 30080}]}\n";
}

fn service_node_port(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let cluster = service_type(spec) == "ClusterIP";
    for port in spec.list("ports") {
        let Some(node_port) = port.get("nodePort") else { continue };
        let Some(number) = node_port.as_int().filter(|n| *n != 0) else { continue };
        if cluster {
            cx.error_help(
                node_port,
                "a service of type ClusterIP has no node ports",
                "use type NodePort or LoadBalancer",
            );
        } else if !(1..=65535).contains(&number) {
            super::port_number(cx, node_port);
        }
    }
}

check! {
    /// `clusterIP` is empty, `None` or an IP address.
    SERVICE_CLUSTER_IP = "api/service-cluster-ip", service_cluster_ip;
    mirrors "core validation.ValidateServiceClusterIPsRelatedFields";
    on &[SERVICE];
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None, ports: [{port: 80}]}\n";
    rejected "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: none, ports: [{port: 80}]}\n";
}

fn service_cluster_ip(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some((node, text)) = spec.get("clusterIP").and_then(|node| Some((node, node.as_str()?))) else { return };
    // Go reads leading zeros as well, so only what has other characters is certainly wrong.
    let like_address = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'));
    if text.is_empty() || text == "None" || (like_address && text.contains(['.', ':'])) {
        return;
    }
    let message = format!("expected None or an IP address, found {}", node.found());
    if text.eq_ignore_ascii_case("none") {
        cx.error_help(node, message, "did you mean None?");
    } else {
        cx.error(node, message);
    }
}
