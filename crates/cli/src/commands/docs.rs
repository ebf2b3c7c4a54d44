//! `chartlens docs`: the parameters of a chart as tables, in its README or elsewhere.

use super::{Command, FAILED};
use crate::environment::{Environment, go_error};
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::inputs::{Input, find};
use crate::parameters::{self, Dialect, Parameter, Parameters};
use crate::readme::{Look, Style, html, insert, json, markdown};
use crate::schema::type_at;
use chartlens::chart::{Chart, Metadata};
use chartlens::diag::Severity;
use chartlens::host::{HelmVersion, Host};
use chartlens::report::{PrettyOptions, Report};
use similar::TextDiff;

const DOCS: &[Flag] = &[
    Flag::new(
        "check",
        Takes::Switch,
        "change nothing: show what would change as a diff, and exit 1 if something would",
    ),
    Flag::new("output", Takes::Text, "write to this file in place of the chart's README.md, or - for standard output")
        .short('o'),
    Flag::new(
        "format",
        Takes::Text,
        "markdown, html or json; what is no Markdown goes to standard output (default markdown)",
    )
    .choices(|| vec!["markdown", "html", "json"]),
    Flag::new("comments", Takes::Text, "how comments are written: bitnami, helm-docs or plain (default: as they look)")
        .choices(|| vec!["bitnami", "helm-docs", "plain"]),
    Flag::new("style", Takes::Text, "the columns: bitnami or helm-docs (default: those that go with the comments)")
        .choices(|| vec!["bitnami", "helm-docs"]),
    Flag::new("sort", Takes::Text, "file or name (default: name for helm-docs, else file)")
        .choices(|| vec!["file", "name"]),
    Flag::new("fail-on", Takes::Text, "which findings make the exit code 1: error, warning or note (default error)")
        .choices(|| vec!["error", "warning", "note"]),
    Flag::new(
        "types",
        Takes::Switch,
        "a column of types: from values.schema.json, else from what `chartlens schema` would write",
    ),
    Flag::new("verbose", Takes::Switch, "print all findings, not just the first twenty").short('v'),
    Flag::new("quiet", Takes::Switch, "print no findings").short('q'),
];

/// How many findings are printed unless all are asked for.
const SHOWN: usize = 20;

