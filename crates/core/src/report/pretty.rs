//! For people: an excerpt of the template and of the values file under every finding.

use super::Report;
use super::concise::{joined, value_path};
use super::window::Window;
use crate::diag::{Cause, Diagnostic, Place, Severity, ValueCause, path_of};
use crate::text::LineColumn;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
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
        // Words are kept whole: names, paths and commands are copied.
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(options.width)
            .with_links(false)
            .with_break_words(false)
            .with_word_separator(textwrap::WordSeparator::Custom(words))
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation);
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
        let template = cause.and_then(|cause| cause.template.as_ref());
        let template =
            template.and_then(|place| self.excerpt(chart, place, joined(chart, place.file()), &label(found), options));
        let (mut file, mut values) = (None, None);
        if let Some(value) = cause.and_then(shown_value) {
            let whole = value.path.is_empty();
            let label = if whole { "here".to_owned() } else { self.describe(chart, value) };
            let path = match value.file() {
                Some("-") if !whole => "-f -".to_owned(),
                None if !whole => format!("--{}", value.layer),
                _ => value_path(chart, value),
            };
            let shown = self.excerpt(chart, &value.place, path, &label, options);
            // Of a values file that cannot be read no value is to blame, but a place in it.
            match whole {
                true => file = shown,
                false => {
                    let (message, severity) = (format!("the value `{}`", value.path), Severity::Note);
                    let drawn = |excerpt| Drawn {
                        code: None,
                        severity,
                        message,
                        help: None,
                        excerpt: Some(excerpt),
                        related: Vec::new(),
                    };
                    values = shown.map(drawn);
                }
            }
        }
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
            excerpt: template.or(file),
            related: values.into_iter().collect(),
        }
    }

    /// Who set a value, and over what.
    fn describe(&self, chart: Option<&str>, value: &ValueCause) -> String {
        let mut text = match (value.missing, &*value.layer) {
            (true, _) => format!("`{}` is not set here", value.path),
            (false, "default") => "the chart's default".to_owned(),
            (false, "parent") => "set by the chart above".to_owned(),
            (false, "import") => "brought by `import-values`".to_owned(),
            (false, "schema-default") => "the default of values.schema.json".to_owned(),
            (false, "file") => "given with -f".to_owned(),
            (false, "program" | "unknown") => "set here".to_owned(),
            (false, layer) => format!("given with --{layer}"),
        };
        if let Some(lost) = value.overrode.first() {
            text.push_str(&format!(", over {}", self.written(chart, lost)));
        }
        text
    }

    fn excerpt(
        &self,
        chart: Option<&str>,
        place: &Place,
        path: String,
        label: &str,
        options: &PrettyOptions,
    ) -> Option<Excerpt> {
        let text = match options.show_secrets {
            true => crate::text::lossy(self.texts.get(chart, place.file())?).into_owned(),
            false => self.texts.masked(chart, place.file())?,
        };
        let (start, end) = (place.start(), place.end());
        Some(Excerpt { path, place: start, window: Window::cut(&text, start, end, options.width, label) })
    }
}

/// Code up to this length stays on one line.
const CODE: usize = 70;

/// The words of a line: what is to be copied, between backticks, is one of them.
fn words(line: &str) -> Box<dyn Iterator<Item = textwrap::core::Word<'_>> + '_> {
    let mut words = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(blank) = line.get(from..).and_then(|rest| rest.find(' ')).map(|at| from + at) {
        let word = line.get(start..blank).unwrap_or_default();
        let rest = line.get(blank..).unwrap_or_default();
        let is_code = word.matches('`').count() % 2 == 1;
        let end = rest.find('`').filter(|end| is_code && word.len() + end < CODE);
        if let Some(end) = end {
            from = blank + end + 1;
            continue;
        }
        let next = blank + rest.len() - rest.trim_start_matches(' ').len();
        words.push(textwrap::core::Word::from(line.get(start..next).unwrap_or_default()));
        (start, from) = (next, next);
    }
    words.extend(line.get(start..).filter(|rest| !rest.is_empty()).map(textwrap::core::Word::from));
    Box::new(words.into_iter())
}

/// The value to show: the first that stands in a text.
fn shown_value(cause: &Cause) -> Option<&ValueCause> {
    let guard = || cause.guards.iter().flat_map(|guard| &guard.values).next();
    cause.values.first().or_else(guard)
}

fn label(found: &Diagnostic) -> String {
    match &found.pointer {
        Some(pointer) if !pointer.is_empty() => format!("writes {}", path_of(pointer)),
        _ => "here".to_owned(),
    }
}

/// The calls that led to the text.
fn chain(cause: &Cause) -> Vec<String> {
    let call =
        |call: &crate::diag::Call| format!("called from {}:{}: {}", call.place.file(), call.place.line(), call.call);
    cause.stack.iter().rev().map(call).collect()
}

fn object(found: &Diagnostic) -> Option<String> {
    let object = found.object.as_ref()?;
    let kind = if object.kind.is_empty() { "an object without kind" } else { &object.kind };
    let name = object.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
    let versions: Vec<&str> = found.targets.iter().map(|target| target.kube_version.as_str()).collect();
    Some(format!("in {kind}{name} ({}), Kubernetes {}", object.api_version, versions.join(", ")))
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
    path: String,
    /// Line and column of the mark in the whole text.
    place: LineColumn,
    window: Window,
}

impl Excerpt {
    fn span(&self) -> SourceSpan {
        let mark = &self.window.mark;
        SourceSpan::new(mark.start.into(), mark.len())
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let shown = self.window.text.read_span(span, before, after)?;
        let line = shown.line() + self.window.skipped;
        // The mark alone is asked for where its place is to be named, which is the one in the whole text.
        let column = if before == 0 { self.place.column.saturating_sub(1) as usize } else { shown.column() };
        let (path, data, lines) = (self.path.clone(), shown.data(), shown.line_count());
        Ok(Box::new(MietteSpanContents::new_named(path, data, *shown.span(), line, column, lines)))
    }
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
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        let label = Some(excerpt.window.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(label, excerpt.span()))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let related = self.related.iter().map(|drawn| drawn as &dyn miette::Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<dyn Iterator<Item = _>>)
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn code_is_one_word() {
        let found = |line| words(line).map(|word| word.word.to_owned()).collect::<Vec<_>>();
        assert_eq!(found("write `a b  c`, or `d`"), ["write", "`a b  c`,", "or", "`d`"]);
        assert_eq!(found("an odd ` stays  here"), ["an", "odd", "`", "stays", "here"]);
        let long = format!("`{} {}`", "a".repeat(40), "b".repeat(40));
        assert_eq!(found(&long).len(), 2);
    }
}
