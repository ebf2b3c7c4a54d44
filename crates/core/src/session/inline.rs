//! A value of several lines that an action writes behind a key, found by writing it as it would fit.

use super::trial::Trial;
use crate::render::{Causes, Document};
use crate::text::Span;
use std::ops::Range;

/// A value to be written otherwise.
#[derive(Debug)]
pub struct Inline {
    /// What to do, in words.
    pub help: String,
    /// The first byte of it in the document.
    pub blame: usize,
}

/// How many parts of a document before the one where the parser stopped may be to blame.
const NEAR: usize = 4;

/// The value of several lines that ends at `at` or goes on there, where writing it otherwise makes the document YAML.
pub fn document(document: &Document, at: usize, causes: &Causes, trial: &Trial<'_>) -> Option<Inline> {
    let (range, action) = written(document, at, causes)?;
    let text = std::str::from_utf8(document.text.get(range.clone())?).ok()?;
    let before = document.text.get(..range.start)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let line = std::str::from_utf8(before.get(line..)?).ok()?;
    // Behind a key or a dash, on its line: what begins a new one has an indentation of its own.
    if text.starts_with('\n') || !line.trim_end().ends_with([':', '-']) {
        return None;
    }
    let is_yaml = causes.text(action)?.contains("toYaml");
    let (new, help) = match (is_yaml, text.trim_end().contains('\n') || (is_yaml && text.contains(": "))) {
        (_, false) => return None,
        (true, true) => {
            let blanks = line.len() - line.trim_start_matches([' ', '-']).len() + 2;
            let lines = text.lines().map(|line| format!("\n{}{line}", " ".repeat(blanks)));
            let help =
                format!("`toYaml` writes several lines: begin a new one, `{{{{- toYaml … | nindent {blanks} }}}}`");
            (lines.collect::<String>(), help)
        }
        (false, true) => {
            let help = "the value has line breaks: write `| quote`, or a block with `|` and `nindent`".to_owned();
            (serde_json::Value::from(text).to_string(), help)
        }
    };
    let changed = [before, new.as_bytes(), document.text.get(range.end..)?].concat();
    trial.faults(&changed)?;
    Some(Inline { help, blame: range.start })
}

/// The bytes around an offset, or above it, that one action wrote, and that action.
fn written(document: &Document, at: usize, causes: &Causes) -> Option<(Range<usize>, Span)> {
    let parts = causes.parts(document);
    let is_action = |action: Span| causes.text(action).is_some_and(|text| text.starts_with("{{"));
    let end = parts.partition_point(|(part, _)| part.start <= at);
    // What broke the text may have ended just before.
    for (number, (part, origin)) in parts.get(..end)?.iter().enumerate().rev().take(NEAR) {
        let Some((action, frame)) = causes.writer(*origin).filter(|(action, _)| is_action(*action)) else { continue };
        let same = |(_, other): &&(Range<usize>, crate::text::Origin)| causes.writer(*other) == Some((action, frame));
        let first =
            parts.get(..number)?.iter().rev().take_while(same).last().map_or(part.start, |(part, _)| part.start);
        let last = parts.get(number..)?.iter().take_while(same).last().map_or(part.end, |(part, _)| part.end);
        return Some((first..last, action));
    }
    None
}
