//! What an action writes in several lines behind a key, found by writing it as it would fit.

use super::fix;
use super::trial::Trial;
use crate::diag::Fix;
use crate::render::{Causes, Document};
use crate::text::{FrameId, Origin, Span};
use std::ops::Range;

/// A value to be written otherwise.
#[derive(Debug)]
pub struct Inline {
    /// What to do, in words.
    pub help: String,
    /// The edit that does it, where nothing else is wrong in the document then.
    pub fix: Option<Fix>,
    /// The bytes of the document that the action wrote.
    pub range: Range<usize>,
    /// The action.
    pub action: Span,
}

/// How many parts of a document before the one where the parser stopped may be to blame.
const NEAR: usize = 4;

/// What ends at `at` or goes on there, where writing it otherwise makes the document YAML.
pub fn document(document: &Document, at: usize, causes: &Causes, trial: &Trial<'_>) -> Option<Inline> {
    let parts = causes.parts(document);
    // What broke the text may have ended just before.
    let end = parts.partition_point(|(part, _)| part.start <= at);
    for number in (0..end).rev().take(NEAR) {
        for level in levels(parts.get(number)?.1, causes) {
            let range = written(&parts, number, &level, causes);
            let mended = mend(document, range.clone(), level.action, causes, trial);
            if let Some((help, fix)) = mended {
                return Some(Inline { help, fix, range, action: level.action });
            }
        }
    }
    None
}

/// An action, the execution it stands in, and the one that its call made.
#[derive(PartialEq, Eq)]
struct Level {
    action: Span,
    of: FrameId,
    made: Option<FrameId>,
}

/// The actions that an origin's bytes came through, the innermost first.
fn levels(origin: Origin, causes: &Causes) -> Vec<Level> {
    let Some((span, frame)) = causes.writer(origin) else { return Vec::new() };
    let mut levels = vec![Level { action: span, of: frame, made: None }];
    let mut at = frame;
    while let Some((parent, site)) = causes.trace.frame(at).and_then(|frame| Some((frame.parent?, frame.site))) {
        levels.push(Level { action: action_around(site, causes).unwrap_or(site), of: parent, made: Some(at) });
        at = parent;
    }
    levels.retain(|level| causes.text(level.action).is_some_and(|text| text.starts_with("{{")));
    levels
}

/// The action of a template that a call stands in.
fn action_around(call: Span, causes: &Causes) -> Option<Span> {
    let text = &causes.sources.get(call.file)?.text;
    let start = memchr::memmem::rfind(text.get(..call.start as usize + 2)?, b"{{")?;
    let end = call.end as usize;
    let end = match text.get(..end)?.ends_with(b"}}") {
        true => end,
        false => end + memchr::memmem::find(text.get(end..)?, b"}}")? + 2,
    };
    Some(Span::new(call.file, start, end))
}

/// The bytes around a part that came through an action with it.
fn written(parts: &[(Range<usize>, Origin)], number: usize, level: &Level, causes: &Causes) -> Range<usize> {
    let same = |(_, origin): &&(Range<usize>, Origin)| levels(*origin, causes).contains(level);
    let (before, after) = parts.split_at(number.min(parts.len()));
    let start = before.iter().rev().take_while(same).last().or(after.first()).map_or(0, |(part, _)| part.start);
    let end = after.iter().take_while(same).last().map_or(start, |(part, _)| part.end);
    start..end
}

/// What to do about what an action wrote behind a key or a dash, on its line: what begins a new one has an indentation
/// of its own.
fn mend(
    document: &Document,
    range: Range<usize>,
    action: Span,
    causes: &Causes,
    trial: &Trial<'_>,
) -> Option<(String, Option<Fix>)> {
    let text = std::str::from_utf8(document.text.get(range.clone())?).ok()?;
    let before = document.text.get(..range.start)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let line = std::str::from_utf8(before.get(line..)?).ok()?;
    let code = causes.text(action)?;
    let maker = ["toYaml", "include", "tpl"].into_iter().find(|word| code.contains(word));
    let is_long = text.trim_end().contains('\n') || (maker == Some("toYaml") && text.contains(": "));
    if !is_long || text.starts_with('\n') || !line.trim_end().ends_with([':', '-']) || code.contains("indent ") {
        return None;
    }
    let left = |new: &str| trial.faults(&[before, new.as_bytes(), document.text.get(range.end..)?].concat());
    let blanks = line.len() - line.trim_start_matches([' ', '-']).len() + 2;
    let lines = || text.lines().map(|line| format!("\n{}{line}", " ".repeat(blanks))).collect::<String>();
    if let Some((maker, left)) = maker.and_then(|maker| Some((maker, left(&lines())?))) {
        let nindent = fix::nindent(blanks, fix::syntax(action, causes));
        let help = format!("`{maker}` writes several lines: begin a new one, `{{{{- {maker} … | {nindent} }}}}`");
        return Some((help, on_a_new_line(action, blanks, causes).filter(|_| left.is_empty())));
    }
    if maker == Some("toYaml") {
        return None;
    }
    let left = left(&serde_json::Value::from(text).to_string())?;
    let help = "the value has line breaks: write `| quote`, or a block with `|` and `nindent`".to_owned();
    Some((help, fix::quote(action, causes).filter(|_| left.is_empty())))
}

/// An action that begins a new line for what it writes.
fn on_a_new_line(action: Span, blanks: usize, causes: &Causes) -> Option<Fix> {
    let fix = fix::piped(action, &fix::nindent(blanks, fix::syntax(action, causes)), true, causes)?;
    Some(Fix { safe: false, ..fix })
}
