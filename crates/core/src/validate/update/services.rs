//! Services and what else has addresses.

use super::change::{Change, Difference};
use super::check::Fixed::At;
use super::check::update;
use crate::kube::tree::Node;
use crate::validate::api::Reason;

/// What the server says of most that a service keeps.
const ONCE: &str = "may not change once set";

const SERVICE: &[&str] = &["Service"];

/// Whether the service is or becomes a name for another one: then it has no addresses that could change.
fn is_external(change: &Change<'_, '_, '_>) -> bool {
    let (old, new) = change.texts("spec.type");
    old == Some("ExternalName") || new == Some("ExternalName")
}

/// The addresses that a service asks for.
fn addresses(service: Node<'_>) -> Vec<Node<'_>> {
    let Some(spec) = service.get("spec") else { return Vec::new() };
    let list: Vec<Node<'_>> = spec.list("clusterIPs").collect();
    match spec.get("clusterIP").filter(|ip| ip.as_str().is_some_and(|ip| !ip.is_empty())) {
        Some(ip) if list.is_empty() => vec![ip],
        _ => list,
    }
}

fn texts<'t>(nodes: &[Node<'t>]) -> Vec<&'t str> {
    nodes.iter().filter_map(|node| node.as_str()).collect()
}

update! {
    /// A service keeps its addresses: one with an address does not become headless, nor the other way round, and where
    /// the cluster chose the address no other can be asked for later. The second address of two can be given up, with
    /// the policy SingleStack.
    CLUSTER_IP = "update/service-cluster-ip", cluster_ip;
    mirrors "core validation.validateUpgradeDowngradeClusterIPs";
    on SERVICE;
    old "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 8080}]}\n";
    refused "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None, ports: [{port: 80}]}\n";
}

fn cluster_ip(change: &mut Change<'_, '_, '_>) {
    const FIRST: &str = "spec.clusterIPs.0";
    let (before, after) = (addresses(change.old), addresses(change.new));
    let (old, new) = (texts(&before), texts(&after));
    // What an apply leaves out stays.
    if is_external(change) || new.is_empty() || old == new {
        return;
    }
    let first = Difference { old: before.first().copied(), new: after.first().copied() };
    if old.first() != new.first() {
        return change.refuse_as("spec.clusterIP", FIRST, first, Reason::Invalid.says(ONCE));
    }
    if old.len() == 2 && new.len() == 1 && change.texts("spec.ipFamilyPolicy").1 != Some("SingleStack") {
        let (old, new) = change.both("spec.ipFamilyPolicy");
        let rule = "a service with one address less has the policy SingleStack";
        return change.rule("spec.ipFamilyPolicy", rule, Difference { old, new });
    }
    if old.len() == 2 && new.len() == 2 {
        let second = Difference { old: before.get(1).copied(), new: after.get(1).copied() };
        change.refuse_as("spec.clusterIPs", "spec.clusterIPs.1", second, Reason::Invalid.says(ONCE));
    }
}

update! {
    /// The first family of a service's addresses stays, and so does the second while there is one; it can be given up,
    /// with the policy SingleStack. Where a service says nothing, its first family is taken to be IPv4.
    IP_FAMILIES = "update/service-ip-families", families;
    mirrors "core validation.validateUpgradeDowngradeIPFamilies";
    on SERVICE;
    old "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilies: [IPv4], ports: [{port: 80}]}\n";
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}\n";
    refused "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilies: [IPv6], ports: [{port: 80}]}\n";
}

