//! Errors of loading and rendering as findings: where, why, and what to do.

use super::near::NearKeys;
use super::traps::{Advice, Help};
use super::trial::Trial;
use super::{inline, quoted, straighten, trimmed};
use crate::analysis::Helpers;
use crate::budget::{Budget, Exhausted};
use crate::chart::{Chart, ChartError};
use crate::diag::words::Syntax;
use crate::diag::{Call, Cause, Diagnostic, Edit, Fact, Fix, Place, ValueCause, did_you_mean};
use crate::gotmpl::{ExecError, ParseError};
use crate::host::HelmVersion;
use crate::jinja::JinjaError;
use crate::render::{Causes, Document, RenderError, RenderErrorKind};
use crate::report::Report;
use crate::text::{SourceFile, Span};
use crate::values::ValuesError;
use crate::values::schema::SchemaFault;
use crate::yaml::YamlError;
use std::ops::Range;
use std::sync::Arc;

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
        let source = SourceFile::new(&**file, fault.text.clone().unwrap_or_default());
        let place = |range: Range<usize>| Place::new(&source, range);
        let wrong = fault.offset.map(|offset| Wrong::at(&source.text, offset));
        found.cause = at(Some(place(wrong.as_ref().map_or(0..0, |wrong| wrong.range.clone()))));
        if let Some(advice) = wrong.and_then(|wrong| wrong.advice) {
            found.fixes.extend(advice.edit.map(|(range, new)| mended(place(range), new)));
            found.help = Some(advice.help.words());
        }
    }
    found
}

/// What is wrong in a text that is no YAML, where a parser stopped: the bytes to blame, and what to do.
pub(super) struct Wrong {
    pub range: Range<usize>,
    pub advice: Option<Advice>,
}

impl Wrong {
    pub fn at(text: &[u8], offset: u32) -> Wrong {
        // What is wrong before was passed.
        let text = crate::yaml::as_read(text, offset);
        let guess = crate::yaml::culprit(&text, offset as usize);
        let advice = super::traps::advice(&text, &guess, offset as usize);
        Wrong { range: guess.range, advice }
    }
}

