//! Helpers that charts define under one name: Helm knows one set of names for a chart and all inside.

use crate::chart::Chart;
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity};
use crate::gotmpl::funcs::Callee;
use crate::gotmpl::parse_all;
use crate::host::HelmVersion;
use crate::text::{FileId, LineIndex, Str};
use std::collections::BTreeMap;

/// One definition of a helper.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file, from the root chart's folder.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Name of the chart.
    chart: String,
    body: String,
    /// Depth and name of the template, by which Helm sorts.
    rank: (usize, String),
}

/// The helpers of a chart and of all inside that have several definitions, the one that wins first.
pub struct Helpers<'c> {
    charts: Vec<(&'c Chart, String)>,
    several: BTreeMap<String, Vec<Definition>>,
}

impl<'c> Helpers<'c> {
    /// Reads the definitions of all templates.
    pub fn new(chart: &'c Chart) -> Helpers<'c> {
        let mut charts = vec![(chart, chart.metadata.name.clone())];
        let mut next = 0;
        while let Some((chart, path)) = charts.get(next).cloned() {
            charts.extend(chart.dependencies.iter().map(|c| (&**c, format!("{path}/charts/{}", c.metadata.name))));
            next += 1;
        }
        let mut all: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
        for (chart, path) in &charts {
            for file in chart.templates.iter().filter(|f| memchr::memmem::find(&f.data, b"define").is_some()) {
                for (name, line, body) in definitions(&file.data) {
                    let full = format!("{path}/{}", file.name);
                    all.entry(name).or_default().push(Definition {
                        file: format!("{}{}", chart.location, file.name),
                        line,
                        chart: chart.metadata.name.clone(),
                        body,
                        rank: (full.matches('/').count(), full),
                    });
                }
            }
        }
        // Deeper templates come first, then those at the end of the alphabet: what comes last wins.
        for definitions in all.values_mut() {
            definitions.sort_by(|a, b| a.rank.cmp(&b.rank));
        }
        all.retain(|_, definitions| definitions.len() > 1);
        Helpers { charts, several: all }
    }

    /// All definitions of a helper that has several, the one that wins first.
    pub fn several(&self, name: &str) -> Option<&[Definition]> {
        self.several.get(name).map(Vec::as_slice)
    }

    /// What the other definitions of a helper are, in a sentence.
    pub fn note(&self, name: &str) -> Option<String> {
        let definitions = self.several(name)?;
        let places: Vec<String> = definitions.iter().map(|d| format!("{}:{}", d.file, d.line)).collect();
        let winner = places.first()?;
        Some(format!("`{name}` is defined in {}: that of {winner} is used everywhere", places.join(" and in ")))
    }

    /// Helpers of which one chart gets the body of another that says something else.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, definitions) in &self.several {
            let Some((winner, losers)) = definitions.split_first() else { continue };
            for loser in losers.iter().filter(|loser| loser.chart != winner.chart && loser.body != winner.body) {
                if !self.uses(&loser.chart, name) {
                    continue;
                }
                let fact = Fact::ReplacedHelper {
                    name: name.clone(),
                    by: format!("{}:{}", winner.file, winner.line),
                    chart: loser.chart.clone(),
                };
                let line = loser.line;
                let template = Place { file: loser.file.clone(), line, column: 1, end_line: line, end_column: 2 };
                found.push(Diagnostic {
                    severity: Severity::Warning,
                    cause: Some(Cause { template: Some(template), ..Cause::default() }),
                    ..Diagnostic::of("render/replaced-helper", fact)
                });
            }
        }
        found
    }

    /// Whether a template of a chart calls a helper by its name.
    fn uses(&self, chart: &str, name: &str) -> bool {
        let called = [format!("include \"{name}\""), format!("template \"{name}\"")];
        let own = self.charts.iter().filter(|(other, _)| other.metadata.name == chart);
        own.flat_map(|(chart, _)| &chart.templates)
            .any(|file| called.iter().any(|call| memchr::memmem::find(&file.data, call.as_bytes()).is_some()))
    }
}

/// Name, line and body of the definitions of a text.
fn definitions(text: &std::sync::Arc<[u8]>) -> Vec<(String, u32, String)> {
    let function = |name: &[u8]| Callee::find(name, HelmVersion::V4);
    let (parsed, _) = parse_all(Str::default(), text.clone(), FileId(u32::MAX), &function);
    let index = LineIndex::new(text);
    let own = parsed.definitions.iter().filter(|definition| !definition.name.is_empty() && !definition.empty);
    own.map(|definition| {
        let node = parsed.source.node(definition.root);
        let body = crate::text::lossy(parsed.source.slice(node)).trim().to_owned();
        // The action that opens it stands before its body.
        let before = text.get(..node.start as usize).unwrap_or_default();
        let start = memchr::memmem::rfind(before, b"define").unwrap_or(node.start as usize);
        (definition.name.to_string(), index.line_column(text, start as u32).line, body)
    })
    .collect()
}
