//! Errors of execution, with the texts of Go and of Helm.

use super::ast::Source;
use super::funcs::FuncError;
use super::parsed::ParseError;
use crate::budget::Exhausted;
use crate::diag::Fact;
use crate::text::{Origin, Span, Str, quote};
use std::sync::Arc;

/// An error in Go's manner: a text that may wrap another error.
///
/// Texts of wrapped errors repeat the inner text at their end, so only the part before it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecError(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    link: Link,
    wrapped: Option<ExecError>,
}

/// One link of the chain of errors.
#[derive(Clone, Debug, PartialEq)]
enum Link {
    /// Raised by the executor at a node.
    At(Arc<Site>),
    /// Any other text; what it wraps follows it.
    Text(String),
    /// Returned by a function.
    Func(FuncError),
    /// A template text inside `tpl` does not parse.
    Parse(ParseError),
}

/// Where the executor was.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// `file:line:column`
    pub location: String,
    /// The text it was in.
    pub source: Source,
    /// Name of the template that was running.
    pub template: Str,
    /// The node as Go prints it.
    pub context: String,
    /// What went wrong there; before a wrapped error, the text up to it.
    pub message: String,
    /// The node.
    pub span: Span,
    /// The value the message speaks of, where there is one.
    pub about: Origin,
    /// What went wrong, as data, where the executor knows.
    pub fact: Option<Box<Fact>>,
}

/// What stands at the top of every template's data.
const TOP: &[&str] = &["Values", "Release", "Chart", "Capabilities", "Files", "Template", "Subcharts"];

impl Site {
    /// The field of the top that a chain such as `.Values.image.tag` asks the dot for: the chain without its first dot,
    /// and the field.
    pub fn top_field(&self) -> Option<(&str, &str)> {
        let path = self.context.strip_prefix('.')?;
        let first = path.split('.').next().filter(|first| TOP.contains(first))?;
        Some((path, first))
    }

    /// Whether it is the dot itself that has not what a chain asks first: its own type has no such field, or what it
    /// gave for it is nothing.
    pub fn lacks(&self, fact: &Fact) -> bool {
        let mut asked = self.context.split('.').skip(1);
        match fact {
            Fact::NoSuchField { field, .. } => asked.next() == Some(field),
            Fact::NilAccess { field } => asked.take(2).any(|name| name == field),
            _ => false,
        }
    }
}

impl ExecError {
    fn new(link: Link, wrapped: Option<ExecError>) -> ExecError {
        ExecError(Box::new(Inner { link, wrapped }))
    }

    /// An error at a node.
    pub fn at(site: impl Into<Arc<Site>>, wrapped: Option<ExecError>) -> ExecError {
        ExecError::new(Link::At(site.into()), wrapped)
    }

    /// A plain text, possibly before another error.
    pub fn text(text: impl Into<String>, wrapped: Option<ExecError>) -> ExecError {
        ExecError::new(Link::Text(text.into()), wrapped)
    }

    fn links(&self) -> impl Iterator<Item = &ExecError> {
        std::iter::successors(Some(self), |error| error.0.wrapped.as_ref())
    }