/// The fix that writes a line anew.
pub(super) fn mended(place: Place, new: String) -> Fix {
    let title = format!("write `{}`", new.trim());
    Fix { title, safe: false, edits: vec![Edit { place, new }] }
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
        Some(causes) => self::fault(&fault.kind, causes, &Trial::new(None, &Budget::default())),
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
pub fn fault(kind: &RenderErrorKind, causes: &Causes, trial: &Trial<'_>) -> Vec<Diagnostic> {
    match kind {
        RenderErrorKind::Values(fault) => vec![values(fault, causes)],
        RenderErrorKind::Schema(faults) => faults.faults.iter().map(|fault| schema(fault, causes)).collect(),
        RenderErrorKind::Parse(fault) => vec![parse(fault, causes)],
        RenderErrorKind::Exec(fault) => vec![exec(fault, causes)],
        RenderErrorKind::Yaml { error, document, has_holes: false, .. } => vec![yaml(error, document, causes, trial)],
        RenderErrorKind::Jinja(fault) => vec![jinja(fault, causes)],
        // What is missing may be why the document is no YAML; a tab or a line break that was eaten is wrong without it.
        RenderErrorKind::Yaml { error, document, .. } => match is_sure(error, document, causes, trial) {
            true => vec![yaml(error, document, causes, trial)],
            false => Vec::new(),
        },
        other => vec![plain(other)],
    }
}

/// What a schema has against the values. A value is named by the path that its user writes: of a chart inside with the
/// chart's name in front. What is missing stands nowhere: the map around it, or the chart's own file, is where it belongs.
fn schema(fault: &SchemaFault, causes: &Causes) -> Diagnostic {
    let steps = fault.pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let path: Vec<String> = fault.keys.iter().cloned().chain(steps).chain(fault.missing.clone()).collect();
    let path = path.join(".");
    let near = fault.missing.as_ref().or(fault.extra.as_ref()).and_then(|_| NearKeys::new(causes).of(&path));
    let fact = Fact::ValuesSchema {
        chart: fault.chart.clone(),
        pointer: fault.pointer.clone(),
        path: path.clone(),
        missing: fault.missing.clone(),
        extra: fault.extra.clone(),
        near,
        reason: fault.message.clone(),
    };
    let mut found = Diagnostic::of("values/schema", fact);
    let mut cause = causes.of_origin(fault.about);
    match cause.values.first_mut() {
        // The map around what is missing.
        Some(around) if fault.missing.is_some() => {
            let around = around.clone();
            let value = ValueCause { path, missing: true, overrode: Vec::new(), ..around };
            cause.values.insert(0, value);
        }
        Some(value) if value.path != path && !fault.keys.is_empty() && value.file() == Some(&*own_file(fault)) => {
            value.path = path
        }
        Some(_) => {}
        None => cause.values.push(ValueCause::missing(path, &own_file(fault))),
    }
    found.cause = Some(cause);
    found
}

/// The values file of the chart whose schema it is.
fn own_file(fault: &SchemaFault) -> String {
    format!("{}values.yaml", fault.location)
}

/// Values that cannot be read or put together.
fn values(fault: &ValuesError, causes: &Causes) -> Diagnostic {
    let mut found = error("values/invalid", &fault.message);
    found.cause = match fault.place {
        Some(span) if span.start == span.end => {
            let text = causes.sources.get(span.file).map(|source| source.text.clone()).unwrap_or_default();
            let Wrong { range, advice } = Wrong::at(&text, span.start);
            let place = |range: Range<usize>| causes.place(Span::new(span.file, range.start, range.end));
            if let Some(Advice { help, edit, .. }) = advice {
                found.fixes.extend(edit.and_then(|(range, new)| Some(mended(place(range)?, new))));
                found.help = Some(help.words());
            }
            place(range).map(|place| Cause { values: vec![whole_file(place)], ..Cause::default() })
        }
        Some(span) => at(causes.place(Span { end: span.end.max(span.start + 1), ..span })),
        None if !fault.about.is_none() => Some(causes.of_origin(fault.about)),
        None => None,
    };
    found
}

/// A cause told of an action that the bytes came through: the calls inside it are no matter.
fn of_action(action: Span, cause: Cause, causes: &Causes) -> Cause {
    let Some(place) = causes.place(action) else { return cause };
    let outside = |call: &Call| !call.place.is_beside(&place);
    let stack = cause.stack.iter().take_while(|call| outside(call)).cloned().collect();
    Cause { template: Some(place), stack, ..cause }
}

/// A file given with `-f` as a value: all of it.
fn whole_file(place: Place) -> ValueCause {
    let (path, layer, overrode) = (String::new(), "file".into(), Vec::new());
    ValueCause { path, place, layer, argument: None, missing: false, overrode }
}

/// A Jinja template that does not parse or fails.
fn jinja(fault: &JinjaError, causes: &Causes) -> Diagnostic {
    let mut fact = fault.fact.as_deref().cloned();
    if let Some(fact) = &mut fact {
        name_near(fact);
    }
    let mut found = said_by_go(&fault.to_string(), fact);
    if found.code.is_empty() {
        found.code = "render/jinja-error".into();
    }
    let call = |span: &Span| Some(Call { place: causes.place(*span)?.first(), call: causes.call_text(*span) });
    found.help = found.fact().and_then(|fact| fact.help_in(Syntax::Jinja));
    found.cause = fault.span.map(|span| Cause {
        template: causes.place(span).map(|place| match found.fact() {
            Some(Fact::Unclosed { opened: Some(line), .. }) => whole_line(*line, place, span, causes),
            _ => place,
        }),
        stack: fault.calls.iter().filter_map(call).collect(),
        ..causes.of_origin(fault.about)
    });
    found
}

/// Adds the function that is likely meant.
fn name_near(fact: &mut Fact) {
    if let Fact::UnknownFunction { name, near } = fact {
        let known = crate::gotmpl::funcs::all().flat_map(|function| function.names.iter().copied());
        *near = did_you_mean(name, known).map(str::to_owned);
    }
}

/// A text that is no template.
fn parse(fault: &ParseError, causes: &Causes) -> Diagnostic {
    let mut fact = fault.fact.as_deref().cloned();
    if let Some(fact) = &mut fact {
        name_near(fact);
    }
    let quotes = super::quotes::plain(fault, causes);
    let fact = fact.or(quotes.as_ref().map(|(fact, _)| fact.clone()));
    let mut found = said_by_go(&fault.message, fact);
    if found.code.is_empty() {
        found.code = "render/parse-error".into();
    }
    // Go counts lines to where it gave up, which may be behind the item it names.
    let span = Span { file: fault.file, start: fault.offset, end: fault.offset + 1 };
    found.fixes = found.facts.first().map(|fact| super::fix::name(fact, span, causes)).unwrap_or_default();
    found.fixes.extend(quotes.map(|(_, fix)| fix));
    found.cause = at(causes.place(span).map(|place| match found.facts.first() {
        Some(Fact::DefinedTwice { .. }) => place,
        Some(Fact::Unclosed { opened: Some(line), .. }) => whole_line(*line, place, span, causes),
        _ if place.line() == fault.line => place,
        _ => Place::of_line(&place.source, fault.line),
    }));
    found
}

/// The place of a whole line in the file of a span, without the blanks around it.
fn whole_line(line: u32, place: Place, span: Span, causes: &Causes) -> Place {
    let Some(source) = causes.sources.get(span.file) else { return place };
    let line_start = source.lines().start_of(line) as usize;
    let rest = source.text.get(line_start..).unwrap_or_default();
    let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
    let start = line_start + rest.len() - rest.trim_ascii_start().len();
    let end = start + rest.trim_ascii().len();
    causes.place(Span::new(span.file, start, end)).unwrap_or(place)
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
        cause.stack = Arc::default();
    }
    let places: Vec<_> = sites.iter().filter_map(|site| Some((causes.place(site.span)?, &site.context))).collect();
    if let Some(((inner, _), outer)) = places.split_last() {
        cause.template = Some(inner.clone());
        cause.stack =
            outer.iter().map(|(place, context)| Call { place: place.first(), call: (*context).clone() }).collect();
    }
    let mut found = said_by_go(&message, fault.fact().cloned());
    if found.code.is_empty() {
        found.code = "render/error".into();
    }
    found.help = cause.values.first().and_then(|value| missing_help(value, causes)).or(found.help);
    if let Some(site) = sites.last().filter(|site| fault.fact().is_some_and(|fact| site.lacks(fact))) {
        let is = cause.values.first().and_then(|value| match value.missing {
            // The path is that of the field that is not there.
            true => value.path.rsplit_once('.').map(|(parent, _)| parent.to_owned()),
            false => Some(value.path.clone()),
        });
        let is = is.map(|is| format!("`{is}`"));
        let rebound = super::dot::rebound(site, is.as_deref());
        if crate::analysis::scope::around(&site.source, site.span.start).is_some() && rebound.is_some() {
            found.fixes = super::fix::root(site, causes);
        }
        found.help = rebound.or(found.help);
    }
    if let (Some(fact), Some(site)) = (fault.fact(), sites.last()) {
        found.fixes.extend(super::fix::name(fact, site.span, causes));
    }
    found.cause = Some(cause);
    found
}

