//! Findings that comments allow.

use crate::diag::{Cause, Diagnostic, Fact, Place, Severity, ValueCause};
use crate::lint::{Allows, Language, RULES, Selection};
use crate::render::Causes;
use std::collections::{BTreeMap, HashSet};

/// The comments that allow something, in all texts of a chart or in manifests.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// The files that were read.
    read: HashSet<String>,
    /// Those of them that allow something.
    files: BTreeMap<String, Allows>,
}

impl Comments {
    /// Reads the comments of the texts of a render.
    pub fn read(&mut self, causes: &Causes) {
        for (_, source) in causes.sources.iter() {
            let language = match &*source.name {
                name if crate::jinja::is_jinja(name) => Language::Jinja,
                name if name.contains("templates/") => Language::Go,
                _ => Language::Yaml,
            };
            self.read_text(&source.name, &source.text, language);
        }
    }

    /// Reads the comments of a text.
    pub fn read_text(&mut self, name: &str, text: &[u8], language: Language) {
        if !self.read.contains(name) {
            self.read.insert(name.to_owned());
            let allows = Some(Allows::read(text, language)).filter(|allows| !allows.is_empty());
            self.files.extend(allows.map(|allows| (name.to_owned(), allows)));
        }
    }

    /// Whether a comment allows a finding where its template line, a call on the way there, or its value stands.
    pub fn allow(&self, found: &Diagnostic) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let aliases = RULES.iter().find(|rule| rule.code == found.code).map_or(&[][..], |rule| rule.aliases);
        let Some(cause) = &found.cause else { return false };
        let template = cause.template.iter().map(|place| (place.file.as_str(), place.line));
        let calls = cause.stack.iter().map(|call| (call.file.as_str(), call.line));
        let file = |value: &'_ ValueCause| Some((value.file.clone()?, value.line));
        let value = cause.values.first().and_then(file);
        let mut places = template.chain(calls).chain(value.as_ref().map(|(file, line)| (file.as_str(), *line)));
        places.any(|(file, line)| self.files.get(file).is_some_and(|allows| allows.allow(&found.code, aliases, line)))
    }

    /// The comments that allowed nothing.
    pub fn unused(&self, chart: Option<&str>, selection: &Selection) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (file, allows) in &self.files {
            for (name, line) in allows.unused().filter(|(name, _)| selection.decides(name)) {
                let fact = Fact::UnusedAllow { name: name.to_owned() };
                let template = Place { file: file.clone(), line, column: 1, end_line: line, end_column: 2 };
                let cause = Some(Cause { template: Some(template), ..Cause::default() });
                let of = Diagnostic::of("lint/unused-allow", fact);
                let Some(severity) = selection.told(&of.code, Severity::Warning) else { continue };
                found.push(Diagnostic { severity, cause, chart: chart.map(str::to_owned), ..of });
            }
        }
        found
    }
}
