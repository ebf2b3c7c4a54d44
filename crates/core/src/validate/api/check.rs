//! What a check is, and what it says with.

use super::syntax::Problem;
use super::table::Rule;
use crate::diag::{Fact, Finding, Severity};
use crate::kube::tree::Node;
use crate::render::PLACEHOLDER;
use crate::validate::Sink;

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
    pub(super) run: Run,
}

/// How a check looks at a value.
#[derive(Debug)]
pub(super) enum Run {
    /// By a function.
    Call(fn(&mut Context<'_, '_>, Node<'_>)),
    /// By a table: what is asked of the values of each definition.
    Table(&'static [(&'static str, &'static [Rule])]),
}

impl Check {
    /// The definitions whose values it sees.
    #[cfg(test)]
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &'static str> {
        let rows: &'static [(&'static str, &'static [Rule])] = match self.run {
            Run::Table(rows) => rows,
            Run::Call(_) => &[],
        };
        self.on.iter().copied().chain(rows.iter().map(|(name, _)| *name))
    }
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
        $crate::validate::api::check::check! {
            @entry [$($doc)+] $name = $code, $mirrors, $accepted, $rejected;
            $on, $crate::validate::api::check::Run::Call($run)
        }
    };
    (
        $(#[doc = $doc:literal])+
        $name:ident = $code:literal;
        mirrors $mirrors:literal;
        table $table:expr;
        accepted $accepted:literal;
        rejected $rejected:literal;
    ) => {
        $crate::validate::api::check::check! {
            @entry [$($doc)+] $name = $code, $mirrors, $accepted, $rejected;
            &[], $crate::validate::api::check::Run::Table($table)
        }
    };
    (
        @entry [$($doc:literal)+] $name:ident = $code:literal, $mirrors:literal, $accepted:literal, $rejected:literal;
        $on:expr, $run:expr
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
    /// The minor version of Kubernetes: 37 of 1.37.
    minor: u32,
    origin: Origin,
    /// What the server says of what is found next.
    server: Option<Fact>,
}

/// How the server classes what is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validate) enum Reason {
    Invalid,
    Required,
    NotSupported,
    Duplicate,
    TooMany,
    TooLong,
    Forbidden,
}

impl Reason {
    /// As in the causes of its answers.
    pub(in crate::validate) fn name(self) -> &'static str {
        match self {
            Reason::Invalid => "FieldValueInvalid",
            Reason::Required => "FieldValueRequired",
            Reason::NotSupported => "FieldValueNotSupported",
            Reason::Duplicate => "FieldValueDuplicate",
            Reason::TooMany => "FieldValueTooMany",
            Reason::TooLong => "FieldValueTooLong",
            Reason::Forbidden => "FieldValueForbidden",
        }
    }

    /// The fact that the server says so, with its words, which may not be known.
    pub(in crate::validate) fn says(self, detail: impl Into<String>) -> Fact {
        Fact::ServerSays { reason: self.name().to_owned(), detail: detail.into() }
    }
}

/// Where the kind of an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validate) enum Origin {
    /// The version of Kubernetes serves it.
    BuiltIn,
    /// A definition says what it is.
    Custom,
    /// A definition says what it is, and that it is in a namespace.
    Namespaced,
    /// Nothing is known of it.
    Unknown,
}

impl<'s, 't> Context<'s, 't> {
    pub(super) fn new(
        check: &'static Check,
        sink: &'s mut Sink<'t>,
        schema_findings: usize,
        minor: u32,
        origin: Origin,
    ) -> Context<'s, 't> {
        Context { check, sink, schema_findings, minor, origin, server: None }
    }

    /// Where the kind of the object comes from.
    pub(super) fn origin(&self) -> Origin {
        self.origin
    }

    /// The minor version of Kubernetes: 37 of 1.37.
    pub(super) fn minor(&self) -> u32 {
        self.minor
    }

    /// Whether the schema has found nothing wrong with a value and what is in it.
    pub(super) fn is_sound(&self, node: Node<'_>) -> bool {
        self.schema_findings == 0 || !self.sink.said_inside(self.schema_findings, &node.pointer())
    }

    /// What the server says of what is found next: how it classes it, and its words where they are known.
    pub(super) fn says(&mut self, reason: Reason, detail: impl Into<String>) -> &mut Self {
        self.server = Some(reason.says(detail));
        self
    }

    /// What the server says of a text that has not the form it should, where that is known.
    pub(super) fn problem(&mut self, problem: &Problem) -> &mut Self {
        match problem.server {
            "" => self,
            server => self.says(Reason::Invalid, server),
        }
    }

