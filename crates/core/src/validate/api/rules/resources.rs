//! Quantities, requests and limits.

use crate::kube::quantity::{Parsed, Quantity, parse};
use crate::kube::tree::{Data, Node, quoted};
use crate::validate::api::check::{Context, check};

const RESOURCES: &[&str] =
    &["io.k8s.api.core.v1.ResourceRequirements", "io.k8s.api.core.v1.VolumeResourceRequirements"];

check! {
    /// A quantity is a number with an optional suffix: `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`, or an exponent such as
    /// `e3`.
    QUANTITY = "api/quantity", quantity;
    mirrors "apimachinery resource.ParseQuantity";
    on &["io.k8s.apimachinery.pkg.api.resource.Quantity"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {memory: 1.5Gi}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {memory: 512MB}}}]}\n";
}

fn quantity(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return };
    if parse(text) != Parsed::Wrong {
        return;
    }
    let message = format!("expected a quantity such as 500m or 1Gi, found {}", quoted(text));
    let better = text.trim_end_matches(['B', 'b']);
    let capital = better.strip_suffix('K').map(|number| format!("{number}k"));
    match [Some(better.to_owned()), capital].into_iter().flatten().find(|other| parse(other) != Parsed::Wrong) {
        Some(better) => cx.error_help(node, message, format!("did you mean {better}?")),
        None => cx.error(node, message),
    }
}

/// The quantity at a node, if it can be computed with.
pub(in crate::validate::api) fn value(node: Node<'_>) -> Option<Quantity> {
    let parsed = match node.data() {
        Data::Str(text) => parse(text),
        Data::Int(n) => parse(&n.to_string()),
        Data::Float(n) => parse(&n.to_string()),
        _ => return None,
    };
    match parsed {
        Parsed::Known(quantity) => Some(quantity),
        _ => None,
    }
}

check! {
    /// What a container requests of a resource is at most its limit.
    REQUEST_ABOVE_LIMIT = "api/request-above-limit", request_above_limit;
    mirrors "core validation.ValidateResourceRequirements";
    on &["io.k8s.api.core.v1.ResourceRequirements"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {requests: {cpu: 500m}, limits: {cpu: 1}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {requests: {cpu: 2}, limits: {cpu: 500m}}}]}\n";
}

fn request_above_limit(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    let Some(limits) = resources.get("limits") else { return };
    // Only containers have limits that bind; claims have none.
    if resources.parent().is_none_or(|owner| owner.get("image").is_none() && owner.get("name").is_none()) {
        return;
    }
    for (name, request) in resources.map("requests") {
        let Some(limit) = limits.get(name) else { continue };
        if let (Some(a), Some(b)) = (value(request), value(limit))
            && a > b
        {
            let (request_text, limit_text) = (request.found(), limit.found());
            cx.error(request, format!("expected at most the limit, {limit_text}, found {request_text}"));
        }
    }
}

check! {
    /// What a container or a claim requests, and what it is limited to, is not negative.
    NEGATIVE_RESOURCE = "api/negative-resource", negative_resource;
    mirrors "core validation.ValidateResourceQuantityValue";
    on RESOURCES;
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {cpu: 0}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resources: {limits: {cpu: -1}}}]}\n";
}

fn negative_resource(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    for (_, node) in resources.map("requests").chain(resources.map("limits")) {
        if value(node).is_some_and(Quantity::is_negative) {
            cx.error(node, format!("expected a quantity that is not negative, found {}", node.found()));
        }
    }
}
