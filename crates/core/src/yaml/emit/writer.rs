//! Columns, indentation and the four ways to write a scalar: Go's emitterc.go.

use super::Dialect;
use super::analyze::{Style, analyze, break_len, is_printable, is_simple, style};
use crate::text::{Origin, TextBuilder};
use crate::yaml::reader::width;

/// A string that is to be written.
#[derive(Clone, Copy)]
pub(super) struct Scalar<'a> {
    pub text: &'a [u8],
    pub origin: Origin,
    /// Whether `text` is the string that has the origin, so that parts of it keep their own causes.
    pub verbatim: bool,
    /// Whether it is a key on one line with its value.
    pub simple_key: bool,
}

/// The text under construction and the emitter's view of it.
pub(super) struct Writer<'o> {
    out: &'o mut TextBuilder,
    dialect: Dialect,
    column: usize,
    whitespace: bool,
    indention: bool,
    /// The indentation in force; -1 before the first collection.
    pub indent: i32,
}

/// Lines longer than this are folded at the next space.
const WIDTH: usize = 80;

impl<'o> Writer<'o> {
    pub fn new(out: &'o mut TextBuilder, dialect: Dialect) -> Writer<'o> {
        Writer { out, dialect, column: 0, whitespace: true, indention: true, indent: -1 }
    }

    /// Whether nothing but indentation stands on the line.
    pub fn is_indention(&self) -> bool {
        self.indention
    }

    fn put(&mut self, bytes: &[u8], origin: Origin) {
        self.out.push_from(bytes, origin);
        self.column += bytes.len();
    }

    fn new_line(&mut self) {
        self.out.push(b"\n");
        self.column = 0;
        self.indention |= self.dialect == Dialect::Pretty;
    }

    /// Go's `yaml_emitter_write_indent`.
    pub fn write_indent(&mut self) {
        const SPACES: &[u8; 64] = &[b' '; 64];
        let indent = usize::try_from(self.indent).unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.new_line();
        }
        while self.column < indent {
            let count = (indent - self.column).min(SPACES.len());
            self.put(SPACES.get(..count).unwrap_or_default(), Origin::NONE);
        }
        self.whitespace = true;
        self.indention |= self.dialect == Dialect::Yaml;
    }

    /// Go's `yaml_emitter_write_indicator`.
    pub fn indicator(
        &mut self,
        text: &[u8],
        need_whitespace: bool,
        is_whitespace: bool,
        is_indention: bool,
        origin: Origin,
    ) {
        if need_whitespace && !self.whitespace {
            self.put(b" ", Origin::NONE);
        }
        self.put(text, origin);
        self.whitespace = is_whitespace;
        self.indention &= is_indention;
    }

    /// A scalar that is plain and short: a number, a boolean, null.
    pub fn word(&mut self, text: &[u8], origin: Origin) {
        self.indicator(text, true, false, false, origin);
    }

    /// Go's `yaml_emitter_emit_scalar`.
    pub fn scalar(&mut self, scalar: Scalar<'_>) {
        if is_simple(scalar.text) {
            if !self.whitespace {
                self.put(b" ", Origin::NONE);
            }
            self.copy(scalar, 0, scalar.text.len());
            (self.whitespace, self.indention) = (false, false);
            return;
        }
        let analysis = analyze(scalar.text, self.dialect);
        let style = style(scalar.text, analysis, scalar.simple_key, self.dialect);
        let around = self.indent;
        self.indent = if around < 0 { 2 } else { around + 2 };
        match style {
            Style::Plain => self.plain(scalar),
            Style::Single => self.single(scalar),
            Style::Double => self.double(scalar),
            Style::Literal => self.literal(scalar),
        }
        self.indent = around;
    }

    /// Appends part of the text as it stands.
    fn copy(&mut self, scalar: Scalar<'_>, start: usize, end: usize) {
        let part = scalar.text.get(start..end).unwrap_or_default();
        if scalar.verbatim {
            self.out.copy(scalar.text, scalar.origin, start, end);
        } else {
            self.out.push_from(part, scalar.origin);
        }
        self.column += part.iter().filter(|b| **b & 0xC0 != 0x80).count();
    }

    /// Whether a space may become a line break.
    fn may_fold(&self, scalar: Scalar<'_>) -> bool {
        !scalar.simple_key && self.dialect == Dialect::Yaml && self.column > WIDTH
    }

    fn plain(&mut self, scalar: Scalar<'_>) {
        let text = scalar.text;
        if text.is_empty() && self.dialect == Dialect::Pretty {
            self.indention = false;
            return;
        }
        if !self.whitespace {
            self.put(b" ", Origin::NONE);
        }
        let (mut at, mut after_space) = (0, false);
        if scalar.simple_key || self.dialect == Dialect::Pretty || self.column + text.len() <= WIDTH {
            // Nothing is folded.
            self.copy(scalar, 0, text.len());
            at = text.len();
        }
        while at < text.len() {
            if text.get(at) == Some(&b' ') {
                if !after_space && text.get(at + 1) != Some(&b' ') && self.may_fold(scalar) {
                    self.write_indent();
                } else {
                    self.copy(scalar, at, at + 1);
                }
                after_space = true;
                at += 1;
            } else {
                let end = memchr::memchr(b' ', text.get(at..).unwrap_or_default()).map_or(text.len(), |n| at + n);
                self.copy(scalar, at, end);
                self.indention = false;
                after_space = false;
                at = end;
            }
        }
        (self.whitespace, self.indention) = (false, false);
    }

