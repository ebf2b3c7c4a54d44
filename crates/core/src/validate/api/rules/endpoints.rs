//! Endpoints and slices of them.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::{Below, Exact, Form, Most, OneOf, Range, Required, Unique};
use crate::validate::api::table::some;
use crate::validate::api::{address, syntax};
use std::net::IpAddr;

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];

check! {
    /// Subsets of Endpoints have addresses, which are those of other machines, and ports, with names where there are more
    /// than one.
    ENDPOINTS = "api/endpoints", endpoints;
    mirrors "core validation.validateEndpointSubsets, validateEndpointAddress, validateEndpointPort";
    on &["core.v1.EndpointSubset"];
    accepted "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]\n";
    rejected "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: [{addresses: [{ip: 127.0.0.1}], ports: [{port: 80}]}]\n";
}

fn endpoints(cx: &mut Context<'_, '_>, subset: Node<'_>) {
    let minor = cx.minor();
    let addresses = || subset.list("addresses").chain(subset.list("notReadyAddresses"));
    if addresses().next().is_none() {
        cx.error(subset, "expected `addresses` or `notReadyAddresses`, found neither");
    }
    for address in addresses() {
        if let Some((node, text)) = crate::validate::api::table::text(address, "ip")
            && let Err(problem) = address::legacy_ip(text, minor).and_then(|()| address::endpoint(text))
        {
            cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(text)));
        }
        Form("hostname", syntax::dns_label).check(cx, address);
        Exact("nodeName", syntax::dns_subdomain).check(cx, address);
    }
    let several = subset.list("ports").count() > 1;
    for port in subset.list("ports") {
        if several && some(port, "name").is_none() {
            cx.at(port, &["name"], "more than one port needs a name for each");
        }
        Form("name", syntax::dns_label).check(cx, port);
        Range("port", 1, 65535).check(cx, port);
        super::allowed(cx, port, "protocol", PROTOCOLS);
        Exact("appProtocol", syntax::qualified_name).check(cx, port);
    }
}

check! {
    /// A slice of endpoints has addresses of one type, at most 100 for each of at most 1000 endpoints, and ports with
    /// names of their own.
    ENDPOINT_SLICE = "api/endpoint-slice", slice;
    mirrors "discovery validation.ValidateEndpointSlice, validateEndpoints, validatePorts, validateHints";
    on &["discovery.*.EndpointSlice"];
    accepted "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]\nports: [{name: http, port: 80}]\n";
    rejected "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: [{addresses: ['fd00::1']}]\n";
}

fn slice(cx: &mut Context<'_, '_>, slice: Node<'_>) {
    let rules = [
        Required(&["addressType"]),
        OneOf("addressType", &["FQDN", "IPv4", "IPv6"]),
        Most("endpoints", 1000),
        Most("ports", 20000),
    ];
    rules.into_iter().for_each(|rule| rule.check(cx, slice));
    let kind = slice.str("addressType").unwrap_or("");
    for endpoint in slice.list("endpoints").filter(|endpoint| endpoint.is_map()) {
        Required(&["addresses"]).check(cx, endpoint);
        Most("addresses", 100).check(cx, endpoint);
        addresses(cx, endpoint, kind);
        Exact("nodeName", syntax::dns_subdomain).check(cx, endpoint);
        Exact("hostname", syntax::dns_label).check(cx, endpoint);
        let Some(hints) = endpoint.get("hints") else { continue };
        for (list, form) in [("forZones", syntax::label_value as syntax::Form), ("forNodes", syntax::dns_subdomain)] {
            Most(list, 8).check(cx, hints);
            Unique(list, "name").check(cx, hints);
            hints.list(list).for_each(|hint| Exact("name", form).check(cx, hint));
        }
    }
    let mut seen = std::collections::HashSet::new();
    for port in slice.list("ports").filter(|port| port.is_map()) {
        let name = port.str("name").unwrap_or("");
        if !seen.insert(name) {
            cx.at(port, &["name"], format!("another port is called {}", quoted(name)));
        }
        Form("name", syntax::dns_label).check(cx, port);
        OneOf("protocol", PROTOCOLS).check(cx, port);
        Exact("appProtocol", syntax::qualified_name).check(cx, port);
    }
}

fn addresses(cx: &mut Context<'_, '_>, endpoint: Node<'_>, kind: &str) {
    let minor = cx.minor();
    let Some(list) = endpoint.get("addresses") else { return };
    for item in list.items() {
        let Some(text) = item.as_str() else { continue };
        let found = address::sloppy_ip(text);
        let form = match kind {
            "IPv4" => address::legacy_ip(text, minor),
            "IPv6" => address::ip(text),
            "FQDN" => syntax::full_domain(text),
            _ => return,
        };
        let other = matches!((kind, found), ("IPv4", Some(IpAddr::V6(_))) | ("IPv6", Some(IpAddr::V4(_))));
        if let Err(problem) = form {
            cx.problem(&problem).error(item, format!("{} cannot be used here: {problem}", quoted(text)));
        } else if other {
            cx.beside(list, item, format!("expected an address of {kind}, found {}", quoted(text)));
        } else if kind != "FQDN"
            && let Err(problem) = address::endpoint(text)
        {
            cx.problem(&problem).error(item, format!("{} cannot be used here: {problem}", quoted(text)));
        }
    }
}

check! {
    /// The blocks of addresses of services are one or two, of one family each.
    SERVICE_CIDR = "api/service-cidr", service_cidr;
    mirrors "networking validation.validateServiceCIDRSpec";
    on &["networking.*.ServiceCIDR"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.0.0.0/16]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.0.0.0/16, 10.1.0.0/16]}\n";
}

fn service_cidr(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let blocks: Vec<Node<'_>> = object.get("spec").into_iter().flat_map(|spec| spec.list("cidrs")).collect();
    if blocks.is_empty() {
        return cx.at(object, &["spec", "cidrs"], "expected at least one block of addresses, found none");
    }
    for block in &blocks {
        let Some(text) = block.as_str() else { continue };
        if let Err(problem) = address::cidr(text) {
            cx.problem(&problem).error(*block, format!("{} cannot be used here: {problem}", quoted(text)));
        }
    }
    if blocks.len() > 2 {
        cx.at(object, &["spec", "cidrs"], format!("expected at most 2 blocks, found {}", blocks.len()));
    }
    let six = |block: &Node<'_>| block.as_str().and_then(address::sloppy_cidr).map(|(address, _)| address.is_ipv6());
    if let [a, b] = blocks.as_slice()
        && six(a).is_some()
        && six(a) == six(b)
    {
        cx.at(object, &["spec", "cidrs"], "expected blocks of two families");
    }
}

check! {
    /// An address of a service says whose it is, and its name is the address as the server writes it.
    IP_ADDRESS = "api/ip-address";
    mirrors "networking validation.validateIPAddressParentReference";
    table &[
        ("networking.*.IPAddress", &[Below("spec", &["parentRef"])]),
        ("networking.*.IPAddressSpec", &[Required(&["parentRef"])]),
        ("networking.*.ParentReference", &[
            Required(&["resource", "name"]),
            Form("group", syntax::dns_subdomain),
            Form("resource", syntax::path_segment),
            Form("name", syntax::path_segment),
            Form("namespace", syntax::path_segment),
        ]),
    ];
    accepted "apiVersion: networking.k8s.io/v1\nkind: IPAddress\nmetadata: {name: 10.0.0.1}\nspec: {parentRef: {resource: services, name: a, namespace: b}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: IPAddress\nmetadata: {name: 10.0.0.1}\nspec: {parentRef: {resource: services, name: a/b, namespace: b}}\n";
}
