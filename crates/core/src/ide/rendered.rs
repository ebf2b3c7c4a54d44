//! What came out: the documents that a file renders, with what wrote each part, and what an action wrote.

use super::Location;
use super::chart::ChartState;
use super::workspace::Snapshot;
use crate::diag::Cause;
use crate::render::{Causes, Document, Rendered};
use crate::text::{FrameId, OriginKind, Span};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// The documents that a file renders.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The documents.
    pub documents: Vec<PreviewDocument>,
}

/// A document of a preview.
#[derive(Clone, Debug)]
pub struct PreviewDocument {
    /// The template, as the `# Source:` line names it.
    pub source: String,
    /// Its number among those of the template, from 1.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// What wrote it, part by part.
    pub parts: Vec<PreviewPart>,
}

/// A part of a document, and what wrote it.
#[derive(Clone, Debug)]
pub struct PreviewPart {
    /// The bytes in the document.
    pub range: Range<u32>,
    /// The text or the action that wrote it.
    pub at: Option<Location>,
    /// The values in it.
    pub values: Vec<String>,
}

impl ChartState {
    pub(super) fn rendered_with_causes(&self) -> Option<(&Rendered, &Causes)> {
        let rendered = self.rendered()?;
        Some((rendered, rendered.trace.as_ref()?))
    }

    /// The documents of the templates that `wanted` takes.
    pub fn preview(&self, wanted: impl Fn(&str) -> bool) -> Preview {
        let Some((rendered, causes)) = self.rendered_with_causes() else { return Preview::default() };
        let documents = rendered.documents.iter().chain(&rendered.hooks).chain(&rendered.patched);
        let made = documents.filter(|document| wanted(&document.source)).map(|document| PreviewDocument {
            source: document.source.clone(),
            number: document.number,
            text: String::from_utf8_lossy(&document.text).into_owned(),
            parts: parts(document, causes),
        });
        Preview { documents: made.collect() }
    }

    /// What caused the byte at an offset of a document.
    pub fn cause(&self, source: &str, number: u32, offset: u32) -> Option<Cause> {
        let (rendered, causes) = self.rendered_with_causes()?;
        let mut documents = rendered.documents.iter().chain(&rendered.hooks);
        let document = documents.find(|document| document.source == source && document.number == number)?;
        Some(causes.of_document(document, offset as usize))
    }

    /// The name that `# Source:` lines have for a file.
    pub fn source_name(&self, file: &str) -> String {
        let charts = &self.index().charts;
        let around = charts.iter().filter(|row| file.starts_with(&row.location)).max_by_key(|row| row.location.len());
        let mut name = charts.first().map(|root| root.name.clone()).unwrap_or_default();
        let Some(row) = around else { return format!("{name}/{file}") };
        // Folders are called after charts, whatever they are called on disk.
        let mut above: Vec<&super::chart::ChartRow> =
            charts.iter().filter(|other| row.location.starts_with(&other.location)).collect();
        above.sort_by_key(|row| row.location.len());
        above.iter().skip(1).for_each(|row| name.push_str(&format!("/charts/{}", row.name)));
        format!("{name}/{}", file.strip_prefix(&row.location).unwrap_or(file))
    }
}

impl Snapshot {
    /// What the action or text at these bytes wrote, each different text once.
    pub(super) fn wrote(&self, range: Range<u32>) -> Vec<String> {
        let Some((rendered, causes)) = self.chart.rendered_with_causes() else { return Vec::new() };
        let mut found: Vec<String> = Vec::new();
        for document in rendered.documents.iter().chain(&rendered.hooks) {
            let here = |span| self.is_here(causes, span) && within(&range, span);
            for text in written(document, causes, |span, frame| here(span) || causes.calls(frame).any(here)) {
                if !found.contains(&text) {
                    found.push(text);
                }
            }
        }
        found
    }

