//! From characters to tokens: Go's scannerc.go.
//!
//! The scanner looks back: whether `a` is a key is known only at the `:` behind it. So tokens wait in a queue, and
//! a KEY token is put in front of those that turn out to be a key.

mod block;
mod names;
mod scalar;

use super::error::{Mark, YamlError};
use super::reader::Reader;
use std::collections::VecDeque;
use std::ops::Range;

/// Part of [`Scanner::strings`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub start: u32,
    pub end: u32,
}

impl Text {
    /// What is appended to `strings` from `start` on.
    pub fn since(start: usize, strings: &[u8]) -> Text {
        Text { start: start as u32, end: strings.len() as u32 }
    }

    /// The bytes.
    pub fn of(self, strings: &[u8]) -> &[u8] {
        strings.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind {
    StreamStart,
    StreamEnd,
    /// `%YAML`
    Version {
        major: u8,
        minor: u8,
    },
    /// `%TAG`
    TagDirective {
        handle: Text,
        prefix: Text,
    },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(Text),
    Anchor(Text),
    Tag {
        handle: Text,
        suffix: Text,
    },
    /// A scalar; `body` is where the text of a block scalar starts.
    Scalar {
        value: Text,
        style: ScalarStyle,
        body: u32,
    },
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: Mark,
    pub end: Mark,
}

/// A place that may turn out to be the start of a key.
#[derive(Clone, Copy, Debug, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token: usize,
    mark: Mark,
}

/// Go's limit for nested flow collections, and for nested block collections.
const MAX_DEPTH: usize = 10_000;

/// How far a key may reach, in characters.
const MAX_KEY: u32 = 1024;

/// The scanner.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    reader: Reader<'a>,
    /// The texts of all scalars, anchors and tags.
    pub strings: Vec<u8>,
    /// The comments that were passed, with their `#`.
    pub comments: Vec<Range<u32>>,
    tokens: VecDeque<Token>,
    /// Number of tokens taken so far.
    taken: usize,
    available: bool,
    stream_started: bool,
    flow_level: usize,
    /// Column of the innermost block collection; -1 outside of any.
    indent: i32,
    indents: Vec<i32>,
    key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    /// Go's `simple_keys_by_tok`: number of a token and index of the key that starts there, in the order of tokens.
    keys_by_token: Vec<(usize, usize)>,
    /// Scratch space for line breaks.
    leading: Vec<u8>,
    trailing: Vec<u8>,
}

type Scan<T> = Result<T, YamlError>;