fn families(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.ipFamilies";
    let headless = |service: Node<'_>| texts(&addresses(service)) == ["None"];
    if is_external(change) || headless(change.old) || headless(change.new) {
        return;
    }
    let items = |node: Option<Node<'_>>| -> Vec<String> {
        node.into_iter().flat_map(Node::items).filter_map(Node::as_str).map(str::to_owned).collect()
    };
    let (before, after) = change.both(PATH);
    let (mut old, new) = (items(before), items(after));
    if new.is_empty() {
        return;
    }
    if old.is_empty() {
        let six = texts(&addresses(change.old)).first().is_some_and(|ip| ip.contains(':'));
        old = vec![if six { "IPv6" } else { "IPv4" }.to_owned()];
    }
    let difference = Difference { old: before, new: after };
    if old.first() != new.first() {
        // The server looks at the address first.
        return change.refuse_as(PATH, "spec.clusterIPs.0", difference, Reason::Invalid.says(""));
    }
    if old.len() == 2 && new.len() == 1 && change.texts("spec.ipFamilyPolicy").1 != Some("SingleStack") {
        let (old, new) = change.both("spec.ipFamilyPolicy");
        let rule = "a service with one family less has the policy SingleStack";
        change.rule("spec.ipFamilyPolicy", rule, Difference { old, new });
    }
}

update! {
    /// The class of a load balancer and the port that its health is asked at stay as they are.
    SERVICE_FIXED = "update/service-balancer", balancer;
    mirrors "core validation.validateLoadBalancerClassField, validateServiceExternalTrafficFieldsUpdate";
    on SERVICE;
    old "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer, loadBalancerClass: example.com/a, ports: [{port: 80}]}\n";
    accepted "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    refused "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer, loadBalancerClass: example.com/b, ports: [{port: 80}]}\n";
}

fn balancer(change: &mut Change<'_, '_, '_>) {
    if change.texts("spec.type") != (Some("LoadBalancer"), Some("LoadBalancer")) {
        return;
    }
    const CLASS: &str = "spec.loadBalancerClass";
    if let Some(difference) = change.difference(CLASS, &[]) {
        change.refuse_as(CLASS, CLASS, difference, Reason::Invalid.says(ONCE));
    }
    const PORT: &str = "spec.healthCheckNodePort";
    let local = change.texts("spec.externalTrafficPolicy") == (Some("Local"), Some("Local"));
    let (old, new) = change.both(PORT);
    let number = |node: Option<Node<'_>>| node.and_then(Node::as_int).filter(|n| *n != 0);
    if local && number(new).is_some() && number(old) != number(new) {
        change.refuse_as(PORT, PORT, Difference { old, new }, Reason::Forbidden.says("field is immutable"));
    }
}

update! {
    /// What kind of addresses an EndpointSlice has is settled when it is created.
    ADDRESS_TYPE = "update/address-type";
    mirrors "discovery validation.ValidateEndpointSliceUpdate";
    table &[("discovery.k8s.io/EndpointSlice", &[At("addressType")])];
    old "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: []\n";
    accepted "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: [{addresses: [10.1.2.3]}]\n";
    refused "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv6\nendpoints: []\n";
}

update! {
    /// The range of a ServiceCIDR and what an IPAddress belongs to cannot be changed; a second range can come, of the
    /// other family.
    SERVICE_CIDR = "update/service-cidr", service_cidr;
    mirrors "networking validation.ValidateServiceCIDRUpdate, ValidateIPAddressUpdate";
    on &["networking.k8s.io/ServiceCIDR", "networking.k8s.io/IPAddress"];
    old "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.9.0.0/16]}\n";
    accepted "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.9.0.0/16, 'fd00:9::/64']}\n";
    refused "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: a}\nspec: {cidrs: [10.8.0.0/16]}\n";
}

/// From here on a second range can be added.
const SECOND_RANGE: u32 = 33;

fn service_cidr<'t>(change: &mut Change<'_, 't, '_>) {
    change.fixed("spec.parentRef", "spec.parentRef", &[]);
    let (before, after) = change.both("spec.cidrs");
    let items = |list: Option<Node<'t>>| -> Vec<Node<'t>> { list.into_iter().flat_map(Node::items).collect() };
    let (old, new) = (items(before), items(after));
    if old.len() == new.len() || (old.len() == 1 && new.len() == 2 && change.minor() >= SECOND_RANGE) {
        for (number, (old, new)) in old.into_iter().zip(new).enumerate() {
            if old.as_str() != new.as_str() {
                let difference = Difference { old: Some(old), new: Some(new) };
                change.refuse("spec.cidrs", &format!("spec.cidrs.{number}"), difference);
            }
        }
        return;
    }
    change.refuse("spec.cidrs", "spec.cidrs", Difference { old: before, new: after });
}