    fn single(&mut self, scalar: Scalar<'_>) {
        let text = scalar.text;
        self.indicator(b"'", true, false, false, scalar.origin);
        let (mut at, mut after_space, mut after_break) = (0, false, false);
        while let Some(&first) = text.get(at) {
            let len = break_len(text.get(at..).unwrap_or_default());
            if first == b' ' {
                let inside = at > 0 && at + 1 < text.len();
                if !after_space && inside && text.get(at + 1) != Some(&b' ') && self.may_fold(scalar) {
                    self.write_indent();
                } else {
                    self.copy(scalar, at, at + 1);
                }
                after_space = true;
                at += 1;
                continue;
            }
            if len > 0 {
                if !after_break && first == b'\n' {
                    self.new_line();
                }
                self.raw_break(scalar, at, len);
                after_break = true;
                at += len;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            if first == b'\'' {
                self.put(b"'", scalar.origin);
            }
            let end = at + width(first);
            self.copy(scalar, at, end);
            self.indention = false;
            (after_space, after_break) = (false, false);
            at = end;
        }
        self.indicator(b"'", false, false, false, scalar.origin);
        (self.whitespace, self.indention) = (false, false);
    }

    /// Go's `write_break`, and what the writers do around it.
    fn raw_break(&mut self, scalar: Scalar<'_>, at: usize, len: usize) {
        if scalar.text.get(at) == Some(&b'\n') {
            self.copy(scalar, at, at + 1);
            self.indention |= self.dialect == Dialect::Pretty;
        } else {
            self.copy(scalar, at, at + len);
            self.indention |= self.dialect == Dialect::Pretty;
        }
        self.column = 0;
        self.indention |= self.dialect == Dialect::Yaml;
    }

    fn double(&mut self, scalar: Scalar<'_>) {
        let text = scalar.text;
        self.indicator(b"\"", true, false, false, scalar.origin);
        // Go looks for the byte order mark at the start of the text, whatever character is at hand.
        let all = text.starts_with(b"\xEF\xBB\xBF");
        let (mut at, mut after_space, mut kept) = (0, false, 0);
        while let Some(&first) = text.get(at) {
            let rest = text.get(at..).unwrap_or_default();
            let len = width(first);
            if all || !is_printable(rest) || break_len(rest) > 0 || matches!(first, b'"' | b'\\') {
                self.copy(scalar, kept, at);
                let (c, len) = crate::text::decode_rune(rest);
                self.put(escape(c).as_bytes(), scalar.origin);
                after_space = false;
                at += len.max(1);
                kept = at;
            } else if first == b' '
                && !after_space
                && at > 0
                && at + 1 < text.len()
                && self.would_fold(scalar, kept, at)
            {
                self.copy(scalar, kept, at);
                self.write_indent();
                if text.get(at + 1) == Some(&b' ') {
                    self.put(b"\\", scalar.origin);
                }
                after_space = true;
                at += 1;
                kept = at;
            } else {
                after_space = first == b' ';
                at += len;
            }
        }
        self.copy(scalar, kept, text.len());
        self.indicator(b"\"", false, false, false, scalar.origin);
        (self.whitespace, self.indention) = (false, false);
    }

    /// [`Writer::may_fold`] with the text from `kept` to `at` still to be written.
    fn would_fold(&mut self, scalar: Scalar<'_>, kept: usize, at: usize) -> bool {
        let pending = scalar.text.get(kept..at).unwrap_or_default();
        let column = self.column;
        self.column += pending.iter().filter(|b| **b & 0xC0 != 0x80).count();
        let fold = self.may_fold(scalar);
        self.column = column;
        fold
    }

    fn literal(&mut self, scalar: Scalar<'_>) {
        let text = scalar.text;
        self.indicator(b"|", true, false, false, scalar.origin);
        if text.starts_with(b" ") || break_len(text) > 0 {
            self.indicator(b"2", false, false, false, scalar.origin);
        }
        if let Some(hint) = chomping(text) {
            self.indicator(hint, false, false, false, scalar.origin);
        }
        self.new_line();
        self.whitespace = true;
        self.indention = true;
        let (mut at, mut after_break) = (0, true);
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            let len = break_len(rest);
            if len > 0 {
                self.raw_break(scalar, at, len);
                after_break = true;
                at += len;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            let end = at + line_len(rest);
            self.copy(scalar, at, end);
            self.indention = false;
            after_break = false;
            at = end;
        }
    }
}

/// Length of what stands before the next line break, at least one character.
fn line_len(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        if matches!(b, b'\n' | b'\r' | 0xC2 | 0xE2) && break_len(text.get(at..).unwrap_or_default()) > 0 {
            break;
        }
        at += 1;
    }
    at.max(1)
}

/// The sign that says what becomes of the line breaks at the end.
fn chomping(text: &[u8]) -> Option<&'static [u8]> {
    let last = |text: &[u8]| {
        let start = text.iter().rposition(|b| b & 0xC0 != 0x80).unwrap_or(0);
        let broken = break_len(text.get(start..).unwrap_or_default()) > 0;
        (broken, start)
    };
    let (broken, start) = last(text);
    if !broken {
        return Some(b"-");
    }
    (start == 0 || last(text.get(..start).unwrap_or_default()).0).then_some(b"+")
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{B}' => "\\v",
        '\u{C}' => "\\f",
        '\r' => "\\r",
        '\u{1B}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{A0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        c => {
            let n = u32::from(c);
            return match n {
                0..=0xFF => format!("\\x{n:02X}"),
                0x100..=0xFFFF => format!("\\u{n:04X}"),
                _ => format!("\\U{n:08X}"),
            };
        }
    };
    short.to_owned()
}
