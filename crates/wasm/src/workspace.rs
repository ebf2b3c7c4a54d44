//! What editors ask, through `ide`: lines and columns as editors count them, answers in JSON.

use crate::chart::{Inspection, check_options, sifted};
use crate::failure::Failure;
use crate::options::Options;
use crate::rendered::Rendered;
use chartlens::ide::{self, ActionKind, ChartOptions, CompletionKind, Lines, Snapshot, Texts};
use chartlens::render::RenderOptions;
use chartlens::session;
use chartlens::text::LineUtf16;
use js_sys::Uint8Array;
use serde::Serialize;
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
        let files = sifted(names, contents)?;
        let options = Options::read(options)?;
        let mut check = check_options(&options)?;
        if options.ci_values {
            let chart = chartlens::chart::load_all(files.clone(), &Default::default(), check.render.helm);
            check.values_sets.extend(session::ci_values(&chart));
        }
        self.inner.set_chart(root, files, ChartOptions { check, host: options.host()?, ..ChartOptions::default() });
        Ok(())
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
        let checked = chart.checked();
        let options = chart.options();
        let release = RenderOptions { trace: true, ..options.check.render.clone() };
        let rendered = checked.rendered.clone();
        let rendered = rendered.map(|it| Rendered::new(chart.chart().clone(), release, options.host.clone(), it));
        let name = chart.chart().metadata.name.clone();
        Ok(Inspection { report: checked.report.to_json(), chart: name, rendered })
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
            let shown =
                found.iter().map(|at| Location { file: &at.file, range: span(texts.range(&at.file, &at.range)) });
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
            let findings = file.chart.diagnostics().remove(&file.file).unwrap_or_default();
            let found = file.actions(lines.bytes(at(start)..at(end)), &findings);
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
    let edit = |edit: &'a ide::TextEdit| Edit {
        file: &edit.at.file,
        range: span(texts.range(&edit.at.file, &edit.at.range)),
        new: &edit.new,
    };
    Action {
        title: &action.title,
        kind: match action.kind {
            ActionKind::QuickFix => "quickfix",
            ActionKind::Refactor => "refactor",
        },
        edits: action.edits.iter().map(edit).collect(),
        code: action.code.as_deref(),
        preferred: action.preferred,
    }
}
