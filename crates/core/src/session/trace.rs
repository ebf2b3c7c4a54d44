//! Questions about a render: what caused a place, and where a value or a template line ends up.

use super::position::{self, Place};
use crate::diag::{self, Cause, ValueCause};
use crate::host::HelmVersion;
use crate::render::{Causes, Document, Rendered};
use crate::text::{LineColumn, LineIndex, MASK, Origin, OriginKind, Trace, is_secret, mask_secrets};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::cell::{LazyCell, RefCell};
use std::collections::HashSet;

/// What to ask a render.
#[derive(Clone, Copy, Debug)]
pub enum Question<'q> {
    /// What caused this place: `SOURCE[#N]:LINE[:COLUMN]`, or `LINE[:COLUMN]` of the whole output.
    At(&'q str),
    /// Which lines does this value reach: `a.b.c`.
    Value(&'q str),
    /// Which lines did this template line write: `FILE:LINE`.
    Template(&'q str),
    /// Where was every value set, what did it override, was it read?
    ExplainValues,
}

/// An answer in both forms.
#[derive(Clone, Debug)]
pub struct Answer {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Json,
}

/// Answers a question about a render with causes. What looks secret is masked, unless `show_secrets`.
///
/// # Errors
///
/// What is wrong with the question.
pub fn trace(
    rendered: &Rendered,
    question: &Question<'_>,
    helm: HelmVersion,
    show_secrets: bool,
) -> Result<Answer, String> {
    let Some(causes) = &rendered.trace else { return Err("no causes were recorded".to_owned()) };
    match question {
        Question::At(place) => at(rendered, causes, place, helm, show_secrets),
        Question::Value(path) => value(rendered, causes, path, show_secrets),
        Question::Template(place) => template(rendered, causes, place, show_secrets),
        Question::ExplainValues => Ok(explain(causes, show_secrets)),
    }
}

/// The text of a document as it may be shown.
fn shown(document: &Document, show_secrets: bool) -> Cow<'_, str> {
    let text = crate::text::lossy(&document.text);
    if show_secrets { text } else { Cow::Owned(mask_secrets(&text)) }
}

fn documents(rendered: &Rendered) -> impl Iterator<Item = &Document> {
    rendered.documents.iter().chain(&rendered.hooks)
}

/// `SOURCE[#N]:LINE[:COLUMN]` or `LINE[:COLUMN]`.
fn at(
    rendered: &Rendered,
    causes: &Causes,
    place: &str,
    helm: HelmVersion,
    show_secrets: bool,
) -> Result<Answer, String> {
    let mut parts: Vec<&str> = place.split(':').collect();
    let mut numbers = Vec::new();
    while let Some(number) = parts.last().and_then(|p| p.parse::<u32>().ok()) {
        numbers.insert(0, number);
        parts.pop();
    }
    let shape = || {
        format!(
            "invalid --at {place:?}: expected SOURCE[#N]:LINE[:COLUMN], such as web/templates/service.yaml:7, or LINE[:COLUMN] of the whole output"
        )
    };
    let line = *numbers.first().ok_or_else(shape)?;
    let column = numbers.get(1).copied();
    let source = parts.join(":");
    let (document, line) = if source.is_empty() {
        match position::line_of_output(rendered, line, helm)? {
            Place::Document(document, line) => (document, line as u32),
            Place::Generated(what) => return Ok(generated(line, what)),
        }
    } else {
        let (source, number) = match source.rsplit_once('#') {
            Some((source, n)) => (source.to_owned(), n.parse::<u32>().map_err(|_| shape())?),
            None => (source, 1),
        };
        let found = documents(rendered).filter(|d| d.source == source).find(|d| d.number == number);
        (found.ok_or_else(|| no_document(rendered, &source, number))?, line)
    };
    let index = LineIndex::new(&document.text);
    if line == 0 || line > index.lines() {
        return Err(format!("{} has {} lines", document.source, index.lines()));
    }
    // Without a column the interesting byte is the value: what follows the first colon, or the first that is no blank.
    let value = || {
        let start = index.start_of(line) as usize;
        let text = document.text.get(start..).unwrap_or_default();
        let text = text.split(|b| *b == b'\n').next().unwrap_or_default();
        let colon = memchr::memmem::find(text, b": ").map(|at| at + 2);
        start + colon.unwrap_or_else(|| text.len() - text.trim_ascii_start().len())
    };
    let offset = column.map(|column| index.offset_of(&document.text, LineColumn { line, column }) as usize);
    let cause = causes.of_document(document, offset.unwrap_or_else(value));
    let shown = shown(document, show_secrets);
    let text = shown.split('\n').nth(line as usize - 1).unwrap_or_default();
    let mut out = format!("{}#{}:{line}: {}\n", document.source, document.number, text.trim_end());
    out.push_str(&describe(&cause));
    let json = json!({"document": document.source, "n": document.number, "line": line, "text": text, "cause": cause});
    Ok(Answer { text: out, json })
}

fn no_document(rendered: &Rendered, source: &str, number: u32) -> String {
    let sources: Vec<&str> = documents(rendered).map(|d| d.source.as_str()).collect();
    let near = sources.iter().find(|s| s.ends_with(source) || source.ends_with(s.rsplit('/').next().unwrap_or(s)));
    match near {
        Some(near) => format!("no document {number} of {source} in the output; did you mean {near}?"),
        None => format!("no document {number} of {source} in the output"),
    }
}

/// The answer for a line that no template wrote.
fn generated(line: u32, what: &'static str) -> Answer {
    let cause = Cause { generated: Some(what.into()), ..Cause::default() };
    let text = format!("line {line} of the output: a {} that the pipeline wrote\n", what.replace('-', " "));
    Answer { text, json: json!({"document": null, "n": null, "line": line, "text": null, "cause": cause}) }
}

fn describe(cause: &Cause) -> String {
    let mut out = String::new();
    if let Some(place) = &cause.template {
        out.push_str(&format!("  written by   {}\n", shown_place(place)));
    }
    for call in cause.stack.iter().rev() {
        out.push_str(&format!("  called from  {}  {}\n", shown_place(&call.place), call.call));
    }
    for value in &cause.values {
        out.push_str(&format!("  value        {}\n", describe_value(value)));
        for lost in &value.overrode {
            out.push_str(&format!("    overrode   {}\n", describe_value(lost)));
        }
    }
    if cause.more > 0 {
        out.push_str(&format!("  and {} values more\n", cause.more));
    }
    for guard in cause.guards.iter() {
        let values: Vec<String> = guard.values.iter().map(|v| v.path.clone()).collect();
        out.push_str(&format!("  if           {}  {}\n", shown_place(&guard.place), values.join(", ")));
    }
    out
}

fn shown_place(place: &diag::Place) -> String {
    let LineColumn { line, column } = place.start();
    format!("{}:{line}:{column}", place.file())
}

fn describe_value(value: &ValueCause) -> String {
    let place = match value.argument {
        Some(n) if value.layer != "file" => {
            format!("--{} number {n}, column {}", value.layer, value.place.start().column)
        }
        _ => shown_place(&value.place),
    };
    let missing = if value.missing { " (not set)" } else { "" };
    format!("{}{missing}  {place}  ({})", value.path, value.layer)
}

/// Lines of the result whose causes satisfy `wanted`.
fn reached(rendered: &Rendered, causes: &Causes, show_secrets: bool, wanted: impl Fn(Origin) -> bool) -> Answer {
    let (mut text, mut list) = (String::new(), Vec::new());
    for document in documents(rendered) {
        let index = LineIndex::new(&document.text);
        let shown = LazyCell::new(|| shown(document, show_secrets));
        let lines = LazyCell::new(|| shown.split('\n').collect::<Vec<_>>());
        let mut seen = HashSet::new();
        for (range, origin) in causes.parts(document) {
            if !wanted(origin) {
                continue;
            }
            // A piece may start with the line feed of the line before.
            let piece = document.text.get(range.clone()).unwrap_or_default();
            let blank = piece.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let (first, last) = (range.start + blank.min(piece.len().saturating_sub(1)), range.end.saturating_sub(1));
            for line in index.line(first as u32)..=index.line(last.max(first) as u32) {
                if !seen.insert(line) {
                    continue;
                }
                let content = lines.get(line as usize - 1).copied().unwrap_or_default();
                text.push_str(&format!("{}#{}:{line}: {}\n", document.source, document.number, content.trim()));
                list.push(json!({"document": document.source, "n": document.number, "line": line, "text": content}));
            }
        }
    }
    if list.is_empty() {
        text.push_str("nothing in the output comes from it\n");
    }
    Answer { text, json: json!({ "reached": list }) }
}

fn value(rendered: &Rendered, causes: &Causes, path: &str, show_secrets: bool) -> Result<Answer, String> {
    if !causes.values.iter().any(|(p, _, _)| below(p, path)) {
        return Err(format!("no value {path} in this render"));
    }
    // The path in the final values is asked for; its origins are the nodes that stand there.
    let nodes: HashSet<Origin> = causes.values.iter().filter(|(p, _, _)| below(p, path)).map(|(_, _, o)| *o).collect();
    let leads = Leads { trace: &causes.trace, nodes, elsewhere: RefCell::default() };
    Ok(reached(rendered, causes, show_secrets, |origin| leads.to_a_node(origin)))
}

fn below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Which origins lead to one of some nodes.
struct Leads<'t> {
    trace: &'t Trace,
    nodes: HashSet<Origin>,
    /// Those that are known to lead to none.
    elsewhere: RefCell<HashSet<Origin>>,
}

