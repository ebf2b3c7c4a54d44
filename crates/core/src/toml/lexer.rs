//! Characters, lines and single values of TOML: lex.go.

use super::TomlError;
use crate::host::HelmVersion;
use crate::text::{decode_rune, is_letter, push_escaped, quote};

/// A value that is one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Integer,
    Float,
    Bool,
    Datetime,
    /// In single quotes, or in double quotes without escapes.
    Raw,
    /// In double quotes, with escapes.
    Escaped,
    /// In three single quotes.
    RawLines,
    /// In three double quotes.
    Lines,
}

/// A token with its text and line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a [u8],
    pub line: usize,
}

/// What is wrong, before it is known which key it is about.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Go's message and line.
    At(String, usize),
    /// A limit.
    Limit(TomlError),
}

impl From<TomlError> for Fault {
    fn from(error: TomlError) -> Self {
        Fault::Limit(error)
    }
}

pub(super) type Lex<T> = Result<T, Fault>;

/// The text and the place reached.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    pub text: &'a [u8],
    pub pos: usize,
    pub line: usize,
    pub helm: HelmVersion,
}

pub(super) fn fault<T>(message: impl Into<String>, line: usize) -> Lex<T> {
    Err(Fault::At(message.into(), line))
}

/// `%q` of a character; the end is NUL to Go.
fn quoted(c: Option<char>) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c.unwrap_or('\0'), '\'', false);
    out.push('\'');
    out
}

impl<'a> Lexer<'a> {
    /// The next character; `None` at the end.
    pub fn peek(&self) -> Lex<Option<char>> {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let Some(&first) = rest.first() else { return Ok(None) };
        let (c, len) = decode_rune(rest);
        if c == char::REPLACEMENT_CHARACTER && len == 1 {
            return fault(format!("invalid UTF-8 byte: 0x{first:02x}"), self.line);
        }
        let control = matches!(c, '\0'..='\x1f' | '\x7f') && !matches!(c, '\t' | '\r' | '\n');
        if control || (c == '\r' && rest.get(1) != Some(&b'\n')) {
            return fault(format!("TOML files cannot contain control characters: '0x{:02x}'", u32::from(c)), self.line);
        }
        Ok(Some(c))
    }

    /// Goes on by one character.
    pub fn next(&mut self) -> Lex<Option<char>> {
        let c = self.peek()?;
        if let Some(c) = c {
            self.pos += c.len_utf8();
            self.line += usize::from(c == '\n');
        }
        Ok(c)
    }

