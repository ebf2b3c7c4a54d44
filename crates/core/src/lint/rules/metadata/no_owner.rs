//! `metadata/no-owner`: an object without a label `owner`.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Nobody knows whom to ask about it.
    NO_OWNER = "metadata/no-owner", Warning, "an object without a label `owner`";
    help "set the label `owner`";
    profiles [];
    aliases ["required-label-owner"];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {owner: web}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    if let Some(metadata) =
        object.node.get("metadata").filter(|m| m.get("labels").and_then(|l| l.get("owner")).is_none())
    {
        lint.absent(metadata, "labels.owner");
    }
}
