//! `chartlens trace`: what caused a line, and where a value or a template line ends up.

use super::options::{HELM, OWN, RELEASE, VALUES};
use super::template::{error, prepare_parsed, warn};
use super::{Command, FAILED, USAGE};
use crate::environment::Environment;
use crate::flags::{Flag, Takes, parse};
use chartlens::diag::{Cause, ValueCause};
use chartlens::host::HelmVersion;
use chartlens::render::{Causes, Document, Rendered, render};
use chartlens::text::{LineIndex, Origin, OriginKind, Trace};
use serde_json::{Value as Json, json};
use std::collections::HashSet;

const QUESTION: &[Flag] = &[
    Flag::new("at", Takes::Text, "what caused this place: SOURCE[#N]:LINE[:COLUMN], or LINE of the whole output"),
    Flag::new("value", Takes::Text, "where does this value end up: a.b.c"),
    Flag::new("template", Takes::Text, "what did this template line write: FILE:LINE"),
    Flag::new(
        "explain-values",
        Takes::Switch,
        "a table of all values: where each was set, what it overrode, whether it was read",
    ),
    Flag::new("show-secrets", Takes::Switch, "do not mask values whose names look secret"),
    Flag::new("format", Takes::Text, "text or json (default text)"),
    Flag::new("kube-version", Takes::Text, "version of Kubernetes in .Capabilities.KubeVersion"),
    Flag::new("api-versions", Takes::List, "API versions in .Capabilities.APIVersions beside the usual ones")
        .short('a'),
    Flag::new("is-upgrade", Takes::Switch, "render an upgrade: .Release.IsUpgrade is true"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "trace",
    usage: "chartlens trace [NAME] CHART (--at PLACE | --value PATH | --template FILE:LINE | --explain-values) [flags]",
    summary: "Show what caused a rendered line, and where a value ends up",
    description: "Renders a chart with causes and answers one question about the result.",
    examples: &[
        (
            "chartlens trace ./charts/web --at web/templates/deployment.yaml:12",
            "which template line and which value wrote line 12 of that document",
        ),
        ("chartlens trace ./charts/web --at 40", "the same for line 40 of the whole output"),
        ("chartlens trace ./charts/web --value image.tag", "every line that a value reaches"),
        ("chartlens trace ./charts/web --template templates/_helpers.tpl:9", "every line that a template line wrote"),
        ("chartlens trace ./charts/web -f prod.yaml --explain-values", "all values and where they were set"),
    ],
    flags: FLAGS,
    run,
};

const FLAGS: &[(&str, &[Flag])] =
    &[("Question", QUESTION), ("Values", VALUES), ("Release", RELEASE), ("Reproducibility", OWN), ("As in Helm", HELM)];

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    if args.iter().take_while(|a| *a != "--").any(|a| a == "--help" || a == "-h") {
        let _ = env.stdout.write_all(crate::help::of_command(&COMMAND).as_bytes());
        return 0;
    }
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    let parsed = match parse(&groups, args) {
        Ok(parsed) => parsed,
        Err(message) => return usage(env, &message),
    };
    let json = match parsed.text("format") {
        None | Some("text") => false,
        Some("json") => true,
        Some(other) => return usage(env, &format!("invalid --format {other:?}: expected text or json")),
    };
    let mut prepared = match prepare_parsed(parsed, env, FLAGS, Some("release-name")) {
        Ok(prepared) => prepared,
        Err(failure) => {
            warn(env, &failure.warnings);
            return error(env, &failure.message);
        }
    };
    prepared.options.trace = true;
    let result = {
        let read = |file: &str| env.read(file);
        render(&prepared.chart, &prepared.options, &prepared.host, &read)
    };
    let rendered = match result {
        Ok(rendered) => rendered,
        Err(failure) => return error(env, &failure.kind.helm_text(prepared.options.helm)),
    };
    let Some(causes) = &rendered.trace else { return error(env, "no causes were recorded") };
    let parsed = &prepared.parsed;
    let answer = if let Some(place) = parsed.text("at") {
        at(&rendered, causes, place, prepared.options.helm)
    } else if let Some(path) = parsed.text("value") {
        value(&rendered, causes, path)
    } else if let Some(place) = parsed.text("template") {
        template(&rendered, causes, place)
    } else if parsed.on("explain-values") {
        Ok(explain(causes, parsed.on("show-secrets")))
    } else {
        return usage(env, "expected one of --at, --value, --template, --explain-values");
    };
    match answer {
        Ok(answer) => {
            let text = if json { format!("{:#}\n", answer.json) } else { answer.text };
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        Err(message) => {
            let _ = writeln!(env.stderr, "Error: {message}");
            FAILED
        }
    }
}

fn usage(env: &mut Environment<'_>, message: &str) -> u8 {
    let _ = writeln!(env.stderr, "Error: {message}\nRun 'chartlens help trace' for usage.");
    USAGE
}

/// An answer in both forms.
struct Answer {
    text: String,
    json: Json,
}

fn documents(rendered: &Rendered) -> impl Iterator<Item = &Document> {
    rendered.documents.iter().chain(&rendered.hooks)
}

/// `SOURCE[#N]:LINE[:COLUMN]` or `LINE`.
fn at(rendered: &Rendered, causes: &Causes, place: &str, helm: HelmVersion) -> Result<Answer, String> {
    let (document, line, column) = match place.parse::<u32>() {
        Ok(line) => whole_output(rendered, line, helm)?,
        Err(_) => {
            let shape = || {
                format!(
                    "invalid --at {place:?}: expected SOURCE[#N]:LINE[:COLUMN], such as web/templates/service.yaml:7"
                )
            };
            let mut parts: Vec<&str> = place.split(':').collect();
            let mut numbers = Vec::new();
            while let Some(number) = parts.last().and_then(|p| p.parse::<u32>().ok()) {
                numbers.insert(0, number);
                parts.pop();
            }
            let source = parts.join(":");
            let (source, number) = match source.rsplit_once('#') {
                Some((source, n)) => (source.to_owned(), n.parse::<u32>().map_err(|_| shape())?),
                None => (source, 1),
            };
            let line = *numbers.first().ok_or_else(shape)?;
            let found = documents(rendered).filter(|d| d.source == source).find(|d| d.number == number);
            let document = found.ok_or_else(|| no_document(rendered, &source, number))?;
            (document, line, numbers.get(1).copied())
        }
    };
    let index = LineIndex::new(&document.text);
    if line == 0 || line > index.lines() {
        return Err(format!("{} has {} lines", document.source, index.lines()));
    }
    let start = index.start_of(line) as usize;
    let text = document.text.get(start..).unwrap_or_default();
    let text = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let lossy = chartlens::text::lossy(text);
    // Without a column the interesting byte is the value: what follows the first colon, or the first that is no blank.
    let offset = match column {
        Some(column) => lossy.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum(),
        None => lossy.find(": ").map(|i| i + 2).unwrap_or_else(|| lossy.len() - lossy.trim_start().len()),
    };
    let cause = causes.of_document(document, start + offset);
    let mut out = format!("{}#{}:{line}: {}\n", document.source, document.number, lossy.trim_end());
    out.push_str(&describe(&cause));
    let json = json!({"document": document.source, "n": document.number, "line": line, "text": lossy, "cause": cause});
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

/// The document and line behind a line of the whole output.
fn whole_output(rendered: &Rendered, line: u32, helm: HelmVersion) -> Result<(&Document, u32, Option<u32>), String> {
    let options = chartlens::render::OutputOptions::default();
    let output = chartlens::render::template_output(rendered, &options, helm)?;
    let mut at = 1;
    for document in documents(rendered) {
        // A separator and a source line stand before each document, a line feed after it.
        let first = at + 2;
        let count = document.text.iter().filter(|b| **b == b'\n').count() as u32 + 1;
        if (first..first + count).contains(&line) {
            return Ok((document, line - first + 1, None));
        }
        if (at..first).contains(&line) {
            return Err(format!("line {line} is a separator or source comment that the pipeline wrote"));
        }
        at = first + count;
    }
    let lines = output.iter().filter(|b| **b == b'\n').count();
    Err(format!("the output has {lines} lines"))
}

fn describe(cause: &Cause) -> String {
    let mut out = String::new();
    if let Some(place) = &cause.template {
        out.push_str(&format!("  written by   {}:{}:{}\n", place.file, place.line, place.column));
    }
    for call in cause.stack.iter().rev() {
        out.push_str(&format!("  called from  {}:{}:{}  {}\n", call.file, call.line, call.column, call.call));
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
    for guard in &cause.guards {
        let values: Vec<String> = guard.values.iter().map(|v| v.path.clone()).collect();
        out.push_str(&format!(
            "  if           {}:{}:{}  {}\n",
            guard.file,
            guard.line,
            guard.column,
            values.join(", ")
        ));
    }
    out
}

fn describe_value(value: &ValueCause) -> String {
    let place = match value.argument {
        Some(n) if value.layer != "file" => format!("--{} number {n}, column {}", value.layer, value.column),
        _ => format!("{}:{}:{}", value.text_name(), value.line, value.column),
    };
    let missing = if value.missing { " (not set)" } else { "" };
    format!("{}{missing}  {place}  ({})", value.path, value.layer)
}

/// Lines of the result whose causes satisfy `wanted`.
fn reached(rendered: &Rendered, causes: &Causes, wanted: impl Fn(Origin) -> bool) -> Answer {
    let (mut text, mut list) = (String::new(), Vec::new());
    for document in documents(rendered) {
        let index = LineIndex::new(&document.text);
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
                let start = index.start_of(line) as usize;
                let content =
                    document.text.get(start..).unwrap_or_default().split(|b| *b == b'\n').next().unwrap_or_default();
                let content = chartlens::text::lossy(content).into_owned();
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

fn value(rendered: &Rendered, causes: &Causes, path: &str) -> Result<Answer, String> {
    if !causes.values.iter().any(|(p, _, _)| below(p, path)) {
        return Err(format!("no value {path} in this render"));
    }
    // The path in the final values is asked for; its origins are the nodes that stand there.
    let nodes: HashSet<Origin> = causes.values.iter().filter(|(p, _, _)| below(p, path)).map(|(_, _, o)| *o).collect();
    Ok(reached(rendered, causes, |origin| comes_from(&causes.trace, origin, &nodes)))
}

fn below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether an origin leads to one of `nodes`.
fn comes_from(trace: &Trace, origin: Origin, nodes: &HashSet<Origin>) -> bool {
    let (mut pending, mut seen) = (vec![origin], HashSet::new());
    while let Some(origin) = pending.pop() {
        if !seen.insert(origin) {
            continue;
        }
        if nodes.contains(&origin) {
            return true;
        }
        match trace.get(origin) {
            Some(OriginKind::Written { value, .. }) => pending.push(*value),
            Some(OriginKind::Call { inputs, .. }) => pending.extend(inputs.iter().copied()),
            Some(OriginKind::Pieces(pieces)) => pending.extend(pieces.iter().map(|p| p.origin)),
            _ => {}
        }
    }
    false
}

fn template(rendered: &Rendered, causes: &Causes, place: &str) -> Result<Answer, String> {
    let shape = || format!("invalid --template {place:?}: expected FILE:LINE, such as templates/service.yaml:3");
    let (file, line) = place.rsplit_once(':').ok_or_else(shape)?;
    let line: u32 = line.parse().map_err(|_| shape())?;
    if !causes.sources.iter().any(|(_, source)| &*source.name == file) {
        return Err(format!("no template {file} in this chart"));
    }
    Ok(reached(rendered, causes, |origin| {
        let Some(OriginKind::Written { span, .. }) = causes.trace.get(origin) else { return false };
        causes.place(*span).is_some_and(|p| p.file == file && (p.line..=p.end_line).contains(&line))
    }))
}

/// Words in the names of values that CI logs should not show.
const SECRET: &[&str] = &["password", "passwd", "token", "secret", "apikey", "api_key", "private", "credential"];

/// The text of a value, masked where its name looks secret.
fn masked<'t>(path: &str, text: &'t str, show: bool) -> &'t str {
    let lower = path.to_lowercase();
    if !show && !text.is_empty() && SECRET.iter().any(|word| lower.contains(word)) { "********" } else { text }
}

fn explain(causes: &Causes, show_secrets: bool) -> Answer {
    let used = causes.trace.used();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for (path, text, origin) in &causes.values {
        let cause = causes.of_origin(*origin);
        let value = cause.values.first();
        let read = used.contains(origin) || causes.trace.was_read(*origin);
        let place = value.map(describe_value).unwrap_or_default();
        let place = place.split_once("  ").map_or(String::new(), |(_, rest)| rest.to_owned());
        let overrode: Vec<String> = value
            .map(|v| v.overrode.iter().map(|o| format!("{}:{}", o.text_name(), o.line)).collect())
            .unwrap_or_default();
        let text = masked(path, text, show_secrets);
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
