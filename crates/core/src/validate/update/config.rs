//! Configuration: what was declared immutable, and what a Secret is.

use super::change::{Change, Difference};
use super::check::Fixed::At;
use super::check::update;
use crate::kube::tree::Node;
use crate::validate::api::Reason;

update! {
    /// A ConfigMap or Secret with `immutable: true` cannot be changed, nor can it become mutable again. Charts give such an
    /// object another name for other content, with a hash of it, for example.
    IMMUTABLE = "update/immutable-config", immutable;
    mirrors "core validation.ValidateConfigMapUpdate, ValidateSecretUpdate";
    on &["ConfigMap", "Secret"];
    old "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: b}\n";
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: b}}\nimmutable: true\ndata: {a: b}\n";
    refused "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: c}\n";
}

/// What the server says.
const SET: &str = "field is immutable when `immutable` is set";

fn immutable(change: &mut Change<'_, '_, '_>) {
    let (old, new) = change.both("immutable");
    if old.and_then(Node::as_bool) != Some(true) {
        return;
    }
    if new.and_then(Node::as_bool) != Some(true) {
        change.refuse_as("immutable", "immutable", Difference { old, new }, Reason::Forbidden.says(SET));
    }
    if change.new.str("kind") == Some("Secret") {
        return secret(change);
    }
    for path in ["data", "binaryData"] {
        change.forbidden(path, path, &[], SET);
    }
}

/// The data of a Secret, encoded or not; plain texts win.
fn secret<'t>(change: &mut Change<'_, 't, '_>) {
    let content = |root: Node<'t>, key: &str| {
        let plain = root.get("stringData").and_then(|data| data.get(key));
        let encoded = root.get("data").and_then(|data| data.get(key));
        let bytes = match (plain, encoded) {
            (Some(plain), _) => plain.as_str().map(|text| text.as_bytes().to_vec()),
            (None, Some(encoded)) => encoded.as_str().and_then(|text| crate::text::base64_decode(text.as_bytes())),
            (None, None) => None,
        };
        (plain.or(encoded), bytes)
    };
    let keys =
        |root: Node<'t>| ["stringData", "data"].into_iter().flat_map(move |key| root.map(key)).map(|(key, _)| key);
    for key in keys(change.new).chain(keys(change.old)) {
        let ((old, before), (new, after)) = (content(change.old, key), content(change.new, key));
        if before != after {
            return change.refuse_as("data", "data", Difference { old, new }, Reason::Forbidden.says(SET));
        }
    }
}

update! {
    /// The type of a Secret cannot be changed; one that says nothing is `Opaque`.
    SECRET_TYPE = "update/secret-type";
    mirrors "core validation.ValidateSecretUpdate";
    table &[("Secret", &[At("type")])];
    old "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: b}\n";
    accepted "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: Opaque\nstringData: {a: c}\n";
    refused "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: example.com/token\nstringData: {a: b}\n";
}

update! {
    /// What a ResourceQuota counts cannot be changed, only how much.
    QUOTA_SCOPES = "update/quota-scopes", scopes;
    mirrors "core validation.ValidateResourceQuotaUpdate";
    on &["ResourceQuota"];
    old "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {scopes: [BestEffort], hard: {pods: 1}}\n";
    accepted "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {scopes: [BestEffort], hard: {pods: 2}}\n";
    refused "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {scopes: [NotBestEffort], hard: {pods: 1}}\n";
}

fn scopes(change: &mut Change<'_, '_, '_>) {
    let (old, new) = change.both("spec.scopes");
    let set = |node: Option<Node<'_>>| -> std::collections::BTreeSet<String> {
        node.into_iter().flat_map(Node::items).filter_map(Node::as_str).map(str::to_owned).collect()
    };
    if set(old) != set(new) {
        change.refuse("spec.scopes", "spec.scopes", Difference { old, new });
    }
}
