//! The helpers of a chart and of all charts inside: Helm knows one set of names for them together.

use super::Analysis;
use super::calls::Callee;
use crate::text::Span;
use std::collections::BTreeMap;

/// One definition of a helper.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file, from the root chart's folder.
    pub file: String,
    /// The line of the action that defines it.
    pub line: u32,
    /// Its chart, a number in [`Analysis::charts`].
    pub chart: usize,
    /// The name of that chart.
    pub chart_name: String,
    /// The body.
    pub span: Span,
    /// The body without the blanks around it.
    pub body: String,
    /// The depth and the name of the template, by which Helm sorts.
    rank: (usize, String),
}

/// A call of a helper.
#[derive(Clone, Debug)]
pub struct HelperCall {
    /// The chart whose template calls, a number in [`Analysis::charts`].
    pub chart: usize,
    /// Where the helper's name stands.
    pub span: Span,
}

/// Helpers by name.
#[derive(Clone, Debug, Default)]
pub struct Helpers {
    definitions: BTreeMap<String, Vec<Definition>>,
    calls: BTreeMap<String, Vec<HelperCall>>,
    /// Whether a name is computed somewhere.
    computed: bool,
}

impl Helpers {
    pub(super) fn new(analysis: &Analysis<'_>) -> Helpers {
        let mut helpers = Helpers::default();
        for template in analysis.templates() {
            helpers.define(analysis, template);
            let source = &template.parsed.source;
            for call in template.calls() {
                let span = Span { file: source.file, start: call.name.start, end: call.name.end };
                match &call.callee {
                    Callee::Helper(Some(name)) => {
                        let calls = helpers.calls.entry(name.to_string()).or_default();
                        calls.push(HelperCall { chart: template.chart, span });
                    }
                    Callee::Helper(None) => helpers.computed = true,
                    Callee::Function(_) => {}
                }
            }
        }
        // Deeper templates come first, then those at the end of the alphabet: what comes last wins.
        for definitions in helpers.definitions.values_mut() {
            definitions.sort_by(|a, b| a.rank.cmp(&b.rank));
        }
        helpers
    }

    fn define(&mut self, analysis: &Analysis<'_>, template: &super::Template) {
        let source = &template.parsed.source;
        let own = |name: &crate::text::Str| *name == source.name;
        for definition in template.parsed.definitions.iter().filter(|d| !own(&d.name) && !d.empty) {
            let node = source.node(definition.root);
            // The action that opens it stands before its body.
            let before = source.text.get(..node.start as usize).unwrap_or_default();
            let start = memchr::memmem::rfind(before, b"define").unwrap_or(node.start as usize);
            let full = source.name.to_string();
            self.definitions.entry(definition.name.to_string()).or_default().push(Definition {
                file: template.file.clone(),
                line: source.lines().line(start as u32),
                chart: template.chart,
                chart_name: analysis.charts().get(template.chart).map(|c| c.metadata.name.clone()).unwrap_or_default(),
                span: source.span(definition.root),
                body: crate::text::lossy(source.slice(node)).trim().to_owned(),
                rank: (full.matches('/').count(), full),
            });
        }
    }

    /// All definitions of a name, the one that wins first.
    pub fn definitions(&self, name: &str) -> &[Definition] {
        self.definitions.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// All names with their definitions, in the order of the alphabet.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[Definition])> {
        self.definitions.iter().map(|(name, definitions)| (name.as_str(), definitions.as_slice()))
    }

    /// The calls of a name, in the order of the templates.
    pub fn calls(&self, name: &str) -> &[HelperCall] {
        self.calls.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names that are called.
    pub fn called(&self) -> impl Iterator<Item = &str> {
        self.calls.keys().map(String::as_str)
    }

    /// Whether some template computes the name of a helper, so that any may be called.
    pub fn are_computed(&self) -> bool {
        self.computed
    }
}
