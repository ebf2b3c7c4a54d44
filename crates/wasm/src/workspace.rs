//! What editors ask, through `ide`: lines and columns as editors count them, answers in JSON.

use crate::chart::{Inspection, check_options, files, sifted};
use crate::failure::Failure;
use crate::options::Options;
use crate::rendered::Rendered;
use chartlens::ide::{self, ActionKind, ChartOptions, CompletionKind, Lines, Snapshot, Tag, Texts};
use chartlens::render::RenderOptions;
use chartlens::session;
use chartlens::text::LineUtf16;
use js_sys::Uint8Array;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_bindgen::prelude::*;

/// Charts, and over them the texts that are being edited.
#[wasm_bindgen]
#[derive(Default)]
pub struct Workspace {
    inner: ide::Workspace,
}

/// Code units of UTF-16 in a line, both from 0.
#[derive(Serialize)]
struct Position {
    line: u32,
    character: u32,
}

#[derive(Serialize)]
struct Span {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Completion<'a> {
    label: &'a str,
    kind: &'static str,
    detail: &'a str,
    documentation: &'a str,
    range: Span,
    insert: &'a str,
    deprecated: bool,
}

#[derive(Serialize)]
struct Hover<'a> {
    range: Span,
    text: &'a str,
}

#[derive(Serialize)]
struct Location<'a> {
    file: &'a str,
    range: Span,
}

/// A finding in one file.
#[derive(Serialize)]
struct Finding<'a> {
    range: Span,
    severity: &'static str,
    code: &'a str,
    url: Option<&'a str>,
    message: &'a str,
    related: Vec<Related<'a>>,
    tags: Vec<&'static str>,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    range: Span,
    message: &'a str,
}

/// A rendered document, and what wrote each part of it.
#[derive(Serialize)]
struct PreviewDocument<'a> {
    source: &'a str,
    number: u32,
    text: &'a str,
    parts: Vec<PreviewPart<'a>>,
    #[serde(rename = "isCut")]
    is_cut: bool,
}

#[derive(Serialize)]
struct PreviewPart<'a> {
    range: Span,
    at: Option<Location<'a>>,
    values: &'a [String],
}

#[derive(Serialize)]
struct Inlay<'a> {
    position: Position,
    label: &'a str,
    tooltip: Option<&'a str>,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    range: Span,
    new: &'a str,
}

#[derive(Serialize)]
struct Action<'a> {
    title: &'a str,
    kind: &'static str,
    edits: Vec<Edit<'a>>,
    code: Option<&'a str>,
    preferred: bool,
}

#[wasm_bindgen]
impl Workspace {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// A chart from all files of its folder, in place of what was there.
    #[wasm_bindgen(js_name = setChart)]
    pub fn set_chart(
        &mut self,
        root: &str,
        names: Vec<String>,
        contents: Vec<Uint8Array>,
        options: &str,
    ) -> Result<(), JsValue> {
        let sifted = sifted(names, contents)?;
        let options = Options::read(options)?;
        let mut check = check_options(&options)?;
        if options.ci_values {
            let chart = chartlens::chart::load_all(sifted.clone(), &Default::default(), check.render.helm);
            check.values_sets.extend(session::ci_values(&chart));
        }
        self.inner.set_chart(root, sifted, ChartOptions { check, host: options.host()?, ..ChartOptions::default() });
        Ok(())
    }

    /// Files of a chart that are other ones now than those of these names that it has. `.helmignore` is none of them.
    #[wasm_bindgen(js_name = setFiles)]
    pub fn set_files(&mut self, root: &str, names: Vec<String>, contents: Vec<Uint8Array>) {
        self.inner.set_files(root, files(names, contents));
    }

    /// A text that is being edited.
    pub fn edit(&mut self, path: &str, text: &str) {
        self.inner.edit(path, text.as_bytes());
    }

    /// A text that is no longer being edited.
    pub fn close(&mut self, path: &str) {
        self.inner.close(path);
    }