impl<'a> Scanner<'a> {
    /// A scanner at the place that a reader has reached.
    pub fn new(reader: Reader<'a>) -> Scanner<'a> {
        Scanner {
            reader,
            strings: Vec::new(),
            comments: Vec::new(),
            tokens: VecDeque::new(),
            taken: 0,
            available: false,
            stream_started: false,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            keys_by_token: Vec::new(),
            leading: Vec::new(),
            trailing: Vec::new(),
        }
    }

    /// The next token.
    pub fn peek(&mut self) -> Scan<&Token> {
        if !self.available {
            self.fetch_more()?;
        }
        let end = || YamlError::plain("unknown problem parsing YAML content", Mark::default());
        self.tokens.front().ok_or_else(end)
    }

    /// Takes the next token.
    pub fn take(&mut self) {
        self.available = false;
        self.taken += 1;
        self.tokens.pop_front();
    }

    /// The texts of the document that ended. They stay where a token of the next one has some already.
    pub fn take_strings(&mut self) -> Vec<u8> {
        let bare = |t: &Token| {
            !matches!(
                t.kind,
                TokenKind::Scalar { .. }
                    | TokenKind::Anchor(_)
                    | TokenKind::Alias(_)
                    | TokenKind::Tag { .. }
                    | TokenKind::TagDirective { .. }
            )
        };
        if self.tokens.iter().all(bare) { std::mem::take(&mut self.strings) } else { self.strings.clone() }
    }

    /// The place reached by the scanner, which is at or behind the next token.
    pub fn reached(&self) -> Mark {
        self.reader.mark()
    }

    /// Go's `yaml_parser_fetch_more_tokens`: scans until the first token cannot become a key any more.
    fn fetch_more(&mut self) -> Scan<()> {
        while self.tokens.is_empty() || self.front_may_be_key()? {
            self.fetch_next()?;
        }
        self.available = true;
        Ok(())
    }

    fn front_may_be_key(&mut self) -> Scan<bool> {
        if self.keys_by_token.is_empty() {
            return Ok(false);
        }
        let Ok(at) = self.keys_by_token.binary_search_by_key(&self.taken, |k| k.0) else { return Ok(false) };
        let index = self.keys_by_token.get(at).map_or(0, |k| k.1);
        self.check_key(index)
    }

    /// Go's `yaml_simple_key_is_valid`.
    fn check_key(&mut self, index: usize) -> Scan<bool> {
        let Some(key) = self.simple_keys.get_mut(index).filter(|k| k.possible) else { return Ok(false) };
        // Within a line, columns differ as character counts do.
        if key.mark.line < self.reader.line || key.mark.column + MAX_KEY < self.reader.column {
            if key.required {
                let context = key.mark;
                return Err(self.error("could not find expected ':'", context));
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn error(&self, problem: &str, context: Mark) -> YamlError {
        YamlError::scanner(problem, context, self.reader.mark())
    }

    fn error_here(&self, problem: &str) -> YamlError {
        self.error(problem, self.reader.mark())
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        let end = self.reader.mark();
        self.tokens.push_back(Token { kind, start, end });
    }

    /// Puts a token without extent in front of the token with the given number. Where that one is gone already,
    /// Go appends instead.
    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let token = Token { kind, start: mark, end: mark };
        match number.checked_sub(self.taken) {
            Some(at) if at <= self.tokens.len() => self.tokens.insert(at, token),
            _ => self.tokens.push_back(token),
        }
    }

    /// Go's `yaml_parser_fetch_next_token`.
    fn fetch_next(&mut self) -> Scan<()> {
        self.reader.need(1)?;
        if !self.stream_started {
            self.stream_started = true;
            let mark = self.reader.mark();
            self.push(TokenKind::StreamStart, mark);
            return Ok(());
        }
        self.skip_to_token()?;
        self.unroll_indent(self.reader.column as i32);
        self.reader.need(4)?;
        if self.reader.is_end() {
            return self.fetch_stream_end();
        }
        let first = self.reader.at(0);
        if self.reader.column == 0 {
            match first {
                b'%' => return self.fetch_directive(),
                b'-' if self.at_document_indicator() => return self.fetch_document_indicator(TokenKind::DocumentStart),
                b'.' if self.at_document_indicator() => return self.fetch_document_indicator(TokenKind::DocumentEnd),
                _ => {}
            }
        }
        let flow = self.flow_level > 0;
        match first {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.reader.is_blankz(1) => self.fetch_block_entry(),
            b'?' if flow || self.reader.is_blankz(1) => self.fetch_key(),
            b':' if flow || self.reader.is_blankz(1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(first == b'*'),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !flow => self.fetch_block_scalar(first == b'|'),
            b'\'' | b'"' => self.fetch_flow_scalar(first == b'\''),
            b'-' | b'?' | b':' => self.fetch_plain_scalar(),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => {
                Err(self.error_here("found character that cannot start any token"))
            }
            _ => self.fetch_plain_scalar(),
        }
    }

    /// Whether `---` or `...` stands alone at the start of a line.
    fn at_document_indicator(&self) -> bool {
        let first = self.reader.at(0);
        self.reader.column == 0
            && matches!(first, b'-' | b'.')
            && self.reader.at(1) == first
            && self.reader.at(2) == first
            && self.reader.is_blankz(3)
    }

    /// Go's `yaml_parser_save_simple_key`.
    fn save_key(&mut self) -> Scan<()> {
        if !self.key_allowed {
            return Ok(());
        }
        let mark = self.reader.mark();
        let required = self.flow_level == 0 && self.indent == mark.column as i32;
        let token = self.taken + self.tokens.len();
        self.remove_key()?;
        let index = self.simple_keys.len() - 1;
        if let Some(last) = self.simple_keys.last_mut() {
            *last = SimpleKey { possible: true, required, token, mark };
        }
        match self.keys_by_token.last_mut() {
            Some(last) if last.0 == token => last.1 = index,
            Some(last) if last.0 < self.taken => {
                // Tokens that were taken are never asked for again.
                self.keys_by_token.clear();
                self.keys_by_token.push((token, index));
            }
            _ => self.keys_by_token.push((token, index)),
        }
        Ok(())
    }

    /// Go's `yaml_parser_remove_simple_key`.
    fn remove_key(&mut self) -> Scan<()> {
        let Some(key) = self.simple_keys.last_mut().filter(|k| k.possible) else { return Ok(()) };
        let (token, mark) = (key.token, key.mark);
        if key.required {
            return Err(self.error("could not find expected ':'", mark));
        }
        key.possible = false;
        self.forget_key(token);
        Ok(())
    }

    fn forget_key(&mut self, token: usize) {
        match self.keys_by_token.last() {
            Some(last) if last.0 == token => {
                self.keys_by_token.pop();
            }
            Some(last) if last.0 > token => {
                if let Ok(at) = self.keys_by_token.binary_search_by_key(&token, |k| k.0) {
                    self.keys_by_token.remove(at);
                }
            }
            _ => {}
        }
    }

    /// Go's `yaml_parser_roll_indent`: starts a block collection if the column is deeper than the one around.
    fn roll_indent(&mut self, number: Option<usize>, kind: TokenKind, mark: Mark) -> Scan<()> {
        let column = mark.column as i32;
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            let context = self.simple_keys.last().map_or(mark, |k| k.mark);
            return Err(self.error(&format!("exceeded max depth of {MAX_DEPTH}"), context));
        }
        match number {
            Some(number) => self.insert(number, kind, mark),
            None => self.tokens.push_back(Token { kind, start: mark, end: mark }),
        }
        Ok(())
    }

    /// Go's `yaml_parser_unroll_indent`: ends the block collections that are deeper than the column.
    fn unroll_indent(&mut self, column: i32) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            let mark = self.reader.mark();
            self.push(TokenKind::BlockEnd, mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_end(&mut self) -> Scan<()> {
        if self.reader.column != 0 {
            self.reader.column = 0;
            self.reader.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let mark = self.reader.mark();
        self.push(TokenKind::StreamEnd, mark);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        for _ in 0..3 {
            self.reader.skip();
        }
        self.push(kind, start);
        Ok(())
    }

    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.reader.mark();
        self.reader.skip();
        self.push(kind, start);
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Scan<()> {
        self.save_key()?;
        let mark = self.reader.mark();
        let token = self.taken + self.tokens.len();
        self.simple_keys.push(SimpleKey { token, mark, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.error_here(&format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Scan<()> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            // The popped entry bears the number of the bracket itself while nothing was in it; Go forgets that
            // one too, though it belongs to the level around.
            if let Some(key) = self.simple_keys.pop() {
                self.forget_key(key.token);
            }
        }
        self.key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Scan<()> {
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(self.error_here("block sequence entries are not allowed in this context"));
            }
            self.roll_indent(None, TokenKind::BlockSequenceStart, self.reader.mark())?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(self.error_here("mapping keys are not allowed in this context"));
            }
            self.roll_indent(None, TokenKind::BlockMappingStart, self.reader.mark())?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    /// Go's `yaml_parser_fetch_value`: a `:`, which may make a key of what is before it.
    fn fetch_value(&mut self) -> Scan<()> {
        let last = self.simple_keys.len() - 1;
        if self.check_key(last)? {
            let key = self.simple_keys.get(last).copied().unwrap_or_default();
            self.insert(key.token, TokenKind::Key, key.mark);
            self.roll_indent(Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            if let Some(key) = self.simple_keys.last_mut() {
                key.possible = false;
            }
            self.forget_key(key.token);
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.key_allowed {
                    return Err(self.error_here("mapping values are not allowed in this context"));
                }
                self.roll_indent(None, TokenKind::BlockMappingStart, self.reader.mark())?;
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    /// Go's `yaml_parser_scan_skip_to_token`: blanks, comments and line breaks.
    fn skip_to_token(&mut self) -> Scan<()> {
        loop {
            self.reader.need(1)?;
            if self.reader.column == 0 && self.reader.is_bom() {
                self.reader.skip();
            }
            self.reader.need(1)?;
            loop {
                self.reader.skip_spaces(u32::MAX)?;
                if self.reader.at(0) != b'\t' || (self.flow_level == 0 && self.key_allowed) {
                    break;
                }
                self.reader.skip();
                self.reader.need(1)?;
            }
            if self.reader.at(0) == b'#' {
                self.skip_comment()?;
            }
            if !self.reader.is_break() {
                return Ok(());
            }
            self.reader.need(2)?;
            self.reader.skip_line();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    fn skip_comment(&mut self) -> Scan<()> {
        use super::reader::class;
        let start = self.reader.mark().offset;
        while !self.reader.is_breakz(0) {
            self.reader.skip_run(class::BREAK | class::LEAD);
            self.reader.need(1)?;
        }
        self.comments.push(start..self.reader.mark().offset);
        Ok(())
    }

    fn text_from(&self, start: usize) -> Text {
        Text::since(start, &self.strings)
    }
}
