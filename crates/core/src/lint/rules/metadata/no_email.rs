//! `metadata/no-email`: an object without an e-mail address in its annotations.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Nobody knows whom to write to about it.
    NO_EMAIL = "metadata/no-email", Warning, "an object without an e-mail address in its annotations";
    help "set an annotation `email`";
    profiles [];
    aliases ["required-annotation-email"];
    Object check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {email: a@example.com}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(metadata) = object.node.get("metadata") else { return };
    let is_address =
        |text: &str| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !metadata.map("annotations").any(|(_, value)| value.as_str().is_some_and(is_address)) {
        lint.absent(metadata, "annotations.email");
    }
}