    /// What every action of this file wrote: its bytes, and each different text once.
    pub(super) fn all_written(&self) -> Vec<(Range<u32>, Vec<String>)> {
        let Some((rendered, causes)) = self.chart.rendered_with_causes() else { return Vec::new() };
        let actions = self.template().actions();
        let action = |span: Span| {
            let at = actions.partition_point(|action| action.end <= span.start as usize);
            let around = actions.get(at).filter(|action| action.start <= span.start as usize)?;
            self.is_here(causes, span).then_some((around.start as u32, around.end as u32))
        };
        let mut found: BTreeMap<(u32, u32), Vec<String>> = BTreeMap::new();
        for document in rendered.documents.iter().chain(&rendered.hooks) {
            let mut ends: HashMap<(u32, u32), usize> = HashMap::new();
            for (part, origin) in causes.parts(document) {
                let Some((span, frame)) = causes.writer(origin) else { continue };
                let text = String::from_utf8_lossy(document.text.get(part.clone()).unwrap_or_default()).into_owned();
                for key in std::iter::once(span).chain(causes.calls(frame)).filter_map(action) {
                    let texts = found.entry(key).or_default();
                    match texts.last_mut() {
                        // Parts side by side are one text.
                        Some(before) if ends.get(&key) == Some(&part.start) => before.push_str(&text),
                        _ => texts.push(text.clone()),
                    }
                    ends.insert(key, part.end);
                }
            }
        }
        let unique = |mut texts: Vec<String>| {
            texts.sort();
            texts.dedup();
            texts
        };
        found.into_iter().map(|((start, end), texts)| (start..end, unique(texts))).collect()
    }

    /// The bytes of this file that wrote something.
    pub(super) fn executed(&self) -> Vec<Range<u32>> {
        let Some((_, causes)) = self.chart.rendered_with_causes() else { return Vec::new() };
        let spans = causes.trace.executed().filter(|(span, _)| self.is_here(causes, *span));
        spans.map(|(span, _)| span.start..span.end).collect()
    }

    fn is_here(&self, causes: &Causes, span: Span) -> bool {
        causes.sources.get(span.file).is_some_and(|source| *source.name == *self.file)
    }
}

fn within(range: &Range<u32>, span: Span) -> bool {
    range.start <= span.start && span.end <= range.end
}

/// The texts in a document that wanted spans wrote, parts side by side together.
fn written(document: &Document, causes: &Causes, wanted: impl Fn(Span, FrameId) -> bool) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (part, origin) in causes.parts(document) {
        let Some(OriginKind::Written { span, frame, .. }) = causes.trace.get(origin) else { continue };
        if !wanted(*span, *frame) {
            continue;
        }
        let text = String::from_utf8_lossy(document.text.get(part.clone()).unwrap_or_default()).into_owned();
        match found.last_mut() {
            Some((end, before)) if *end == part.start => {
                before.push_str(&text);
                *end = part.end;
            }
            _ => found.push((part.end, text)),
        }
    }
    found.into_iter().map(|(_, text)| text).collect()
}

fn parts(document: &Document, causes: &Causes) -> Vec<PreviewPart> {
    let made = causes.parts(document).into_iter().map(|(range, origin)| {
        let span = causes.writer(origin).map(|(span, _)| span);
        let at = span.and_then(|span| {
            let file = causes.sources.get(span.file)?.name.to_string();
            Some(Location::new(file, span.start..span.end))
        });
        let values = causes.of_origin(origin).values.into_iter().map(|value| value.path).collect();
        PreviewPart { range: range.start as u32..range.end as u32, at, values }
    });
    made.collect()
}

/// `apiVersion` and `kind` of a document.
pub(super) fn object_of(text: &[u8]) -> Option<(String, String)> {
    let cut = crate::yaml::cut(text, |key| matches!(key, b"apiVersion" | b"kind"));
    let document = crate::yaml::parse(&cut).ok()?;
    let root = document.root()?;
    let get = |name: &[u8]| {
        let (_, value) = document.entries(root).find(|(key, _)| document.scalar(*key) == name)?;
        Some(String::from_utf8_lossy(document.scalar(value)).into_owned())
    };
    Some((get(b"apiVersion")?, get(b"kind")?))
}
