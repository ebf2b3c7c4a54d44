//! Edits that mend findings, where the text to change is known to the byte.

use super::trial::{Change, Held};
use crate::diag::words::Syntax;
use crate::diag::{Cause, Edit, Fact, Finding, Fix, Found, Type, ValueCause};
use crate::gotmpl::Site;
use crate::render::{Causes, Document};
use crate::text::Span;
use std::ops::Range;

/// A fix, and what it makes of the document.
pub struct Mend {
    /// The fix.
    pub fix: Fix,
    pub(super) change: Change,
    /// The field that gets another name: where it stood, and the new name.
    pub(super) renamed: Option<String>,
}

impl Mend {
    /// Whether it does what it says.
    pub fn is_proved(&self, text: &[u8], finding: &Finding, held: &Held<'_>) -> bool {
        let around = finding.pointer.rsplit_once('/').map_or("", |(around, _)| around);
        let renamed = self.renamed.as_ref().map(|name| format!("{around}/{name}"));
        held.mends(text, &self.change, finding, renamed.as_deref())
    }
}

/// The fix of a finding in a document, at `range` there.
pub fn in_document(
    fact: &Fact,
    document: &Document,
    range: &Range<usize>,
    cause: &Cause,
    causes: &Causes,
) -> Option<Mend> {
    match fact {
        Fact::UnknownField { near: Some(near), field, .. } => {
            let mend = respell(document, range, field, near, &Cause::default(), causes)?;
            Some(Mend { renamed: Some(near.clone()), ..mend })
        }
        Fact::UnknownField { inside: Some(path), .. } => super::relocate::field(document, range.start, path, causes),
        Fact::WrongType { expected, found, written } => {
            let (fix, new) = retype(expected, found, written.as_deref(), document, range, cause, causes)?;
            Some(Mend { fix, change: (range.clone(), new), renamed: None })
        }
        Fact::NotListed { near: Some(near), found: Found { text: Some(text), .. }, .. } => {
            respell(document, range, text, near, cause, causes)
        }
        Fact::NoQuantity { found, near: Some(near) } => {
            let mend = respell(document, range, found, near, cause, causes)?;
            Some(Mend { fix: Fix { safe: false, ..mend.fix }, ..mend })
        }
        Fact::NoSuchVolume { name, near: Some(near) } => respell(document, range, name, near, cause, causes),
        Fact::UnknownKind { api_version, of, near: Some((version, kind)) } if version == api_version => {
            respell(document, range, of, kind, cause, causes)
        }
        Fact::UnknownKind { api_version, of, near: Some((version, kind)) } if of == kind => {
            let mend = respell(document, range, api_version, version, cause, causes)?;
            Some(Mend { fix: Fix { safe: false, ..mend.fix }, ..mend })
        }
        Fact::ServedBefore { api_version, replacement: Some(with), .. }
        | Fact::Deprecated { api_version, replacement: Some(with), .. }
            if !with.contains(' ') =>
        {
            let mend = respell(document, range, api_version, with, &Cause::default(), causes)?;
            Some(Mend { fix: Fix { safe: false, ..mend.fix }, ..mend })
        }
        Fact::DuplicateKey { key } => super::duplicate::key(document, range.start, key, causes),
        _ => None,
    }
}

/// The fix of a key in the values that is misspelt, where it was set.
pub fn of_value(fact: &Fact, value: &ValueCause, causes: &Causes) -> Vec<Fix> {
    let Fact::UnknownValue { path, near: Some(near) } = fact else { return Vec::new() };
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    let (name, meant) = (last(path), last(near));
    let Some(span) = causes.span_of(value).map(|span| Span { end: span.start + name.len() as u32, ..span }) else {
        return Vec::new();
    };
    match causes.text(span) == Some(&name) {
        true => replace(span, meant.clone(), format!("write `{meant}`"), causes).into_iter().collect(),
        false => Vec::new(),
    }
}

/// The fix of a root field that was asked of a dot that is something else: a `$` in front.
pub fn root(site: &Site, causes: &Causes) -> Vec<Fix> {
    let text = causes.sources.get(site.span.file).map(|source| source.text.clone()).unwrap_or_default();
    let here = text.get(site.span.start as usize..).unwrap_or_default();
    if !here.starts_with(site.context.as_bytes()) || !site.context.starts_with('.') {
        return Vec::new();
    }
    let span = Span { end: site.span.start, ..site.span };
    replace(span, "$".to_owned(), format!("write `${}`", site.context), causes).into_iter().collect()
}

