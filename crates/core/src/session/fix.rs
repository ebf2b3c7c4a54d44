//! Edits that mend findings, where the text to change is known to the byte.

use crate::diag::{Cause, Edit, Fact, Fix, Found, Type, ValueCause};
use crate::gotmpl::Site;
use crate::render::{Causes, Document};
use crate::text::Span;
use std::ops::Range;

/// The fixes of a finding in a document, at `range` there.
pub fn in_document(fact: &Fact, document: &Document, range: &Range<usize>, cause: &Cause, causes: &Causes) -> Vec<Fix> {
    let found = match fact {
        Fact::UnknownField { near: Some(near), field, .. } => respell(document, range, field, near, causes),
        Fact::WrongType { expected, found, written } => {
            retype(expected, found, written.as_deref(), document, range, cause, causes)
        }
        Fact::NotListed { near: Some(near), found: Found { text: Some(text), .. }, .. } => {
            respell(document, range, text, near, causes)
        }
        Fact::ServedBefore { api_version, replacement: Some(with), .. }
        | Fact::Deprecated { api_version, replacement: Some(with), .. }
            if !with.contains(' ') =>
        {
            respell(document, range, api_version, with, causes).map(|fix| Fix { safe: false, ..fix })
        }
        _ => None,
    };
    found.into_iter().collect()
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

/// Another spelling for text that stands in a template as it is.
fn respell(document: &Document, range: &Range<usize>, old: &str, new: &str, causes: &Causes) -> Option<Fix> {
    let shown = document.text.get(range.clone())?;
    let at = memchr::memmem::find(shown, old.as_bytes())?;
    let span = causes.literal(document, &(range.start + at..range.start + at + old.len()))?;
    replace(span, new.to_owned(), format!("write `{new}`"), causes)
}

/// The value of the type that is asked for: with quotation marks or without, in the template or where it was set.
fn retype(
    expected: &[Type],
    found: &Found,
    written: Option<&str>,
    document: &Document,
    range: &Range<usize>,
    cause: &Cause,
    causes: &Causes,
) -> Option<Fix> {
    match expected {
        [Type::String] if found.is_scalar() && found.ty != Type::String => {
            let written = written.filter(|text| !text.contains(['"', '\\', '\n']))?;
            if let Some(span) = causes.literal(document, range) {
                return replace(span, format!("\"{written}\""), format!("write `\"{written}\"`"), causes);
            }
            let value = cause.values.first()?;
            let action = causes.action(document, range)?;
            let text = causes.text(action)?;
            let inner = text.strip_suffix("}}")?;
            let (inner, trim) = inner.strip_suffix('-').map_or((inner, ""), |inner| (inner, "-"));
            // One value, and nothing around that keeps it from being a text.
            let plain = text.starts_with("{{") && !text.contains("toYaml") && !text.contains('\n') && !value.missing;
            let whole = document.text.get(range.clone())?.len() == written.len();
            let new = format!("{} | quote {trim}}}}}", inner.trim_end());
            (plain && whole).then(|| replace(action, new, "write `| quote`".to_owned(), causes))?
        }
        [Type::Integer | Type::Boolean | Type::Number] if found.ty == Type::String => {
            let text = found.text.as_deref()?;
            let fits = match expected {
                [Type::Boolean] => matches!(text, "true" | "false"),
                _ => text.parse::<i64>().is_ok(),
            };
            let span = causes.literal(document, range).filter(|_| fits)?;
            replace(span, text.to_owned(), format!("write `{text}`"), causes)
        }
        [expected] if found.ty == Type::List => only(*expected, document, range, cause, causes),
        _ => None,
    }
}

/// The one item of a list where that is what was meant, in the template or where it was set.
fn only(expected: Type, document: &Document, range: &Range<usize>, cause: &Cause, causes: &Causes) -> Option<Fix> {
    let span = causes.literal(document, range).or_else(|| {
        let value = cause.values.first().filter(|value| !value.missing)?;
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
    (plain && fits).then(|| replace(span, item.to_owned(), format!("write `{item}`"), causes))?
}

fn replace(span: Span, new: String, title: String, causes: &Causes) -> Option<Fix> {
    Some(Fix { title, safe: true, edits: vec![Edit { place: causes.place(span)?, new }] })
}
