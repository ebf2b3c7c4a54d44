//! Findings for editors that ask: of a file, and of the whole workspace. What the editor has already is not sent again.

use super::{About, Answer, Context, told};
use crate::convert::Files;
use crate::uri::is_below;
use chartlens::ide::ChartState;
use lsp_server::ErrorCode;
use lsp_types::Diagnostic;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;

/// A text that is being edited.
#[derive(Debug)]
pub struct Open {
    /// Its URI.
    pub uri: String,
    /// The editor's number for its state.
    pub version: i32,
    /// What is to be said of it without a check.
    pub own: Vec<Diagnostic>,
}

/// The findings of one file.
pub fn of_file(about: &About<'_>) -> Answer {
    let (file, chart) = (&about.snapshot.file, &about.snapshot.chart);
    let found = about.snapshot.diagnostics();
    if chart.is_cancelled() {
        return Err(changed());
    }
    let mut files = about.files();
    let of_chart = found.iter().map(|found| files.diagnostic(file, found));
    let items: Vec<Diagnostic> = of_chart.chain(about.context.own.iter().cloned()).collect();
    let known: Option<String> = about.param("/previousResultId").unwrap_or_default();
    told(report(&items, known.as_deref()))
}

/// The findings of all charts and of the manifests that are being edited. Where the editor takes parts, it is told those of
/// each chart as soon as they are there.
pub fn of_workspace(params: &Value, context: &Context) -> Answer {
    let listed = params.get("previousResultIds").and_then(Value::as_array).into_iter().flatten();
    let known = listed.filter_map(|known| Some((known.get("uri")?.as_str()?, known.get("value")?.as_str()?)));
    let known: HashMap<&str, &str> = known.collect();
    let open: HashMap<&str, &Open> = context.open.iter().map(|open| (open.uri.as_str(), open)).collect();
    let shown = |(uri, found): (&String, &Vec<Diagnostic>)| {
        let mut report = report(found, known.get(uri.as_str()).copied());
        if let Some(report) = report.as_object_mut() {
            report.insert("uri".to_owned(), json!(uri));
            report.insert("version".to_owned(), json!(open.get(uri.as_str()).map(|open| open.version)));
        }
        report
    };
    let token = params.get("partialResultToken");
    let tell = |items: Vec<Value>| {
        if let Some(token) = token.filter(|_| !items.is_empty()) {
            context.outbox.notify("$/progress", json!({"token": token, "value": {"items": items}}));
        }
    };
    // Of every open file and of what the editor knows findings of there is something to say, if only that there are none.
    let mut found: BTreeMap<String, Vec<Diagnostic>> =
        known.keys().map(|uri| ((*uri).to_owned(), Vec::new())).collect();
    found.extend(context.open.iter().map(|open| (open.uri.clone(), open.own.clone())));
    let mut untold: BTreeSet<String> = found.keys().cloned().collect();
    let mut charts: Vec<_> = context.charts.iter().collect();
    let is_open = |chart: &ChartState| open.keys().any(|uri| is_in(uri, chart));
    // What is being edited is waited for, and what is large takes long.
    charts.sort_by_key(|chart| (!is_open(chart), chart.is_large()));
    for chart in charts {
        let of_chart = if is_open(chart) { chart.diagnostics() } else { chart.diagnostics_alone() };
        if chart.is_cancelled() || context.running.load(Ordering::Relaxed) {
            return Err(changed());
        }
        let mut items = Vec::new();
        for (uri, new) in Files::new(chart).diagnostics(of_chart) {
            let uri = uri.as_str().to_owned();
            // Charts can share a file of values.
            let of_file = found.entry(uri.clone()).or_default();
            let new: Vec<_> = new.into_iter().filter(|new| !of_file.contains(new)).collect();
            of_file.extend(new);
            items.extend(token.map(|_| shown((&uri, of_file))));
            untold.remove(&uri);
        }
        tell(items);
    }
    let Some(_) = token else { return told(json!({"items": found.iter().map(shown).collect::<Vec<_>>()})) };
    tell(found.iter().filter(|(uri, _)| untold.contains(*uri)).map(shown).collect());
    told(json!({"items": []}))
}

fn changed() -> super::Failure {
    (ErrorCode::ServerCancelled, "the text has changed".to_owned())
}

/// Whether a file is of a chart, or is the manifest.
fn is_in(uri: &str, chart: &ChartState) -> bool {
    let path = crate::uri::to_path(uri).unwrap_or_default();
    !chart.is_chart || is_below(&path, &chart.root)
}

/// The findings of a file, or that they are those that the editor knows.
fn report(found: &[Diagnostic], known: Option<&str>) -> Value {
    let mut state = DefaultHasher::new();
    json!(found).to_string().hash(&mut state);
    let id = format!("{:016x}", state.finish());
    match known == Some(id.as_str()) {
        true => json!({"kind": "unchanged", "resultId": id}),
        false => json!({"kind": "full", "resultId": id, "items": found}),
    }
}
