//! A text that YAML takes otherwise than it is meant, in quotation marks where a template writes it.

use super::fix;
use super::trial::Trial;
use crate::diag::{Edit, Fix};
use crate::render::{Causes, Document};
use crate::text::Span;
use std::ops::Range;

/// What to do about such a text, in words, and the fix that does it where nothing is wrong in the document then.
#[derive(Debug)]
pub struct Quoted {
    pub help: &'static str,
    pub fix: Option<Fix>,
}

/// The text at `range` in quotation marks, where that makes the document YAML and something of a template writes it.
pub fn text(document: &Document, range: &Range<usize>, causes: &Causes, trial: &Trial<'_>) -> Option<Quoted> {
    let text = std::str::from_utf8(document.text.get(range.clone())?).ok()?;
    let new = serde_json::Value::from(text).to_string();
    let changed = [document.text.get(..range.start)?, new.as_bytes(), document.text.get(range.end..)?].concat();
    let is_fine = trial.faults(&changed)?.is_empty();
    let spans: Vec<Span> = causes
        .parts(document)
        .into_iter()
        .filter(|(part, _)| part.start < range.end && range.start < part.end)
        .map(|(part, origin)| whole(&part, origin, document, range, causes))
        .collect::<Option<_>>()?;
    let is_action = |span: &Span| causes.text(*span).is_some_and(|text| text.starts_with("{{"));
    let (help, fix) = match spans.as_slice() {
        [action] if is_action(action) => ("write it with `| quote`", fix::quote(*action, causes)),
        _ if !spans.iter().any(is_action) => ("quote the value", around(&spans, text, causes)),
        _ => ("put quotation marks around all of it in the template", around(&spans, text, causes)),
    };
    Some(Quoted { help, fix: fix.filter(|_| is_fine) })
}

/// What wrote a part of the document: an action that wrote no more than the text, or that much of a template.
fn whole(
    part: &Range<usize>,
    origin: crate::text::Origin,
    document: &Document,
    range: &Range<usize>,
    causes: &Causes,
) -> Option<Span> {
    let inside = part.start.max(range.start)..part.end.min(range.end);
    causes.literal(document, &inside).or_else(|| {
        let (span, _) = causes.writer(origin)?;
        (inside == *part).then_some(span)
    })
}

/// Quotation marks around what follows each other on one line of a template.
fn around(spans: &[Span], text: &str, causes: &Causes) -> Option<Fix> {
    let (first, last) = (spans.first()?, spans.last()?);
    let whole = Span { end: last.end, ..*first };
    let is_one = spans.windows(2).all(|pair| matches!(pair, [a, b] if a.file == b.file && a.end == b.start));
    if !is_one || causes.text(whole)?.contains('\n') || text.contains(['"', '\\']) {
        return None;
    }
    let mark = |span| Some(Edit { place: causes.place(span)?, new: "\"".to_owned() });
    let edits = vec![mark(Span { end: whole.start, ..whole })?, mark(Span { start: whole.end, ..whole })?];
    Some(Fix { title: "put it in quotation marks".to_owned(), safe: false, edits })
}
