//! `metadata/no-owner`: an object without a label `owner`.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Nobody knows whom to ask about it.
    NO_OWNER = "metadata/no-owner", Warning, "an object without a label that it must have";
    help "set the label `owner`";
    profiles [];
    aliases ["required-label-owner"];
    Object check;
    options { "labels" = Words(&["owner"]), "the labels that every object has"; }
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {owner: web}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(metadata) = object.node.get("metadata") else { return };
    for label in lint.set.words("labels") {
        if metadata.get("labels").and_then(|labels| labels.get(label)).is_none() {
            lint.absent(metadata, &format!("labels.{label}"));
        }
    }
}
