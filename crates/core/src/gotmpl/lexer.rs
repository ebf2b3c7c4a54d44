//! The lexer of Go's text/template (`text/template/parse/lex.go`).

use super::token::{Item, Kind};
use crate::text::{decode_rune, is_digit, is_letter, is_print, quote};
use std::ops::Range;

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
/// A trim marker and the space beside it.
const MARKER: usize = 2;

const UNCLOSED_ACTION: &str = "unclosed action";
const UNCLOSED_COMMENT: &str = "unclosed comment";
const UNCLOSED_PAREN: &str = "unclosed left paren";
const UNTERMINATED_STRING: &str = "unterminated quoted string";
const UNTERMINATED_RAW: &str = "unterminated raw quoted string";

/// Splits a template into items, one at a time.
#[derive(Debug)]
pub struct Lexer<'t> {
    input: &'t [u8],
    /// The text again, which an error takes from `input`.
    whole: &'t [u8],
    pos: usize,
    start: usize,
    /// The item read last.
    item: Item,
    parens: u32,
    in_action: bool,
    /// Whether spaces between arguments are items.
    with_spaces: bool,
    error: Option<String>,
    comments: Vec<Range<u32>>,
}

/// The items of a text for editors: of what does not parse those that could be read, and all that follows.
pub fn items(text: &[u8]) -> Vec<Item> {
    items_and_comments(text).0
}

/// The same, and where the comments are, with the actions that they stand in.
pub fn items_and_comments(text: &[u8]) -> (Vec<Item>, Vec<Range<u32>>) {
    let mut lexer = Lexer { with_spaces: true, ..Lexer::new(text) };
    let mut items = Vec::new();
    let mut open: Option<Item> = None;
    loop {
        let item = lexer.next_item();
        match item.kind {
            Kind::Eof => return (items, lexer.comments().into_iter().map(|at| action_of(text, at)).collect()),
            Kind::Error => {
                let broken = open.take().unwrap_or(item);
                lexer.resume_behind(broken.start);
                continue;
            }
            // An action that is not closed ends before the next.
            Kind::Char if text.get(item.start..).is_some_and(|rest| rest.starts_with(LEFT)) && open.is_some() => {
                let broken = open.take().unwrap_or(item);
                lexer.resume_behind(broken.start);
                continue;
            }
            Kind::LeftDelim => open = Some(item),
            Kind::RightDelim => open = None,
            _ => {}
        }
        items.push(item);
    }
}

/// The action that a comment is: `{{- /* a */ -}}` around `/* a */`.
fn action_of(text: &[u8], comment: Range<u32>) -> Range<u32> {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let (before, behind) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let before = before.strip_suffix(b" ").and_then(|before| before.strip_suffix(b"-")).unwrap_or(before);
    let behind = behind.strip_prefix(b" -").unwrap_or(behind);
    let left = if before.ends_with(LEFT) { before.len() - LEFT.len() } else { start };
    let right = if behind.starts_with(RIGHT) { text.len() - behind.len() + RIGHT.len() } else { end };
    left as u32..right as u32
}

/// Whether a step of reading gave an item.
type Step = bool;

impl<'t> Lexer<'t> {
    /// A lexer at the start of `input`, to which spaces between arguments are no items.
    pub fn new(input: &'t [u8]) -> Lexer<'t> {
        Lexer {
            input,
            whole: input,
            pos: 0,
            start: 0,
            item: Item::default(),
            parens: 0,
            in_action: false,
            with_spaces: false,
            error: None,
            comments: Vec::new(),
        }
    }

    /// Where the comments are that were passed, delimiters left out.
    pub fn comments(self) -> Vec<Range<u32>> {
        self.comments
    }

    /// Goes on behind the action that starts at `start`, or at the next one where it is not closed.
    pub fn resume_behind(&mut self, start: usize) {
        let inside = self.whole.get(start + LEFT.len()..).unwrap_or_default();
        let end = memchr::memmem::find(inside, RIGHT).map_or(inside.len(), |at| at + RIGHT.len());
        let next = find_left(inside).unwrap_or(inside.len());
        self.input = self.whole;
        self.pos = start + LEFT.len() + end.min(next);
        self.pos = self.pos.min(self.whole.len());
        self.in_action = false;
        self.ignore();
    }

    /// What the text leaves open, if that is the error.
    pub fn unclosed(&self) -> Option<&'static str> {
        Some(match self.error_text() {
            UNCLOSED_ACTION => "action",
            UNCLOSED_COMMENT => "comment",
            UNCLOSED_PAREN => "parenthesis",
            UNTERMINATED_STRING => "string",
            UNTERMINATED_RAW => "raw string",
            _ => return None,
        })
    }

