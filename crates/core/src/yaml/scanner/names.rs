//! Directives, anchors, aliases and tags.

use super::{Mark, Scan, Scanner, Text, TokenKind};
use crate::yaml::reader::{class, is, width};

impl Scanner<'_> {
    /// Go's `yaml_parser_fetch_directive` and `yaml_parser_scan_directive`.
    pub(super) fn fetch_directive(&mut self) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        self.reader.skip();
        let kind = self.directive(start)?;
        let end = self.reader.mark();
        self.skip_blanks()?;
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
        self.tokens.push_back(super::Token { kind, start, end });
        Ok(())
    }

    fn directive(&mut self, start: Mark) -> Scan<TokenKind> {
        let name = self.alphas()?;
        let name = name.of(&self.strings).to_vec();
        if name.is_empty() {
            return Err(self.error("could not find expected directive name", start));
        }
        if !self.reader.is_blankz(0) {
            return Err(self.error("found unexpected non-alphabetical character", start));
        }
        match name.as_slice() {
            b"YAML" => {
                self.skip_blanks()?;
                let major = self.version_number(start)?;
                if self.reader.at(0) != b'.' {
                    return Err(self.error("did not find expected digit or '.' character", start));
                }
                self.reader.skip();
                let minor = self.version_number(start)?;
                Ok(TokenKind::Version { major, minor })
            }
            b"TAG" => self.tag_directive(start),
            _ => Err(self.error("found unknown directive name", start)),
        }
    }

    fn skip_blanks(&mut self) -> Scan<()> {
        self.reader.need(1)?;
        while self.reader.is_blank(0) {
            self.reader.skip();
            self.reader.need(1)?;
        }
        Ok(())
    }

    fn version_number(&mut self, start: Mark) -> Scan<u8> {
        self.reader.need(1)?;
        let (mut value, mut length) = (0, 0);
        while self.reader.at(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return Err(self.error("found extremely long version number", start));
            }
            value = value * 10 + (self.reader.at(0) - b'0');
            self.reader.skip();
            self.reader.need(1)?;
        }
        if length == 0 {
            return Err(self.error("did not find expected version number", start));
        }
        Ok(value)
    }

    fn tag_directive(&mut self, start: Mark) -> Scan<TokenKind> {
        self.skip_blanks()?;
        let handle = self.tag_handle(true, start)?;
        self.reader.need(1)?;
        if !self.reader.is_blank(0) {
            return Err(self.error("did not find expected whitespace", start));
        }
        self.skip_blanks()?;
        let from = self.strings.len();
        self.tag_uri(false, start)?;
        let prefix = self.text_from(from);
        self.reader.need(1)?;
        if !self.reader.is_blankz(0) {
            return Err(self.error("did not find expected whitespace or line break", start));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }

    fn alphas(&mut self) -> Scan<Text> {
        self.reader.need(1)?;
        let from = self.strings.len();
        while is(self.reader.at(0), class::ALPHA) {
            self.reader.read(&mut self.strings);
            self.reader.need(1)?;
        }
        Ok(self.text_from(from))
    }

    /// Go's `yaml_parser_fetch_anchor` and `yaml_parser_scan_anchor`.
    pub(super) fn fetch_anchor(&mut self, alias: bool) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        self.reader.skip();
        let name = self.alphas()?;
        let next = self.reader.at(0);
        if name.is_empty() || !(self.reader.is_blankz(0) || b"?:,]}%@`".contains(&next)) {
            return Err(self.error("did not find expected alphabetic or numeric character", start));
        }
        self.push(if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) }, start);
        Ok(())
    }

    /// Go's `yaml_parser_fetch_tag` and `yaml_parser_scan_tag`.
    pub(super) fn fetch_tag(&mut self) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        self.reader.need(2)?;
        let kind = if self.reader.at(1) == b'<' { self.verbatim_tag(start)? } else { self.shorthand_tag(start)? };
        self.reader.need(1)?;
        if !self.reader.is_blankz(0) {
            return Err(self.error("did not find expected whitespace or line break", start));
        }
        self.push(kind, start);
        Ok(())
    }

    fn verbatim_tag(&mut self, start: Mark) -> Scan<TokenKind> {
        self.reader.skip();
        self.reader.skip();
        let from = self.strings.len();
        self.tag_uri(false, start)?;
        let suffix = self.text_from(from);
        if self.reader.at(0) != b'>' {
            return Err(self.error("did not find the expected '>'", start));
        }
        self.reader.skip();
        Ok(TokenKind::Tag { handle: Text::default(), suffix })
    }

    fn shorthand_tag(&mut self, start: Mark) -> Scan<TokenKind> {
        let handle = self.tag_handle(false, start)?;
        let text = handle.of(&self.strings);
        if text.len() > 1 && text.last() == Some(&b'!') {
            let from = self.strings.len();
            self.tag_uri(false, start)?;
            return Ok(TokenKind::Tag { handle, suffix: self.text_from(from) });
        }
        // It was no handle but the start of a suffix: `!local`. What follows is appended to it.
        let suffix_start = handle.start as usize + 1;
        self.tag_uri(true, start)?;
        let suffix = self.text_from(suffix_start);
        let bang = Text { end: handle.start + 1, ..handle };
        // Go: a single `!` is a tag without handle.
        Ok(if suffix.is_empty() {
            TokenKind::Tag { handle: suffix, suffix: bang }
        } else {
            TokenKind::Tag { handle: bang, suffix }
        })
    }

    fn tag_handle(&mut self, directive: bool, start: Mark) -> Scan<Text> {
        self.reader.need(1)?;
        if self.reader.at(0) != b'!' {
            return Err(self.error("did not find expected '!'", start));
        }
        let from = self.strings.len();
        self.reader.read(&mut self.strings);
        self.alphas()?;
        if self.reader.at(0) == b'!' {
            self.reader.read(&mut self.strings);
        } else if directive && self.strings.len() - from != 1 {
            return Err(self.error("did not find expected '!'", start));
        }
        Ok(self.text_from(from))
    }

    /// Go's `yaml_parser_scan_tag_uri`; `any` says that a part of the tag was read before.
    fn tag_uri(&mut self, mut any: bool, start: Mark) -> Scan<()> {
        self.reader.need(1)?;
        loop {
            match self.reader.at(0) {
                b'%' => self.uri_escape(start)?,
                b if is(b, class::ALPHA) || b";/?:@&=+$,.!~*'()[]".contains(&b) => self.reader.read(&mut self.strings),
                _ => break,
            }
            self.reader.need(1)?;
            any = true;
        }
        if any { Ok(()) } else { Err(self.error("did not find expected tag URI", start)) }
    }

    /// Go's `yaml_parser_scan_uri_escapes`: the escaped bytes of one character.
    fn uri_escape(&mut self, start: Mark) -> Scan<()> {
        let mut left = None;
        while left != Some(0) {
            self.reader.need(3)?;
            let digit = |n: usize| char::from(self.reader.at(n)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.reader.at(0), digit(1), digit(2)) else {
                return Err(self.error("did not find URI escaped octet", start));
            };
            let octet = (high << 4 | low) as u8;
            left = match left {
                None if matches!(octet, 0x80..=0xBF | 0xF8..) => {
                    return Err(self.error("found an incorrect leading UTF-8 octet", start));
                }
                None => Some(width(octet) - 1),
                Some(_) if octet & 0xC0 != 0x80 => {
                    return Err(self.error("found an incorrect trailing UTF-8 octet", start));
                }
                Some(n) => Some(n - 1),
            };
            self.strings.push(octet);
            for _ in 0..3 {
                self.reader.skip();
            }
        }
        Ok(())
    }
}
