//! A `-}}` or a `{{-` that took a line break away which the document needs, found by putting it back.

use super::trial::Trial;
use crate::diag::{Edit, Fix};
use crate::render::{Causes, Document};
use crate::text::{FileId, Origin, Span};
use std::ops::Range;

/// A line break to keep.
#[derive(Debug)]
pub struct Kept {
    /// What to do, in words.
    pub help: String,
    /// The edit that does it.
    pub fix: Fix,
    /// The byte of the document before which it was taken away.
    pub blame: usize,
    /// The action that took it away.
    pub action: Span,
}

/// A hyphen that takes blanks away, those blanks, and the action that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hyphen {
    file: FileId,
    at: u32,
    blanks: Range<u32>,
    action: Range<u32>,
}

impl Hyphen {
    /// Whether its action may stand between two spans of a text, or be one of them.
    fn touches(&self, from: Span, to: Span) -> bool {
        self.file == from.file && self.action.end >= from.start && self.action.start <= to.end
    }
}

/// The line break that makes a document YAML, where one was taken away in the lines around `at`.
pub fn document(document: &Document, at: usize, causes: &Causes, trial: &Trial<'_>) -> Option<Kept> {
    let parts = causes.parts(document);
    let near = near(&document.text, at);
    let mut joints: Vec<(Hyphen, Vec<usize>)> = Vec::new();
    for ((before, from), (after, to)) in parts.iter().zip(parts.iter().skip(1)) {
        let place = before.end.min(after.start);
        let is_near = near.contains(&place);
        if !is_near && joints.is_empty() {
            continue;
        }
        let Some((from, to)) = beside(*from, *to, causes) else { continue };
        // Elsewhere only what was found near counts again.
        if !is_near && !joints.iter().any(|(known, _)| known.touches(from, to)) {
            continue;
        }
        for hyphen in hyphens(from, to, causes) {
            match joints.iter_mut().find(|(known, _)| *known == hyphen) {
                Some((_, places)) => places.push(place),
                None if is_near => joints.push((hyphen, vec![place])),
                None => {}
            }
        }
    }
    joints.into_iter().find_map(|(hyphen, places)| kept(&hyphen, &places, document, causes, trial))
}

/// What wrote two parts, in the template where they stand side by side: where a helper wrote one, its call.
fn beside(from: Origin, to: Origin, causes: &Causes) -> Option<(Span, Span)> {
    let outward = |origin| {
        let written = causes.writer(origin);
        std::iter::successors(written, |(_, frame)| {
            let call = causes.trace.frame(*frame)?;
            Some((call.site, call.parent?))
        })
    };
    let (from, to) = outward(from).find_map(|(from, frame)| {
        let (to, _) = outward(to).find(|(_, other)| *other == frame)?;
        Some((from, to))
    })?;
    (from.file == to.file && from.end <= to.start).then_some((from, to))
}

/// The bytes of the line at an offset, and of those beside it.
fn near(text: &[u8], at: usize) -> Range<usize> {
    let before = text.get(..at.min(text.len())).unwrap_or_default();
    let start = memchr::memrchr_iter(b'\n', before).nth(1).map_or(0, |end| end + 1);
    let after = text.get(before.len()..).unwrap_or_default();
    let end = memchr::memchr_iter(b'\n', after).nth(1).map_or(text.len(), |end| before.len() + end);
    start..end
}

