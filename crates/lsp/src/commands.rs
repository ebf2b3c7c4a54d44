//! Commands: render what is at the cursor, say what caused a rendered position, trace, switch targets.

use crate::convert::Text;
use crate::requests::{About, Answer, told};
use chartlens::ide::Preview;
use chartlens::session::{Question, trace};
use lsp_server::ErrorCode;
use lsp_types::Position;
use serde_json::{Value, json};
use std::sync::Arc;

/// The commands. Those that select are the server's own.
pub const NAMES: &[&str] = &[
    "chartlens.render",
    "chartlens.references",
    "chartlens.trace",
    "chartlens.selectValuesSet",
    "chartlens.selectKubeVersion",
];

/// Runs a command on a file: its first argument is the file's URI, the second a position.
pub fn execute(about: &About<'_>) -> Answer {
    let command: String = about.param("/command")?;
    let position: Option<Position> = about.param("/arguments/1").unwrap_or_default();
    match command.as_str() {
        "chartlens.render" => told(manifest(&documents(about))),
        "chartlens.references" => {
            let found = about.snapshot.references(about.text.offset(position.unwrap_or_default()), false);
            let mut files = about.files();
            told(found.iter().filter_map(|at| files.location(at)).collect::<Vec<_>>())
        }
        "chartlens.trace" => traced(about, position.unwrap_or_default()),
        other => Err((ErrorCode::InvalidParams, format!("no such command: {other}"))),
    }
}

/// The documents of the file; of a file that renders none, those of the whole chart.
fn documents(about: &About<'_>) -> Preview {
    let chart = &about.snapshot.chart;
    let source = chart.source_name(&about.snapshot.file);
    let own = chart.preview(|name| name == source);
    if own.documents.is_empty() { chart.preview(|_| true) } else { own }
}

fn manifest(preview: &Preview) -> String {
    let documents = preview.documents.iter();
    documents.map(|document| format!("---\n# Source: {}\n{}\n", document.source, document.text.trim_end())).collect()
}

/// What a template line wrote, or where a value ends up.
fn traced(about: &About<'_>, position: Position) -> Answer {
    let chart = &about.snapshot.chart;
    let Some(rendered) = chart.rendered() else { return Ok(Value::Null) };
    let place = format!("{}:{}", about.snapshot.file, position.line + 1);
    let value = match about.snapshot.symbol(about.text.offset(position)) {
        Some((chartlens::ide::Symbol::Value(path), _)) => Some(path.join(".")),
        _ => None,
    };
    let question = value.as_deref().map_or(Question::Template(&place), Question::Value);
    let answer = trace(rendered, &question, chart.helm(), false);
    answer.map(|answer| Value::String(answer.text)).map_err(|reason| (ErrorCode::RequestFailed, reason))
}

/// The rendered documents of the file with what wrote each part.
pub fn preview(about: &About<'_>) -> Answer {
    let mut files = about.files();
    let shown = documents(about).documents.into_iter().map(|document| {
        let text = Text::new(Arc::from(document.text.as_bytes()));
        let parts = document.parts.iter().map(|part| {
            let at = part.at.as_ref().and_then(|at| files.location(at));
            json!({"range": text.range(&part.range), "at": at, "values": part.values})
        });
        let parts: Vec<Value> = parts.collect();
        json!({"source": document.source, "number": document.number, "text": document.text, "parts": parts})
    });
    told(json!({"documents": shown.collect::<Vec<_>>()}))
}

/// What caused a position of a rendered document.
pub fn cause(about: &About<'_>) -> Answer {
    let (source, number): (String, u32) = (about.param("/source")?, about.param("/number")?);
    let position: Position = about.param("/position")?;
    let chart = &about.snapshot.chart;
    let preview = chart.preview(|name| name == source);
    let Some(document) = preview.documents.iter().find(|document| document.number == number) else {
        return Ok(Value::Null);
    };
    let offset = Text::new(Arc::from(document.text.as_bytes())).offset(position);
    told(chart.cause(&source, number, offset))
}

/// The sets of values and the versions of Kubernetes that the configuration names, the chosen ones first.
pub fn targets(about: &About<'_>) -> Answer {
    let chart = &about.snapshot.chart;
    let known: Vec<&str> = chartlens::kube::versions().rev().collect();
    told(json!({
        "valuesSets": chart.values_set_names(),
        "kubeVersion": chart.kube_version(),
        "kubeVersions": known,
        "valuesSet": about.context.settings.values_set,
    }))
}
