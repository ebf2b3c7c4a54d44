//! Charts and renders as rules see them.

use super::helm::chartfile::{self, Check};
use super::release::Found;
use super::rule::{Rule, Scope};
use super::select::Selection;
use crate::analysis::Analysis;
use crate::chart::{Chart, File};
use crate::diag::{Cause, Diagnostic, Edit, Fact, Fix, Place, Severity};
use crate::render::{Causes, Document};
use crate::text::{Origin, OriginKind, SourceFile, Span};
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

/// Whether every document of a text defines custom resources, which is known where they are read anyway.
pub(crate) type Defines<'d> = &'d dyn Fn(&Arc<[u8]>) -> bool;

/// Where a rule says what it found in the files of a chart or in its values.
pub(super) struct FileLint<'l> {
    pub rule: &'static Rule,
    pub level: Severity,
    pub found: &'l mut Vec<Diagnostic>,
    pub defines: Defines<'l>,
    /// The chart's own Chart.yaml, once a rule has asked for it.
    pub metadata: &'l OnceCell<Option<chartfile::File>>,
}

impl<'l> FileLint<'l> {
    /// A finding at bytes of a file.
    pub fn at(&mut self, file: &str, text: &[u8], range: Range<usize>, fact: Fact) {
        self.all_at(file, text, [(range, fact)]);
    }

    /// Findings at bytes of a file.
    pub fn all_at(&mut self, file: &str, text: &[u8], found: impl IntoIterator<Item = (Range<usize>, Fact)>) {
        let mut source = None;
        for (range, fact) in found {
            let source = source.get_or_insert_with(|| self.source(file, text));
            self.place(Place::new(source, range), fact);
        }
    }

    /// A file as a text that places are in: what was found before may be in it, too.
    fn source(&self, file: &str, text: &[u8]) -> Arc<SourceFile> {
        let before = self.found.last().and_then(|found| found.cause.as_ref()?.template.as_ref());
        match before.filter(|place| place.file() == file && *place.source.text == *text) {
            Some(place) => place.source.clone(),
            None => SourceFile::new(file, text),
        }
    }

    /// The same, with what to write instead.
    pub fn at_with(&mut self, file: &str, text: &[u8], range: Range<usize>, fact: Fact, new: String) {
        self.at(file, text, range, fact);
        let Some(found) = self.found.last_mut() else { return };
        let Some(place) = found.cause.as_ref().and_then(|cause| cause.template.clone()) else { return };
        found.fixes.push(Fix { title: format!("write `{new}`"), safe: false, edits: vec![Edit { place, new }] });
    }

    /// What a rule of `helm lint` says of Chart.yaml, at one of its keys.
    pub fn chart_yaml(&mut self, analysis: &Analysis<'_>, key: &str, check: Check) {
        let Some(file) = chart_yaml(analysis) else { return };
        if let Some(says) = self.metadata(analysis).and_then(|metadata| check(metadata).err()) {
            self.at_value_of(file, key, says);
        }
    }

    /// What the Chart.yaml of the chart itself says; nothing where it cannot be read.
    pub fn metadata(&self, analysis: &Analysis<'_>) -> Option<&'l chartfile::File> {
        self.metadata.get_or_init(|| chartfile::read(&chart_yaml(analysis)?.data, analysis.helm())).as_ref()
    }

    /// A finding at a key of the root of Chart.yaml.
    pub fn at_value_of(&mut self, file: &File, key: &str, says: String) {
        self.at(&file.name, &file.data, value_of(&file.data, key), Fact::Remark { says });
    }

    /// A finding in a template.
    pub fn in_template(&mut self, analysis: &Analysis<'_>, span: Span, fact: Fact) {
        if let Some(place) = analysis.place(span) {
            self.place(place, fact);
        }
    }

    /// A finding at a value, where it was set.
    pub fn at_value(&mut self, causes: &Causes, origin: Origin, fact: Fact) {
        let mut cause = causes.of_origin(origin);
        cause.values.truncate(1);
        self.add(cause, fact);
    }

    /// A finding at what caused something.
    pub fn at_cause(&mut self, cause: Cause, fact: Fact) {
        self.add(cause, fact);
    }

    fn place(&mut self, place: Place, fact: Fact) {
        self.add(Cause { template: Some(place), ..Cause::default() }, fact);
    }

    fn add(&mut self, cause: Cause, fact: Fact) {
        let of = Diagnostic::of(self.rule.code, fact);
        let help = of.help.or_else(|| Some(self.rule.help.to_owned()));
        self.found.push(Diagnostic { severity: self.level, cause: Some(cause), help, ..of });
    }
}

/// The Chart.yaml of the chart itself. Of one that Helm refuses enough is said.
pub(super) fn chart_yaml<'c>(analysis: &Analysis<'c>) -> Option<&'c File> {
    let chart = analysis.charts().first()?;
    let refused = chart.errors.iter().any(|error| error.file.as_deref() == Some("Chart.yaml"));
    chart.chart_yaml.as_ref().filter(|_| !refused)
}

/// Where the value of a key of the root stands; the first line where it does not.
pub(crate) fn value_of(text: &[u8], key: &str) -> Range<usize> {
    let found = crate::yaml::parse(text).ok().and_then(|document| {
        let mut entries = document.entries(document.root()?);
        let (_, value) = entries.find(|(name, _)| document.scalar(*name) == key.as_bytes())?;
        let place = document.node(value);
        Some(place.start as usize..place.end as usize)
    });
    found.unwrap_or(0..1)
}

