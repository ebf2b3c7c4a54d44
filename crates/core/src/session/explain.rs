//! Errors of loading and rendering as findings: where, why, and what to do.

use super::indent;
use crate::budget::Exhausted;
use crate::chart::{Chart, ChartError};
use crate::diag::{Call, Cause, Diagnostic, Fact, Place, RenderedPlace, ValueCause, did_you_mean};
use crate::gotmpl::{ExecError, ParseError};
use crate::host::HelmVersion;
use crate::render::{Causes, Document, RenderError, RenderErrorKind};
use crate::report::Report;
use crate::text::{LineIndex, Span};
use crate::values::ValuesError;
use crate::values::schema::SchemaFault;
use crate::yaml::YamlError;

fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic { code: code.into(), message: message.into(), ..Diagnostic::default() }
}

fn at(place: Option<Place>) -> Option<Cause> {
    place.map(|place| Cause { template: Some(place), ..Cause::default() })
}

/// A chart that does not load.
pub fn chart_error(fault: &ChartError) -> Diagnostic {
    let mut found = error(
        match fault.file.as_deref() {
            Some(file) if file.ends_with("values.yaml") => "values/invalid",
            _ => "chart/invalid",
        },
        &fault.message,
    );
    if let Some(file) = &fault.file {
        let text = fault.text.as_deref().unwrap_or_default();
        let guess = indent::culprit(text, fault.offset.unwrap_or(0) as usize);
        let range = match fault.offset {
            Some(_) => guess.range,
            None => 0..0,
        };
        let place = super::place::in_text(file, 1, text, &LineIndex::new(text), range);
        let RenderedPlace { line, column, end_line, end_column, .. } = place;
        found.cause = at(Some(Place { file: file.clone(), line, column, end_line, end_column }));
        found.help = guess.help.filter(|_| fault.offset.is_some());
    }
    found
}

/// What is wrong with the files of a chart and of those inside, with their texts.
pub fn chart_errors(chart: &Chart, name: &str, report: &mut Report) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for error in chart.walk().into_iter().flat_map(|chart| &chart.errors) {
        if let (Some(file), Some(text)) = (&error.file, &error.text) {
            report.texts.add(Some(name), file, text.clone());
        }
        found.push(Diagnostic { stops: found.is_empty(), chart: Some(name.to_owned()), ..chart_error(error) });
    }
    found
}

/// An error of a render that recorded no causes.
pub fn plain(kind: &RenderErrorKind) -> Diagnostic {
    error(code_of(kind), kind.helm_text(HelmVersion::V4))
}

/// An error of a render as findings, with their causes if the render recorded them.
pub fn render_error(fault: &RenderError) -> Vec<Diagnostic> {
    match &fault.trace {
        Some(causes) => self::fault(&fault.kind, causes),
        None => vec![plain(&fault.kind)],
    }
}

/// The render has reached a limit.
pub fn limit(end: Exhausted) -> Diagnostic {
    error("limit/exhausted", end.to_string())
}

fn code_of(kind: &RenderErrorKind) -> &'static str {
    match kind {
        RenderErrorKind::Values(_) => "values/invalid",
        RenderErrorKind::Schema(_) => "values/schema",
        RenderErrorKind::Dependency(_) => "chart/dependency",
        RenderErrorKind::KubeVersion(_) => "chart/kube-version",
        RenderErrorKind::Parse(_) => "render/parse-error",
        RenderErrorKind::Exec(_) => "render/error",
        RenderErrorKind::Jinja(_) => "render/jinja-error",
        RenderErrorKind::Yaml { .. } => "yaml/invalid",
        RenderErrorKind::Limit(_) => "limit/exhausted",
    }
}

/// An error of a traced render, as one finding or, of values.schema.json, one for each fault.
pub fn fault(kind: &RenderErrorKind, causes: &Causes) -> Vec<Diagnostic> {
    match kind {
        RenderErrorKind::Values(fault) => vec![values(fault, causes)],
        RenderErrorKind::Schema(faults) => faults.faults.iter().map(|fault| schema(fault, causes)).collect(),
        RenderErrorKind::Parse(fault) => vec![parse(fault, causes)],
        RenderErrorKind::Exec(fault) => vec![exec(fault, causes)],
        RenderErrorKind::Yaml { error, document, .. } => vec![yaml(error, document, causes)],
        other => vec![plain(other)],
    }
}

/// What a schema has against the values. What is missing at their top stands nowhere: the chart's own file is where it
/// belongs.
fn schema(fault: &SchemaFault, causes: &Causes) -> Diagnostic {
    let missing = fault.missing.clone();
    let fact = Fact::ValuesSchema {
        chart: fault.chart.clone(),
        pointer: fault.pointer.clone(),
        missing: missing.clone(),
        reason: fault.message.clone(),
    };
    let mut found = Diagnostic::of("values/schema", fact);
    let mut cause = causes.of_origin(fault.about);
    if cause.values.is_empty() {
        let steps = fault.pointer.split('/').skip(1).chain(missing.as_deref());
        cause.values.push(ValueCause {
            path: steps.collect::<Vec<_>>().join("."),
            file: Some(format!("{}values.yaml", fault.location)),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            layer: "default".into(),
            argument: None,
            missing: true,
            overrode: Vec::new(),
        });
    } else {
        found.help = None;
    }
    found.cause = Some(cause);
    found
}

/// Values that cannot be read or put together.
fn values(fault: &ValuesError, causes: &Causes) -> Diagnostic {
    let mut found = error("values/invalid", &fault.message);
    found.cause = match fault.place {
        Some(span) if span.start == span.end => {
            let text = causes.sources.get(span.file).map(|source| source.text.clone()).unwrap_or_default();
            let guess = indent::culprit(&text, span.start as usize);
            found.help = guess.help;
            at(causes.place(Span::new(span.file, guess.range.start, guess.range.end)))
        }
        Some(span) => at(causes.place(Span { end: span.end.max(span.start + 1), ..span })),
        None if !fault.about.is_none() => Some(causes.of_origin(fault.about)),
        None => None,
    };
    found
}

