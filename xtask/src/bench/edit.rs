//! `cargo xtask bench edit`: the language server over its streams, from an edit to its findings and to answers.

use super::{chartlens, median};
use crate::option;
use chartlens_tests::folder::Folder;
use chartlens_tests::lsp::Client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// So many edits are timed.
const EDITS: usize = 25;

/// The charts, each with the file that is edited and the milliseconds to its findings.
const CHARTS: &[(&str, &str, f64)] = &[
    ("argo--argo-cd", "templates/argocd-server/deployment.yaml", 50.0),
    ("argo--argo-cd", "values.yaml", 50.0),
    ("prometheus-community--kube-prometheus-stack", "templates/prometheus/prometheus.yaml", 50.0),
    ("prometheus-community--kube-prometheus-stack", "values.yaml", 50.0),
];

/// So many charts are in a large workspace.
const MANY: usize = 1000;

/// What is asked right after an edit.
const QUESTIONS: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/semanticTokens/full",
    "textDocument/documentSymbol",
];

/// Prints the times; whether the goals are met.
pub fn run(args: &[String]) -> bool {
    let Some(server) = chartlens() else { return false };
    let data = Path::new(option(args, "--dir").unwrap_or("../shared/corpus"));
    println!("{:<84} {:>8} {:>8} {:>8}", "milliseconds", "median", "longest", "MiB");
    let mut reached = true;
    for (chart, file, goal) in CHARTS {
        match std::fs::read_to_string(data.join("charts").join(chart).join(file)) {
            Ok(text) => reached &= times(&server, &data.join("charts").join(chart), file, &text, EDITS) <= *goal,
            Err(_) => println!("{chart} is not there: skipped"),
        }
    }
    first_among(&server, MANY);
    if let Some(folder) = large(args) {
        let text = std::fs::read_to_string(folder.join("values.yaml")).unwrap_or_default();
        times(&server, &folder, "values.yaml", &text, 3);
    }
    reached
}

/// The time to the first findings of a file in a workspace of so many charts.
fn first_among(server: &Path, count: usize) {
    let with_chart = |folder: Folder, n: usize| {
        let name = format!("charts/c{n}");
        let service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: {{ .Values.port }}}]}\n";
        folder
            .with(&format!("{name}/Chart.yaml"), format!("apiVersion: v2\nname: c{n}\nversion: 0.1.0\n"))
            .with(&format!("{name}/values.yaml"), "port: 80\n")
            .with(&format!("{name}/templates/a.yaml"), service)
    };
    let folder = (0..count).fold(Folder::default(), with_chart);
    let file = format!("charts/c{}/templates/a.yaml", count / 2);
    let text = std::fs::read_to_string(folder.join(&file)).unwrap_or_default();
    let start = Instant::now();
    let mut client = Client::start(&server.to_string_lossy(), folder.path(), Value::Null);
    client.open(&file, &text);
    client.until_version(&file, 1);
    println!("first findings among {count} charts: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
}

/// A chart whose values are as large as `--large MEGABYTES` says.
fn large(args: &[String]) -> Option<PathBuf> {
    let size = option(args, "--large")?.parse::<usize>().ok()? << 20;
    let mut values = String::from("port: 80\n");
    for n in 0.. {
        values.push_str(&format!("key{n}:\n  inner: {{a: [1, 2, 3], b: \"text {n}\"}}\n"));
        if values.len() > size {
            break;
        }
    }
    let folder = std::env::temp_dir().join(format!("chartlens-large-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("templates")).ok()?;
    std::fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: large\nversion: 0.1.0\n").ok()?;
    std::fs::write(folder.join("templates/a.yaml"), "kind: {{ .Values.port }}\napiVersion: v1\n").ok()?;
    std::fs::write(folder.join("values.yaml"), values).ok()?;
    Some(folder)
}

/// Edits a file, and waits for its findings and for answers; gives the median to the findings.
fn times(server: &Path, folder: &Path, file: &str, text: &str, edits: usize) -> f64 {
    let mut client = Client::start(&server.to_string_lossy(), folder, Value::Null);
    let uri = client.uri(file);
    client.open(file, text);
    client.until(file, |_| true);
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let row = |client: &Client, what: &str, found: &mut [f64]| {
        let middle = median(found);
        let memory = client.peak_memory().unwrap_or(0) as f64 / 1024.0;
        let longest = found.last().copied().unwrap_or_default();
        println!("{:<84} {middle:>8.1} {longest:>8.1} {memory:>8.0}", format!("{name}, {file}: {what}"));
        middle
    };
    let mut version = 1;
    let mut edit = |client: &mut Client| {
        version += 1;
        let (change, at) = match version % 2 {
            0 => (" # x", json!({"start": end_of(text), "end": end_of(text)})),
            _ => ("", json!({"start": end_of(text), "end": {"line": end_of(text)["line"], "character": 1 << 20}})),
        };
        let document = json!({"uri": uri, "version": version});
        let changes = json!([{"range": at, "text": change}]);
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
        version
    };
    let mut found = Vec::new();
    for _ in 0..edits {
        let start = Instant::now();
        let version = edit(&mut client);
        client.until_version(file, version);
        found.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let middle = row(&client, "findings", &mut found);
    for method in QUESTIONS {
        let mut found = Vec::new();
        for _ in 0..edits {
            let version = edit(&mut client);
            let start = Instant::now();
            let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 60, "character": 0}});
            let params = json!({
                "textDocument": {"uri": uri}, "position": {"line": 0, "character": 2}, "range": range, "context": {},
            });
            client.request(method, params);
            found.push(start.elapsed().as_secs_f64() * 1e3);
            client.until_version(file, version);
        }
        row(&client, method, &mut found);
    }
    middle
}

/// The end of the first line.
fn end_of(text: &str) -> Value {
    let line = text.lines().next().unwrap_or_default();
    json!({"line": 0, "character": line.encode_utf16().count()})
}
