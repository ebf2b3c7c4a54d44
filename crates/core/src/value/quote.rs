//! Go's `strconv.Quote` family.

use crate::text::{decode_rune, lossy};

/// Whether Go's `strconv.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the space.
///
/// Rust's `escape_debug` decides by the same categories. It also escapes combining marks, but only at
/// the start of a string, so the character is tried after another one.
pub fn is_print(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{7f}' => false,
        _ => {
            let mut text = String::from("a");
            text.push(c);
            text.escape_debug().nth(1) == Some(c)
        }
    }
}

/// Appends the Go string literal of `text` (`strconv.AppendQuoteWith`).
pub fn quote_with(out: &mut Vec<u8>, text: &[u8], quote: u8, ascii_only: bool) {
    out.reserve(text.len() + 2);
    out.push(quote);
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        // Plain ASCII is by far the most common.
        let plain = rest.iter().take_while(|&&b| matches!(b, b' '..=b'~') && b != quote && b != b'\\').count();
        out.extend_from_slice(rest.get(..plain).unwrap_or_default());
        at += plain;
        let rest = rest.get(plain..).unwrap_or_default();
        let (c, size) = decode_rune(rest);
        match (size, rest.first()) {
            (_, None) => break,
            (1, Some(&byte)) if byte >= 0x80 => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
            _ => push_escaped(out, c, quote, ascii_only),
        }
        at += size;
    }
    out.push(quote);
}

/// Appends one character as `strconv.appendEscapedRune` does.
fn push_escaped(out: &mut Vec<u8>, c: char, quote: u8, ascii_only: bool) {
    if c == char::from(quote) || c == '\\' {
        out.push(b'\\');
        out.push(c as u8);
        return;
    }
    if (!ascii_only || c.is_ascii()) && is_print(c) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    let short: &[u8] = match c {
        '\x07' => b"\\a",
        '\x08' => b"\\b",
        '\x0c' => b"\\f",
        '\n' => b"\\n",
        '\r' => b"\\r",
        '\t' => b"\\t",
        '\x0b' => b"\\v",
        _ => b"",
    };
    if !short.is_empty() {
        return out.extend_from_slice(short);
    }
    let n = c as u32;
    let text = match n {
        0..0x20 | 0x7f => format!("\\x{n:02x}"),
        0..0x10000 => format!("\\u{n:04x}"),
        _ => format!("\\U{n:08x}"),
    };
    out.extend_from_slice(text.as_bytes());
}

/// Go's `strconv.Quote`.
pub fn quote(text: &[u8]) -> String {
    let mut out = Vec::new();
    quote_with(&mut out, text, b'"', false);
    lossy(&out).into_owned()
}

/// Go's `strconv.CanBackquote`: one line of text without control characters other than tab.
pub fn can_backquote(text: &[u8]) -> bool {
    std::str::from_utf8(text)
        .is_ok_and(|t| t.chars().all(|c| c == '\t' || (c >= ' ' && c != '`' && c != '\x7f' && c != '\u{feff}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(quote(b"a\tb\"c\\"), r#""a\tb\"c\\""#);
        assert_eq!(quote("h\u{e9}\u{200b}\u{1F600}".as_bytes()), "\"h\u{e9}\\u200b\u{1F600}\"");
        assert_eq!(quote(b"\xff\x00\x7f"), r#""\xff\x00\x7f""#);
        assert_eq!(quote("\u{301}".as_bytes()), "\"\u{301}\"");
    }
}
