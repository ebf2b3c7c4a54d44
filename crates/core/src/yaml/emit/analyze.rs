//! What may stand how: Go's `yaml_emitter_analyze_scalar`, and the style that `encode.go` wants.

use super::Dialect;
use crate::value::number;
use crate::yaml::reader::is_simple_ascii;
use crate::yaml::resolve::{Resolved, resolve};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Bytes that never need quotes, wherever they stand.
static SAFE: [bool; 256] = safe();

#[expect(clippy::indexing_slicing, reason = "runs at compile time, where a miss is a compile error")]
const fn safe() -> [bool; 256] {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = matches!(b as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'$' | b'(' | b')');
        b += 1;
    }
    table
}

/// Whether a text is plain without a closer look: it has no special bytes at all and cannot be a number or a word.
pub(super) fn is_simple(text: &[u8]) -> bool {
    let starts = match text {
        [b'a'..=b'z' | b'A'..=b'Z', _, _, _, _, _, ..] => true,
        [b'/' | b'$' | b'(' | b'_', ..] => true,
        [b'a'..=b'z' | b'A'..=b'Z', ..] => !b"yYnNtTfFoO".contains(text.first().unwrap_or(&b'y')),
        _ => false,
    };
    starts && text.iter().all(|b| SAFE.get(usize::from(*b)) == Some(&true))
}

/// Whether the text, written plain, would be read as something else than itself.
pub(super) fn needs_quotes(text: &[u8], dialect: Dialect) -> bool {
    resolve(text) != Resolved::Str || is_base60(text) || dialect == Dialect::Pretty && is_signed_octal(text)
}

/// goyaml.v3 gives octal numbers the second chance that v2 gives only binary ones: `0o-7` is a number to it.
fn is_signed_octal(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"0o") else { return false };
    let digits: Vec<u8> = digits.iter().copied().filter(|b| *b != b'_').collect();
    number::try_int(&digits, 8).is_some()
}

/// Go's `base60float`: `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`.
fn is_base60(text: &[u8]) -> bool {
    if !text.contains(&b':') {
        return false;
    }
    let text = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    let (whole, fraction) = match text.iter().position(|b| *b == b'.') {
        Some(point) => (text.get(..point), text.get(point + 1..)),
        None => (Some(text), None),
    };
    let digits = |part: &[u8]| part.iter().all(|b| b.is_ascii_digit() || *b == b'_');
    let mut parts = whole.unwrap_or_default().split(|b| *b == b':');
    let first = parts.next().unwrap_or_default();
    first.first().is_some_and(u8::is_ascii_digit)
        && digits(first)
        && parts.all(|part| matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
        && fraction.is_none_or(digits)
}

/// What is known of a scalar's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Analysis {
    pub multiline: bool,
    plain: bool,
    single: bool,
    literal: bool,
}