    /// Checks the chart of a path and keeps what it rendered for the first target.
    pub fn inspect(&self, path: &str) -> Result<Inspection, JsValue> {
        let none = || Failure::usage(format!("{path} is in no chart that was handed in"));
        let chart = self.inner.chart_of(path).ok_or_else(none)?;
        let options = chart.options();
        let release = RenderOptions { trace: true, ..options.check.render.clone() };
        let rendered = chart.rendered().cloned();
        let rendered = rendered.map(|it| Rendered::new(chart.chart().clone(), release, options.host.clone(), it));
        let name = chart.chart().metadata.name.clone();
        Ok(Inspection { report: chart.report().to_json(), chart: name, rendered })
    }

    /// What could be written at a place.
    pub fn completion(&self, path: &str, line: u32, character: u32) -> String {
        self.ask(path, "[]", |file, lines| {
            let found = file.completion(lines.offset(LineUtf16 { line, column: character }));
            json(&found.iter().map(|item| completion(lines, item)).collect::<Vec<_>>())
        })
    }

    /// What there is to say of a place.
    pub fn hover(&self, path: &str, line: u32, character: u32) -> String {
        self.ask(path, "null", |file, lines| {
            let found = file.hover(lines.offset(LineUtf16 { line, column: character }));
            json(&found.as_ref().map(|hover| Hover { range: span(lines.range(&hover.range)), text: &hover.text }))
        })
    }

    /// Where what stands at a place is defined.
    pub fn definition(&self, path: &str, line: u32, character: u32) -> String {
        self.ask(path, "[]", |file, lines| {
            let found = file.definition(lines.offset(LineUtf16 { line, column: character }));
            let mut texts = Texts::new(&file.chart);
            json(&found.iter().map(|at| location(&mut texts, at)).collect::<Vec<_>>())
        })
    }

    /// Where what stands at a place is named, definitions first.
    pub fn references(&self, path: &str, line: u32, character: u32) -> String {
        self.ask(path, "[]", |file, lines| {
            let found = file.references(lines.offset(LineUtf16 { line, column: character }), true);
            let mut texts = Texts::new(&file.chart);
            json(&found.iter().map(|at| location(&mut texts, at)).collect::<Vec<_>>())
        })
    }

    /// The edits that give what stands at a place another name. The error says why there are none.
    pub fn rename(&self, path: &str, line: u32, character: u32, new: &str) -> Result<String, JsValue> {
        let Some(file) = self.inner.snapshot(path) else { return Ok("[]".to_owned()) };
        let lines = Lines::new(file.text.clone());
        let edits = file.rename(lines.offset(LineUtf16 { line, column: character }), new).map_err(Failure::usage)?;
        let mut texts = Texts::new(&file.chart);
        Ok(json(&edits.iter().map(|one| edit(&mut texts, one)).collect::<Vec<_>>()))
    }

    /// The findings of the chart of a path, by file.
    pub fn findings(&self, path: &str) -> String {
        let Some(chart) = self.inner.chart_of(path) else { return "{}".to_owned() };
        let found = chart.diagnostics();
        let mut texts = Texts::new(chart);
        let shown = found
            .iter()
            .map(|(file, found)| (file, found.iter().map(|one| finding(&mut texts, file, one)).collect::<Vec<_>>()));
        json(&shown.collect::<BTreeMap<_, _>>())
    }

    /// The documents that a file renders, with what wrote each part.
    pub fn preview(&self, path: &str) -> String {
        self.ask(path, "[]", |file, _| {
            let source = file.chart.source_name(&file.file);
            let preview = file.chart.preview(|name| name == source);
            let mut texts = Texts::new(&file.chart);
            let shown = preview.documents.iter().map(|document| {
                let lines = Lines::new(document.text.as_bytes().into());
                let parts = document.parts.iter().map(|part| PreviewPart {
                    range: span(lines.range(&part.range)),
                    at: part.at.as_ref().map(|at| location(&mut texts, at)),
                    values: &part.values,
                });
                let parts = parts.collect();
                let ide::PreviewDocument { source, number, text, is_cut, .. } = document;
                PreviewDocument { source, number: *number, text, parts, is_cut: *is_cut }
            });
            json(&shown.collect::<Vec<_>>())
        })
    }