/// The hyphens that take a line break away between what two parts of a template wrote, likelier ones first.
fn hyphens(from: Span, to: Span, causes: &Causes) -> Vec<Hyphen> {
    let Some(source) = causes.sources.get(from.file) else { return Vec::new() };
    let text = |range: Range<usize>| source.text.get(range).unwrap_or_default();
    let blanks = |range: Range<usize>| text(range).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    // The actions that stand at the ends, and those between that write nothing. A call is told without its braces.
    let open = memchr::memmem::rfind(text(0..from.start as usize + 2), b"{{").unwrap_or(0);
    let is_call = memchr::memmem::find(text(open..from.end as usize), b"}}").is_none();
    let start = if is_call { open } else { from.start as usize };
    let close =
        memchr::memmem::find(text(to.end as usize..source.text.len()), b"}}").map(|at| to.end as usize + at + 2);
    let is_call = memchr::memmem::rfind(text(from.end as usize..to.end as usize), b"{{")
        .is_some_and(|open| memchr::memmem::find(text(from.end as usize + open..to.end as usize), b"}}").is_none());
    let end = close.filter(|_| is_call).unwrap_or(to.end as usize);
    let whole = text(start..end);
    let (mut right, mut left) = (Vec::new(), Vec::new());
    for open in memchr::memmem::find_iter(whole, b"{{").map(|at| start + at) {
        let Some(len) = memchr::memmem::find(text(open..end), b"}}") else { continue };
        let close = open + len + 2;
        let (is_left, is_right) = (text(open..close).starts_with(b"{{-"), text(open..close).ends_with(b"-}}"));
        let hyphen = |at: usize, blanks: Range<usize>| Hyphen {
            file: from.file,
            at: at as u32,
            blanks: blanks.start as u32..blanks.end as u32,
            action: open as u32..close as u32,
        };
        let behind = close..close + blanks(close..end);
        if is_right && close >= from.end as usize && !text(behind.end..end).starts_with(b"{{-") {
            right.push(hyphen(close - 3, behind));
        }
        let own = text(start..open).iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        let before = open - own..open;
        if is_left && open <= to.start as usize && !text(start..before.start).ends_with(b"-}}") {
            left.push(hyphen(open + 2, before));
        }
    }
    right.extend(left);
    right.retain(|hyphen| text(hyphen.blanks.start as usize..hyphen.blanks.end as usize).contains(&b'\n'));
    right
}

/// The line break kept, if the document is YAML then.
fn kept(hyphen: &Hyphen, places: &[usize], document: &Document, causes: &Causes, trial: &Trial<'_>) -> Option<Kept> {
    let source = causes.sources.get(hyphen.file)?;
    let blanks = source.text.get(hyphen.blanks.start as usize..hyphen.blanks.end as usize)?;
    // What a helper writes is indented by who calls it, and then so is the line.
    let own = indent(&source.text, hyphen.action.start as usize);
    let changed = |is_called: bool| {
        let mut text = Vec::with_capacity(document.text.len() + places.len() * blanks.len());
        let mut done = 0;
        for place in places {
            text.extend_from_slice(document.text.get(done..*place)?);
            text.extend_from_slice(blanks);
            let more = if is_called { indent(&document.text, *place).saturating_sub(own) } else { 0 };
            text.extend(std::iter::repeat_n(b' ', more));
            done = *place;
        }
        text.extend_from_slice(document.text.get(done..)?);
        Some(text)
    };
    let is_good = |is_called: bool| trial.faults_of(document.text.len(), || changed(is_called));
    is_good(false).or_else(|| is_good(true))?;
    let (is, instead) = if hyphen.at > hyphen.action.start + 2 { ("-}}", "}}") } else { ("{{-", "{{") };
    let place = causes.place(Span { file: hyphen.file, start: hyphen.at, end: hyphen.at + 1 })?;
    let help = format!("`{is}` takes away the line break that is needed here: write `{instead}`");
    let fix = Fix {
        title: format!("write `{instead}` instead of `{is}`"),
        safe: false,
        edits: vec![Edit { place, new: String::new() }],
    };
    let action = Span { file: hyphen.file, start: hyphen.action.start, end: hyphen.action.end };
    Some(Kept { help, fix, blame: places.first()?.saturating_sub(1), action })
}

/// How many blanks the line around an offset begins with.
fn indent(text: &[u8], offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).and_then(|end| before.get(end + 1..)).unwrap_or(before);
    line.iter().take_while(|byte| **byte == b' ').count()
}