    /// The next item. After an error or the end of the text there is only the end.
    pub fn next_item(&mut self) -> Item {
        while !(if self.in_action { self.inside_action() } else { self.text() }) {}
        self.item
    }

    /// What is wrong with the text, once an item of kind [`Kind::Error`] came.
    pub fn error_text(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }

    fn rest(&self) -> &'t [u8] {
        self.input.get(self.pos..).unwrap_or_default()
    }

    /// The character at the read position and its length; `None` at the end.
    ///
    /// Invalid bytes read as U+FFFD of one byte, as Go decodes them.
    fn peek(&self) -> Option<(char, usize)> {
        let rest = self.rest();
        let &first = rest.first()?;
        if first.is_ascii() {
            return Some((first as char, 1));
        }
        let head = rest.get(..rest.len().min(4)).unwrap_or_default();
        match head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
            Some(c) => Some((c, c.len_utf8())),
            None => Some(('\u{FFFD}', 1)),
        }
    }

    fn peek_char(&self) -> Option<char> {
        self.peek().map(|(c, _)| c)
    }

    fn advance(&mut self) -> Option<char> {
        let (c, len) = self.peek()?;
        self.pos += len;
        Some(c)
    }

    /// Skips the pending input.
    fn ignore(&mut self) {
        self.start = self.pos;
    }

    fn emit(&mut self, kind: Kind) -> Step {
        self.item = Item { kind, start: self.start, end: self.pos };
        self.start = self.pos;
        true
    }

    #[cold]
    fn error(&mut self, message: impl Into<String>) -> Step {
        self.item = Item { kind: Kind::Error, start: self.start, end: self.start };
        self.error = Some(message.into());
        self.start = 0;
        self.pos = 0;
        self.input = &[];
        self.in_action = false;
        true
    }

    fn text(&mut self) -> Step {
        let rest = self.rest();
        if let [b'{', b'{', ..] = rest {
            return self.left_delim();
        }
        let Some(found) = find_left(rest) else {
            self.pos = self.input.len();
            return self.emit(if self.pos > self.start { Kind::Text } else { Kind::Eof });
        };
        let delim = self.pos + found;
        let (text, at_delim) = rest.split_at_checked(found).unwrap_or_default();
        let trimmed = matches!(at_delim, [b'{', b'{', after @ ..] if has_left_marker(after));
        let kept = if trimmed { text.trim_end_with_spaces().len() } else { found };
        self.pos += kept;
        self.emit(Kind::Text);
        self.pos = delim;
        self.ignore();
        kept > 0
    }

    fn left_delim(&mut self) -> Step {
        self.pos += LEFT.len();
        let rest = self.rest();
        let after_marker = if has_left_marker(rest) { MARKER } else { 0 };
        if let [b'/', b'*', ..] = rest.get(after_marker..).unwrap_or_default() {
            self.pos += after_marker;
            self.ignore();
            return self.comment();
        }
        self.emit(Kind::LeftDelim);
        self.in_action = true;
        self.pos += after_marker;
        self.ignore();
        self.parens = 0;
        true
    }

    fn comment(&mut self) -> Step {
        self.pos += 2;
        let Some(found) = memchr::memmem::find(self.rest(), b"*/") else {
            return self.error(UNCLOSED_COMMENT);
        };
        self.pos += found + 2;
        self.comments.push(self.start as u32..self.pos as u32);
        let (delim, trim) = self.at_right_delim();
        if !delim {
            return self.error("comment ends before closing delimiter");
        }
        self.pos += if trim { MARKER } else { 0 } + RIGHT.len();
        if trim {
            self.skip_spaces();
        }
        self.ignore();
        false
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start_with_spaces().len();
    }

    /// Whether a right delimiter starts here, and whether it trims.
    fn at_right_delim(&self) -> (bool, bool) {
        match self.rest() {
            [b'}', b'}', ..] => (true, false),
            rest => {
                let trims = is_trimming_right(rest);
                (trims, trims)
            }
        }
    }

    fn right_delim(&mut self) -> Step {
        let (_, trim) = self.at_right_delim();
        if trim {
            self.pos += MARKER;
            self.ignore();
        }
        self.pos += RIGHT.len();
        self.emit(Kind::RightDelim);
        if trim {
            self.skip_spaces();
            self.ignore();
        }
        self.in_action = false;
        true
    }

    fn inside_action(&mut self) -> Step {
        let rest = self.rest();
        let Some(&first) = rest.first() else { return self.error(UNCLOSED_ACTION) };
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.identifier(),
            b' ' | b'\t' | b'\r' | b'\n' | b'}' if self.at_right_delim().0 => {
                if self.parens == 0 {
                    return self.right_delim();
                }
                return self.error(UNCLOSED_PAREN);
            }
            b' ' | b'\t' | b'\r' | b'\n' => return self.space(),
            b'0'..=b'9' | b'+' | b'-' => return self.number(),
            b'.' if matches!(rest.get(1), None | Some(b'0'..=b'9')) => return self.number(),
            0x80.. if self.peek_char().is_some_and(is_alphanumeric) => return self.identifier(),
            _ => {}
        }
        self.pos += 1;
        match first {
            b'=' => self.emit(Kind::Assign),
            b':' => {
                if self.rest().first() != Some(&b'=') {
                    return self.error("expected :=");
                }
                self.pos += 1;
                self.emit(Kind::Declare)
            }
            b'|' => self.emit(Kind::Pipe),
            b'"' => self.quoted(b'"', UNTERMINATED_STRING, Kind::String),
            b'\'' => self.quoted(b'\'', "unterminated character constant", Kind::CharConstant),
            b'`' => self.raw_quoted(),
            b'$' => self.field_or_variable(Kind::Variable),
            b'.' => self.field_or_variable(Kind::Field),
            b'(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen)
            }
            b')' => match self.parens.checked_sub(1) {
                Some(parens) => {
                    self.parens = parens;
                    self.emit(Kind::RightParen)
                }
                None => self.error("unexpected right paren"),
            },
            b' '..=b'~' => self.emit(Kind::Char),
            _ => {
                let (c, _) = decode_rune(rest);
                self.error(format!("unrecognized character in action: {}", code_point(c)))
            }
        }
    }

    fn space(&mut self) -> Step {
        self.skip_spaces();
        // The last space may belong to a trimming right delimiter.
        if is_trimming_right(self.input.get(self.pos - 1..).unwrap_or_default()) {
            self.pos -= 1;
        }
        if self.with_spaces {
            return self.emit(Kind::Space);
        }
        self.ignore();
        false
    }

    /// Passes the rest of a name.
    fn skip_name(&mut self) {
        loop {
            let rest = self.rest();
            let plain = rest.iter().position(|b| !is_in_name(*b)).unwrap_or(rest.len());
            self.pos += plain;
            if rest.get(plain).is_none_or(u8::is_ascii) {
                return;
            }
            match self.peek() {
                Some((c, len)) if is_alphanumeric(c) => self.pos += len,
                _ => return,
            }
        }
    }

    fn identifier(&mut self) -> Step {
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.input.get(self.start..self.pos).unwrap_or_default();
        self.emit(Kind::of_word(word))
    }

    fn field_or_variable(&mut self, kind: Kind) -> Step {
        if self.at_terminator() {
            return self.emit(if kind == Kind::Variable { Kind::Variable } else { Kind::Dot });
        }
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.emit(kind)
    }

    fn bad_character(&mut self) -> Step {
        let c = self.peek_char().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.error(format!("bad character {}", code_point(c)))
    }

    /// Whether an identifier may end here.
    fn at_terminator(&self) -> bool {
        matches!(
            self.rest(),
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(', ..] | [b'}', b'}', ..]
        )
    }

    fn quoted(&mut self, end: u8, unterminated: &str, kind: Kind) -> Step {
        loop {
            let mut rest = self.rest().iter().enumerate();
            let stop = rest.find(|(_, b)| matches!(b, b'\\' | b'\n') || **b == end);
            let Some((plain, byte)) = stop else { return self.error(unterminated) };
            self.pos += plain + 1;
            match byte {
                b'\\' if matches!(self.advance(), None | Some('\n')) => return self.error(unterminated),
                b'\\' => {}
                b'\n' => return self.error(unterminated),
                _ => return self.emit(kind),
            }
        }
    }

    fn raw_quoted(&mut self) -> Step {
        let Some(len) = memchr::memchr(b'`', self.rest()) else {
            return self.error(UNTERMINATED_RAW);
        };
        self.pos += len + 1;
        self.emit(Kind::RawString)
    }

    fn number(&mut self) -> Step {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek_char(), Some('+' | '-')) {
            // Complex: 1+2i, without spaces.
            if !self.scan_number() || self.input.get(self.pos - 1) != Some(&b'i') {
                return self.bad_number();
            }
            return self.emit(Kind::Complex);
        }
        self.emit(Kind::Number)
    }

    fn bad_number(&mut self) -> Step {
        let text = quote(self.input.get(self.start..self.pos).unwrap_or_default());
        self.error(format!("bad number syntax: {text}"))
    }

    fn accept(&mut self, valid: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|byte| valid.contains(byte));
        self.pos += usize::from(found);
        found
    }

    fn accept_run(&mut self, valid: &[u8]) {
        while self.accept(valid) {}
    }

    fn scan_number(&mut self) -> bool {
        const DECIMAL: &[u8] = b"0123456789_";
        const HEX: &[u8] = b"0123456789abcdefABCDEF_";
        self.accept(b"+-");
        let mut digits = DECIMAL;
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = HEX;
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if (digits == DECIMAL && self.accept(b"eE")) || (digits == HEX && self.accept(b"pP")) {
            self.accept(b"+-");
            self.accept_run(DECIMAL);
        }
        self.accept(b"i");
        if self.peek_char().is_some_and(is_alphanumeric) {
            self.advance();
            return false;
        }
        true
    }
}

