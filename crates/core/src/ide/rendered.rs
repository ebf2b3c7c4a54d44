//! What came out: the documents that a file renders, with what wrote each part, and what an action wrote.

use super::Location;
use super::chart::ChartState;
use super::workspace::Snapshot;
use crate::diag::Cause;
use crate::render::{Causes, Document, Rendered};
use crate::text::{FileId, FrameId, MASK, Origin, Span, is_secret, lossy};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// A preview tells what wrote so many parts. Its texts are whole.
pub const MOST_PARTS: usize = 10_000;

/// So many different texts are told of what one place wrote.
const MOST_TEXTS: usize = 3;

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
    /// Whether its later parts are left out, for the preview has [`MOST_PARTS`].
    pub is_cut: bool,
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
    pub fn documents(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &Document> {
        let rendered = self.rendered_with_causes().into_iter().map(|(rendered, _)| rendered);
        let all = rendered.flat_map(|all| all.documents.iter().chain(&all.hooks).chain(&all.patched));
        all.filter(move |document| wanted(&document.source))
    }

    /// The documents of the templates that `wanted` takes, with what wrote them.
    pub fn preview(&self, wanted: impl Fn(&str) -> bool) -> Preview {
        let Some((_, causes)) = self.rendered_with_causes() else { return Preview::default() };
        let mut left = MOST_PARTS;
        let made = self.documents(wanted).map(|document| {
            let mut all = causes.parts(document).into_iter();
            let parts: Vec<PreviewPart> = all.by_ref().take(left).map(|part| told(part, causes)).collect();
            left -= parts.len();
            PreviewDocument {
                source: document.source.clone(),
                number: document.number,
                text: String::from_utf8_lossy(&document.text).into_owned(),
                parts,
                is_cut: all.next().is_some(),
            }
        });
        Preview { documents: made.collect() }
    }

    /// What caused the byte at an offset of a document.
    pub fn cause(&self, source: &str, number: u32, offset: u32) -> Option<Cause> {
        let (_, causes) = self.rendered_with_causes()?;
        let document = self.documents(|name| name == source).find(|document| document.number == number)?;
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
    /// What the action or text at these bytes wrote: the first different texts that are not blank. What comes of secrets is
    /// masked.
    pub(super) fn wrote(&self, range: Range<u32>) -> Vec<String> {
        let Some((rendered, causes)) = self.chart.rendered_with_causes() else { return Vec::new() };
        let own = self.own_files(causes);
        let here = |span: Span| own.contains(&span.file) && within(&range, span);
        let mut called: HashMap<FrameId, bool> = HashMap::new();
        let mut wanted = |origin| {
            causes.writer(origin).is_some_and(|(span, frame)| {
                here(span) || *called.entry(frame).or_insert_with(|| causes.calls(frame).any(here))
            })
        };
        let mut found: Vec<String> = Vec::new();
        for document in rendered.documents.iter().chain(&rendered.hooks) {
            for text in written(document, causes, &mut wanted) {
                if !text.trim().is_empty() && !found.contains(&text) {
                    found.push(text);
                }
                if found.len() == MOST_TEXTS {
                    return found;
                }
            }
        }
        found
    }

    /// What the actions of this file in a range wrote: their bytes, and each different text once. What comes of secrets is
    /// masked.
    pub(super) fn all_written(&self, range: &Range<u32>) -> Vec<(Range<u32>, Vec<String>)> {
        let Some((rendered, causes)) = self.chart.rendered_with_causes() else { return Vec::new() };
        let (own, actions) = (self.own_files(causes), self.template().actions());
        let action = |span: Span| {
            let at = actions.partition_point(|action| action.end <= span.start as usize);
            let around = actions.get(at).filter(|action| action.start <= span.start as usize)?;
            let around = around.start as u32..around.end as u32;
            let is_wanted = own.contains(&span.file) && range.start <= around.start && around.end <= range.end;
            is_wanted.then_some((around.start, around.end))
        };
        // A template that calls itself does so in one action.
        let mut calling: HashMap<FrameId, BTreeSet<(u32, u32)>> = HashMap::new();
        let mut found: BTreeMap<(u32, u32), Vec<String>> = BTreeMap::new();
        for document in rendered.documents.iter().chain(&rendered.hooks) {
            let mut ends: HashMap<(u32, u32), usize> = HashMap::new();
            for (part, origin) in causes.parts(document) {
                let Some((span, frame)) = causes.writer(origin) else { continue };
                let calls = calling.entry(frame).or_insert_with(|| causes.calls(frame).filter_map(action).collect());
                let written = action(span).filter(|action| !calls.contains(action));
                let mut keys = calls.iter().copied().chain(written).peekable();
                if keys.peek().is_none() {
                    continue;
                }
                let text = shown(document, &part, origin, causes);
                for key in keys {
                    let texts = found.entry(key).or_default();
                    match texts.last_mut() {
                        // Parts side by side are one text.
                        Some(before) if ends.get(&key) == Some(&part.start) => append(before, &text),
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
        let own = self.own_files(causes);
        let spans = causes.trace.executed().filter(|(span, _)| own.contains(&span.file));
        spans.map(|(span, _)| span.start..span.end).collect()
    }

    /// The numbers that this file has among the sources of a render.
    fn own_files(&self, causes: &Causes) -> Vec<FileId> {
        let own = causes.sources.iter().filter(|(_, source)| *source.name == *self.file);
        own.map(|(number, _)| number).collect()
    }
}

fn within(range: &Range<u32>, span: Span) -> bool {
    range.start <= span.start && span.end <= range.end
}

/// The texts in a document whose origins are wanted, parts side by side together.
fn written(
    document: &Document,
    causes: &Causes,
    mut wanted: impl FnMut(Origin) -> bool,
) -> impl Iterator<Item = String> {
    let mut parts = causes.parts(document).into_iter().filter(move |(_, origin)| wanted(*origin)).peekable();
    std::iter::from_fn(move || {
        let (first, origin) = parts.next()?;
        let mut text = shown(document, &first, origin, causes);
        let mut end = first.end;
        while let Some((part, origin)) = parts.next_if(|(part, _)| part.start == end) {
            append(&mut text, &shown(document, &part, origin, causes));
            end = part.end;
        }
        Some(text)
    })
}

/// The text of a part, masked where a secret among the values is behind it.
fn shown(document: &Document, part: &Range<usize>, origin: Origin, causes: &Causes) -> String {
    let text = lossy(document.text.get(part.clone()).unwrap_or_default());
    let is_secret = !text.trim().is_empty() && causes.paths(origin).iter().any(|path| is_secret(path));
    if is_secret { MASK.to_owned() } else { text.into_owned() }
}

/// Appends a part to a text: masked ones side by side are one.
fn append(text: &mut String, part: &str) {
    if part != MASK || !text.ends_with(MASK) {
        text.push_str(part);
    }
}

/// A part of a document with what wrote it.
fn told((range, origin): (Range<usize>, Origin), causes: &Causes) -> PreviewPart {
    let at = causes.writer(origin).and_then(|(span, _)| {
        let file = causes.sources.get(span.file)?.name.to_string();
        Some(Location::new(file, span.start..span.end))
    });
    PreviewPart { range: range.start as u32..range.end as u32, at, values: causes.paths(origin) }
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
