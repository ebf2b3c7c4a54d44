//! Texts that templates read with `fromYaml` and that are no YAML: the functions give their error as if it were what
//! was read, so it gets into the output, and what should be there is missing.

use super::explain;
use super::trial::Trial;
use crate::diag::{Diagnostic, Fact, Finding};
use crate::lint::ERROR_IN_OUTPUT;
use crate::render::{Causes, Document, Head, Rendered};
use crate::text::{Part, Unread};
use crate::yaml::YamlError;
use std::collections::HashSet;

/// The texts whose errors got into the output, and what is wrong with each, where it is known who wrote it.
pub struct Reread<'r> {
    texts: Vec<(&'r Unread, Diagnostic)>,
}

impl<'r> Reread<'r> {
    /// Those of a render.
    pub fn of(rendered: &'r Rendered, causes: &'r Causes, trial: &Trial<'_>) -> Reread<'r> {
        let documents = || rendered.documents.iter().chain(&rendered.hooks).chain(&rendered.patched);
        let is_out = |unread: &&Unread| documents().any(|document| holds(document, unread));
        let mut seen = HashSet::new();
        let texts = causes.trace.unread().filter(is_out).filter(|unread| seen.insert(&unread.text));
        Reread { texts: texts.filter_map(|unread| Some((unread, told(unread, causes, trial)?))).collect() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// What is wrong with the texts.
    pub fn findings(&self) -> impl Iterator<Item = Diagnostic> {
        self.texts.iter().map(|(_, found)| found.clone())
    }

    /// Whether the error of one of them is in a document.
    pub fn is_in(&self, document: &Document) -> bool {
        self.texts.iter().any(|(unread, _)| holds(document, unread))
    }

    /// Whether a finding in such a document is nothing but that error.
    pub fn explains(&self, finding: &Finding) -> bool {
        let is_key = |fact: &Fact| matches!(fact, Fact::UnknownField { field, .. } if field == "Error");
        finding.code == ERROR_IN_OUTPUT.code || finding.facts.first().is_some_and(is_key)
    }
}

/// What is wrong with a text, where it was written.
fn told(unread: &Unread, causes: &Causes, trial: &Trial<'_>) -> Option<Diagnostic> {
    let text = Part::new(&unread.text, 0..unread.text.len());
    let (source, head, origin) = (String::new(), Head::default(), unread.origin);
    let document = Document { source, number: 1, text, head, origin, start: 0, hook: None };
    let error = YamlError { message: unread.message.clone(), offset: unread.offset, line: 1 };
    let found = explain::yaml(&error, &document, causes, trial);
    let message = format!("the text that `fromYaml` reads is no YAML: {}", unread.message);
    let is_known = found.cause.as_ref().is_some_and(|cause| cause.template.is_some() || !cause.values.is_empty());
    is_known.then_some(Diagnostic { message, rendered: None, ..found })
}

/// Whether the error is in a document: whoever writes it as YAML may break its line, and doubles its quotation marks.
fn holds(document: &Document, unread: &Unread) -> bool {
    let words = |text: &str| text.replace('\'', "").split_whitespace().collect::<Vec<_>>().join(" ");
    memchr::memmem::find(&document.text, b"error converting").is_some()
        && words(&crate::text::lossy(&document.text)).contains(&words(&unread.message))
}