impl Leads<'_> {
    fn to_a_node(&self, origin: Origin) -> bool {
        let mut elsewhere = self.elsewhere.borrow_mut();
        let (mut pending, mut seen) = (vec![origin], HashSet::new());
        while let Some(origin) = pending.pop() {
            if elsewhere.contains(&origin) || !seen.insert(origin) {
                continue;
            }
            if self.nodes.contains(&origin) {
                return true;
            }
            match self.trace.get(origin) {
                Some(OriginKind::Written { value, .. } | OriginKind::Guarded { value, .. }) => pending.push(*value),
                Some(OriginKind::Call { inputs, .. }) => pending.extend(inputs.iter().copied()),
                Some(OriginKind::Pieces(pieces)) => pending.extend(pieces.iter().map(|p| p.origin)),
                _ => {}
            }
        }
        elsewhere.extend(seen);
        false
    }
}

fn template(rendered: &Rendered, causes: &Causes, place: &str, show_secrets: bool) -> Result<Answer, String> {
    let shape = || format!("invalid --template {place:?}: expected FILE:LINE, such as templates/service.yaml:3");
    let (file, line) = place.rsplit_once(':').ok_or_else(shape)?;
    let line: u32 = line.parse().map_err(|_| shape())?;
    if !causes.sources.iter().any(|(_, source)| &*source.name == file) {
        return Err(format!("no template {file} in this chart"));
    }
    Ok(reached(rendered, causes, show_secrets, |origin| {
        let Some(OriginKind::Written { span, .. }) = causes.trace.get(origin) else { return false };
        causes.place(*span).is_some_and(|place| {
            // A piece that ends with its line has nothing of the next one.
            let (start, end) = (place.start(), place.end());
            let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
            place.file() == file && (start.line..=last).contains(&line)
        })
    }))
}

