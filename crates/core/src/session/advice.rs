//! Advice about values of the wrong type, in the words of whoever wrote the values.

use crate::diag::words::Syntax;
use crate::diag::{Cause, Fact, Type, ValueCause};
use crate::render::{Causes, Document};
use std::ops::Range;

/// How a value becomes a text, or a text a value: where the template writes it, or in the values. None where the finding
/// is another.
pub fn retyped(
    fact: &Fact,
    cause: &Cause,
    document: &Document,
    range: &Range<usize>,
    causes: &Causes,
) -> Option<String> {
    let Fact::WrongType { expected, found, written } = fact else { return None };
    if found.ty == Type::String && matches!(expected.as_slice(), [Type::Integer | Type::Boolean | Type::Number]) {
        let text = found.text.as_deref().filter(|text| super::fix::fits(expected, text));
        let (_, new) = text.and_then(|_| super::fix::unquoted(document, range, causes))?;
        return Some(format!("write `{new}` in the template, without quotation marks"));
    }
    if expected.as_slice() != [Type::String] || !found.is_scalar() {
        return None;
    }
    let at = range.start;
    let value = cause.values.first().filter(|value| !value.missing)?;
    let set = source_text(value, causes)?;
    let origin = causes.origin_at(document, at);
    let whole = causes.writes_with(origin, "toYaml") || causes.writes_with(origin, "toJson");
    let text = set.trim();
    // A number that comes out otherwise than it was set would be a text that nobody wrote.
    let kept = found.ty == Type::Boolean || written.as_deref() == Some(text);
    let is_quoted = text.starts_with(['"', '\'']);
    let quoted = || {
        let action = causes.action_text(origin)?;
        let syntax = causes.writer(origin).map_or(Syntax::Go, |(span, _)| super::fix::syntax(span, causes));
        let through = super::fix::through(&action, syntax, "quote", false)?;
        Some(format!("write `{through}` in the template"))
    };
    let quoted = || quoted().unwrap_or_else(|| "write `| quote` in the template".to_owned());
    // A flag takes no quotation marks; of the flags one gives texts.
    if value.file().is_none() && (whole || !kept) && !text.contains('\n') {
        let quote = if whole { String::new() } else { format!(", and {}", quoted()) };
        return (value.layer == "set").then(|| format!("give it with `--set-string {}={text}`{quote}", value.path));
    }
    match (whole, is_quoted) {
        (true, false) if !text.is_empty() && !text.contains('\n') => {
            Some(format!("quote it where it is set: `{}: \"{text}\"`", last_key(&value.path)))
        }
        (false, true) => Some(format!("{}: the quotation marks of the values do not reach the output", quoted())),
        (false, false) if !kept && !text.is_empty() && !text.contains('\n') => {
            Some(format!("quote it where it is set, `{}: \"{text}\"`, and {}", last_key(&value.path), quoted()))
        }
        (false, false) => Some(quoted()),
        _ => None,
    }
}

/// The key at the end of a path.
fn last_key(path: &str) -> &str {
    path.rsplit(['.', '[']).next().unwrap_or(path).trim_end_matches(']')
}

/// How a value is spelt in the file or the argument that set it.
fn source_text(value: &ValueCause, causes: &Causes) -> Option<String> {
    // Another program has other words for it.
    let is_yaml = !matches!(&*value.layer, "program" | "unknown");
    causes.text(causes.span_of(value).filter(|_| is_yaml)?).map(str::to_owned)
}
