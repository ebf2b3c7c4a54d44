//! Commands: render what is at the cursor, say what caused a rendered position, trace, switch targets.

use crate::convert::Text;
use crate::requests::{About, Answer, told};
use chartlens::ide::PreviewDocument;
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
        "chartlens.render" => told(manifest(about)),
        "chartlens.references" => {
            let found = about.snapshot.references(about.text.offset(position.unwrap_or_default()), false);
            let mut files = about.files();
            told(found.iter().filter_map(|at| files.location(at)).collect::<Vec<_>>())
        }
        "chartlens.trace" => traced(about, position.unwrap_or_default()),
        other => Err((ErrorCode::InvalidParams, format!("no such command: {other}"))),
    }
}

/// Whether documents of a source are shown: those of the file, or of the whole chart, where the file renders none.
fn is_shown(about: &About<'_>) -> impl Fn(&str) -> bool {
    let chart = &about.snapshot.chart;
    let own = chart.source_name(&about.snapshot.file);
    let renders = chart.documents(|name| name == own).next().is_some();
    move |name| !renders || name == own
}

fn manifest(about: &About<'_>) -> String {
    let documents = about.snapshot.chart.documents(is_shown(about));
    let shown = documents.map(|document| {
        let text = String::from_utf8_lossy(&document.text);
        format!("---\n# Source: {}\n{}\n", document.source, text.trim_end())
    });
    shown.collect()
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
    let preview = about.snapshot.chart.preview(is_shown(about));
    let shown = preview.documents.into_iter().map(|document| {
        let text = Text::new(Arc::from(document.text.as_bytes()));
        let parts = document.parts.iter().map(|part| {
            let at = part.at.as_ref().and_then(|at| files.location(at));
            json!({"range": text.range(&part.range), "at": at, "values": part.values})
        });
        let parts: Vec<Value> = parts.collect();
        let PreviewDocument { source, number, text, is_cut, .. } = document;
        json!({"source": source, "number": number, "text": text, "parts": parts, "isCut": is_cut})
    });
    told(json!({"documents": shown.collect::<Vec<_>>()}))
}

/// What caused a position of a rendered document.
pub fn cause(about: &About<'_>) -> Answer {
    let (source, number): (String, u32) = (about.param("/source")?, about.param("/number")?);
    let position: Position = about.param("/position")?;
    let chart = &about.snapshot.chart;
    let mut documents = chart.documents(|name| name == source);
    let Some(document) = documents.find(|document| document.number == number) else { return Ok(Value::Null) };
    let offset = Text::new(Arc::from(&*document.text)).offset(position);
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
