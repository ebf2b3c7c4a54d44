//! Sequences in brackets, as ordinary texts have them.

use super::{Open, Outline, Sink, is_key_byte, spaces};
use crate::yaml::plain::is_plain_text;

impl<'t, S: Sink<'t>> Outline<'t, S> {
    /// A sequence in brackets on one line: its items are words and what stands in quotes.
    pub(super) fn in_brackets(&mut self, start: usize, end: usize) -> Option<()> {
        self.sink.open_brackets(start);
        let mut at = start + 1;
        loop {
            self.sink.item(at);
            at = self.in_bracket(at + spaces(self.part(at..end)), end)?;
            at += spaces(self.part(at..end)) + 1;
            match self.text.get(at - 1) {
                Some(b',') => {}
                Some(b']') => break,
                _ => return None,
            }
        }
        self.sink.close_brackets(at);
        self.open = Open::Nothing;
        self.rest_is_bare(at, end).then_some(())
    }

    /// One of the items; the place behind it.
    fn in_bracket(&mut self, start: usize, end: usize) -> Option<usize> {
        let rest = self.part(start..end);
        match rest.first()? {
            quote @ (b'"' | b'\'') => {
                let inner = rest.get(1..)?;
                let inner = inner.get(..memchr::memchr2(*quote, b'\\', inner)?)?;
                let behind = inner.len() + 2;
                let is_whole = rest.get(behind - 1) == Some(quote) && rest.get(behind) != Some(quote);
                self.sink.quoted(start, inner, *quote);
                is_whole.then_some(start + behind)
            }
            _ => {
                let word = rest.get(..rest.iter().position(|b| !is_key_byte(b))?)?;
                self.sink.plain(start, word);
                let is_word =
                    word.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') && is_plain_text(word);
                is_word.then_some(start + word.len())
            }
        }
    }
}
