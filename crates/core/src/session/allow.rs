//! Findings that comments allow.

use crate::diag::{Cause, Diagnostic, Fact, Place, Severity};
use crate::gotmpl::GO;
use crate::jinja::JINJA;
use crate::lint::{Allows, RULES, Selection, Written};
use crate::render::Causes;
use crate::text::SourceFile;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The comments that allow something, in all texts of a chart or in manifests.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// The names of the files that were read.
    read: HashSet<Arc<str>>,
    /// Those of them that allow something.
    files: BTreeMap<Arc<str>, (Arc<SourceFile>, Allows)>,
}

impl Comments {
    /// Reads the comments of the texts of a render.
    pub fn read(&mut self, causes: &Causes) {
        for (_, source) in causes.sources.iter() {
            let written = match &*source.name {
                name if JINJA.takes(name) => Written::Template(JINJA),
                name if name.contains("templates/") => Written::Template(GO),
                _ => Written::Yaml,
            };
            self.read_text(source, written);
        }
    }

    /// Reads the comments of a text.
    pub fn read_text(&mut self, source: &Arc<SourceFile>, written: Written) {
        if self.read.insert(source.name.clone()) {
            let allows = Some(Allows::read(&source.text, written)).filter(|allows| !allows.is_empty());
            self.files.extend(allows.map(|allows| (source.name.clone(), (source.clone(), allows))));
        }
    }

    /// Whether a comment allows a finding where its template line, a call on the way there, or its value stands.
    pub fn allow(&self, found: &Diagnostic) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let aliases = RULES.iter().find(|rule| rule.code == found.code).map_or(&[][..], |rule| rule.aliases);
        let Some(cause) = &found.cause else { return false };
        let calls = cause.stack.iter().map(|call| &call.place);
        let value = cause.values.first().filter(|value| value.file().is_some()).map(|value| &value.place);
        let mut places = cause.template.iter().chain(calls).chain(value);
        places.any(|place| {
            let of_file = self.files.get(place.file());
            of_file.is_some_and(|(_, allows)| allows.allow(&found.code, aliases, place.line()))
        })
    }

    /// The comments that allowed nothing.
    pub fn unused(&self, chart: Option<&str>, selection: &Selection) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (source, allows) in self.files.values() {
            for (name, line) in allows.unused().filter(|(name, _)| selection.decides(name)) {
                let fact = Fact::UnusedAllow { name: name.to_owned() };
                let cause = Some(Cause { template: Some(Place::of_line(source, line)), ..Cause::default() });
                let of = Diagnostic::of("lint/unused-allow", fact);
                let Some(severity) = selection.told(&of.code, Severity::Warning) else { continue };
                found.push(Diagnostic { severity, cause, chart: chart.map(str::to_owned), ..of });
            }
        }
        found
    }
}