/// Says of a template that failed in a helper with several definitions which one that was.
pub fn note_helpers(kind: &RenderErrorKind, helpers: &Helpers, found: &mut [Diagnostic]) {
    let RenderErrorKind::Exec(fault) = kind else { return };
    let (Some(site), Some(found)) = (fault.sites().last(), found.first_mut()) else { return };
    if let Some(note) = super::helpers::note(helpers, &site.template.to_lossy()) {
        found.help = Some(format!("is this the helper that was meant? {note}"));
    }
}

/// What to do about a key that is not there.
pub fn missing_help(value: &ValueCause, causes: &Causes) -> Option<String> {
    value.missing.then(|| undefined(value, causes).help())?
}

/// A value that nobody sets, or that is set to null.
pub fn undefined(value: &ValueCause, causes: &Causes) -> Fact {
    let (path, others) = (value.path.clone(), Vec::new());
    let null = null_at(value, causes);
    let near = if null.is_some() { None } else { NearKeys::new(causes).of(&path) };
    Fact::UndefinedValue { path, near, others, null }
}

/// Where a missing value is set to null in its own file.
fn null_at(value: &ValueCause, causes: &Causes) -> Option<String> {
    // A missing value that a flag has something to do with was set to null by it.
    let Some(name) = value.file() else { return Some(value.place.file().to_owned()) };
    let (_, source) = causes.sources.iter().find(|(_, source)| *source.name == *name)?;
    let document = crate::yaml::parse(&source.text).ok()?;
    let mut at = document.root()?;
    let mut line = 0;
    for step in value.path.split('.') {
        let mut entries = document.entries(at);
        let (key, inner) = entries.find(|(key, _)| document.scalar(*key) == step.as_bytes())?;
        (at, line) = (inner, document.node(key).line + 1);
    }
    let is_null = matches!(document.node(at).kind, crate::yaml::NodeKind::Scalar { .. })
        && matches!(document.scalar(at), b"" | b"~" | b"null" | b"Null" | b"NULL");
    is_null.then(|| format!("{name}:{line}"))
}

