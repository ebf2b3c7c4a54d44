//! The characters of a text: encodings, forbidden characters, the place reached.
//!
//! Go's reader (readerc.go) decodes its input in pieces of 512 bytes, and complains about a bad character only
//! when the piece with it is needed. Texts without bad characters need no such care, and nearly all are.

use super::error::{Mark, YamlError};
use std::borrow::Cow;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much Go reads at once.
const CHUNK: usize = 512;

/// Byte classes, as bits of [`CLASS`].
pub(super) mod class {
    /// Space or tab.
    pub const BLANK: u8 = 1;
    /// CR, LF, or the end (NUL).
    pub const BREAK: u8 = 2;
    /// May start NEL, LS or PS.
    pub const LEAD: u8 = 4;
    /// Ends a plain scalar in flow context.
    pub const FLOW: u8 = 8;
    /// `:`
    pub const COLON: u8 = 16;
    /// `"` or `\`
    pub const DOUBLE: u8 = 32;
    /// `'`
    pub const SINGLE: u8 = 64;
    /// Letters, digits, `_` and `-`.
    pub const ALPHA: u8 = 128;
}

/// The classes of every byte.
pub(super) static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "runs at compile time, where a miss is a compile error")]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b' ' | b'\t' => class::BLANK,
            b'\n' | b'\r' | 0 => class::BREAK,
            0xC2 | 0xE2 => class::LEAD,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => class::FLOW,
            b':' => class::COLON,
            b'"' | b'\\' => class::DOUBLE,
            b'\'' => class::SINGLE,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => class::ALPHA,
            _ => 0,
        };
        b += 1;
    }
    table
}

/// Whether the byte is of one of the classes.
#[inline]
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASS.get(usize::from(byte)).is_some_and(|c| c & classes != 0)
}

/// The state of Go's reader, kept only for texts in which it can be noticed.
#[derive(Debug)]
struct Pieces {
    /// The first bad character and what Go says about it.
    bad: Option<(usize, &'static str)>,
    /// End of the characters decoded so far.
    decoded: usize,
    /// Start of Go's buffer, where `is_bom` looks.
    buffer: usize,
    /// NULs that were put behind the end of the text.
    nuls: usize,
}

/// A text and the place reached in it.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a [u8],
    pos: usize,
    pub line: u32,
    pub column: u32,
    pieces: Option<Box<Pieces>>,
}

