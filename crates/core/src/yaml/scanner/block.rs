//! Block scalars: `|` and `>`.

use super::{Mark, ScalarStyle, Scan, Scanner, Token, TokenKind};
use crate::yaml::reader::class;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// Go's `yaml_parser_fetch_block_scalar` and `yaml_parser_scan_block_scalar`.
    pub(super) fn fetch_block_scalar(&mut self, literal: bool) -> Scan<()> {
        self.remove_key()?;
        self.key_allowed = true;
        let start = self.reader.mark();
        self.reader.skip();
        let (chomping, increment) = self.block_header(start)?;
        let body = self.reader.pos() as u32;
        let mut indent = match increment {
            0 => 0,
            n => self.indent.max(0) as u32 + n,
        };
        let from = self.strings.len();
        let mut leading = std::mem::take(&mut self.leading);
        let mut trailing = std::mem::take(&mut self.trailing);
        leading.clear();
        trailing.clear();
        let mut end = self.block_breaks(&mut indent, &mut trailing, start)?;
        self.reader.need(1)?;
        let mut leading_blank = false;
        while self.reader.column == indent && !self.reader.is_end() {
            let blank = self.reader.is_blank(0);
            if !literal && !leading_blank && !blank && leading.first() == Some(&b'\n') {
                if trailing.is_empty() {
                    self.strings.push(b' ');
                }
            } else {
                self.strings.extend_from_slice(&leading);
            }
            leading.clear();
            self.strings.append(&mut trailing);
            leading_blank = blank;
            while !self.reader.is_breakz(0) {
                self.reader.read_run(class::BREAK | class::LEAD, &mut self.strings);
                self.reader.need(1)?;
            }
            self.reader.need(2)?;
            self.reader.read_line(&mut leading);
            end = self.block_breaks(&mut indent, &mut trailing, start)?;
        }
        if chomping != Chomping::Strip {
            self.strings.extend_from_slice(&leading);
        }
        if chomping == Chomping::Keep {
            self.strings.extend_from_slice(&trailing);
        }
        (self.leading, self.trailing) = (leading, trailing);
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        let kind = TokenKind::Scalar { value: self.text_from(from), style, body };
        self.tokens.push_back(Token { kind, start, end });
        Ok(())
    }

    /// The rest of the line after `|` or `>`.
    fn block_header(&mut self, start: Mark) -> Scan<(Chomping, u32)> {
        let (mut chomping, mut increment) = (Chomping::Clip, 0);
        self.reader.need(1)?;
        if let Some(found) = self.chomping() {
            chomping = found;
            self.reader.need(1)?;
            increment = self.indentation(start)?;
        } else if self.reader.at(0).is_ascii_digit() {
            increment = self.indentation(start)?;
            self.reader.need(1)?;
            chomping = self.chomping().unwrap_or(chomping);
        }
        self.reader.need(1)?;
        while self.reader.is_blank(0) {
            self.reader.skip();
            self.reader.need(1)?;
        }
        if self.reader.at(0) == b'#' {
            self.skip_comment()?;
        }
        if !self.reader.is_breakz(0) {
            return Err(self.error("did not find expected comment or line break", start));
        }
        if self.reader.is_break() {
            self.reader.need(2)?;
            self.reader.skip_line();
        }
        Ok((chomping, increment))
    }

    fn chomping(&mut self) -> Option<Chomping> {
        let found = match self.reader.at(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.reader.skip();
        Some(found)
    }

    fn indentation(&mut self, start: Mark) -> Scan<u32> {
        match self.reader.at(0) {
            b'0' => Err(self.error("found an indentation indicator equal to 0", start)),
            digit @ b'1'..=b'9' => {
                self.reader.skip();
                Ok(u32::from(digit - b'0'))
            }
            _ => Ok(0),
        }
    }

    /// Go's `yaml_parser_scan_block_scalar_breaks`: indentation and empty lines. Gives the end of the last line.
    fn block_breaks(&mut self, indent: &mut u32, breaks: &mut Vec<u8>, start: Mark) -> Scan<Mark> {
        let mut end = self.reader.mark();
        let mut deepest = 0;
        loop {
            self.reader.need(1)?;
            let limit = if *indent == 0 { u32::MAX } else { *indent };
            self.reader.skip_spaces(limit)?;
            deepest = deepest.max(self.reader.column);
            if self.reader.column < limit && self.reader.at(0) == b'\t' {
                return Err(self.error("found a tab character where an indentation space is expected", start));
            }
            if !self.reader.is_break() {
                break;
            }
            self.reader.need(2)?;
            self.reader.read_line(breaks);
            end = self.reader.mark();
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1) as u32).max(1);
        }
        Ok(end)
    }
}