/// Whether a document is no YAML for something that is there.
fn is_sure(fault: &YamlError, document: &Document, causes: &Causes, trial: &Trial<'_>) -> bool {
    let guess = crate::yaml::culprit(&document.text, fault.offset as usize);
    let places = [fault.offset as usize, guess.blame];
    guess.is_blank(&document.text) || places.iter().any(|at| trimmed::document(document, *at, causes, trial).is_some())
}

/// A rendered document that is no YAML.
pub fn yaml(fault: &YamlError, document: &Document, causes: &Causes, trial: &Trial<'_>) -> Diagnostic {
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
    let guess = crate::yaml::culprit(&document.text, fault.offset as usize);
    // Each of these reads the document again and again: only where the one before finds nothing.
    let places = [fault.offset as usize, guess.blame];
    let kept = places.into_iter().find_map(|at| trimmed::document(document, at, causes, trial));
    let inline = match kept {
        Some(_) => None,
        None => places.into_iter().find_map(|at| inline::document(document, at, causes, trial)),
    };
    let straight = match guess.is_indented() && kept.is_none() && inline.is_none() {
        true => straighten::document(document, guess.blame, causes, trial),
        false => None,
    };
    found.rendered = Some(super::place::rendered(document, guess.range.clone()));
    let blame = straight.as_ref().map_or(guess.blame, |straight| straight.blame);
    let mut cause = causes.of_document(document, kept.as_ref().map_or(blame, |kept| kept.blame));
    if let Some(kept) = kept {
        cause.template = causes.place(kept.action).or(cause.template);
        found.cause = Some(cause);
        (found.help, found.fixes) = (Some(kept.help), vec![kept.fix]);
        return found;
    }
    if let Some(inline) = inline {
        found.cause = Some(of_action(inline.action, causes.of_document(document, inline.range.start), causes));
        (found.help, found.fixes) = (Some(inline.help), inline.fix.into_iter().collect());
        return found;
    }
    // A value that holds line breaks, quotation marks or a list can be what broke the text.
    let line = |offset: usize| {
        let start = memchr::memrchr(b'\n', document.text.get(..offset).unwrap_or_default()).map_or(0, |at| at + 1);
        let rest = document.text.get(start..).unwrap_or_default();
        start..start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    };
    for range in [guess.range.clone(), line((fault.offset as usize).min(document.text.len()))] {
        for value in causes.of_range(document, range).values {
            if !cause.values.contains(&value) {
                cause.values.push(value);
            }
        }
    }
    found.cause = Some(cause);
    if let Some(straight) = straight {
        (found.help, found.fixes) = (Some(straight.help), vec![straight.fix]);
        return found;
    }
    if let Some(help) = guess.help(&document.text).filter(|_| guess.is_indented()) {
        found.help = Some(help + "; look at the number of `nindent` or `indent`");
        return found;
    }
    let Some(advice) = super::traps::advice(&document.text, &guess, fault.offset as usize) else { return found };
    let quoted = match (&advice.help, &advice.value) {
        (Help::Quote(why), Some(value)) => {
            quoted::text(document, value, causes, trial).map(|quoted| (format!("{why}: {}", quoted.help), quoted.fix))
        }
        _ => None,
    };
    let (help, fix) = quoted.unwrap_or_else(|| (advice.help.words(), None));
    (found.help, found.fixes) = (Some(help), fix.into_iter().collect());
    found
}