/// The text as UTF-8: UTF-16 with a byte order mark is decoded, everything else is taken as it is.
pub(super) fn decode_input(text: &[u8]) -> Result<Cow<'_, [u8]>, YamlError> {
    let big = match text {
        [0xFE, 0xFF, ..] => true,
        [0xFF, 0xFE, ..] => false,
        _ => return Ok(Cow::Borrowed(text)),
    };
    let units: Vec<u16> = text
        .get(2..)
        .unwrap_or_default()
        .chunks(2)
        .map_while(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(|pair| if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        .collect();
    let mut out = String::with_capacity(units.len());
    let mut seen = 0;
    for c in char::decode_utf16(units.iter().copied()) {
        match c {
            Ok(c) => {
                seen += c.len_utf16();
                out.push(c);
            }
            Err(e) => {
                let problem = match e.unpaired_surrogate() {
                    0xDC00.. => "unexpected low surrogate area",
                    _ if seen + 1 == units.len() => "incomplete UTF-16 surrogate pair",
                    _ => "expected low surrogate area",
                };
                return Err(YamlError::plain(problem, Mark::default()));
            }
        }
    }
    if text.len() % 2 == 1 {
        return Err(YamlError::plain("incomplete UTF-16 character", Mark::default()));
    }
    Ok(Cow::Owned(out.into_bytes()))
}

impl<'a> Reader<'a> {
    /// A reader at the start of `text`, or at an offset in it on the given line.
    pub fn new(text: &'a [u8], offset: usize, line: u32) -> Reader<'a> {
        let start = if offset == 0 && text.starts_with(BOM) { BOM.len() } else { offset };
        let bad = find_bad(text, start);
        let marked = memchr::memmem::find(text.get(start..).unwrap_or_default(), BOM).is_some();
        let pieces =
            (bad.is_some() || marked).then(|| Box::new(Pieces { bad, decoded: start, buffer: start, nuls: 0 }));
        Reader { text, pos: start, line, column: 0, pieces }
    }

    /// The same for a text that [has only line feeds](has_only_line_feeds), in which nothing bad can come.
    pub fn of_clean(text: &'a [u8], offset: usize, line: u32) -> Reader<'a> {
        Reader { text, pos: offset, line, column: 0, pieces: None }
    }

    /// The place reached.
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark { offset: self.pos as u32, line: self.line, column: self.column }
    }

    /// The byte `ahead` of the place reached; NUL behind the end.
    #[inline]
    pub fn at(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// Offset of the place reached.
    #[inline]
    pub fn pos(&self) -> usize {
        self.pos
    }

    /// Part of the text.
    pub fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Makes sure that Go would have `count` characters at hand, or says what it says where it cannot.
    #[inline]
    pub fn need(&mut self, count: usize) -> Result<(), YamlError> {
        match &mut self.pieces {
            None => Ok(()),
            Some(pieces) => pieces.need(self.text, self.pos, count),
        }
    }

    /// Where a run of characters that are looked at one by one must end.
    #[inline]
    fn run_end(&self) -> usize {
        if self.pieces.is_some() { self.pos + width(self.at(0)) } else { self.text.len() }
    }

    /// Go's `is_bom`, which looks at the start of the buffer instead of the place reached.
    pub fn is_bom(&self) -> bool {
        self.pieces.as_ref().is_some_and(|p| self.text.get(p.buffer..).is_some_and(|t| t.starts_with(BOM)))
    }

    /// Length in bytes of the line break `ahead` of the place reached; 0 where there is none.
    #[inline]
    pub fn break_len(&self, ahead: usize) -> usize {
        match self.at(ahead) {
            b'\n' | b'\r' => 1,
            0xC2 if self.at(ahead + 1) == 0x85 => 2,
            0xE2 if self.at(ahead + 1) == 0x80 && matches!(self.at(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub fn is_blank(&self, ahead: usize) -> bool {
        is(self.at(ahead), class::BLANK)
    }

    #[inline]
    pub fn is_break(&self) -> bool {
        self.break_len(0) != 0
    }

    #[inline]
    pub fn is_breakz(&self, ahead: usize) -> bool {
        self.at(ahead) == 0 || self.break_len(ahead) != 0
    }

    #[inline]
    pub fn is_blankz(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_breakz(ahead)
    }

    #[inline]
    pub fn is_end(&self) -> bool {
        self.at(0) == 0
    }

    /// Goes on by one character.
    #[inline]
    pub fn skip(&mut self) {
        // Nothing is behind the end, however often Go goes on there.
        self.pos = (self.pos + width(self.at(0))).min(self.text.len());
        self.column += 1;
    }

    /// Goes on behind the line break, if there is one.
    pub fn skip_line(&mut self) {
        let len = match self.break_len(0) {
            0 => return,
            _ if self.at(0) == b'\r' && self.at(1) == b'\n' => 2,
            len => len,
        };
        self.pos += len;
        self.line += 1;
        self.column = 0;
    }

    /// Goes on behind the line break and appends it as Go's `read_line` does: LS and PS as they are, all others as LF.
    pub fn read_line(&mut self, out: &mut Vec<u8>) {
        match self.break_len(0) {
            0 => return,
            3 => out.extend_from_slice(self.slice(self.pos, self.pos + 3)),
            _ => out.push(b'\n'),
        }
        self.skip_line();
    }

    /// Goes on by one character and appends it.
    pub fn read(&mut self, out: &mut Vec<u8>) {
        let start = self.pos;
        self.skip();
        out.extend_from_slice(self.slice(start, self.pos));
    }

    /// Goes on to the next byte of one of the classes and appends what is skipped. Breaks outside ASCII count as
    /// of class [`class::LEAD`]; other characters that share their first byte do not.
    #[inline]
    pub fn read_run(&mut self, stop: u8, out: &mut Vec<u8>) {
        let start = self.pos;
        self.skip_run(stop);
        out.extend_from_slice(self.slice(start, self.pos));
    }

    /// [`Reader::read_run`] without keeping the text.
    #[inline]
    pub fn skip_run(&mut self, stop: u8) {
        let mut run = self.slice(self.pos, self.run_end());
        let mut at = 0;
        while let Some(found) = run.get(at..).and_then(|rest| rest.iter().position(|b| is(*b, stop))) {
            at += found;
            let is_letter = run.get(at).is_some_and(|b| is(*b, class::LEAD)) && self.break_len(at) == 0;
            if !is_letter {
                run = run.get(..at).unwrap_or_default();
                break;
            }
            at += 1;
        }
        self.pos += run.len();
        self.column += run.iter().filter(|b| **b & 0xC0 != 0x80).count() as u32;
    }

    /// [`Reader::read_run`] that goes on over single spaces between words of a plain scalar.
    #[inline]
    pub fn read_words(&mut self, stop: u8, out: &mut Vec<u8>) {
        let start = self.pos;
        self.skip_run(stop);
        while self.pieces.is_none() && self.at(0) == b' ' && !is(self.at(1), stop) && self.at(1) != b'#' {
            self.skip();
            self.skip_run(stop);
        }
        out.extend_from_slice(self.slice(start, self.pos));
    }

    /// Goes on over spaces while the column is below `limit`.
    #[inline]
    pub fn skip_spaces(&mut self, limit: u32) -> Result<(), YamlError> {
        while self.column < limit && self.at(0) == b' ' {
            self.pos += 1;
            self.column += 1;
            self.need(1)?;
        }
        Ok(())
    }
}

impl Pieces {
    /// Go's `yaml_parser_update_buffer`.
    fn need(&mut self, text: &[u8], pos: usize, count: usize) -> Result<(), YamlError> {
        let unread = |decoded: usize, nuls: usize| {
            let bytes = text.get(pos..decoded).unwrap_or_default();
            bytes.iter().filter(|b| **b & 0xC0 != 0x80).count() + nuls
        };
        if self.decoded >= pos + 4 * count || unread(self.decoded, self.nuls) >= count {
            return Ok(());
        }
        self.buffer = pos;
        while unread(self.decoded, self.nuls) < count {
            if self.decoded == text.len() {
                self.nuls += 1;
                break;
            }
            // A window that starts with the mark of the encoding counts it in.
            let from = if self.decoded == BOM.len() && text.starts_with(BOM) { 0 } else { self.decoded };
            let window = (from + CHUNK).min(text.len());
            let mut end = window;
            if let Some((at, problem)) = self.bad
                && at < window
            {
                // What reaches beyond the window waits for the next; behind the last window is the end.
                let first = text.get(at).copied().unwrap_or(0);
                let cut = !is_bad_lead(first) && at + width(first) > window;
                if !cut || (window == text.len() && self.decoded == at) {
                    return Err(YamlError::plain(problem, Mark { offset: at as u32, ..line_of(text, at) }));
                }
                end = at;
            }
            while end < text.len() && end > self.decoded && text.get(end).is_some_and(|b| b & 0xC0 == 0x80) {
                end -= 1;
            }
            self.decoded = if end == self.decoded { window } else { end };
        }
        Ok(())
    }
}

/// Line and column of a place, for errors that Go reports without.
fn line_of(text: &[u8], at: usize) -> Mark {
    let before = text.get(..at).unwrap_or_default();
    Mark { line: memchr::memchr_iter(b'\n', before).count() as u32, ..Mark::default() }
}

/// Length in bytes of the character that starts with `byte`.
#[inline]
pub(super) fn width(byte: u8) -> usize {
    match byte {
        0..=0xBF => 1,
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    }
}

/// The first character that Go's reader rejects.
fn find_bad(text: &[u8], start: usize) -> Option<(usize, &'static str)> {
    let rest = text.get(start..).unwrap_or_default();
    // Most texts are ASCII, which is known sooner.
    let broken = if rest.is_ascii() { None } else { std::str::from_utf8(rest).err().map(|error| error.valid_up_to()) };
    let valid = broken.unwrap_or(rest.len());
    let control = rest.get(..valid).and_then(find_control).map(|at| (start + at, "control characters are not allowed"));
    control.or_else(|| broken.map(|at| (start + at, utf8_problem(rest.get(at..).unwrap_or_default()))))
}

/// Whether there is nothing but printable ASCII and line feeds, which is soon known.
pub(super) fn is_simple_ascii(text: &[u8]) -> bool {
    let is_other = |b: u8| b != b'\n' && !(b' '..=b'~').contains(&b);
    text.chunks(64).all(|chunk| !chunk.iter().fold(false, |any, &b| any | is_other(b)))
}

/// Whether a text is ordinary: no character that Go's reader rejects or skips, and no line break but the line feed.
pub(crate) fn has_only_line_feeds(text: &[u8]) -> bool {
    let find = |needle: &[u8]| memchr::memmem::find(text, needle);
    is_simple_ascii(text)
        || find_bad(text, 0).is_none()
            && memchr::memchr(b'\r', text).is_none()
            && (text.is_ascii()
                || [BOM, "\u{85}".as_bytes(), "\u{2028}".as_bytes(), "\u{2029}".as_bytes()]
                    .into_iter()
                    .all(|s| find(s).is_none()))
}

fn find_control(text: &[u8]) -> Option<usize> {
    // Most texts have none of these bytes, and this loop is quick to say so.
    let suspicious = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7F || b == 0xC2 || b == 0xEF;
    let mut from = 0;
    for chunk in text.chunks(64) {
        if chunk.iter().fold(false, |any, &b| any | suspicious(b)) {
            for (i, &b) in chunk.iter().enumerate() {
                let next = |n: usize| text.get(from + i + n).copied().unwrap_or(0);
                let forbidden = match b {
                    0xC2 => next(1) < 0xA0 && next(1) != 0x85,
                    0xEF => next(1) == 0xBF && next(2) >= 0xBE,
                    b => suspicious(b),
                };
                if forbidden {
                    return Some(from + i);
                }
            }
        }
        from += chunk.len();
    }
    None
}

/// Whether no character starts with this byte.
fn is_bad_lead(byte: u8) -> bool {
    matches!(byte, 0x80..=0xBF | 0xF8..)
}

/// What Go's decoder says about a sequence that is not UTF-8.
fn utf8_problem(bytes: &[u8]) -> &'static str {
    let first = bytes.first().copied().unwrap_or(0);
    if is_bad_lead(first) {
        return "invalid leading UTF-8 octet";
    }
    let width = width(first);
    let Some(tail) = bytes.get(1..width) else { return "incomplete UTF-8 octet sequence" };
    if tail.iter().any(|b| b & 0xC0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    let lead = u32::from(first) & (0xFF >> (width + 1));
    let value = tail.iter().fold(lead, |value, b| value << 6 | u32::from(b & 0x3F));
    let least = [0, 0, 0x80, 0x800, 0x10000].get(width).copied().unwrap_or(0);
    if value < least { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" }
}
