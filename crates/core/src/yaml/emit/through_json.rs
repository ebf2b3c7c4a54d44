//! What a string becomes on its way through JSON and the YAML parser, before it is written.
//!
//! `toYaml` writes JSON first and reads it as YAML, where a quoted string may not hold some characters, and where
//! NEL is a line break.

use crate::text::lossy;
use std::borrow::Cow;

/// The YAML parser does not take the JSON; `toYaml` then gives nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rejected;

/// The longest key that the parser takes, in characters of its JSON with the quotes.
const MAX_KEY: usize = 1024;

/// The string after the way through JSON.
pub(super) fn through_json(text: &[u8], key: bool) -> Result<Cow<'_, [u8]>, Rejected> {
    if key && text.len() > MAX_KEY / 6 - 2 && json_length(text) > MAX_KEY {
        return Err(Rejected);
    }
    if !text.iter().any(|b| *b >= 0x7F) {
        return Ok(Cow::Borrowed(text));
    }
    let chars = lossy(text);
    let forbidden = |c: char| matches!(c, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    if chars.chars().any(forbidden) {
        return Err(Rejected);
    }
    if chars.contains('\u{85}') {
        return if key { Err(Rejected) } else { fold(&chars).map(|text| Cow::Owned(text.into_bytes())) };
    }
    Ok(match chars {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

fn json_length(text: &[u8]) -> usize {
    let cost = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{C}' => 2,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => 6,
        _ => 1,
    };
    2 + lossy(text).chars().map(cost).sum::<usize>()
}

/// Runs of spaces and NELs become one space or one line feed less than they have NELs.
fn fold(text: &str) -> Result<String, Rejected> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['\u{85}', ' ']) {
        let (before, tail) = rest.split_at(start);
        out.push_str(before);
        let end = tail.find(|c| c != '\u{85}' && c != ' ').unwrap_or(tail.len());
        let (run, tail) = tail.split_at(end);
        match run.matches('\u{85}').count() {
            0 => out.push_str(run),
            1 => out.push(' '),
            breaks => out.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        let indicator = run.ends_with('\u{85}') && (tail.starts_with("---") || tail.starts_with("..."));
        if indicator && tail.get(3..).is_some_and(|t| t.starts_with([' ', '\u{85}'])) {
            return Err(Rejected);
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
