//! Flags, padding and the formats of single values: Go's `fmt/format.go`.

use super::Printer;
use crate::text::{self, Origin, decode_rune, rune_count};
use crate::value::number;

/// Flags of one verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub width: Option<usize>,
    pub prec: Option<usize>,
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// `%+v`
    pub plus_v: bool,
    /// `%#v`
    pub sharp_v: bool,
}

impl Flags {
    /// Whether decimal numbers are written as they are.
    pub(super) fn are_plain(&self) -> bool {
        let padded = self.width.is_some() || self.prec.is_some();
        !(padded || self.plus || self.space || self.sharp_v)
    }
}

impl Printer<'_> {
    fn write_padding(&mut self, n: usize) {
        let pad = if self.flags.zero && !self.flags.minus { b'0' } else { b' ' };
        const CHUNK: usize = 64;
        let chunk = [pad; CHUNK];
        let mut left = n;
        while left > 0 {
            let now = left.min(CHUNK);
            self.out.push(chunk.get(..now).unwrap_or_default());
            left -= now;
        }
    }

    /// Writes `text[start..end]` of a kept string, padded to the width.
    fn pad_copy(&mut self, text: &[u8], origin: Origin, end: usize) {
        let width = self.flags.width.unwrap_or(0);
        let missing =
            if width == 0 { 0 } else { width.saturating_sub(rune_count(text.get(..end).unwrap_or_default())) };
        if !self.flags.minus {
            self.write_padding(missing);
        }
        self.out.copy(text, origin, 0, end);
        if self.flags.minus {
            self.write_padding(missing);
        }
    }

    /// Writes text made out of a value, padded to the width (`fmt.pad`).
    pub(super) fn pad(&mut self, text: &[u8]) {
        let width = self.flags.width.unwrap_or(0);
        let missing = if width == 0 { 0 } else { width.saturating_sub(rune_count(text)) };
        if !self.flags.minus {
            self.write_padding(missing);
        }
        self.out.push_from(text, self.origin);
        if self.flags.minus {
            self.write_padding(missing);
        }
    }

    /// As [`pad`](Self::pad), with blanks even under the zero flag.
    fn pad_blank(&mut self, text: &[u8]) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        self.pad(text);
        self.flags.zero = zero;
    }

    /// End of the text after the precision's number of characters (`fmt.truncateString`).
    fn truncated(&self, text: &[u8]) -> usize {
        let Some(prec) = self.flags.prec else { return text.len() };
        let mut at = 0;
        for _ in 0..prec {
            let (_, size) = decode_rune(text.get(at..).unwrap_or_default());
            if size == 0 {
                break;
            }
            at += size;
        }
        at
    }

    /// `fmt.fmtS`
    pub(super) fn string(&mut self, text: &[u8]) {
        let end = self.truncated(text);
        self.pad_copy(text, self.origin, end);
    }

    /// `fmt.fmtQ`
    pub(super) fn quoted(&mut self, text: &[u8]) {
        let end = self.truncated(text);
        let text = text.get(..end).unwrap_or_default();
        if self.flags.sharp && can_backquote(text) {
            return self.pad(&[b"`", text, b"`"].concat());
        }
        let ascii = self.flags.plus;
        let kept = text.iter().all(|b| matches!(b, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~'));
        if kept && self.flags.width.is_none() {
            // Nothing to escape: the text keeps its causes.
            self.out.push_from(b"\"", self.origin_of_call);
            self.out.copy(text, self.origin, 0, end);
            self.out.push_from(b"\"", self.origin_of_call);
            return;
        }
        let mut out = String::with_capacity(text.len() + 2);
        text::quote_into(&mut out, text, ascii);
        self.pad(out.as_bytes());
    }

    /// `fmt.fmtSbx`: the hexadecimal digits of bytes.
    pub(super) fn hex_bytes(&mut self, bytes: &[u8], upper: bool) {
        let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let x = if upper { b'X' } else { b'x' };
        let bytes = bytes.get(..self.flags.prec.unwrap_or(usize::MAX).min(bytes.len())).unwrap_or_default();
        let width = self.flags.width.unwrap_or(0);
        if bytes.is_empty() {
            return self.write_padding(width);
        }
        let mut text = Vec::with_capacity(bytes.len() * 2);
        for (i, b) in bytes.iter().enumerate() {
            if i > 0 && self.flags.space {
                text.push(b' ');
            }
            if self.flags.sharp && (i == 0 || self.flags.space) {
                text.extend_from_slice(&[b'0', x]);
            }
            text.extend([b >> 4, b & 15].into_iter().filter_map(|d| digits.get(usize::from(d))));
        }
        // The padding counts bytes here, which are all ASCII.
        self.pad(&text);
    }

    /// `fmt.fmtBoolean`
    pub(super) fn boolean(&mut self, b: bool) {
        self.pad(if b { b"true" } else { b"false" });
    }

    /// `fmt.fmtC`
    pub(super) fn character(&mut self, n: u64) {
        let c = rune(n);
        self.pad(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// `fmt.fmtQc`
    pub(super) fn quoted_character(&mut self, n: u64) {
        let mut out = String::from('\'');
        text::push_escaped(&mut out, rune(n), '\'', self.flags.plus);
        out.push('\'');
        self.pad(out.as_bytes());
    }

    /// `fmt.fmtUnicode`
    pub(super) fn unicode(&mut self, n: u64) {
        let prec = self.flags.prec.unwrap_or(0).max(4);
        let mut text = format!("U+{n:0prec$X}");
        if let Some(c) = u32::try_from(n).ok().and_then(char::from_u32)
            && self.flags.sharp
            && text::is_print(c)
        {
            text.push_str(&format!(" '{c}'"));
        }
        self.pad_blank(text.as_bytes());
    }

    /// `fmt.fmtInteger`
    pub(super) fn integer(&mut self, bits: u64, base: u32, signed: bool, verb: char) {
        let negative = signed && (bits as i64) < 0;
        let n = if negative { bits.wrapping_neg() } else { bits };
        let flags = self.flags;
        if flags.width.is_none() && flags.prec.is_none() && base == 10 && !flags.plus && !flags.space {
            let text = if negative { format!("-{n}") } else { n.to_string() };
            return self.out.push_from(text.as_bytes(), self.origin);
        }
        let sign = negative || flags.plus || flags.space;
        let mut least = 0;
        if let Some(prec) = flags.prec {
            least = prec;
            if prec == 0 && n == 0 {
                let zero = std::mem::replace(&mut self.flags.zero, false);
                self.write_padding(flags.width.unwrap_or(0));
                self.flags.zero = zero;
                return;
            }
        } else if let (true, false, Some(width)) = (flags.zero, flags.minus, flags.width) {
            least = width.saturating_sub(usize::from(sign));
        }
        let digits = match base {
            2 => format!("{n:0least$b}"),
            8 => format!("{n:0least$o}"),
            16 if verb == 'X' => format!("{n:0least$X}"),
            16 => format!("{n:0least$x}"),
            _ => format!("{n:0least$}"),
        };
        let prefix = match (base, flags.sharp) {
            (2, true) => "0b",
            (8, true) if !digits.starts_with('0') => "0",
            (16, true) if verb == 'X' => "0X",
            (16, true) => "0x",
            _ => "",
        };
        let octal = if verb == 'O' { "0o" } else { "" };
        let sign = match (negative, flags.plus, flags.space) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        self.pad_blank(format!("{sign}{octal}{prefix}{digits}").as_bytes());
    }

    /// `fmt.fmtFloat`
    pub(super) fn float(&mut self, v: f64, bits: u32, verb: char, prec: Option<usize>) {
        let flags = self.flags;
        let prec = flags.prec.or(prec);
        let mut num = number::format_float(v, verb as u8, prec, bits).into_bytes();
        if !matches!(num.first(), Some(b'+' | b'-')) {
            num.insert(0, b'+');
        }
        if flags.space && !flags.plus && num.first() == Some(&b'+') {
            num.splice(..1, *b" ");
        }
        if let Some(&c @ (b'I' | b'N')) = num.get(1) {
            // Infinities and NaN do not look like numbers and take no zeros; NaN has no sign of its own.
            if c == b'N' && !flags.space && !flags.plus {
                num.remove(0);
            }
            return self.pad_blank(&num);
        }
        if flags.sharp && verb != 'b' {
            sharpen(&mut num, verb, prec);
        }
        if flags.plus || num.first() != Some(&b'+') {
            if flags.zero && !flags.minus && flags.width.is_some_and(|w| w > num.len()) {
                let missing = flags.width.unwrap_or(0) - num.len();
                self.out.push_from(num.get(..1).unwrap_or_default(), self.origin);
                self.write_padding(missing);
                self.out.push_from(num.get(1..).unwrap_or_default(), self.origin);
                return;
            }
            return self.pad(&num);
        }
        self.pad(num.get(1..).unwrap_or_default());
    }
}

/// The sharp flag keeps the decimal point and trailing zeros of `%g` and its kin.
fn sharpen(num: &mut Vec<u8>, verb: char, prec: Option<usize>) {
    let mut digits = match verb {
        'v' | 'g' | 'G' | 'x' => prec.map_or(6, |p| p as i64),
        _ => 0,
    };
    let hex = matches!(verb, 'x' | 'X');
    let end = num.iter().position(|b| matches!(b, b'p' | b'P') || (!hex && matches!(b, b'e' | b'E')));
    let tail = end.map(|end| num.split_off(end)).unwrap_or_default();
    let mut point = false;
    let mut seen = false;
    for &b in num.iter().skip(1) {
        match b {
            b'.' => point = true,
            _ => {
                seen |= b != b'0';
                digits -= i64::from(seen);
            }
        }
    }
    if !point {
        if num.len() == 2 && num.get(1) == Some(&b'0') {
            digits -= 1;
        }
        num.push(b'.');
    }
    num.extend(std::iter::repeat_n(b'0', digits.max(0) as usize));
    num.extend(tail);
}

/// The character of this number; U+FFFD for what is none.
fn rune(n: u64) -> char {
    u32::try_from(n).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// `strconv.CanBackquote`: one line of text without control characters other than tab.
fn can_backquote(text: &[u8]) -> bool {
    std::str::from_utf8(text)
        .is_ok_and(|t| t.chars().all(|c| c == '\t' || (c >= ' ' && !matches!(c, '`' | '\x7f' | '\u{feff}'))))
}