    /// An error about a value.
    pub(super) fn error(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, node.pointer(), node.range(), message.into()), node);
    }

    /// An error about a value, with the words of a fact.
    pub(super) fn fact(&mut self, node: Node<'_>, fact: Fact) {
        self.add(Finding::of(self.check.code, fact, node.pointer(), node.range()), node);
    }

    /// An error about a value, with what to do.
    pub(super) fn error_help(&mut self, node: Node<'_>, message: impl Into<String>, help: impl Into<String>) {
        let finding = Finding::error(self.check.code, node.pointer(), node.range(), message.into());
        self.add(finding.help(help), node);
    }

    /// An error about a value that is none of a few.
    pub(super) fn not_listed(&mut self, node: Node<'_>, message: String, near: Option<&str>, values: &[&str]) {
        let allowed = values.iter().map(|value| (*value).to_owned()).collect();
        let listed = Fact::NotListed { allowed, near: near.map(str::to_owned), found: node.found() };
        let help = listed.help();
        let finding = Finding::error(self.check.code, node.pointer(), node.range(), message).fact(listed);
        self.add(Finding { help, ..finding }, node);
    }

    /// An error about a key of a map.
    pub(super) fn key_error(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, node.pointer(), node.key_range(), message.into()), node);
    }

    /// An error about a value that the server says of what is around it: the bytes are those of the value.
    pub(super) fn beside(&mut self, around: Node<'_>, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, around.pointer(), node.range(), message.into()), node);
    }

    /// An error that the server says of a field of a whole list, though it is one of an item.
    pub(super) fn near(&mut self, list: Node<'_>, key: &str, node: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, list.pointer_to(key), node.range(), message.into()), node);
    }

    /// An error about a key of a map that the server says of the whole map.
    pub(super) fn key_beside(&mut self, map: Node<'_>, entry: Node<'_>, message: impl Into<String>) {
        self.add(Finding::error(self.check.code, map.pointer(), entry.key_range(), message.into()), entry);
    }

    /// An error about a field that is not there.
    pub(super) fn missing(&mut self, node: Node<'_>, key: &str, message: impl Into<String>) {
        if self.sink.misspelt(self.schema_findings, &node.pointer(), key) {
            self.server = None;
            return;
        }
        let range = if node.key().is_empty() { node.range() } else { node.key_range() };
        let fact = Fact::MissingField { field: key.to_owned(), null: false };
        let finding = Finding::error(self.check.code, node.pointer_to(key), range, message.into());
        self.add(finding.fact(fact), node);
    }

    /// An error that the server says of what is behind a path of keys, shown at the entry elsewhere that asks for it.
    pub(super) fn asked_by(&mut self, entry: Node<'_>, node: Node<'_>, path: &[&str], message: impl Into<String>) {
        let pointer = path.iter().fold(node.pointer(), |pointer, key| below(pointer, key));
        self.add(Finding::error(self.check.code, pointer, entry.key_range(), message.into()), node);
    }

    /// An error about what is behind a path of keys, as far as it is there; the pointer is that of the whole path.
    pub(super) fn at(&mut self, node: Node<'_>, path: &[&str], message: impl Into<String>) {
        let mut deepest = node;
        let mut whole = true;
        for key in path {
            match deepest.get(key).filter(|_| whole) {
                Some(next) => deepest = next,
                None => whole = false,
            }
        }
        if !whole
            && let Some(last) = path.last()
            && self.sink.misspelt(self.schema_findings, &deepest.pointer(), last)
        {
            return;
        }
        let range = if whole || deepest.key().is_empty() { deepest.range() } else { deepest.key_range() };
        let pointer = path.iter().fold(node.pointer(), |pointer, key| below(pointer, key));
        let mut finding = Finding::error(self.check.code, pointer, range, message.into());
        if let Some(last) = path.last().filter(|_| !whole) {
            finding = finding.fact(Fact::MissingField { field: (*last).to_owned(), null: false });
        }
        // What is said of a template from outside is said by the server too.
        self.add(finding, node);
    }

    fn add(&mut self, mut finding: Finding, node: Node<'_>) {
        let server = self.server.take();
        if self.sink.said(self.schema_findings, &finding.pointer) {
            return;
        }
        finding.facts.splice(0..0, server);
        if node.as_str().is_some_and(|text| text.contains(PLACEHOLDER)) {
            finding.notes.push(format!("`{PLACEHOLDER}` stands for a release without a name: the real one may fit"));
        }
        let below =
            || finding.pointer.strip_prefix(node.pointer().as_str()).is_some_and(|rest| rest.starts_with("/spec"));
        let inside = || in_stateful_template(node) || (node.key() == "template" && below() && of_stateful(node));
        if self.minor() < STATEFUL_TEMPLATES && inside() {
            finding.severity = Severity::Warning;
            finding.notes.push(LATER.to_owned());
        }
        finding.pointer = super::spelled::spelled(self.check.code, finding.pointer);
        self.sink.push(finding);
    }
}

/// The pointer of a key below a pointer.
fn below(pointer: String, key: &str) -> String {
    pointer + "/" + &key.replace('~', "~0").replace('/', "~1")
}

/// From this minor version on the API server looks at the pod template of a StatefulSet.
pub(in crate::validate) const STATEFUL_TEMPLATES: u32 = 34;
/// What is to be said of such a template before.
pub(in crate::validate) const LATER: &str = "the API server takes the StatefulSet, but will refuse its pods";

/// Whether a node is what the specification of a StatefulSet has.
fn of_stateful(node: Node<'_>) -> bool {
    node.parent().and_then(|spec| spec.parent()).is_some_and(|object| object.str("kind") == Some("StatefulSet"))
}

/// Whether a node is in the pod template of a StatefulSet, whose pod spec nobody looked at before there were pods.
pub(in crate::validate) fn in_stateful_template(node: Node<'_>) -> bool {
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
