//! Plain and quoted scalars.

use super::{Mark, ScalarStyle, Scan, Scanner, Token, TokenKind};
use crate::yaml::reader::class;

impl Scanner<'_> {
    /// Go's `yaml_parser_fetch_flow_scalar` and `yaml_parser_scan_flow_scalar`: a quoted scalar.
    pub(super) fn fetch_flow_scalar(&mut self, single: bool) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        self.reader.skip();
        let from = self.strings.len();
        let quote = if single { b'\'' } else { b'"' };
        loop {
            self.reader.need(4)?;
            if self.at_document_indicator() {
                return Err(self.error("found unexpected document indicator", start));
            }
            if self.reader.is_end() {
                return Err(self.error("found unexpected end of stream", start));
            }
            let broken = self.quoted_run(single, start)?;
            self.reader.need(1)?;
            if self.reader.at(0) == quote {
                break;
            }
            self.quoted_blanks(broken)?;
        }
        self.reader.skip();
        let style = if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        self.push(TokenKind::Scalar { value: self.text_from(from), style, body: 0 }, start);
        Ok(())
    }

    /// The characters up to a blank, a break or the closing quote. Says whether an escaped line break ended them.
    fn quoted_run(&mut self, single: bool, start: Mark) -> Scan<bool> {
        let special = if single { class::SINGLE } else { class::DOUBLE };
        while !self.reader.is_blankz(0) {
            match self.reader.at(0) {
                b'\'' if single && self.reader.at(1) == b'\'' => {
                    self.strings.push(b'\'');
                    self.reader.skip();
                    self.reader.skip();
                }
                b'\'' if single => break,
                b'"' if !single => break,
                b'\\' if !single && self.reader.break_len(1) != 0 => {
                    self.reader.need(3)?;
                    self.reader.skip();
                    self.reader.skip_line();
                    return Ok(true);
                }
                b'\\' if !single => self.escape(start)?,
                _ => self.reader.read_run(class::BLANK | class::BREAK | class::LEAD | special, &mut self.strings),
            }
            self.reader.need(2)?;
        }
        Ok(false)
    }

    fn escape(&mut self, start: Mark) -> Scan<()> {
        let digits = match self.reader.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            letter => {
                let text: &[u8] = match letter {
                    b'0' => b"\0",
                    b'a' => b"\x07",
                    b'b' => b"\x08",
                    b't' | b'\t' => b"\t",
                    b'n' => b"\n",
                    b'v' => b"\x0B",
                    b'f' => b"\x0C",
                    b'r' => b"\r",
                    b'e' => b"\x1B",
                    b' ' => b" ",
                    b'"' => b"\"",
                    b'\'' => b"'",
                    b'\\' => b"\\",
                    b'N' => "\u{85}".as_bytes(),
                    b'_' => "\u{A0}".as_bytes(),
                    b'L' => "\u{2028}".as_bytes(),
                    b'P' => "\u{2029}".as_bytes(),
                    _ => return Err(self.error("found unknown escape character", start)),
                };
                self.strings.extend_from_slice(text);
                self.reader.skip();
                self.reader.skip();
                return Ok(());
            }
        };
        self.reader.skip();
        self.reader.skip();
        self.reader.need(digits)?;
        let mut value = 0_u32;
        for n in 0..digits {
            match char::from(self.reader.at(n)).to_digit(16) {
                Some(digit) => value = value << 4 | digit,
                None => return Err(self.error("did not find expected hexdecimal number", start)),
            }
        }
        let Some(c) = char::from_u32(value) else {
            return Err(self.error("found invalid Unicode character escape code", start));
        };
        self.strings.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        for _ in 0..digits {
            self.reader.skip();
        }
        Ok(())
    }

    /// Blanks and breaks inside quotes; `broken` says that an escaped break came before.
    fn quoted_blanks(&mut self, broken: bool) -> Scan<()> {
        let blanks = self.strings.len();
        let mut leading = std::mem::take(&mut self.leading);
        let mut trailing = std::mem::take(&mut self.trailing);
        leading.clear();
        trailing.clear();
        let mut broken = broken;
        loop {
            if self.reader.is_blank(0) {
                if broken {
                    self.reader.skip();
                } else {
                    self.reader.read(&mut self.strings);
                }
            } else if self.reader.is_break() {
                self.reader.need(2)?;
                if broken {
                    self.reader.read_line(&mut trailing);
                } else {
                    self.strings.truncate(blanks);
                    self.reader.read_line(&mut leading);
                    broken = true;
                }
            } else {
                break;
            }
            self.reader.need(1)?;
        }
        if broken {
            self.join_lines(&leading, &trailing);
        }
        (self.leading, self.trailing) = (leading, trailing);
        Ok(())
    }

    /// One line break becomes a space, more lose the first.
    fn join_lines(&mut self, leading: &[u8], trailing: &[u8]) {
        if leading.first() != Some(&b'\n') {
            self.strings.extend_from_slice(leading);
        } else if trailing.is_empty() {
            self.strings.push(b' ');
        }
        self.strings.extend_from_slice(trailing);
    }

    /// Go's `yaml_parser_fetch_plain_scalar` and `yaml_parser_scan_plain_scalar`.
    pub(super) fn fetch_plain_scalar(&mut self) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        let mut end = start;
        let from = self.strings.len();
        let flow = self.flow_level > 0;
        let stop = class::BLANK | class::BREAK | class::LEAD | class::COLON | if flow { class::FLOW } else { 0 };
        let indent = (self.indent + 1) as u32;
        // Blanks and breaks are kept back until a character follows them.
        let mut blanks = 0..0;
        let mut broken = false;
        loop {
            self.reader.need(4)?;
            if self.at_document_indicator() || self.reader.at(0) == b'#' {
                break;
            }
            while !self.reader.is_blankz(0) && !self.ends_plain(flow) {
                if broken {
                    let (leading, trailing) = (std::mem::take(&mut self.leading), std::mem::take(&mut self.trailing));
                    self.join_lines(&leading, &trailing);
                    (self.leading, self.trailing) = (leading, trailing);
                    broken = false;
                } else if !blanks.is_empty() {
                    self.strings.extend_from_slice(self.reader.slice(blanks.start, blanks.end));
                }
                blanks = 0..0;
                if self.reader.at(0) == b':' {
                    self.reader.read(&mut self.strings);
                } else {
                    self.reader.read_words(stop, &mut self.strings);
                }
                end = self.reader.mark();
                self.reader.need(2)?;
            }
            if !self.reader.is_blank(0) && !self.reader.is_break() {
                break;
            }
            self.reader.need(1)?;
            if !broken {
                self.leading.clear();
                self.trailing.clear();
                blanks = self.reader.pos()..self.reader.pos();
            }
            self.plain_blanks(&mut broken, &mut blanks, indent, start)?;
            if !flow && self.reader.column < indent {
                break;
            }
        }
        if broken {
            self.key_allowed = true;
        }
        let kind = TokenKind::Scalar { value: self.text_from(from), style: ScalarStyle::Plain, body: 0 };
        self.tokens.push_back(Token { kind, start, end });
        Ok(())
    }

    fn ends_plain(&self, flow: bool) -> bool {
        match self.reader.at(0) {
            b':' => self.reader.is_blankz(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => flow,
            _ => false,
        }
    }

    fn plain_blanks(
        &mut self,
        broken: &mut bool,
        blanks: &mut std::ops::Range<usize>,
        indent: u32,
        start: Mark,
    ) -> Scan<()> {
        loop {
            if self.reader.is_blank(0) {
                if *broken && self.reader.column < indent && self.reader.at(0) == b'\t' {
                    return Err(self.error("found a tab character that violates indentation", start));
                }
                self.reader.skip();
                if !*broken {
                    blanks.end = self.reader.pos();
                }
            } else if self.reader.is_break() {
                self.reader.need(2)?;
                let out = if *broken { &mut self.trailing } else { &mut self.leading };
                *broken = true;
                self.reader.read_line(out);
            } else {
                return Ok(());
            }
            self.reader.need(1)?;
        }
    }
}