    /// The places the error passed, outermost first.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.links().filter_map(|error| match &error.0.link {
            Link::At(site) => Some(&**site),
            _ => None,
        })
    }

    /// The limit that ended the work, if one did.
    pub fn exhausted(&self) -> Option<Exhausted> {
        self.links().find_map(|error| match &error.0.link {
            Link::Func(inner) => inner.exhausted,
            _ => None,
        })
    }

    /// The message of `fail` or `required`, if one of them ended the work.
    pub fn by_chart(&self) -> Option<&str> {
        self.links().find_map(|error| match &error.0.link {
            Link::Func(inner) if inner.by_chart => Some(inner.message.as_str()),
            _ => None,
        })
    }

    /// What went wrong, as data: that of the innermost link that knows.
    pub fn fact(&self) -> Option<&Fact> {
        let facts = self.links().filter_map(|error| match &error.0.link {
            Link::At(site) => site.fact.as_deref(),
            Link::Func(inner) => inner.fact.as_deref(),
            Link::Parse(inner) => inner.fact.as_deref(),
            Link::Text(_) => None,
        });
        facts.last()
    }

    /// The innermost message.
    pub fn message(&self) -> &str {
        let last = self.links().last().unwrap_or(self);
        match &last.0.link {
            Link::At(site) => &site.message,
            Link::Text(text) => text,
            Link::Func(inner) => &inner.message,
            Link::Parse(inner) => &inner.message,
        }
    }

    /// The error in a template text given to `tpl`, if that is what it was.
    pub fn parse_error(&self) -> Option<&ParseError> {
        self.links().find_map(|error| match &error.0.link {
            Link::Parse(inner) => Some(inner),
            _ => None,
        })
    }

    /// The text that Go's `Error()` gives.
    pub fn go_text(&self) -> String {
        self.links().map(|error| error.0.link.own_text()).collect()
    }

    /// The same outside Helm's engine, where nothing marks the messages of `fail`.
    pub fn unmarked_text(&self) -> String {
        self.go_text().replace(MARK_START, "").replace(MARK_END, "")
    }

    /// The text that Helm 4 prints: `reformatExecErrorMsg` in its engine.
    pub fn helm4_text(&self) -> String {
        let raw = self.go_text();
        if let Some(message) = self.chart_message(&raw) {
            return message;
        }
        let mut trace: Vec<String> = Vec::new();
        for error in self.links() {
            match traceable(&error.go_text()) {
                None => return raw,
                Some(part) if trace.last() != Some(&part) => trace.push(part),
                Some(_) => {}
            }
        }
        crate::text::trim_space_str(&trace.concat()).to_owned()
    }

    /// The text that Helm 3 prints: `cleanupExecError` in its engine.
    pub fn helm3_text(&self) -> String {
        let raw = self.go_text();
        self.chart_message(&raw).unwrap_or(raw)
    }

    /// `execution error at (outermost place): message` for `fail` and `required`, which Helm finds by the
    /// marks around their messages.
    fn chart_message(&self, raw: &str) -> Option<String> {
        let mut parts = raw.splitn(3, ": ");
        let (_, location, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let start = rest.find(MARK_START)? + MARK_START.len();
        let end = rest.rfind(MARK_END).filter(|end| *end >= start)?;
        Some(format!("execution error at ({location}): {}", rest.get(start..end)?))
    }
}

impl Link {
    fn own_text(&self) -> String {
        match self {
            Link::At(site) => format!(
                "template: {}: executing {} at <{}>: {}",
                site.location,
                quote(&site.template),
                site.context,
                site.message
            ),
            Link::Text(text) => text.clone(),
            Link::Func(error) if error.by_chart => format!("{MARK_START}{}{MARK_END}", error.message),
            Link::Func(error) => error.message.clone(),
            Link::Parse(error) => error.to_string(),
        }
    }
}

/// Marks that Helm's engine puts around the messages of `fail` and `required`.
const MARK_START: &str = "HELM_ERR_START";
const MARK_END: &str = "HELM_ERR_END";

impl From<FuncError> for ExecError {
    fn from(error: FuncError) -> Self {
        ExecError::new(Link::Func(error), None)
    }
}

impl From<Exhausted> for ExecError {
    fn from(end: Exhausted) -> Self {
        FuncError::from(end).into()
    }
}

impl From<ParseError> for ExecError {
    fn from(error: ParseError) -> Self {
        ExecError::new(Link::Parse(error), None)
    }
}

impl std::fmt::Display for ExecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.go_text())
    }
}

impl std::error::Error for ExecError {}

/// One level of Helm's multi-line trace; `None` where the text is not one of text/template's.
fn traceable(text: &str) -> Option<String> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(format!("{text}\n"));
    }
    let (location, executed, message) = executing(rest).or_else(|| {
        let (location, message) = rest.rsplit_once(": ")?;
        Some((location, String::new(), message))
    })?;
    let message = message.split(" template:").next().unwrap_or_default();
    let mut shown = String::new();
    for (part, end) in [(location, "\n  "), (&executed, "\n    "), (message, "\n")] {
        if !part.is_empty() {
            shown.push_str(part);
            shown.push_str(end);
        }
    }
    Some(shown)
}

/// The place, the template with its node, and the message of an error behind `template: `, where it has that form. A
/// name with a quotation mark in it does not.
fn executing(rest: &str) -> Option<(&str, String, &str)> {
    let (location, after) = rest.split_once(": executing ")?;
    let (name, after) = after.strip_prefix('"')?.split_once('"')?;
    let (context, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
    Some((location, format!("executing \"{name}\" at <{context}>:"), message))
}