    /// What the actions of a file wrote, and which branches were not taken.
    #[wasm_bindgen(js_name = inlayHints)]
    pub fn inlay_hints(&self, path: &str) -> String {
        self.ask(path, "[]", |file, lines| {
            let found = file.inlays(0..u32::MAX);
            let shown = found.iter().map(|inlay| Inlay {
                position: position(lines.position(inlay.offset)),
                label: &inlay.label,
                tooltip: inlay.tooltip.as_deref(),
            });
            json(&shown.collect::<Vec<_>>())
        })
    }

    /// What could be done about a range.
    #[wasm_bindgen(js_name = codeActions)]
    pub fn code_actions(&self, path: &str, line: u32, character: u32, end_line: u32, end_character: u32) -> String {
        self.ask(path, "[]", |file, lines| {
            let (start, end) = ((line, character), (end_line, end_character));
            let at = |(line, column)| LineUtf16 { line, column };
            let found = file.actions(lines.bytes(at(start)..at(end)), file.diagnostics());
            let mut texts = Texts::new(&file.chart);
            json(&found.iter().map(|one| action(&mut texts, one)).collect::<Vec<_>>())
        })
    }
}

impl Workspace {
    /// Answers about a file; `nothing` where there is none.
    fn ask(&self, path: &str, nothing: &str, answer: impl FnOnce(&Snapshot, &Lines) -> String) -> String {
        match self.inner.snapshot(path) {
            Some(file) => answer(&file, &Lines::new(file.text.clone())),
            None => nothing.to_owned(),
        }
    }
}

fn json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

fn position(at: LineUtf16) -> Position {
    Position { line: at.line, character: at.column }
}

fn span(range: Range<LineUtf16>) -> Span {
    Span { start: position(range.start), end: position(range.end) }
}

fn location<'a>(texts: &mut Texts<'_>, at: &'a ide::Location) -> Location<'a> {
    Location { file: &at.file, range: span(texts.range(&at.file, &at.range)) }
}

fn edit<'a>(texts: &mut Texts<'_>, edit: &'a ide::TextEdit) -> Edit<'a> {
    Edit { file: &edit.at.file, range: span(texts.range(&edit.at.file, &edit.at.range)), new: &edit.new }
}

fn finding<'a>(texts: &mut Texts<'_>, file: &str, found: &'a ide::FileDiagnostic) -> Finding<'a> {
    let related = found.related.iter().map(|related| Related {
        file: &related.at.file,
        range: span(texts.range(&related.at.file, &related.at.range)),
        message: &related.message,
    });
    let related = related.collect();
    let tags = found.tags.iter().map(|tag| match tag {
        Tag::Unnecessary => "unnecessary",
        Tag::Deprecated => "deprecated",
    });
    Finding {
        range: span(texts.range(file, &found.range)),
        severity: found.severity.name(),
        code: &found.code,
        url: found.url.as_deref(),
        message: &found.message,
        related,
        tags: tags.collect(),
    }
}

fn completion<'a>(lines: &Lines, item: &'a ide::Completion) -> Completion<'a> {
    Completion {
        label: &item.label,
        kind: match item.kind {
            CompletionKind::Value => "value",
            CompletionKind::Field => "field",
            CompletionKind::Function => "function",
            CompletionKind::Helper => "helper",
            CompletionKind::Variable => "variable",
            CompletionKind::Keyword => "keyword",
            CompletionKind::Constant => "constant",
        },
        detail: &item.detail,
        documentation: &item.documentation,
        range: span(lines.range(&item.range)),
        insert: &item.insert,
        deprecated: item.deprecated,
    }
}

fn action<'a>(texts: &mut Texts<'_>, action: &'a ide::Action) -> Action<'a> {
    Action {
        title: &action.title,
        kind: match action.kind {
            ActionKind::QuickFix => "quickfix",
            ActionKind::Refactor => "refactor",
        },
        edits: action.edits.iter().map(|one| edit(texts, one)).collect(),
        code: action.code.as_deref(),
        preferred: action.preferred,
    }
}
