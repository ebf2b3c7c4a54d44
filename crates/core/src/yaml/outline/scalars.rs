//! Scalars and collections without a key in them, as ordinary texts have them.

use super::{Block, Open, Outline, Sink, is_indicator, spaces};
use crate::yaml::plain::is_plain_text;
use std::ops::Range;

impl<'t, S: Sink<'t>> Outline<'t, S> {
    /// A scalar that is no key.
    pub(super) fn scalar(&mut self, start: usize) -> Option<()> {
        let rest = self.rest(start);
        match rest.first()? {
            b'"' => self.quoted(start, b'"'),
            b'\'' => self.quoted(start, b'\''),
            b'|' | b'>' => self.block(start),
            b'[' | b'{' => self.flow(start),
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b',' | b'#' | b']' | b'}' => None,
            b'-' | b'?' | b':' if matches!(rest.get(1), None | Some(b' ' | b'\n')) => None,
            // Nothing else may be a number.
            b'.' | b'+' | b'-' | b'0'..=b'9' if S::IS_PLAIN => {
                // What has more than one word is text.
                let word = rest.split(|b| matches!(b, b' ' | b'\n')).next().unwrap_or_default();
                if is_plain_text(word) { self.plain(start, false) } else { None }
            }
            _ => self.plain(start, false),
        }
    }

    /// A line of a plain scalar: its first, or one more.
    pub(super) fn plain(&mut self, start: usize, more: bool) -> Option<()> {
        let mut at = start;
        let (end, ends) = loop {
            let Some(found) = memchr::memchr3(b'\n', b':', b'#', self.rest(at)) else { break (self.text.len(), false) };
            at += found + 1;
            match self.text.get(at - 1) {
                Some(b'\n') => break (at - 1, false),
                Some(b':') if matches!(self.text.get(at), None | Some(b' ' | b'\n')) => return None,
                Some(b'#') if self.part(start..at - 1).last() == Some(&b' ') => break (at - 1, true),
                _ => {}
            }
        };
        let written = self.part(start..end).trim_ascii_end();
        if ends {
            self.comment(end);
        } else {
            self.at = end + 1;
        }
        if more {
            self.sink.more(start, written)
        } else {
            self.sink.plain(start, written)
        }
        self.open = if ends { Open::Nothing } else { Open::Scalar };
        Some(())
    }

    /// A collection in brackets.
    pub(super) fn flow(&mut self, start: usize) -> Option<()> {
        let end = self.line_end(start);
        self.at = end + 1;
        let (open, inner) = self.part(start..end).split_first()?;
        match (open, inner.get(spaces(inner)..)?) {
            (b'[', [b']', rest @ ..]) => self.empty_collection(start, end - rest.len()..end, true),
            (b'{', [b'}', rest @ ..]) => self.empty_collection(start, end - rest.len()..end, false),
            (b'[', _) => self.in_brackets(start, end),
            _ => None,
        }
    }

    /// `[]` or `{}` and the rest of the line, in which nothing more may be.
    pub(super) fn empty_collection(&mut self, start: usize, rest: Range<usize>, is_sequence: bool) -> Option<()> {
        self.sink.empty(start..rest.start, is_sequence);
        self.open = Open::Nothing;
        self.rest_is_bare(rest.start, rest.end).then_some(())
    }

    /// Whether nothing but a comment is left of a line, which is told then.
    pub(super) fn rest_is_bare(&mut self, at: usize, end: usize) -> bool {
        let rest = self.part(at..end);
        let blanks = spaces(rest);
        if blanks == rest.len() {
            return true;
        }
        let is_comment = blanks > 0 && rest.get(blanks) == Some(&b'#');
        if is_comment {
            self.sink.comment(at + blanks..end);
        }
        is_comment
    }

    /// A quoted scalar, which may go over lines.
    pub(super) fn quoted(&mut self, start: usize, quote: u8) -> Option<()> {
        let mut at = start + 1;
        let close = loop {
            let found = at + memchr::memchr2(quote, b'\\', self.rest(at))?;
            let next = self.text.get(found + 1);
            match self.text.get(found) {
                Some(b'\\') if quote == b'"' => {
                    if !matches!(next, Some(b'n' | b't' | b'r' | b'"' | b'\\')) {
                        return None;
                    }
                    at = found + 2;
                }
                Some(b'\\') => at = found + 1,
                _ if quote == b'\'' && next == Some(&quote) => at = found + 2,
                _ => break found,
            }
        };
        let end = self.line_end(close);
        let written = self.part(start..end);
        let has_tabs = self.has_tabs && memchr::memchr(b'\t', written).is_some();
        if has_tabs || written.split(|b| *b == b'\n').skip(1).any(is_indicator) {
            return None;
        }
        self.sink.quoted(start, self.text.get(start + 1..close).unwrap_or_default(), quote);
        (self.at, self.open) = (end + 1, Open::Nothing);
        self.rest_is_bare(close + 1, end).then_some(())
    }

    /// A block scalar, whose header is the rest of the line.
    pub(super) fn block(&mut self, start: usize) -> Option<()> {
        let end = self.line_end(start);
        let (style, header) = self.part(start..end).split_first()?;
        let chomping = header.first().copied().filter(|byte| matches!(byte, b'-' | b'+'));
        let header = header.strip_prefix(b"-").or(header.strip_prefix(b"+")).unwrap_or(header);
        if spaces(header) != header.len() {
            return None;
        }
        self.open = Open::Nothing;
        // Blank lines in front count for the indentation.
        let mut indent = self.indent().map_or(1, |indent| indent + 1);
        let body = end + 1;
        let mut at = body;
        loop {
            let column = spaces(self.rest(at));
            indent = indent.max(column);
            match self.text.get(at + column) {
                Some(b'\n') => at += column + 1,
                Some(b'\t') => return None,
                _ => break,
            }
        }
        while at < self.text.len() {
            let column = spaces(self.rest(at));
            match self.text.get(at + column) {
                None | Some(b'\n') => at += column + 1,
                Some(b'\t') if column < indent => return None,
                Some(_) if column < indent => break,
                Some(_) => at = self.line_end(at + column) + 1,
            }
        }
        let lines = self.text.get(body..at.min(self.text.len())).unwrap_or_default();
        self.sink.block(start, Block { style: *style, chomping, body: body.min(self.text.len()), lines, indent });
        self.at = at;
        Some(())
    }
}
