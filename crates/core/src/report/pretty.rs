//! For people: an excerpt of the template and of the values file under every finding.

use super::Report;
use super::concise::{joined, value_path};
use super::excerpt::offset;
use crate::diag::{Cause, Diagnostic, Severity, ValueCause};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};
use std::collections::HashMap;
use std::fmt;

/// How findings are drawn.
#[derive(Clone, Debug)]
pub struct PrettyOptions {
    /// Whether to use colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to show all findings of a kind.
    pub verbose: bool,
    /// Whether values whose names look secret are shown.
    pub show_secrets: bool,
    /// Whether only findings are written, and no counts.
    pub quiet: bool,
}

impl Default for PrettyOptions {
    fn default() -> Self {
        PrettyOptions { color: false, width: 100, verbose: false, show_secrets: false, quiet: false }
    }
}

/// From here on findings of the same kind are only counted.
const MANY: usize = 10;

impl Report {
    /// The report for people.
    pub fn to_pretty(&self, options: &PrettyOptions) -> String {
        let theme = if options.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(options.width).with_links(false);
        let mut out = String::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for found in &self.diagnostics {
            let count = seen.entry(&found.code).or_default();
            *count += 1;
            if options.verbose || *count <= MANY {
                let _ = handler.render_report(&mut out, &self.drawn(found, options));
                out.push('\n');
            }
        }
        let mut folded: Vec<(&str, usize)> = seen.into_iter().filter(|(_, n)| !options.verbose && *n > MANY).collect();
        folded.sort_unstable();
        for (code, count) in folded {
            out.push_str(&format!("… and {} more of {code} (-v shows all)\n", count - MANY));
        }
        match self.diagnostics.is_empty() {
            _ if options.quiet => {}
            true => out.push_str(&format!("no findings: {}\n", self.counts())),
            false => out.push_str(&format!("{}\n", self.counts())),
        }
        out
    }

    fn drawn(&self, found: &Diagnostic, options: &PrettyOptions) -> Drawn {
        let cause = found.cause.as_ref();
        let chart = found.chart.as_deref();
        let template = cause.and_then(|cause| cause.template.as_ref()).and_then(|place| {
            let range = ((place.line, place.column), (place.end_line, place.end_column));
            self.excerpt(chart, &place.file, joined(chart, &place.file), range, label(found), options)
        });
        let values = cause.and_then(shown_value).and_then(|value| {
            let text = value.text_name();
            let path = match &value.file {
                Some(_) => value_path(chart, value),
                None => text.clone(),
            };
            let range = ((value.line, value.column), (value.end_line, value.end_column));
            let place = self.excerpt(chart, &text, path, range, describe_value(value), options)?;
            let (message, severity) = (format!("the value `{}`", value.path), Severity::Note);
            Some(Drawn { code: None, severity, message, help: None, excerpt: Some(place), related: Vec::new() })
        });
        let mut help = Vec::new();
        help.extend(found.help.clone());
        help.extend(found.notes.iter().map(|note| format!("note: {note}")));
        help.extend(cause.iter().flat_map(|cause| chain(cause)));
        help.extend(object(found));
        Drawn {
            code: Some(found.code.to_string()),
            severity: found.severity,
            message: found.message.clone(),
            help: (!help.is_empty()).then(|| help.join("\n")),
            excerpt: template,
            related: values.into_iter().collect(),
        }
    }

    fn excerpt(
        &self,
        chart: Option<&str>,
        file: &str,
        path: String,
        (from, to): ((u32, u32), (u32, u32)),
        label: String,
        options: &PrettyOptions,
    ) -> Option<Excerpt> {
        let text = match options.show_secrets {
            true => crate::text::lossy(self.texts.get(chart, file)?).into_owned(),
            false => self.texts.masked(chart, file)?,
        };
        let start = offset(&text, from.0, from.1);
        // A value of many lines is known by its first.
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| start + len);
        let end = offset(&text, to.0, to.1).clamp(start, line_end);
        let span = SourceSpan::new(start.into(), end - start);
        Some(Excerpt { source: NamedSource::new(path, text), label, span })
    }
}

/// The value to show: the first that stands in a text.
fn shown_value(cause: &Cause) -> Option<&ValueCause> {
    let guard = || cause.guards.iter().flat_map(|guard| &guard.values).next();
    cause.values.first().or_else(guard)
}

fn label(found: &Diagnostic) -> String {
    match &found.pointer {
        Some(pointer) if !pointer.is_empty() => format!("writes {pointer}"),
        _ => "here".to_owned(),
    }
}

fn describe_value(value: &ValueCause) -> String {
    let mut text = match (value.missing, &*value.layer) {
        (true, _) => format!("`{}` is not set here", value.path),
        (false, "default") => "the chart's default".to_owned(),
        (false, layer) => format!("from the layer `{layer}`"),
    };
    if let Some(lost) = value.overrode.first() {
        text.push_str(&format!(", set over {}:{}", lost.text_name(), lost.line));
    }
    text
}

/// The calls that led to the text.
fn chain(cause: &Cause) -> Vec<String> {
    let call = |call: &crate::diag::Call| format!("called from {}:{}: {}", call.file, call.line, call.call);
    cause.stack.iter().rev().map(call).collect()
}

fn object(found: &Diagnostic) -> Option<String> {
    let object = found.object.as_ref()?;
    let name = object.name.as_deref().unwrap_or("without a name");
    let versions: Vec<&str> = found.targets.iter().map(|target| target.kube_version.as_str()).collect();
    Some(format!("in {} {name} ({}), Kubernetes {}", object.kind, object.api_version, versions.join(", ")))
}

/// A finding as the graphical handler wants it.
#[derive(Debug)]
struct Drawn {
    code: Option<String>,
    severity: Severity,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
    related: Vec<Drawn>,
}

/// A text with one place marked.
#[derive(Debug)]
struct Excerpt {
    source: NamedSource<String>,
    label: String,
    span: SourceSpan,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl miette::Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.excerpt.as_ref().map(|excerpt| &excerpt.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(excerpt.label.clone()), excerpt.span))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let related = self.related.iter().map(|drawn| drawn as &dyn miette::Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<dyn Iterator<Item = _>>)
    }
}
