//! Fixes of rules that know what a field should be: it is put in the place of what is there, or written where the field
//! is missing. What runs may be another thing then, so none of them is safe.

use super::fix::Mend;
use super::trial::Sight;
use crate::diag::{Edit, Fact, Finding, Fix};
use crate::render::{Causes, Document};
use crate::text::Span;
use crate::yaml::{NodeId, NodeKind};
use std::ops::Range;

/// The fix of a finding whose rule knows what the field should be.
pub fn of(finding: &Finding, document: &Document, sight: &Sight, causes: &Causes) -> Option<Mend> {
    let cure = finding.cure.as_deref()?;
    match finding.facts.first()? {
        Fact::Unwanted { field, .. } => {
            let span = causes.literal(document, &finding.range)?;
            mend(format!("write `{field}: {cure}`"), span, cure.to_owned(), finding.range.clone(), causes)
        }
        Fact::Remark { .. } => {
            let span = causes.literal(document, &finding.range)?;
            mend(format!("write `{cure}`"), span, cure.to_owned(), finding.range.clone(), causes)
        }
        Fact::NotSet { field } => write(finding, field, cure, (document, sight), causes),
        _ => None,
    }
}

/// Writes a missing field before the first key of the innermost map around it that is there.
fn write(
    finding: &Finding,
    field: &str,
    cure: &str,
    (document, sight): (&Document, &Sight),
    causes: &Causes,
) -> Option<Mend> {
    let (around, missing) = innermost(sight.parsed(&document.text)?, &finding.pointer)?;
    let title = format!("set `{field}: {cure}`");
    let span = causes.literal(document, &around.first)?;
    let braced = missing.iter().rev().fold(cure.to_owned(), |inner, key| format!("{{{key}: {inner}}}"));
    let (before, at) = (Span { end: span.start, ..span }, around.first.start);
    match around.form {
        Form::Empty => mend(title, span, braced, around.first, causes),
        Form::Braces => {
            let inside = braced.strip_prefix('{')?.strip_suffix('}')?;
            mend(title, before, format!("{inside}, "), at..at, causes)
        }
        Form::Lines => {
            let here = column(&causes.sources.get(span.file)?.text, span.start as usize)?;
            let there = column(&document.text, at)?;
            let fix = mend(title, before, block(&missing, cure, here), at..at, causes)?;
            // Helpers stand elsewhere than what they write.
            Some(Mend { change: (at..at, block(&missing, cure, there)), ..fix })
        }
    }
}

/// The lines that set a value below some keys, with the blanks before what follows them.
fn block(keys: &[String], value: &str, column: usize) -> String {
    let line = |(depth, key): (usize, &String)| format!("{key}:\n{}", " ".repeat(column + 2 * (depth + 1)));
    let (last, around) = keys.split_last().map_or(("", keys), |(last, around)| (last.as_str(), around));
    let around: String = around.iter().enumerate().map(line).collect();
    format!("{around}{last}: {value}\n{}", " ".repeat(column))
}

/// How far from the start of its line an offset is, where nothing but blanks and dashes stands before it.
pub(super) fn column(text: &[u8], offset: usize) -> Option<usize> {
    let line = text.get(..offset)?.rsplit(|byte| *byte == b'\n').next()?;
    line.iter().all(|byte| matches!(byte, b' ' | b'-')).then_some(line.len())
}

/// A map with room for a field.
struct Around {
    /// Its first key; all of it where it is empty.
    first: Range<usize>,
    form: Form,
}

/// How a map is written.
enum Form {
    Lines,
    Braces,
    /// In braces, with nothing between.
    Empty,
}

/// The innermost map on the way to a field, and the keys that are missing below it.
fn innermost(document: &crate::yaml::Document, pointer: &str) -> Option<(Around, Vec<String>)> {
    let mut steps = pointer.split('/').skip(1).peekable();
    let mut at = document.root()?;
    while let Some(next) = steps.peek().and_then(|step| below(document, at, step)) {
        at = next;
        steps.next();
    }
    let missing: Vec<String> = steps.map(str::to_owned).collect();
    let range = |id: NodeId| document.node(id).start as usize..document.node(id).end as usize;
    let NodeKind::Mapping { flow } = document.node(at).kind else { return None };
    let (first, form) = match (document.entries(at).next(), flow) {
        (Some((key, _)), false) => (range(key), Form::Lines),
        (Some((key, _)), true) => (range(key), Form::Braces),
        (None, _) => (range(at), Form::Empty),
    };
    Some((Around { first, form }, missing))
}

fn below(document: &crate::yaml::Document, at: NodeId, step: &str) -> Option<NodeId> {
    match document.node(at).kind {
        NodeKind::Mapping { .. } => {
            document.entries(at).find(|(key, _)| document.scalar(*key) == step.as_bytes()).map(|(_, value)| value)
        }
        NodeKind::Sequence { .. } => document.children(at).get(step.parse::<usize>().ok()?).copied(),
        _ => None,
    }
}

fn mend(title: String, span: Span, new: String, range: Range<usize>, causes: &Causes) -> Option<Mend> {
    let edit = Edit { place: causes.place(span)?, new: new.clone() };
    Some(Mend { fix: Fix { title, safe: false, edits: vec![edit] }, change: (range, new), renamed: None })
}