/// The verb.
pub static COMMAND: Command = Command {
    name: "docs",
    usage: "chartlens docs CHART… [flags]",
    summary: "Write the table of a chart's parameters into its README",
    description: "Reads values.yaml with its comments and writes tables of the parameters into README.md: between the lines\n`<!-- chartlens docs: begin -->` and `<!-- chartlens docs: end -->` where they are, else below `## Parameters`\n(`## Values` for helm-docs); all else in the file stays as it is. Comments may be those of Bitnami's generator\n(`## @param image.tag The tag`), of helm-docs (`# -- The tag`), or plain ones.\n\nFindings, on standard error, name values without a comment and comments without a value.\nA CHART is a chart, or a folder of charts.\n\nExit codes: 0 fine, 1 --check found differences or there are findings at or above --fail-on, 2 wrong usage.",
    examples: &[
        ("chartlens docs ./charts/web", "write the tables into the chart's README.md"),
        ("chartlens docs ./charts --check --fail-on warning", "in CI: every README up to date, every value described"),
        ("chartlens docs ./charts/web -o -", "show them"),
        ("chartlens docs ./charts/web --format json", "for other programs"),
    ],
    flags: &[("Docs", DOCS)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    match parse(&[DOCS], args).and_then(|parsed| Ok((Wanted::read(&parsed)?, parsed))) {
        Ok((wanted, parsed)) => match docs(&wanted, &parsed, env) {
            Ok(code) => code,
            Err(message) => super::template::error(env, &message),
        },
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

/// What the flags ask for.
struct Wanted {
    dialect: Option<Dialect>,
    style: Option<Style>,
    sort: Option<bool>,
    format: Form,
    fail_on: Severity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Markdown,
    Html,
    Json,
}

impl Wanted {
    fn read(parsed: &Parsed) -> Result<Wanted, String> {
        let wrong = |flag: &str, given: &str, names: &str| Err(format!("invalid --{flag} {given:?}: expected {names}"));
        if parsed.arguments.is_empty() {
            return Err("expected a chart".to_owned());
        }
        Ok(Wanted {
            dialect: match parsed.text("comments") {
                None => None,
                Some("bitnami") => Some(Dialect::Bitnami),
                Some("helm-docs") => Some(Dialect::HelmDocs),
                Some("plain") => Some(Dialect::Plain),
                Some(other) => return wrong("comments", other, "bitnami, helm-docs or plain"),
            },
            style: match parsed.text("style") {
                None => None,
                Some("bitnami") => Some(Style::Bitnami),
                Some("helm-docs") => Some(Style::HelmDocs),
                Some(other) => return wrong("style", other, "bitnami or helm-docs"),
            },
            sort: match parsed.text("sort") {
                None => None,
                Some("name") => Some(true),
                Some("file") => Some(false),
                Some(other) => return wrong("sort", other, "file or name"),
            },
            format: match parsed.text("format") {
                None | Some("markdown") => Form::Markdown,
                Some("html") => Form::Html,
                Some("json") => Form::Json,
                Some(other) => return wrong("format", other, "markdown, html or json"),
            },
            fail_on: match parsed.text("fail-on") {
                None | Some("error") => Severity::Error,
                Some("warning") => Severity::Warning,
                Some("note") => Severity::Note,
                Some(other) => return wrong("fail-on", other, "error, warning or note"),
            },
        })
    }

    fn parameters(&self, text: &str) -> Result<Parameters, String> {
        let mut parameters = parameters::read(text, self.dialect)?;
        if self.sort.unwrap_or(parameters.dialect == Dialect::HelmDocs) {
            parameters.sort();
        }
        Ok(parameters)
    }
}

fn docs(wanted: &Wanted, parsed: &Parsed, env: &mut Environment<'_>) -> Result<u8, String> {
    let mut inputs = Vec::new();
    for argument in &parsed.arguments {
        find(env, argument, &mut inputs)?;
    }
    if inputs.len() > 1 && parsed.text("output").is_some_and(|output| output != "-") {
        return Err("--output names one file, and there are several charts".to_owned());
    }
    let (mut report, mut differs) = (Report::default(), false);
    for input in inputs {
        let Input::Chart(name) = input else { return Err("expected a chart: there is no Chart.yaml".to_owned()) };
        differs |= document(&name, wanted, parsed, &mut report, env)?;
    }
    report.finish();
    if !parsed.on("quiet") {
        let concise = report.to_concise(&PrettyOptions { quiet: true, ..PrettyOptions::default() });
        let most = if parsed.on("verbose") { usize::MAX } else { SHOWN };
        let lines: Vec<&str> = concise.lines().collect();
        for line in lines.iter().take(most) {
            let _ = writeln!(env.stderr, "{line}");
        }
        if lines.len() > most {
            let _ = writeln!(env.stderr, "and {} more: --verbose shows them", lines.len() - most);
        }
    }
    Ok(if differs || !report.is_ok(wanted.fail_on) { FAILED } else { 0 })
}

/// Documents one chart; whether something is not as it should be, where that is only checked.
fn document(
    name: &str,
    wanted: &Wanted,
    parsed: &Parsed,
    report: &mut Report,
    env: &mut Environment<'_>,
) -> Result<bool, String> {
    let chart = crate::folder::load(env, name, HelmVersion::V4, &mut Vec::new())?;
    let text =
        chart.values.as_ref().map(|values| String::from_utf8_lossy(&values.text).into_owned()).unwrap_or_default();
    let parameters = wanted.parameters(&text).map_err(|message| format!("{name}: {message}"))?;
    report.merge(parameters::report(name, &text, &parameters.problems));
    let schema = if parsed.on("types") { Some(schema_of(&chart, name, env)?) } else { None };
    let typed =
        |parameter: &Parameter| schema.as_ref().map(|schema| type_at(schema, &parameter.path)).unwrap_or_default();
    let types = schema.as_ref().map(|_| &typed as &dyn Fn(&Parameter) -> String);
    let look = Look { style: wanted.style.unwrap_or(Style::of(parameters.dialect)), types };
    let output = parsed.text("output").or((wanted.format != Form::Markdown).then_some("-"));
    let printed = match (wanted.format, output) {
        (Form::Html, _) => Some(html(&parameters, &look)),
        (Form::Json, _) => Some(format!("{:#}\n", json(&parameters, &look))),
        (Form::Markdown, Some("-")) => Some(markdown(&parameters, &look, 3)),
        (Form::Markdown, _) => None,
    };
    if let (Some(text), Some("-")) = (&printed, output) {
        let _ = env.stdout.write_all(text.as_bytes());
        return Ok(false);
    }
    let file = match output {
        Some(file) => file.to_owned(),
        None if env.path(name).is_dir() => format!("{}/README.md", name.trim_end_matches('/')),
        None => {
            return Err(format!(
                "{name}: an archive has no README.md to write to: -o FILE, or -o - to show the tables"
            ));
        }
    };
    let old = if env.path(&file).exists() { Some(env.read(&file)?) } else { None };
    let old = old.map(|old| String::from_utf8(old).map_err(|_| format!("{file}: the file is no UTF-8"))).transpose()?;
    let new = match printed {
        Some(text) => text,
        None => {
            let tables = |level| markdown(&parameters, &look, level);
            let readme = old.clone().unwrap_or_else(|| title(&chart.metadata));
            insert(&readme, &look.style.headings(), &tables).map_err(|message| format!("{file}: {message}"))?
        }
    };
    let old = old.unwrap_or_default();
    if !parsed.on("check") {
        if old != new {
            std::fs::write(env.path(&file), new).map_err(|error| format!("write {file}: {}", go_error(&error)))?;
        }
        return Ok(false);
    }
    if old == new {
        return Ok(false);
    }
    let diff = TextDiff::from_lines(&old, &new);
    let _ = write!(env.stdout, "{}", diff.unified_diff().context_radius(3).header(&file, &file));
    let line = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count() as u32 + 1;
    report.add(match output {
        Some(file) => parameters::outdated(None, file, &old, line),
        None => parameters::outdated(Some(name), "README.md", &old, line),
    });
    Ok(true)
}

/// The schema of a chart's values: its own, else one that is made for it.
fn schema_of(chart: &Chart, name: &str, env: &Environment<'_>) -> Result<serde_json::Value, String> {
    match &chart.schema {
        Some(text) => serde_json::from_slice(text).map_err(|error| format!("{name}/values.schema.json: {error}")),
        None => {
            let sets = super::schema::sets(chart, name, &[], env)?;
            Ok(crate::schema::make(chart, &sets, &Host::default())?.schema)
        }
    }
}

/// The head of a README that is not there yet.
pub fn title(chart: &Metadata) -> String {
    let description = if chart.description.is_empty() { String::new() } else { format!("\n{}\n", chart.description) };
    format!("# {}\n{description}", chart.name)
}
