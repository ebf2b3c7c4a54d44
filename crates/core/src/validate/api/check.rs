//! What a check is, and what it says with.

use crate::diag::{Fact, Finding, Severity};
use crate::kube::tree::Node;
use crate::validate::Sink;
use chartlens_schemas::Version;

/// A rule of the API server.
#[derive(Debug)]
pub struct Check {
    /// The code of its findings.
    pub code: &'static str,
    /// What it wants, in a sentence or a few.
    pub doc: &'static str,
    /// The function of the API server that it mirrors.
    pub mirrors: &'static str,
    /// Names of the definitions whose values it sees; `*` for every object.
    pub on: &'static [&'static str],
    /// An object that passes.
    pub accepted: &'static str,
    /// An object that does not.
    pub rejected: &'static str,
    /// Looks at one value.
    pub(super) run: fn(&mut Context<'_, '_>, Node<'_>),
}

/// Defines a check: its documentation, its table entry, its examples. The function follows it.
macro_rules! check {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $code:literal, $run:ident;
        mirrors $mirrors:literal;
        on $on:expr;
        accepted $accepted:literal;
        rejected $rejected:literal;
    ) => {
        $(#[doc = $doc])+
        pub(in crate::validate::api) static $name: $crate::validate::api::Check = $crate::validate::api::Check {
            code: $code,
            doc: if cfg!(feature = "prose") { concat!($($doc, "\n"),+) } else { "" },
            mirrors: if cfg!(feature = "prose") { $mirrors } else { "" },
            on: $on,
            accepted: if cfg!(feature = "prose") { $accepted } else { "" },
            rejected: if cfg!(feature = "prose") { $rejected } else { "" },
            run: $run,
        };
    };
}
pub(super) use check;

/// Where a check says what it found.
pub(crate) struct Context<'s, 't> {
    check: &'static Check,
    sink: &'s mut Sink<'t>,
    /// So many findings are older than the checks.
    schema_findings: usize,
    version: Version,
}

impl<'s, 't> Context<'s, 't> {
    pub(super) fn new(
        check: &'static Check,
        sink: &'s mut Sink<'t>,
        schema_findings: usize,
        version: Version,
    ) -> Context<'s, 't> {
        Context { check, sink, schema_findings, version }
    }

    /// The minor version of Kubernetes: 37 of 1.37.
    pub(super) fn minor(&self) -> u32 {
        self.version.name().split_once('.').and_then(|(_, minor)| minor.parse().ok()).unwrap_or(0)
    }

    /// Whether the schema has found nothing wrong with a value and what is in it.
    pub(super) fn is_sound(&self, node: Node<'_>) -> bool {
        self.schema_findings == 0 || !self.sink.said_inside(self.schema_findings, &node.pointer())
    }

    /// An error about a value.
    pub(super) fn error(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, node.pointer(), node.range(), message.into()), node);
    }

    /// An error about a value, with what to do.
    pub(super) fn error_help(&mut self, node: Node<'_>, message: impl Into<String>, help: impl Into<String>) {
        let finding = Finding::error(self.check.code, node.pointer(), node.range(), message.into());
        self.add(finding.help(help), node);
    }

    /// An error about a key of a map.
    pub(super) fn key_error(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, node.pointer(), node.key_range(), message.into()), node);
    }

    /// An error about a field that is not there.
    pub(super) fn missing(&mut self, node: Node<'_>, key: &str, message: impl Into<String>) {
        if self.sink.misspelt(self.schema_findings, &node.pointer(), key) {
            return;
        }
        let range = if node.key().is_empty() { node.range() } else { node.key_range() };
        let fact = Fact::MissingField { field: key.to_owned(), null: false };
        let finding = Finding::error(self.check.code, node.pointer_to(key), range, message.into());
        self.add(finding.fact(fact), node);
    }

    fn add(&mut self, mut finding: Finding, node: Node<'_>) {
        if self.sink.said(self.schema_findings, &finding.pointer) {
            return;
        }
        if in_stateful_template(node) {
            finding.severity = Severity::Warning;
            finding.notes.push("the API server takes the StatefulSet, but will refuse its pods".to_owned());
        }
        self.sink.push(finding);
    }
}

/// Whether a node is in the pod template of a StatefulSet, whose pod spec nobody looks at before there are pods.
fn in_stateful_template(node: Node<'_>) -> bool {
    let mut inner = node;
    let mut keys = Vec::new();
    while let Some(parent) = inner.parent() {
        keys.push(inner.key());
        if parent.str("kind") == Some("StatefulSet") && parent.get("apiVersion").is_some() {
            return matches!(keys.as_slice(), [.., "spec", "template", "spec"]);
        }
        inner = parent;
    }
    false
}
