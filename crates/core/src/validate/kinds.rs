//! Which schema an object has, and what is to be said where it has none.

use super::{Sink, Validator, api, schema};
use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Finding, Severity, Type, did_you_mean};
use crate::kube::crds::Custom;
use crate::kube::deprecations::{self, Deprecation};
use crate::kube::tree::{Node, quoted};
use crate::kube::{Gvk, is_builtin_group, nearest_kind, served};
use std::sync::Arc;

impl Validator {
    /// One object.
    pub(super) fn one(&self, node: Node<'_>, sink: &mut Sink<'_>, budget: &Budget) -> Result<(), Exhausted> {
        if !node.is_map() {
            sink.wrong_type(node, vec![Type::Object]);
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
            origin = if custom.namespaced { api::Origin::Namespaced } else { api::Origin::Custom };
            custom_version(node, custom, sink);
            let metadata = self.version.definition("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
            if let (Some(metadata), Some(schema)) = (node.get("metadata"), metadata) {
                schema::check(metadata, schema, &self.table, &mut visits, sink, budget)?;
            }
            let embedded = |metadata: Node<'_>, sink: &mut Sink<'_>| self.embedded(metadata, sink, budget);
            super::crd::check(node, custom, &embedded, sink, budget)?;
        } else if !removed {
            self.unknown(node, api_version, kind, sink);
        }
        if !self.options.schemas_only {
            api::run(node, &self.table, &visits, origin, sink, budget)?;
        }
        Ok(())
    }

    /// The metadata of an object in a custom resource.
    fn embedded(&self, metadata: Node<'_>, sink: &mut Sink<'_>, budget: &Budget) -> Result<(), Exhausted> {
        let mut visits = Vec::new();
        if let Some(schema) = self.version.definition("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") {
            schema::check(metadata, schema, &self.table, &mut visits, sink, budget)?;
        }
        if self.options.schemas_only {
            return Ok(());
        }
        api::run_parts(metadata, &self.table, &visits, sink, budget)
    }

    /// Nothing is known of the kind in this version.
    fn unknown(&self, node: Node<'_>, api_version: &str, kind: &str, sink: &mut Sink<'_>) {
        let place = node.get("kind").unwrap_or(node);
        let here = self.kube_version();
        if let Some((first, last)) = served(api_version, kind) {
            let place = node.get("apiVersion").unwrap_or(node);
            let nearest = nearest_kind(self.version, api_version, kind).filter(|near| near.kind == kind);
            let replacement = nearest.map(|near| format!("apiVersion {}", near.api_version));
            let (api_version, of, here) = (api_version.to_owned(), kind.to_owned(), here.to_owned());
            let (first, last) = (first.to_owned(), last.to_owned());
            if older(&here, &first) {
                let fact = Fact::ServedLater { api_version, of, since: first, here, replacement };
                sink.fact("api/version-not-served-yet", place, fact);
            } else {
                let (last, removed) = (Some(last), None);
                let fact = Fact::ServedBefore { api_version, of, last, removed, here, replacement };
                sink.fact("api/removed-version", place, fact);
            }
            return;
        }
        let near = match nearest_kind(self.version, api_version, kind) {
            Some(near) => Some((near.api_version.to_owned(), near.kind.to_owned())),
            None => self.nearest_custom(api_version, kind),
        };
        // Where another version has a kind of this very name, the version is what is wrong.
        let is_version = near.as_ref().is_some_and(|(_, near)| near == kind);
        let place = if is_version { node.get("apiVersion").unwrap_or(place) } else { place };
        let fact = Fact::UnknownKind { api_version: api_version.to_owned(), of: kind.to_owned(), near };
        let finding = sink.fact("schema/unknown-kind", place, fact);
        // The server knows all kinds of its own groups, and those of others have a dot.
        let group = Gvk::new(api_version, kind).group;
        let own = is_builtin_group(group) || !group.contains('.');
        finding.severity = if own || self.options.strict_kinds { Severity::Error } else { Severity::Warning };
    }

    /// The custom kind that was most likely meant.
    fn nearest_custom(&self, api_version: &str, kind: &str) -> Option<(String, String)> {
        let group = Gvk::new(api_version, kind).group;
        let same: Vec<&Custom> = self.crds.kinds().map(Arc::as_ref).filter(|custom| custom.group == group).collect();
        // The first by name, so that the answer is the same every time.
        let versions =
            same.iter().filter(|custom| custom.kind.eq_ignore_ascii_case(kind)).map(|custom| &custom.version);
        if let Some(version) = versions.min() {
            return Some((format!("{group}/{version}"), kind.to_owned()));
        }
        let mut named: Vec<&str> = same.iter().map(|custom| custom.kind.as_str()).collect();
        named.sort_unstable();
        did_you_mean(kind, named).map(|near| (api_version.to_owned(), near.to_owned()))
    }

    /// Says whether the API is on its way out or gone; true where it is gone.
    fn deprecation(&self, node: Node<'_>, api_version: &str, kind: &str, sink: &mut Sink<'_>) -> bool {
        let Some(entry) = deprecations::find(api_version, kind) else { return false };
        let place = node.get("apiVersion").unwrap_or(node);
        let here = self.kube_version();
        let (api_version, of) = (api_version.to_owned(), kind.to_owned());
        let replacement = entry.replacement.map(str::to_owned);
        match entry {
            Deprecation { removed: Some(removed), product: "Kubernetes", .. } if !older(here, removed) => {
                let (last, removed, here) = (None, Some((*removed).to_owned()), here.to_owned());
                let fact = Fact::ServedBefore { api_version, of, last, removed, here, replacement };
                sink.fact("api/removed-version", place, fact);
                true
            }
            Deprecation { deprecated, product: "Kubernetes", .. } if older(here, deprecated) => false,
            Deprecation { deprecated, removed, product, .. } => {
                let since = Some(format!("{product} {deprecated}"));
                let removed = removed.map(str::to_owned);
                let fact = Fact::Deprecated { api_version, of, since, removed, replacement, warning: None };
                sink.fact("api/deprecated-version", place, fact).severity = Severity::Warning;
                false
            }
        }
    }
}

/// Whether a version of a custom kind is not served or deprecated.
fn custom_version(node: Node<'_>, custom: &Custom, sink: &mut Sink<'_>) {
    let place = node.get("apiVersion").unwrap_or(node);
    let (api_version, of) = (format!("{}/{}", custom.group, custom.version), custom.kind.clone());
    if !custom.served {
        sink.fact("api/version-not-served", place, Fact::NotServed { api_version, of });
    } else if let Some(warning) = &custom.deprecated {
        let warning = (!warning.is_empty()).then(|| warning.clone());
        let (since, removed, replacement) = (None, None, None);
        let fact = Fact::Deprecated { api_version, of, since, removed, replacement, warning };
        sink.fact("api/deprecated-version", place, fact).severity = Severity::Warning;
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
                sink.fact("schema/missing-field", value, Fact::EmptyField { field: key.to_owned() });
                None
            }
            Some(text) => Some(text),
            None => {
                sink.wrong_type(value, vec![Type::String]);
                None
            }
        },
        None => {
            let name = node.path(&["metadata", "name"]).and_then(Node::as_str);
            let of = name.map_or(String::new(), |name| format!(" of {}", quoted(name)));
            let message = format!("the object{of} has no `{key}`");
            let fact = Fact::MissingField { field: key.to_owned(), null: false };
            let finding = Finding::error("schema/missing-field", node.pointer_to(key), node.range(), message);
            sink.push(finding.fact(fact));
            None
        }
    }
}