/// The fix of a name that a template calls and nobody knows.
pub fn name(fact: &Fact, span: Span, causes: &Causes) -> Vec<Fix> {
    let (name, near) = match fact {
        Fact::UnknownTemplate { name, near: Some(near) } | Fact::UnknownFunction { name, near: Some(near) } => {
            (name, near)
        }
        _ => return Vec::new(),
    };
    let text = causes.sources.get(span.file).map(|source| source.text.clone()).unwrap_or_default();
    let from = text.get(..span.start as usize).and_then(|before| memchr::memmem::rfind(before, b"{{")).unwrap_or(0);
    let here = text.get(from..).unwrap_or_default();
    let end = memchr::memmem::find(here, b"}}").unwrap_or(here.len());
    let found: Vec<usize> = memchr::memmem::find_iter(here.get(..end).unwrap_or_default(), name.as_bytes()).collect();
    match found.as_slice() {
        [at] => {
            let span = Span::new(span.file, from + at, from + at + name.len());
            replace(span, near.clone(), format!("write `{near}`"), causes).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Another spelling for text that stands in a template as it is, or that one value wrote.
fn respell(
    document: &Document,
    range: &Range<usize>,
    old: &str,
    new: &str,
    cause: &Cause,
    causes: &Causes,
) -> Option<Mend> {
    let shown = document.text.get(range.clone())?;
    let start = range.start + memchr::memmem::find(shown, old.as_bytes())?;
    let place = start..start + old.len();
    let title = format!("write `{new}`");
    let fix = match causes.literal(document, &place) {
        Some(span) => replace(span, new.to_owned(), title, causes)?,
        None => {
            let value = cause.values.first().filter(|value| !value.missing && value.file().is_some())?;
            let span = causes.span_of(value).filter(|_| causes.action(document, &place).is_some())?;
            let text = causes.text(span)?;
            let inner = text.trim_matches(['"', '\'']);
            let written = (inner == old).then(|| text.replacen(old, new, 1))?;
            // Other templates may read the value too.
            Fix { safe: false, ..replace(span, written, title, causes)? }
        }
    };
    Some(Mend { fix, change: (place, new.to_owned()), renamed: None })
}

/// The value of the type that is asked for, and what it writes: with quotation marks or without, in the template or where it was set.
fn retype(
    expected: &[Type],
    found: &Found,
    written: Option<&str>,
    document: &Document,
    range: &Range<usize>,
    cause: &Cause,
    causes: &Causes,
) -> Option<(Fix, String)> {
    match expected {
        [Type::String] if found.is_scalar() && found.ty != Type::String => {
            let written = written.filter(|text| !text.contains(['"', '\\', '\n']))?;
            let quoted = format!("\"{written}\"");
            if let Some(span) = causes.literal(document, range) {
                let fix = replace(span, quoted.clone(), format!("write `{quoted}`"), causes)?;
                return Some((fix, quoted));
            }
            let value = cause.values.first()?;
            let action = causes.action(document, range)?;
            let text = causes.text(action)?;
            // One value, and nothing around that keeps it from being a text.
            let whole_value = text.contains("toYaml") || text.contains("toJson");
            let plain = !whole_value && !value.missing && stands_for_one(action, causes);
            let whole = document.text.get(range.clone())?.len() == written.len();
            Some((quote(action, causes).filter(|_| plain && whole)?, quoted))
        }
        [Type::Integer | Type::Boolean | Type::Number] if found.ty == Type::String => {
            let text = found.text.as_deref()?;
            if !fits(expected, text) {
                return None;
            }
            let fix = match causes.literal(document, range) {
                Some(span) => replace(span, text.to_owned(), format!("write `{text}`"), causes)?,
                None => {
                    let (span, new) = unquoted(document, range, causes)?;
                    replace(span, new.clone(), format!("write `{new}`"), causes)?
                }
            };
            Some((fix, text.to_owned()))
        }
        [expected] if found.ty == Type::List => only(*expected, document, range, cause, causes),
        _ => None,
    }
}

/// Whether a text without quotation marks is what is asked for.
pub fn fits(expected: &[Type], text: &str) -> bool {
    match expected {
        [Type::Boolean] => matches!(text, "true" | "false"),
        _ => text.parse::<i64>().is_ok(),
    }
}

/// An action that quotes what it writes.
pub fn quote(action: Span, causes: &Causes) -> Option<Fix> {
    piped(action, "quote", false, causes)
}

/// An action that hands what it writes to one more function, and takes the blanks before it where it `trims`.
pub fn piped(action: Span, function: &str, trims: bool, causes: &Causes) -> Option<Fix> {
    let new = through(causes.text(action)?, syntax(action, causes), function, trims)?;
    replace(action, new, format!("write `| {function}`"), causes)
}

/// The language of the template that a span stands in.
pub fn syntax(span: Span, causes: &Causes) -> Syntax {
    let is_jinja = causes.sources.get(span.file).is_some_and(|source| crate::jinja::JINJA.takes(&source.name));
    if is_jinja { Syntax::Jinja } else { Syntax::Go }
}

/// `nindent` as the end of an action.
pub fn nindent(blanks: usize, syntax: Syntax) -> String {
    match syntax {
        Syntax::Go => format!("nindent {blanks}"),
        Syntax::Jinja => format!("nindent({blanks})"),
    }
}

/// The text of an action on one line with one more function at its end.
pub fn through(action: &str, syntax: Syntax, function: &str, trims: bool) -> Option<String> {
    let inner = action.strip_prefix("{{")?.strip_suffix("}}").filter(|inner| !inner.contains('\n'))?;
    let (inner, end) = inner.strip_suffix('-').map_or((inner, ""), |inner| (inner, "-"));
    // A dash right before a word is the sign of a number.
    let trimmed = inner.strip_prefix('-').filter(|inner| inner.starts_with(char::is_whitespace));
    let (inner, start) = trimmed.map_or((inner, ""), |inner| (inner, "-"));
    let start = if trims { "-" } else { start };
    let inner = inner.trim();
    // In Jinja a filter takes the last operand alone.
    let words = [" if ", " and ", " or ", " in ", " is ", "not "];
    let is_compound =
        inner.contains(['~', '+', '-', '*', '/', '%', '<', '>', '=']) || words.iter().any(|w| inner.contains(w));
    match syntax == Syntax::Jinja && is_compound {
        true => Some(format!("{{{{{start} ({inner}) | {function} {end}}}}}")),
        false => Some(format!("{{{{{start} {inner} | {function} {end}}}}}")),
    }
}

/// What wrote a text in quotation marks, and the same without: an action that quotes, or one between marks.
pub fn unquoted(document: &Document, range: &Range<usize>, causes: &Causes) -> Option<(Span, String)> {
    if let Some(action) = causes.only_action(document, range) {
        let inner = causes.text(action)?.strip_suffix("}}")?;
        let (inner, end) = inner.strip_suffix('-').map_or((inner, ""), |inner| (inner, "-"));
        let inner = inner.trim_end();
        let inner = inner.strip_suffix("quote").map(|inner| inner.strip_suffix('s').unwrap_or(inner))?;
        let inner = inner.trim_end().strip_suffix('|')?.trim_end();
        return Some((action, format!("{inner} {end}}}}}")));
    }
    let span = super::duplicate::written(document, range, causes)?;
    let text = causes.text(span)?;
    let inner = ['"', '\''].into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark))?;
    (inner.starts_with("{{") && inner.ends_with("}}")).then(|| (span, inner.to_owned()))
}

/// Whether an action stands behind a key or a dash of its own: one that stands alone writes what others ask for.
fn stands_for_one(action: Span, causes: &Causes) -> bool {
    let before = causes.sources.get(action.file).and_then(|source| source.text.get(..action.start as usize));
    let line = before.and_then(|before| before.rsplit(|byte| *byte == b'\n').next()).unwrap_or_default();
    matches!(line.trim_ascii_end().last(), Some(b':' | b'-'))
}

/// The one item of a list where that is what was meant, in the template or where it was set.
fn only(
    expected: Type,
    document: &Document,
    range: &Range<usize>,
    cause: &Cause,
    causes: &Causes,
) -> Option<(Fix, String)> {
    let span = causes.literal(document, range).or_else(|| {
        let value = cause.values.first().filter(|value| !value.missing && value.file().is_some())?;
        causes.span_of(value)
    })?;
    let item = causes.text(span)?.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    let plain = !item.is_empty() && !item.contains([',', '[', ']', '{', '}', ':', '#', '\n']);
    let fits = match expected {
        Type::Integer => item.parse::<i64>().is_ok(),
        Type::Number => item.parse::<f64>().is_ok(),
        Type::Boolean => matches!(item, "true" | "false"),
        Type::String => true,
        _ => false,
    };
    let fix = replace(span, item.to_owned(), format!("write `{item}`"), causes).filter(|_| plain && fits)?;
    Some((fix, item.to_owned()))
}

fn replace(span: Span, new: String, title: String, causes: &Causes) -> Option<Fix> {
    Some(Fix { title, safe: true, edits: vec![Edit { place: causes.place(span)?, new }] })
}