/// The next left delimiter. They stand close together, so looking for the byte beats a search for the pair.
fn find_left(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', text).find(|&at| text.get(at + 1) == Some(&b'{'))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The ASCII characters that may stand in a name; bytes of other characters are looked at one by one.
#[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
static IN_NAME: [bool; 256] = {
    let mut found = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        found[byte] = byte == b'_' as usize || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    found
};

#[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
fn is_in_name(byte: u8) -> bool {
    IN_NAME[byte as usize]
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || is_letter(c) || is_digit(c)
}

fn has_left_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

/// Whether a right delimiter with a trim marker comes first.
pub(super) fn is_trimming_right(text: &[u8]) -> bool {
    matches!(text, [b' ' | b'\t' | b'\r' | b'\n', b'-', b'}', b'}', ..])
}

/// Go's `%#U`.
fn code_point(c: char) -> String {
    let number = format!("U+{:04X}", c as u32);
    if is_print(c) { format!("{number} '{c}'") } else { number }
}

/// Trimming of the four space characters that Go's templates trim.
trait TrimSpaces {
    fn trim_end_with_spaces(&self) -> &[u8];
    fn trim_start_with_spaces(&self) -> &[u8];
}

impl TrimSpaces for [u8] {
    fn trim_end_with_spaces(&self) -> &[u8] {
        let end = self.iter().rposition(|b| !is_space(*b as char)).map_or(0, |i| i + 1);
        self.get(..end).unwrap_or_default()
    }

    fn trim_start_with_spaces(&self) -> &[u8] {
        let start = self.iter().position(|b| !is_space(*b as char)).unwrap_or(self.len());
        self.get(start..).unwrap_or_default()
    }
}