/// What a render gave: its documents with their causes.
pub(crate) struct Output<'o> {
    /// The documents.
    pub documents: Vec<&'o Document>,
    /// The comments, tags and anchors of each.
    pub asides: Vec<&'o [Range<u32>]>,
    /// The causes.
    pub causes: &'o Causes,
    /// The parts of each document, once a rule has asked for them.
    parts: OnceCell<Vec<Vec<Part>>>,
    /// The nodes of each document, once a rule has asked for them.
    parsed: Vec<OnceCell<Option<crate::yaml::Document>>>,
}

/// Bytes of a document that an action wrote.
pub(super) struct Part {
    /// The bytes.
    pub range: Range<usize>,
    /// What wrote them.
    pub origin: Origin,
    /// The action.
    pub span: Span,
    /// Whether there is a byte in it that some rule looks for. In most parts there is none.
    pub is_odd: bool,
}

/// Whether a text has a byte with which what YAML or people take for something else begins, or nothing but quotation marks, so that
/// what matters stands behind it.
fn is_odd(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'%' | b'<' | b'[' | b'\n' | b'#' | b'!' | b'&'))
        || text.iter().all(|byte| *byte == b'"')
}

impl<'o> Output<'o> {
    /// What a render gave.
    pub fn new(documents: impl Iterator<Item = (&'o Document, &'o [Range<u32>])>, causes: &'o Causes) -> Output<'o> {
        let (documents, asides): (Vec<_>, Vec<_>) = documents.unzip();
        let parsed = documents.iter().map(|_| OnceCell::new()).collect();
        Output { documents, asides, causes, parts: OnceCell::new(), parsed }
    }

    /// The nodes of a document, by its number; none where it is no YAML.
    pub(super) fn parsed(&self, document: usize) -> Option<&crate::yaml::Document> {
        let text = &self.documents.get(document)?.text;
        self.parsed.get(document)?.get_or_init(|| crate::yaml::parse(text).ok()).as_ref()
    }

    /// The parts of a document that actions wrote, by its number: several rules look at all of them.
    pub(super) fn parts(&self, document: usize) -> &[Part] {
        let written = |document: &Document, range: Range<usize>, origin| match self.causes.trace.get(origin) {
            Some(OriginKind::Written { value, span, .. }) if !value.is_none() => {
                let is_odd = is_odd(document.text.get(range.clone()).unwrap_or_default());
                Some(Part { range, origin, span: *span, is_odd })
            }
            _ => None,
        };
        let of = |document: &&Document| {
            let parts = self.causes.parts_over(document, 0..document.text.len());
            parts.filter_map(|(range, origin)| written(document, range, origin)).collect()
        };
        let parts = self.parts.get_or_init(|| self.documents.iter().map(of).collect());
        parts.get(document).map_or(&[], Vec::as_slice)
    }

    /// Those of the parts that have a byte which some rule looks for.
    pub(super) fn odd_parts(&self, document: usize) -> impl Iterator<Item = &Part> {
        self.parts(document).iter().filter(|part| part.is_odd)
    }
}

/// What rules find in a render: at values, and in documents.
pub(super) struct OutputLint<'l> {
    pub files: FileLint<'l>,
    documents: &'l mut Vec<Found>,
}

impl OutputLint<'_> {
    /// A finding in a document.
    pub fn in_document(&mut self, document: usize, range: Range<usize>, fact: Fact) {
        let finding = self.files.rule.finding(self.files.level, fact, String::new(), range);
        self.documents.push(Found { document, finding, other: None });
    }
}

/// Runs the rules that look at the files of a chart.
pub(crate) fn lint_chart(analysis: &Analysis<'_>, selection: &Selection, defines: Defines<'_>) -> Vec<Diagnostic> {
    let (mut found, metadata) = (Vec::new(), OnceCell::new());
    for (rule, level) in selection.running() {
        let (Scope::Chart(run), level) = (&rule.scope, *level) else { continue };
        run(&mut FileLint { rule, level, found: &mut found, defines, metadata: &metadata }, analysis);
    }
    found
}

/// Runs the rules that look at what was rendered and where it came from.
pub(crate) fn lint_output(output: &Output<'_>, selection: &Selection) -> (Vec<Diagnostic>, Vec<Found>) {
    let (mut found, mut documents, metadata) = (Vec::new(), Vec::new(), OnceCell::new());
    for (rule, level) in selection.running() {
        let (Scope::Output(run), level) = (&rule.scope, *level) else { continue };
        let files = FileLint { rule, level, found: &mut found, defines: &|_| false, metadata: &metadata };
        run(&mut OutputLint { files, documents: &mut documents }, output);
    }
    (found, documents)
}

/// A document of a chart's values file.
pub(super) struct Values<'a> {
    /// The chart, a number in [`Analysis::charts`].
    pub chart: usize,
    /// The file, from the root chart's folder.
    pub file: String,
    /// Its text.
    pub text: &'a [u8],
    /// Where the document starts in it.
    pub start: usize,
    /// The document.
    pub document: &'a crate::yaml::Document,
}

impl Values<'_> {
    /// A range of the document in the file.
    pub fn range(&self, start: u32, end: u32) -> Range<usize> {
        self.start + start as usize..self.start + end as usize
    }
}

/// The documents of the values files of all charts.
pub(super) fn values_files<'a>(analysis: &'a Analysis<'_>) -> impl Iterator<Item = Values<'a>> {
    let charts = analysis.charts().iter().enumerate();
    charts.flat_map(|(number, chart): (usize, &&Chart)| {
        let documents = chart.values.iter().flat_map(|file| file.documents.iter().map(|found| (&*file.text, found)));
        documents.map(move |(text, (start, document))| Values {
            chart: number,
            file: format!("{}values.yaml", chart.location),
            text,
            start: *start,
            document,
        })
    })
}