fn explain(causes: &Causes, show_secrets: bool) -> Answer {
    let used = causes.trace.used();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for (path, text, origin) in causes.values.iter() {
        let cause = causes.of_origin(*origin);
        let value = cause.values.first();
        let read = used.contains(*origin) || causes.trace.was_read(*origin);
        let place = value.map(describe_value).unwrap_or_default();
        let place = place.split_once("  ").map_or(String::new(), |(_, rest)| rest.to_owned());
        let overrode: Vec<String> = value
            .map(|v| v.overrode.iter().map(|o| format!("{}:{}", o.place.file(), o.place.line())).collect())
            .unwrap_or_default();
        let text = if show_secrets || text.is_empty() || !is_secret(path) { text } else { MASK };
        let line = text.lines().next().unwrap_or_default();
        rows.push([
            path.clone(),
            line.to_owned(),
            place,
            overrode.join(", "),
            if read { "yes" } else { "no" }.to_owned(),
        ]);
        list.push(json!({"path": path, "value": text, "cause": value.map(|v| json!(v)), "read": read}));
    }
    let mut widths = [3, 5, 6, 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count().min(48));
        }
    }
    let mut out = String::new();
    let head = ["key", "value", "set at", "overrode", "read"].map(str::to_owned);
    for row in std::iter::once(&head).chain(&rows) {
        for (i, cell) in row.iter().enumerate() {
            let width = widths.get(i).copied().unwrap_or(0);
            let cut: String = if cell.chars().count() > 48 && i < 2 {
                cell.chars().take(47).chain(['…']).collect()
            } else {
                cell.clone()
            };
            out.push_str(&format!("{cut:<width$}  "));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    Answer { text: out, json: json!({ "values": list }) }
}