/// Length in bytes of the line break at the start of a text; 0 where there is none.
pub(super) fn break_len(text: &[u8]) -> usize {
    match text {
        [b'\n' | b'\r', ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

/// Go's `is_printable`.
pub(super) fn is_printable(text: &[u8]) -> bool {
    match text {
        [b'\n' | 0x20..=0x7E, ..] => true,
        [0xC2, second, ..] => *second >= 0xA0,
        [0xC3..=0xEC | 0xEE, ..] => true,
        [0xED, second, ..] => *second < 0xA0,
        [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => false,
        [0xEF, ..] => true,
        _ => false,
    }
}

/// Looks at a text, which is UTF-8.
pub(super) fn analyze(text: &[u8], dialect: Dialect) -> Analysis {
    analyze_line(text).unwrap_or_else(|| analyze_all(text, dialect))
}

/// What is known of printable ASCII on one line, which most texts are: only few bytes of it matter.
fn analyze_line(text: &[u8]) -> Option<Analysis> {
    let (&first, &last) = text.first().zip(text.last())?;
    if !is_simple_ascii(text) || memchr::memchr(b'\n', text).is_some() {
        return None;
    }
    let is_indicator = |at: usize| match text.get(at) {
        Some(b':') => matches!(text.get(at + 1), None | Some(b' ')),
        _ => at.checked_sub(1).is_none_or(|before| text.get(before) == Some(&b' ')),
    };
    let starts = match first {
        b'-' | b'?' => matches!(text.get(1), None | Some(b' ')) || text.starts_with(b"---"),
        b'.' => text.starts_with(b"..."),
        _ => b",[]{}&*!|>'\"%@` ".contains(&first),
    };
    let plain = !starts && last != b' ' && !memchr::memchr2_iter(b':', b'#', text).any(is_indicator);
    Some(Analysis { multiline: false, single: true, plain, literal: last != b' ' })
}

fn analyze_all(text: &[u8], dialect: Dialect) -> Analysis {
    if text.is_empty() {
        return Analysis { multiline: false, plain: true, single: true, literal: false };
    }
    let mut indicator = text.starts_with(b"---") || text.starts_with(b"...");
    let (mut special, mut tab, mut multiline) = (false, false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut after_space, mut after_break, mut after_blank) = (false, false, false);
    let mut last_is_space = false;
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let width = crate::yaml::reader::width(first);
        let next_is_blank = matches!(rest.get(width), None | Some(b' ' | b'\t'));
        indicator |= match first {
            b'#' => at == 0 || after_blank,
            b':' => next_is_blank,
            b'-' | b'?' => at == 0 && next_is_blank,
            b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => {
                at == 0
            }
            _ => false,
        };
        match first {
            b'\t' if dialect == Dialect::Pretty => tab = true,
            _ => special |= !is_printable(rest),
        }
        let is_space = first == b' ';
        let is_break = !is_space && break_len(rest) != 0;
        break_space |= is_space && after_break;
        space_break |= is_break && after_space;
        multiline |= is_break;
        after_blank = is_space || is_break || first == b'\t' || first == 0;
        (after_space, after_break) = (is_space, is_break);
        last_is_space = is_space;
        at += width;
    }
    let edges = text.starts_with(b" ") || break_len(text) != 0 || last_is_space || after_break;
    let single = !(break_space || space_break || tab || special);
    Analysis {
        multiline,
        single,
        plain: single && !edges && !multiline && !indicator,
        literal: !last_is_space && !space_break && !special,
    }
}

/// The style of a string: what Go wants (`stringv`), as far as the text allows (`yaml_emitter_select_scalar_style`).
pub(super) fn style(text: &[u8], analysis: Analysis, simple_key: bool, dialect: Dialect) -> Style {
    let wanted = if text.contains(&b'\n') {
        Style::Literal
    } else if needs_quotes(text, dialect) {
        Style::Double
    } else {
        Style::Plain
    };
    if simple_key && analysis.multiline {
        return Style::Double;
    }
    let style = match wanted {
        Style::Plain if !analysis.plain || (text.is_empty() && simple_key) => Style::Single,
        other => other,
    };
    match style {
        Style::Single if !analysis.single => Style::Double,
        Style::Literal if !analysis.literal || simple_key => Style::Double,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_as_any_text_is() {
        const PIECES: [&str; 24] = [
            "a", "b", "word", " ", " ", "  ", ":", ": ", "#", " #", "-", "---", "...", ".", "?", "[", "}", "\"", "'",
            "|", "%", "\t", "\n", "é",
        ];
        let mut state = 1_u64;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut lines = 0;
        for _ in 0..20_000 {
            let text: String = (0..draw(7)).map(|_| PIECES[draw(PIECES.len())]).collect();
            for dialect in [Dialect::Yaml, Dialect::Pretty] {
                let line = analyze_line(text.as_bytes());
                lines += usize::from(line.is_some());
                assert_eq!(
                    line.unwrap_or_else(|| analyze_all(text.as_bytes(), dialect)),
                    analyze_all(text.as_bytes(), dialect),
                    "{text:?}"
                );
            }
        }
        assert!(lines > 10_000, "only {lines} texts are such lines");
    }
}
