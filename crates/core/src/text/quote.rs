//! Go's quoted strings: `strconv.Quote`, `strconv.Unquote` and `strconv.UnquoteChar`.

use super::lossy;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{A0}' | '\u{AD}' => false,
        _ => !matches!(c.general_category_group(), GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator),
    }
}

/// Go's `unicode.IsLetter`.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { c.general_category_group() == GeneralCategoryGroup::Letter }
}

/// Go's `unicode.IsDigit`.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.general_category() == GeneralCategory::DecimalNumber }
}

/// Go's `strconv.Quote`.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    quote_into(&mut out, bytes, false);
    out
}

/// Go's `strconv.Quote` (or `QuoteToASCII` with `ascii`), appended to `out`.
pub fn quote_into(out: &mut String, bytes: &[u8], ascii: bool) {
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_escaped(out, c, '"', ascii);
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.push('"');
}

/// One character as it stands between quotes of the given sort.
pub fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    match c {
        '\\' => out.push_str("\\\\"),
        c if c == quote => {
            out.push('\\');
            out.push(c);
        }
        c if if ascii { matches!(c, ' '..='~') } else { is_print(c) } => out.push(c),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0C' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0B' => out.push_str("\\v"),
        '\0'..='\x1F' | '\x7F' => out.push_str(&format!("\\x{:02x}", c as u32)),
        '\u{80}'..='\u{FFFF}' => out.push_str(&format!("\\u{:04x}", c as u32)),
        _ => out.push_str(&format!("\\U{:08x}", c as u32)),
    }
}

/// The text between the quotes of a literal that stands for itself.
pub fn verbatim(literal: &[u8]) -> Option<&[u8]> {
    match literal {
        [b'"', inner @ .., b'"'] if memchr::memchr(b'\\', inner).is_none() && std::str::from_utf8(inner).is_ok() => {
            Some(inner)
        }
        [b'`', inner @ .., b'`'] if memchr::memchr(b'\r', inner).is_none() => Some(inner),
        _ => None,
    }
}

/// Go's `strconv.Unquote` for `"…"` and `` `…` ``; `None` is Go's "invalid syntax".
pub fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (&first, rest) = literal.split_first()?;
    let (&last, inner) = rest.split_last()?;
    match (first, last) {
        (b'`', b'`') if !inner.contains(&b'`') => Some(inner.split(|b| *b == b'\r').collect::<Vec<_>>().concat()),
        (b'"', b'"') => {
            let mut out = Vec::with_capacity(inner.len());
            let mut rest = inner;
            while !rest.is_empty() {
                let plain = memchr::memchr3(b'\\', b'"', b'\n', rest).unwrap_or(rest.len());
                let (text, tail) = rest.split_at(plain);
                out.extend_from_slice(lossy(text).as_bytes());
                rest = tail;
                if rest.is_empty() {
                    break;
                }
                if rest.first() != Some(&b'\\') {
                    return None;
                }
                let (unit, tail) = unescape(rest, b'"')?;
                match unit {
                    Unit::Byte(b) => out.push(b),
                    Unit::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                rest = tail;
            }
            Some(out)
        }
        _ => None,
    }
}

/// What an escape stands for.
enum Unit {
    /// A byte, from `\x41` or `\101`.
    Byte(u8),
    /// A character.
    Char(char),
}

/// Reads the escape at the start of `text`.
fn unescape(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let (&kind, rest) = text.get(1..)?.split_first()?;
    let digits = |n: usize, radix: u32| -> Option<(u32, &[u8])> {
        let (head, tail) = rest.split_at_checked(n)?;
        let text = std::str::from_utf8(head).ok()?;
        if text.starts_with('+') {
            return None;
        }
        Some((u32::from_str_radix(text, radix).ok()?, tail))
    };
    let simple = |c: char| Some((Unit::Char(c), rest));
    match kind {
        b'a' => simple('\x07'),
        b'b' => simple('\x08'),
        b'f' => simple('\x0C'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'v' => simple('\x0B'),
        b'\\' => simple('\\'),
        b'\'' | b'"' if kind == quote => simple(kind as char),
        b'x' => digits(2, 16).and_then(|(n, tail)| Some((Unit::Byte(u8::try_from(n).ok()?), tail))),
        b'u' => digits(4, 16).and_then(|(n, tail)| Some((Unit::Char(char::from_u32(n)?), tail))),
        b'U' => digits(8, 16).and_then(|(n, tail)| Some((Unit::Char(char::from_u32(n)?), tail))),
        b'0'..=b'7' => {
            let head = text.get(1..4)?;
            if !head.iter().all(|b| (b'0'..=b'7').contains(b)) {
                return None;
            }
            let n = head.iter().fold(0u32, |n, b| n * 8 + u32::from(b - b'0'));
            Some((Unit::Byte(u8::try_from(n).ok()?), text.get(4..)?))
        }
        _ => None,
    }
}

/// The code point of a character constant such as `'a'` or `'\n'`, and what follows it.
///
/// Go's `strconv.UnquoteChar(text[1:], '\'')`.
pub fn unquote_char(literal: &[u8]) -> Option<(u32, &[u8])> {
    let text = literal.get(1..)?;
    match text.first()? {
        b'\'' => None,
        b'\\' => {
            let (unit, tail) = unescape(text, b'\'')?;
            Some((
                match unit {
                    Unit::Byte(b) => u32::from(b),
                    Unit::Char(c) => c as u32,
                },
                tail,
            ))
        }
        _ => {
            let chunk = text.utf8_chunks().next()?;
            match chunk.valid().chars().next() {
                Some(c) => Some((c as u32, text.get(c.len_utf8()..)?)),
                None => Some((0xFFFD, text.get(1..)?)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_follows_go() {
        assert_eq!(quote("a\"b\\\n\u{7f}é\u{200b}😀\u{85}".as_bytes()), r#""a\"b\\\n\x7fé\u200b😀\u0085""#);
        assert_eq!(quote(b"\xff\x00"), r#""\xff\x00""#);
    }

    #[test]
    fn unquoting_follows_go() {
        assert_eq!(unquote(br#""a\tb\x41\101\u00e9""#).as_deref(), Some("a\tbAAé".as_bytes()));
        assert_eq!(unquote(b"\"a\xC3\"").as_deref(), Some("a\u{FFFD}".as_bytes()));
        assert_eq!(unquote(br#""\'""#), None);
        assert_eq!(unquote(br#""\400""#), None);
        assert_eq!(unquote(b"`a\\n\r`").as_deref(), Some(&b"a\\n"[..]));
        assert_eq!(unquote_char(b"'\\''"), Some((39, &b"'"[..])));
    }
}