/// A text that is no template.
fn parse(fault: &ParseError, causes: &Causes) -> Diagnostic {
    let mut fact = fault.fact.as_deref().cloned();
    if let Some(Fact::UnknownFunction { name, near }) = &mut fact {
        let known = crate::gotmpl::funcs::all().flat_map(|function| function.names.iter().copied());
        *near = did_you_mean(name, known).map(str::to_owned);
    }
    let mut found = said_by_go(&fault.message, fact);
    if found.code.is_empty() {
        found.code = "render/parse-error".into();
    }
    // Go counts lines to where it gave up, which may be behind the item it names.
    let span = Span { file: fault.file, start: fault.offset, end: fault.offset + 1 };
    found.cause = at(causes.place(span).map(|place| match place.line == fault.line {
        true => place,
        false => Place { line: fault.line, column: 1, end_line: fault.line, end_column: 2, ..place },
    }));
    found
}

/// A finding with Go's own words, whose code and help come from what is known as data.
fn said_by_go(message: &str, fact: Option<Fact>) -> Diagnostic {
    let code = match &fact {
        Some(Fact::UnknownFunction { .. }) => "render/unknown-function",
        Some(Fact::Refused { function, .. }) if function == "required" => "render/required",
        Some(Fact::Refused { .. }) => "render/fail",
        Some(Fact::NilAccess { .. }) => "render/nil-pointer",
        Some(Fact::WrongArgument { found: Some(_), .. } | Fact::NoSuchField { .. }) => "render/wrong-type",
        Some(Fact::UnknownTemplate { .. }) => "render/unknown-template",
        _ => "",
    };
    let help = fact.as_ref().and_then(Fact::help);
    Diagnostic { help, facts: fact.into_iter().collect(), ..error(code, message) }
}

/// A template that fails while it runs.
fn exec(fault: &ExecError, causes: &Causes) -> Diagnostic {
    let message = fault.message().to_owned();
    if let Some(inner) = fault.parse_error() {
        return parse(inner, causes);
    }
    let sites: Vec<_> = fault.sites().collect();
    let mut cause = Cause::default();
    // The value that the innermost site speaks of, or one further out where that says nothing.
    if let Some(about) = sites.iter().rev().map(|site| site.about).find(|about| !about.is_none()) {
        cause = causes.of_origin(about);
        cause.stack = Vec::new();
    }
    let places: Vec<_> = sites.iter().filter_map(|site| Some((causes.place(site.span)?, &site.context))).collect();
    if let Some(((inner, _), outer)) = places.split_last() {
        cause.template = Some(inner.clone());
        cause.stack = outer
            .iter()
            .map(|(place, context)| Call {
                file: place.file.clone(),
                line: place.line,
                column: place.column,
                call: (*context).clone(),
            })
            .collect();
    }
    let mut found = said_by_go(&message, fault.fact().cloned());
    if found.code.is_empty() {
        found.code = "render/error".into();
    }
    found.help = cause.values.first().and_then(|value| missing_help(value, causes)).or(found.help);
    found.cause = Some(cause);
    found
}

/// What to do about a key that is not there.
pub fn missing_help(value: &ValueCause, causes: &Causes) -> Option<String> {
    let near = || near_key(&value.path, causes);
    value.missing.then(|| Fact::UndefinedValue { path: value.path.clone(), near: near(), others: Vec::new() }.help())?
}

/// The path of a key that is set beside a missing one and has a name like it.
pub fn near_key(path: &str, causes: &Causes) -> Option<String> {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let siblings: Vec<&str> = causes
        .values
        .iter()
        .filter_map(|(path, ..)| {
            let rest = if parent.is_empty() { path } else { path.strip_prefix(parent)?.strip_prefix('.')? };
            rest.split(['.', '[']).next()
        })
        .collect();
    let near = did_you_mean(name, siblings)?;
    Some(if parent.is_empty() { near.to_owned() } else { format!("{parent}.{near}") })
}

/// A rendered document that is no YAML.
fn yaml(fault: &YamlError, document: &Document, causes: &Causes) -> Diagnostic {
    let full = fault.message.as_str();
    let message = full.strip_prefix("error converting YAML to JSON: ").unwrap_or(full);
    let mut found = Diagnostic::of("yaml/invalid", Fact::NoYaml { reason: message.to_owned() });
    if let Some(range) = crate::render::misfit(&document.text) {
        found.message = "the rendered document is no object that Helm can read".to_owned();
        found.facts.clear();
        found.notes.push(message.to_owned());
        found.rendered = Some(super::place::rendered(document, range.clone()));
        found.cause = Some(causes.of_range(document, range));
        return found;
    }
    let guess = indent::culprit(&document.text, fault.offset as usize);
    found.rendered = Some(super::place::rendered(document, guess.range.clone()));
    let mut cause = causes.of_document(document, guess.blame);
    // A value that holds line breaks, quotation marks or a list can be what broke the text.
    let line = |offset: usize| {
        let start = memchr::memrchr(b'\n', document.text.get(..offset).unwrap_or_default()).map_or(0, |at| at + 1);
        let rest = document.text.get(start..).unwrap_or_default();
        start..start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    };
    for range in [guess.range, line((fault.offset as usize).min(document.text.len()))] {
        for value in causes.of_range(document, range).values {
            if !cause.values.contains(&value) {
                cause.values.push(value);
            }
        }
    }
    found.cause = Some(cause);
    found.help = guess.help;
    found
}
