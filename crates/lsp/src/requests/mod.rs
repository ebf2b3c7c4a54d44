//! Answers to requests: the protocol's parameters in, the protocol's results out, and `ide` between.

mod calls;
mod complete;
mod edits;
mod look;
mod outline;
mod pull;

pub use pull::Open;

use crate::Settings;
use crate::commands;
use crate::convert::{Files, Text, text_of};
use crate::messages::Outbox;
use crate::server::Running;
use chartlens::ide::{ChartState, LARGE, Snapshot};
use lsp_server::ErrorCode;
use lsp_types::{Diagnostic, Position, Range};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// What a request can see.
#[derive(Debug)]
pub struct Context {
    /// The file that it is about, where there is one.
    pub snapshot: Option<Snapshot>,
    /// What is to be said of it without a check, where diagnostics are asked for.
    pub own: Vec<Diagnostic>,
    /// All charts; with the manifests that are being edited, where diagnostics of the workspace are asked for.
    pub charts: Vec<Arc<ChartState>>,
    /// The texts that are being edited, where diagnostics of the workspace are asked for.
    pub open: Vec<Open>,
    /// Where parts of an answer go.
    pub outbox: Outbox,
    /// Set once nobody waits for the answer.
    pub running: Running,
    /// What the editor chose.
    pub settings: Settings,
}

/// Why a request has no answer.
pub type Failure = (ErrorCode, String);

/// An answer.
pub type Answer = Result<Value, Failure>;

type Handler = fn(&About<'_>) -> Answer;

/// The requests about one file.
const HANDLERS: &[(&str, Handler)] = &[
    ("callHierarchy/incomingCalls", calls::incoming),
    ("callHierarchy/outgoingCalls", calls::outgoing),
    ("chartlens/cause", commands::cause),
    ("chartlens/preview", commands::preview),
    ("chartlens/targets", commands::targets),
    ("textDocument/codeAction", edits::code_actions),
    ("textDocument/codeLens", look::lenses),
    ("textDocument/completion", complete::completion),
    ("textDocument/definition", look::definition),
    ("textDocument/diagnostic", pull::of_file),
    ("textDocument/documentHighlight", look::highlights),
    ("textDocument/documentLink", look::links),
    ("textDocument/documentSymbol", outline::symbols),
    ("textDocument/foldingRange", outline::folds),
    ("textDocument/formatting", edits::format),
    ("textDocument/hover", look::hover),
    ("textDocument/inlayHint", look::inlays),
    ("textDocument/prepareCallHierarchy", calls::prepare),
    ("textDocument/prepareRename", edits::prepare_rename),
    ("textDocument/references", look::references),
    ("textDocument/rename", edits::rename),
    ("textDocument/selectionRange", outline::selections),
    ("textDocument/semanticTokens/full", outline::tokens),
    ("textDocument/signatureHelp", complete::signature),
    ("workspace/executeCommand", commands::execute),
];

/// What needs all of a text, and is left out where that is large.
const OF_WHOLE_TEXTS: &[&str] = &[
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/inlayHint",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
];

/// What needs the render. Where a chart has large texts it is not waited for.
const OF_RENDERS: &[&str] = &[
    "chartlens/cause",
    "chartlens/preview",
    "textDocument/codeLens",
    "textDocument/hover",
    "textDocument/inlayHint",
    "workspace/executeCommand",
];

/// What needs the check.
const OF_CHECKS: &[&str] = &["textDocument/codeAction", "textDocument/diagnostic"];

/// Whether a request waits for a check.
pub fn waits_for_check(method: &str) -> bool {
    OF_CHECKS.contains(&method)
}

/// Whether a request waits for a render.
pub fn waits_for_render(method: &str) -> bool {
    OF_RENDERS.contains(&method)
}

/// What can be said at once about a file in a chart with large texts; none where the question can be answered.
fn bounded(method: &str, snapshot: &Snapshot) -> Option<Answer> {
    let chart = &snapshot.chart;
    if snapshot.text.len() > LARGE && OF_WHOLE_TEXTS.contains(&method) {
        return Some(Ok(Value::Null));
    }
    let waits = !chart.is_loaded()
        || waits_for_render(method) && !chart.is_rendered()
        || waits_for_check(method) && !chart.is_checked();
    let is_bounded = waits && method != "textDocument/diagnostic" && chart.is_large() && !chart.is_huge();
    let reason = "the chart has large texts, and they are still being read";
    is_bounded.then(|| Err((ErrorCode::ContentModified, reason.to_owned())))
}

/// Answers a request.
pub fn answer(method: &str, params: Value, context: &Context) -> Answer {
    match method {
        "workspace/symbol" => return outline::named(&params, context),
        "workspace/diagnostic" => return pull::of_workspace(&params, context),
        _ => {}
    }
    let Some((_, handler)) = HANDLERS.iter().find(|(name, _)| *name == method) else {
        return Err((ErrorCode::MethodNotFound, format!("no such method: {method}")));
    };
    // Of a file that is no file of ours there is nothing to say.
    let Some(snapshot) = &context.snapshot else { return Ok(Value::Null) };
    if let Some(answer) = bounded(method, snapshot) {
        return answer;
    }
    let text = text_of(snapshot);
    handler(&About { params, snapshot, text, context })
}

/// A request about a file.
pub struct About<'a> {
    /// What was asked.
    pub params: Value,
    /// The file.
    pub snapshot: &'a Snapshot,
    /// Its lines.
    pub text: Text,
    /// What else it can see.
    pub context: &'a Context,
}

impl About<'_> {
    /// A parameter.
    pub fn param<T: DeserializeOwned>(&self, pointer: &str) -> Result<T, Failure> {
        let value = self.params.pointer(pointer).cloned().unwrap_or_default();
        serde_json::from_value(value).map_err(|error| (ErrorCode::InvalidParams, format!("{pointer}: {error}")))
    }

    /// The offset that it is about.
    pub fn offset(&self) -> Result<u32, Failure> {
        Ok(self.text.offset(self.param::<Position>("/position")?))
    }

    /// The bytes that it is about.
    pub fn bytes(&self) -> Result<std::ops::Range<u32>, Failure> {
        Ok(self.text.bytes(self.param::<Range>("/range")?))
    }

    /// The files around.
    pub fn files(&self) -> Files<'_> {
        Files::new(&self.snapshot.chart)
    }
}

/// A result as an answer.
pub fn told(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

/// Text in Markdown.
pub fn markdown(text: &str) -> Value {
    serde_json::json!({"kind": "markdown", "value": text})
}
