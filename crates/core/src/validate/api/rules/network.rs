//! Network policies.

use super::probes::port_number_or_name;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::address;
use crate::validate::api::check::{Context, check};

check! {
    /// The types of a network policy are `Ingress` and `Egress`.
    NETWORK_POLICY_ENUM = "api/network-policy-enum", network_policy_enum;
    mirrors "networking validation.ValidateNetworkPolicySpec";
    on &["io.k8s.api.networking.v1.NetworkPolicySpec"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, policyTypes: [ingress]}\n";
}

fn network_policy_enum(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    if let Some(kinds) = spec.get("policyTypes").filter(|kinds| kinds.len() > 2) {
        cx.error(kinds, format!("expected at most 2 types, found {}", kinds.len()));
    }
    for kind in spec.list("policyTypes") {
        if kind.as_str().is_some_and(|text| !matches!(text, "Ingress" | "Egress")) {
            cx.error(kind, format!("expected Ingress or Egress, found {}", kind.found()));
        }
    }
}

check! {
    /// A peer of a network policy has selectors or an IP block, and not both.
    NETWORK_POLICY_PEER = "api/network-policy-peer", network_policy_peer;
    mirrors "networking validation.ValidateNetworkPolicyPeer";
    on &["io.k8s.api.networking.v1.NetworkPolicyPeer"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}\n";
}

fn network_policy_peer(cx: &mut Context<'_, '_>, peer: Node<'_>) {
    let selectors = peer.get("podSelector").is_some() || peer.get("namespaceSelector").is_some();
    match peer.get("ipBlock") {
        Some(block) if selectors => cx.beside(peer, block, "a peer has selectors or an IP block, not both"),
        None if !selectors && peer.is_map() => cx.error(peer, "expected selectors or an IP block, found an empty peer"),
        _ => {}
    }
}

check! {
    /// A port of a network policy has a known protocol; with `endPort` it is a number, and not above it.
    NETWORK_POLICY_PORT = "api/network-policy-port", network_policy_port;
    mirrors "networking validation.ValidateNetworkPolicyPort";
    on &["io.k8s.api.networking.v1.NetworkPolicyPort"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{ports: [{port: 80, endPort: 90}]}]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{ports: [{port: 80, endPort: 79}]}]}\n";
}

fn network_policy_port(cx: &mut Context<'_, '_>, port: Node<'_>) {
    super::allowed(cx, port, "protocol", &["TCP", "UDP", "SCTP"]);
    let number = port.get("port");
    if let Some(number) = number {
        port_number_or_name(cx, number);
    }
    let Some((end, last)) = port.get("endPort").and_then(|end| Some((end, end.as_int()?))) else { return };
    if !(1..=65535).contains(&last) {
        cx.error(end, format!("expected a port between 1 and 65535, found {last}"));
    }
    match number.map(|number| (number.as_int(), number.as_str())) {
        Some((Some(first), _)) if last < first => {
            cx.error(end, format!("expected at least the port, {first}, found {last}"));
        }
        Some((_, Some(_))) | None => cx.error(end, "`endPort` needs a port that is a number"),
        _ => {}
    }
}

check! {
    /// An IP block is an address and a length such as `10.0.0.0/8`, and what it leaves out lies inside it.
    CIDR = "api/cidr", ip_block;
    mirrors "networking validation.ValidateIPBlock";
    on &["io.k8s.api.networking.v1.IPBlock"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.1}}]}]}\n";
}

fn ip_block(cx: &mut Context<'_, '_>, block: Node<'_>) {
    let minor = cx.minor();
    let Some((node, text)) = block.get("cidr").and_then(|node| Some((node, node.as_str()?))) else { return };
    if let Err(problem) = address::legacy_cidr(text, minor) {
        cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(text)));
    }
    let Some((outer, length)) = address::sloppy_cidr(text) else { return };
    for except in block.list("except") {
        let Some(text) = except.as_str() else { continue };
        if let Err(problem) = address::legacy_cidr(text, minor) {
            cx.problem(&problem).error(except, format!("{} cannot be used here: {problem}", quoted(text)));
        }
        let Some((inner, inner_length)) = address::sloppy_cidr(text) else { continue };
        if inner_length <= length || !address::contains(outer, length, inner) {
            cx.error(except, format!("expected a block inside {}, found {}", node.found(), except.found()));
        }
    }
}
