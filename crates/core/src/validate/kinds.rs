//! Which schema an object has, and what is to be said where it has none.

use super::{Sink, Validator, api, schema};
use crate::budget::{Budget, Exhausted};
use crate::diag::{Finding, Severity, did_you_mean};
use crate::kube::crds::Custom;
use crate::kube::deprecations::{self, Deprecation};
use crate::kube::tree::{Node, quoted};
use crate::kube::{Gvk, nearest_kind, served};
use std::sync::Arc;

impl Validator {
    /// One object.
    pub(super) fn one(&self, node: Node<'_>, sink: &mut Sink<'_>, budget: &Budget) -> Result<(), Exhausted> {
        if !node.is_map() {
            sink.error("schema/wrong-type", node, format!("expected an object, found {}", node.found()));
            return Ok(());
        }
        let names = (text(node, "apiVersion", sink), text(node, "kind", sink));
        let (Some(api_version), Some(kind)) = names else { return Ok(()) };
        let removed = self.deprecation(node, api_version, kind, sink);
        let mut visits = Vec::new();
        let mut origin = api::Origin::Unknown;
        if let Some(schema) = self.version.kind(api_version, kind) {
            origin = api::Origin::BuiltIn;
            schema::check(node, schema, &self.table, &mut visits, sink, budget)?;
        } else if let Some(custom) = self.crds.get(api_version, kind) {
            origin = api::Origin::Custom;
            custom_version(node, custom, sink);
            let metadata = self.version.definition("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
            if let (Some(metadata), Some(schema)) = (node.get("metadata"), metadata) {
                schema::check(metadata, schema, &self.table, &mut visits, sink, budget)?;
            }
            super::crd::check(node, custom, sink, budget)?;
        } else if !removed {
            self.unknown(node, api_version, kind, sink);
        }
        if !self.options.schemas_only {
            api::run(node, &self.table, &visits, origin, sink, budget)?;
        }
        Ok(())
    }

    /// Nothing is known of the kind in this version.
    fn unknown(&self, node: Node<'_>, api_version: &str, kind: &str, sink: &mut Sink<'_>) {
        let place = node.get("kind").unwrap_or(node);
        let here = self.kube_version();
        if let Some((first, last)) = served(api_version, kind) {
            let message = if older(here, first) {
                format!("{api_version} {kind} is served from Kubernetes {first} on, not in {here}")
            } else {
                format!("{api_version} {kind} is served up to Kubernetes {last}, not in {here}")
            };
            let code = if older(here, first) { "api/version-not-served-yet" } else { "api/removed-version" };
            let place = node.get("apiVersion").unwrap_or(node);
            let nearest = nearest_kind(self.version, api_version, kind).filter(|near| near.kind == kind);
            let finding = sink.error(code, place, message);
            finding.help = nearest.map(|near| format!("use apiVersion {}", near.api_version));
            return;
        }
        let message = format!("nothing is known of the kind {kind} of {api_version}");
        let severity = if self.options.strict_kinds { Severity::Error } else { Severity::Warning };
        let finding = Finding::error("schema/unknown-kind", place.pointer(), place.range(), message);
        let mut finding = finding.severity(severity);
        finding.help = match nearest_kind(self.version, api_version, kind) {
            Some(near) if near.kind == kind => Some(format!("did you mean apiVersion {}?", near.api_version)),
            Some(near) if near.api_version == api_version => Some(format!("did you mean {}?", near.kind)),
            Some(near) => Some(format!("did you mean {} of {}?", near.kind, near.api_version)),
            None if !self.crds.is_empty() => self.nearest_custom(api_version, kind),
            None => Some("give its CustomResourceDefinition, and it will be checked".to_owned()),
        };
        sink.push(finding);
    }

    /// The custom kind that was most likely meant.
    fn nearest_custom(&self, api_version: &str, kind: &str) -> Option<String> {
        let group = Gvk::new(api_version, kind).group;
        let same: Vec<&Custom> = self.crds.kinds().map(Arc::as_ref).filter(|custom| custom.group == group).collect();
        // The first by name, so that the answer is the same every time.
        let versions =
            same.iter().filter(|custom| custom.kind.eq_ignore_ascii_case(kind)).map(|custom| &custom.version);
        if let Some(version) = versions.min() {
            return Some(format!("did you mean apiVersion {group}/{version}?"));
        }
        let mut named: Vec<&str> = same.iter().map(|custom| custom.kind.as_str()).collect();
        named.sort_unstable();
        did_you_mean(kind, named).map(|near| format!("did you mean {near}?"))
    }

    /// Says whether the API is on its way out or gone; true where it is gone.
    fn deprecation(&self, node: Node<'_>, api_version: &str, kind: &str, sink: &mut Sink<'_>) -> bool {
        let Some(entry) = deprecations::find(api_version, kind) else { return false };
        let place = node.get("apiVersion").unwrap_or(node);
        let here = self.kube_version();
        let (code, severity, message) = match entry {
            Deprecation { removed: Some(removed), product: "Kubernetes", .. } if !older(here, removed) => (
                "api/removed-version",
                Severity::Error,
                format!("{api_version} {kind} is gone since Kubernetes {removed}"),
            ),
            Deprecation { deprecated, removed, product, .. } => {
                if *product == "Kubernetes" && older(here, deprecated) {
                    return false;
                }
                let end = match removed {
                    Some(removed) => format!(", and gone from {removed} on"),
                    None => String::new(),
                };
                let message = format!("{api_version} {kind} is deprecated since {product} {deprecated}{end}");
                ("api/deprecated-version", Severity::Warning, message)
            }
        };
        let finding = sink.error(code, place, message);
        finding.severity = severity;
        finding.help = entry.replacement.map(|replacement| format!("use {replacement}"));
        severity == Severity::Error
    }
}

/// Whether a version of a custom kind is not served or deprecated.
fn custom_version(node: Node<'_>, custom: &Custom, sink: &mut Sink<'_>) {
    let place = node.get("apiVersion").unwrap_or(node);
    let name = format!("{}/{} {}", custom.group, custom.version, custom.kind);
    if !custom.served {
        sink.error("api/version-not-served", place, format!("{name} is not served"));
    } else if let Some(warning) = &custom.deprecated {
        let message = if warning.is_empty() { format!("{name} is deprecated") } else { warning.clone() };
        sink.error("api/deprecated-version", place, message).severity = Severity::Warning;
    }
}

/// Whether one version of Kubernetes comes before another.
fn older(a: &str, b: &str) -> bool {
    let minor = |version: &str| version.split_once('.').and_then(|(_, minor)| minor.parse::<u32>().ok()).unwrap_or(0);
    minor(a) < minor(b)
}

/// A name that every object must have.
fn text<'t>(node: Node<'t>, key: &str, sink: &mut Sink<'_>) -> Option<&'t str> {
    match node.get(key) {
        Some(value) => match value.as_str() {
            Some("") => {
                sink.error("schema/missing-field", value, format!("expected `{key}` to say something, found \"\""));
                None
            }
            Some(text) => Some(text),
            None => {
                sink.error("schema/wrong-type", value, format!("expected a string, found {}", value.found()));
                None
            }
        },
        None => {
            let name = node.path(&["metadata", "name"]).and_then(Node::as_str);
            let of = name.map_or(String::new(), |name| format!(" of {}", quoted(name)));
            let message = format!("the object{of} has no `{key}`");
            sink.push(Finding::error("schema/missing-field", node.pointer_to(key), node.range(), message));
            None
        }
    }
}