    /// Takes the character if it is next.
    pub fn accept(&mut self, wanted: char) -> Lex<bool> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.next()?;
        }
        Ok(found)
    }

    pub fn skip_blanks(&mut self) -> Lex<()> {
        while matches!(self.peek()?, Some(' ' | '\t')) {
            self.pos += 1;
        }
        Ok(())
    }

    /// An error after `c` was taken: Go's `errorf`.
    pub fn after<T>(&self, c: Option<char>, message: impl Into<String>) -> Lex<T> {
        let before = c.is_none()
            && (self.helm < HelmVersion::V4 || self.text.get(..self.pos).is_some_and(|t| t.ends_with(b"\n")));
        fault(message, self.line - usize::from(before && self.line > 0))
    }

    /// An error on the line before the one reached: Go's `errorPrevLine`.
    pub fn before<T>(&self, message: impl Into<String>) -> Lex<T> {
        fault(message, self.line.saturating_sub(1))
    }

    /// An error about an unexpected character that was taken.
    pub fn unexpected<T>(&self, c: Option<char>, start: &str, end: &str) -> Lex<T> {
        self.after(c, format!("{start} {}{end}", quoted(c)))
    }

    /// [`unexpected`](Self::unexpected), where a line break belongs to the line before.
    pub fn unexpected_in_line<T>(&self, c: Option<char>, start: &str, end: &str) -> Lex<T> {
        match c {
            Some('\n') => self.before(format!("{start} {}{end}", quoted(c))),
            c => self.unexpected(c, start, end),
        }
    }

    /// A comment up to the end of its line; `#` was taken.
    pub fn skip_comment(&mut self) -> Lex<()> {
        while !matches!(self.peek()?, None | Some('\n' | '\r')) {
            self.next()?;
        }
        Ok(())
    }

    pub fn bare_name(&mut self) -> Lex<&'a [u8]> {
        let start = self.pos;
        while self.peek()?.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            self.pos += 1;
        }
        Ok(self.text.get(start..self.pos).unwrap_or_default())
    }

    /// A string in single or double quotes; the quote was taken.
    pub fn line_string(&mut self, quote: char) -> Lex<Token<'a>> {
        let start = self.pos;
        let mut kind = Kind::Raw;
        loop {
            match self.next()? {
                None => {
                    return self.after(
                        None,
                        if quote == '"' { "unexpected EOF; expected '\"'" } else { "unexpected EOF; expected \"'\"" },
                    );
                }
                Some('\n' | '\r') => return self.before("strings cannot contain newlines"),
                Some('\\') if quote == '"' => {
                    kind = Kind::Escaped;
                    self.escape(start)?;
                }
                Some(c) if c == quote => {
                    let text = self.text.get(start..self.pos - 1).unwrap_or_default();
                    return Ok(Token { kind, text, line: self.line });
                }
                Some(_) => {}
            }
        }
    }

    /// A string in three quotes, which were taken.
    pub fn lines_string(&mut self, quote: char) -> Lex<Token<'a>> {
        let start = self.pos;
        let mark = quote as u8;
        loop {
            match self.next()? {
                None if quote == '"' => return self.after(None, "unexpected EOF; expected '\"\"\"'"),
                None => return self.after(None, "unexpected EOF; expected \"'''\""),
                Some('\\') if quote == '"' => {
                    if !matches!(self.peek()?, Some('\n' | '\r')) {
                        self.escape(start)?;
                    } else {
                        self.next()?;
                    }
                }
                Some(c) if c == quote && self.text.get(self.pos..).is_some_and(|t| t.starts_with(&[mark, mark])) => {
                    // Up to two quotes may stand right before the closing ones.
                    let run = self.text.get(self.pos - 1..).unwrap_or_default();
                    let count = run.iter().take_while(|b| **b == mark).count();
                    if count > 5 {
                        let shown = if quote == '"' { "unexpected '\"\"\"\"\"\"'" } else { "unexpected \"''''''\"" };
                        return fault(shown, self.line);
                    }
                    let end = self.pos - 1 + count - 3;
                    self.pos = end + 3;
                    // Go looks at the next character to see whether it is one more quote.
                    self.peek()?;
                    let kind = if quote == '"' { Kind::Lines } else { Kind::RawLines };
                    return Ok(Token { kind, text: self.text.get(start..end).unwrap_or_default(), line: self.line });
                }
                Some(_) => {}
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, start: usize) -> Lex<()> {
        let c = self.next()?;
        let (digits, name) = match c {
            Some('b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\') => return Ok(()),
            Some('e') if self.helm >= HelmVersion::V4 => return Ok(()),
            Some('x') if self.helm >= HelmVersion::V4 => (2, "two hexadecimal digits after '\\x'"),
            Some('u') => (4, "four hexadecimal digits after '\\u'"),
            Some('U') => (8, "eight hexadecimal digits after '\\U'"),
            None => return self.before("invalid escape in string '\\\0'"),
            Some(c) => return self.after(Some(c), format!("invalid escape in string '\\{c}'")),
        };
        for _ in 0..digits {
            let c = self.next()?;
            if !c.is_some_and(|c| c.is_ascii_hexdigit()) {
                let so_far = quote(self.text.get(start..self.pos).unwrap_or_default());
                return self.after(c, format!("expected {name}, but got {so_far} instead"));
            }
        }
        Ok(())
    }

    fn token(&self, kind: Kind, start: usize) -> Lex<Token<'a>> {
        let text = self.text.get(start..self.pos).unwrap_or_default();
        Ok(Token { kind, text: if kind == Kind::Datetime { text.trim_ascii() } else { text }, line: self.line })
    }

    /// Skips characters while they fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> Lex<Option<char>> {
        loop {
            match self.peek()? {
                Some(c) if fits(c) => self.pos += c.len_utf8(),
                other => return Ok(other),
            }
        }
    }

    /// A number or a date that starts with a digit.
    pub fn number_or_date(&mut self) -> Lex<Token<'a>> {
        let start = self.pos;
        if self.next()? == Some('0') {
            let base = self.peek()?;
            let fits: fn(char) -> bool = match base {
                Some('b') => |c| matches!(c, '0' | '1'),
                Some('o') => |c| matches!(c, '0'..='7'),
                Some('x') => |c| c.is_ascii_hexdigit(),
                Some('0'..='9') => return self.decimal_or_date(start),
                _ => return self.decimal(start),
            };
            self.pos += 1;
            let next = self.peek()?;
            if !next.is_some_and(fits) {
                let name = match base {
                    Some('b') => "a binary",
                    Some('o') => "an octal",
                    _ => "a hexadecimal",
                };
                let shown = String::from_utf8_lossy(self.text.get(start..self.pos).unwrap_or_default());
                return fault(format!("not {name} number: '{shown}{}'", next.unwrap_or('\0')), self.line);
            }
            self.run(|c| fits(c) || c == '_')?;
            return self.token(Kind::Integer, start);
        }
        self.decimal_or_date(start)
    }

    fn decimal_or_date(&mut self, start: usize) -> Lex<Token<'a>> {
        match self.run(|c| c.is_ascii_digit())? {
            Some('-' | ':') => {
                self.run(|c| c.is_ascii_digit() || "-:Tt .Zz+".contains(c))?;
                self.token(Kind::Datetime, start)
            }
            _ => self.decimal(start),
        }
    }

    /// The rest of a decimal number.
    fn decimal(&mut self, start: usize) -> Lex<Token<'a>> {
        match self.run(|c| c.is_ascii_digit() || c == '_')? {
            Some('.' | 'e' | 'E') => {
                self.run(|c| c.is_ascii_digit() || "_.-+eE".contains(c))?;
                self.token(Kind::Float, start)
            }
            _ => self.token(Kind::Integer, start),
        }
    }

    /// A number behind its sign, which was taken.
    pub fn signed_number(&mut self) -> Lex<Token<'a>> {
        let start = self.pos - 1;
        let c = self.next()?;
        match c {
            Some('i' | 'n') => {
                let rest = if c == Some('i') { ['n', 'f'] } else { ['a', 'n'] };
                for wanted in rest {
                    if !self.accept(wanted)? {
                        let shown = String::from_utf8_lossy(self.text.get(start..self.pos).unwrap_or_default());
                        return fault(format!("invalid float: '{shown}'"), self.line);
                    }
                }
                self.token(Kind::Float, start)
            }
            Some('0') if matches!(self.peek()?, Some('b' | 'o' | 'x')) => {
                let shown = String::from_utf8_lossy(self.text.get(start..self.pos + 1).unwrap_or_default());
                fault(format!("cannot use sign with non-decimal numbers: '{shown}'"), self.line)
            }
            Some('.') => fault("floats must start with a digit, not '.'", self.line),
            Some('0'..='9') => self.decimal(start),
            c => self.unexpected(c, "expected a digit but got", ""),
        }
    }

    /// `true`, `false`, `inf` or `nan`; their first letter was taken.
    pub fn word(&mut self, first: char) -> Lex<Token<'a>> {
        let start = self.pos - first.len_utf8();
        let mut from = start;
        if matches!(first, 'i' | 'n') {
            // Go takes what fits, and goes back by one character only.
            let found = (self.accept('n')? && self.accept('f')?) || (self.accept('a')? && self.accept('n')?);
            if found {
                return self.token(Kind::Float, start);
            }
            from = self.pos - 1;
        }
        self.pos = from;
        while self.peek()?.is_some_and(is_letter) {
            self.next()?;
        }
        let text = self.text.get(from..self.pos).unwrap_or_default();
        match text {
            b"true" | b"false" => self.token(Kind::Bool, from),
            _ => fault(format!("expected value but found {} instead", quote(text)), self.line),
        }
    }
}
