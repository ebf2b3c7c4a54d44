//! Advice about values of the wrong type, in the words of whoever wrote the values.

use crate::diag::{Cause, Fact, Type, ValueCause};
use crate::render::{Causes, Document};
use crate::text::LineIndex;

/// How a value becomes a text: where the template writes it, or in the values. None where the finding is another.
pub fn retyped(fact: &Fact, cause: &Cause, document: &Document, at: usize, causes: &Causes) -> Option<String> {
    let Fact::WrongType { expected, found, .. } = fact else { return None };
    if expected.as_slice() != [Type::String] || !found.is_scalar() {
        return None;
    }
    let value = cause.values.first().filter(|value| !value.missing)?;
    let written = source_text(value, causes)?;
    let origin = causes.origin_at(document, at);
    let whole = causes.writes_with(origin, "toYaml") || causes.writes_with(origin, "toJson");
    let text = written.trim();
    let is_quoted = text.starts_with(['"', '\'']);
    let action = || causes.action_text(origin).map(|text| format!(": {text}")).unwrap_or_default();
    match (whole, is_quoted) {
        (true, false) if !text.is_empty() && !text.contains('\n') => {
            Some(format!("quote it where it is set: `{}: \"{text}\"`", last_key(&value.path)))
        }
        (false, true) => Some(format!(
            "write `| quote` in the template{}; the quotation marks of the values do not reach the output",
            action()
        )),
        (false, false) if found.ty != Type::Boolean && !same_number(text, found.text.as_deref()) => Some(format!(
            "quote it where it is set, `{}: \"{text}\"`, and write `| quote` in the template{}",
            last_key(&value.path),
            action()
        )),
        (false, false) => Some(format!("write `| quote` in the template{}", action())),
        _ => None,
    }
}

/// Whether a number is written as it was set.
fn same_number(set: &str, found: Option<&str>) -> bool {
    found == Some(set)
}

/// The key at the end of a path.
fn last_key(path: &str) -> &str {
    path.rsplit(['.', '[']).next().unwrap_or(path).trim_end_matches(']')
}

/// How a value is spelt in the file or the argument that set it.
fn source_text(value: &ValueCause, causes: &Causes) -> Option<String> {
    let name = value.file.clone().unwrap_or_else(|| format!("--{}", value.layer));
    let (_, source) = causes.sources.iter().find(|(_, source)| *source.name == *name)?;
    let index = LineIndex::new(&source.text);
    let offset = |line: u32, column: u32| {
        let start = index.start_of(line) as usize;
        let rest = source.text.get(start..)?;
        let text = std::str::from_utf8(rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?).ok()?;
        let bytes: usize = text.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
        Some(start + bytes)
    };
    let range = offset(value.line, value.column)?..offset(value.end_line, value.end_column)?;
    Some(String::from_utf8_lossy(source.text.get(range)?).into_owned())
}
