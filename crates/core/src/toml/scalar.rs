//! What single values mean: the rest of parse.go.

use super::lexer::{Lex, Token, fault};
use crate::text::{Str, quote};
use crate::value::{Value, number};

pub(super) fn integer(token: Token<'_>) -> Lex<Value> {
    let text = quote(token.text);
    if !underscores_ok(token.text) {
        return fault(format!("Invalid integer {text}: underscores must be surrounded by digits"), token.line);
    }
    if has_leading_zero(token.text) {
        return fault(format!("Invalid integer {text}: cannot have leading zeroes"), token.line);
    }
    match number::try_int(token.text, 0) {
        Some(n) => Ok(Value::int64(n)),
        None => {
            let text = String::from_utf8_lossy(token.text);
            fault(format!("{text} is out of range for int64"), token.line)
        }
    }
}

pub(super) fn float(token: Token<'_>) -> Lex<Value> {
    let text = quote(token.text);
    let mut parts = token.text.split(|b| matches!(b, b'.' | b'e' | b'E')).filter(|part| !part.is_empty());
    if parts.clone().any(|part| !underscores_ok(part)) {
        return fault(format!("Invalid float {text}: underscores must be surrounded by digits"), token.line);
    }
    if parts.next().is_some_and(has_leading_zero) {
        return fault(format!("Invalid float {text}: cannot have leading zeroes"), token.line);
    }
    let mut after_period = false;
    for b in token.text {
        if after_period && !b.is_ascii_digit() {
            break;
        }
        after_period = *b == b'.';
    }
    if after_period {
        return fault(format!("Invalid float {text}: '.' must be followed by one or more digits"), token.line);
    }
    let plain: Vec<u8> = token.text.iter().copied().filter(|b| *b != b'_').collect();
    match plain.as_slice() {
        b"+nan" => return Ok(Value::float(f64::NAN)),
        b"-nan" => return Ok(Value::float(-f64::NAN)),
        _ => {}
    }
    match number::parse_float(&plain) {
        Ok(n) => Ok(Value::float(n)),
        Err(error) if error.kind == number::NumErrorKind::Range => {
            let text = String::from_utf8_lossy(token.text);
            fault(format!("{text} is out of range for float64"), token.line)
        }
        Err(_) => fault(format!("Invalid float value: {text}"), token.line),
    }
}

fn has_leading_zero(text: &[u8]) -> bool {
    match text {
        [b'0', b'b' | b'o' | b'x', ..] => false,
        [b'0', _, ..] => true,
        [b'-' | b'+', b'0', _, ..] => true,
        _ => false,
    }
}

/// Go's `numUnderscoresOK`: underscores stand between (hexadecimal) digits.
fn underscores_ok(text: &[u8]) -> bool {
    if matches!(text, b"nan" | b"+nan" | b"-nan" | b"inf" | b"-inf" | b"+inf") {
        return true;
    }
    let mut accept = false;
    for b in text {
        if *b == b'_' && !accept {
            return false;
        }
        accept = b.is_ascii_hexdigit();
    }
    accept
}

/// Go's `missingLeadingZero`: whether the separators stand elsewhere than in the layout.
pub(super) fn misses_zero(text: &[u8], layout: &[u8]) -> bool {
    for (i, b) in layout.iter().enumerate() {
        if matches!(b, b'.' | b'Z') {
            return false;
        }
        if !b.is_ascii_digit() && text.get(i) != Some(b) {
            return true;
        }
    }
    false
}

pub(super) fn without_first_break(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\n").or_else(|| text.strip_prefix(b"\r\n")).unwrap_or(text)
}

/// Go's `stripEscapedNewlines`: a backslash before a line break removes all blanks and breaks behind it.
pub(super) fn without_escaped_breaks(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let rest = text.get(at + 1..).unwrap_or_default();
        if b == b'\\' {
            if rest.first() == Some(&b'\\') {
                out.extend_from_slice(b"\\\\");
                at += 2;
                continue;
            }
            let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
            if rest.get(..blanks).is_some_and(|run| run.contains(&b'\n')) {
                at += 1 + blanks;
                continue;
            }
        }
        out.push(b);
        at += 1;
    }
    out
}

/// Go's `replaceEscapes`.
pub(super) fn unescape(text: &[u8], line: usize) -> Lex<Str> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        if b != b'\\' {
            out.push(b);
            at += 1;
            continue;
        }
        let digits = match text.get(at + 1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(c @ (b' ' | b'\t')) => return fault(format!("invalid escape: '\\{}'", char::from(*c)), line),
            Some(c) => {
                out.push(match c {
                    b'b' => 0x08,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'f' => 0x0C,
                    b'r' => b'\r',
                    b'e' => 0x1B,
                    c => *c,
                });
                at += 2;
                continue;
            }
            None => break,
        };
        let hex = String::from_utf8_lossy(text.get(at + 2..at + 2 + digits).unwrap_or_default()).into_owned();
        match u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => return fault(format!("Escaped character '\\u{hex}' is not valid UTF-8."), line),
        }
        at += 2 + digits;
    }
    Ok(Str::from(out))
}
