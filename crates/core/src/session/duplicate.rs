//! Fixes of what is there twice: the one that does not count is removed.

use super::fix::Mend;
use crate::diag::{Edit, Fix};
use crate::render::{Causes, Document};
use crate::text::{OriginKind, Span};
use crate::yaml::NodeKind;
use std::ops::Range;

/// Removes the first of two entries of a map, of which YAML takes the last. The last one stands at `second`.
pub fn key(document: &Document, second: usize, key: &str, causes: &Causes) -> Option<Mend> {
    let text: &[u8] = &document.text;
    let first = first_entry(text, second)?;
    let lines = whole_lines(text, &first)?;
    // Where one of the two may go without the other, neither can be spared.
    if guard(document, first.start, causes)? != guard(document, second, causes)? {
        return None;
    }
    let place = causes.place(written(document, &lines, causes)?)?;
    let title = format!("remove the first `{key}`: the last one counts");
    let fix = Fix { title, safe: true, edits: vec![Edit { place, new: String::new() }] };
    Some(Mend { fix, change: (lines, String::new()), renamed: None })
}

/// Removes a document that another one repeats word for word.
pub fn object(document: &Document, other: &Document, causes: &Causes) -> Option<Fix> {
    if document.text.trim_ascii() != other.text.trim_ascii() || document.hook != other.hook {
        return None;
    }
    let start = document.text.len() - document.text.trim_ascii_start().len();
    let range = start..document.text.trim_ascii_end().len();
    // What is written under a condition may be there for the case that the other one is not.
    if guard(document, start, causes)?.1 != guard(other, 0, causes)?.1 {
        return None;
    }
    let place = causes.place(written(document, &range, causes)?)?;
    let title = format!("remove it: {} writes the same", other.source);
    Some(Fix { title, safe: true, edits: vec![Edit { place, new: String::new() }] })
}

/// The first entry, key and value, of the map that has the same key again at an offset.
fn first_entry(text: &[u8], second: usize) -> Option<Range<usize>> {
    let parsed = crate::yaml::parse(text).ok()?;
    let maps = parsed.nodes().filter(|(_, node)| matches!(node.kind, NodeKind::Mapping { .. }));
    for (map, _) in maps {
        let entries: Vec<_> = parsed.entries(map).collect();
        let is_second = |(key, _): &&(_, _)| parsed.node(*key).start as usize == second;
        let Some((again, _)) = entries.iter().find(is_second) else { continue };
        let (key, value) = entries.iter().find(|(key, _)| parsed.scalar(*key) == parsed.scalar(*again))?;
        let (start, end) = (parsed.node(*key).start as usize, parsed.node(*value).end as usize);
        return (start < second).then(|| start..end.max(parsed.node(*key).end as usize));
    }
    None
}

/// The lines of an entry, where nothing else stands on them.
pub(super) fn whole_lines(text: &[u8], entry: &Range<usize>) -> Option<Range<usize>> {
    let start = memchr::memrchr(b'\n', text.get(..entry.start)?).map_or(0, |at| at + 1);
    // A block ends with its last line break.
    let inside = text.get(entry.clone())?.trim_ascii_end().len();
    let behind = text.get(entry.start + inside..)?;
    let rest = memchr::memchr(b'\n', behind)?;
    let alone = text.get(start..entry.start)?.iter().all(|byte| *byte == b' ');
    let comment = behind.get(..rest)?.trim_ascii();
    (alone && (comment.is_empty() || comment.starts_with(b"#"))).then(|| start..entry.start + inside + rest + 1)
}

/// The call and the condition under which a byte was written.
fn guard(
    document: &Document,
    at: usize,
    causes: &Causes,
) -> Option<(crate::text::FrameId, Option<crate::text::GuardId>)> {
    match causes.trace.get(causes.origin_at(document, at))? {
        OriginKind::Written { frame, guard, .. } => Some((*frame, *guard)),
        _ => None,
    }
}

/// The part of a template that wrote a range: text and actions without anything between.
pub(super) fn written(document: &Document, range: &Range<usize>, causes: &Causes) -> Option<Span> {
    if let Some(span) = causes.literal(document, range) {
        return Some(span);
    }
    let parts = causes.parts(document);
    let parts: Vec<_> = parts.iter().filter(|(part, _)| part.start < range.end && range.start < part.end).collect();
    let ([first, between @ ..], Some((last, _))) = (parts.as_slice(), parts.last()) else { return None };
    let mut span = causes.literal(document, &(range.start..first.0.end))?;
    let (_, between) = between.split_last()?;
    let mut before = None;
    for (_, origin) in between {
        let (writer, _) = causes.writer(*origin)?;
        // What one action writes may come in several parts.
        if before != Some(writer) && (writer.file, writer.start) != (span.file, span.end) {
            return None;
        }
        (span.end, before) = (writer.end, Some(writer));
    }
    let end = causes.literal(document, &(last.start..range.end))?;
    ((end.file, end.start) == (span.file, span.end)).then_some(Span { end: end.end, ..span })
}
