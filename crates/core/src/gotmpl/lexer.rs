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
            Kind::Char
                if text.get(item.start as usize..).is_some_and(|rest| rest.starts_with(LEFT)) && open.is_some() =>
            {
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

/// What a step of reading gave: what is passed silently is no item.
type Step = Option<Item>;

impl<'t> Lexer<'t> {
    /// A lexer at the start of `input`, to which spaces between arguments are no items.
    pub fn new(input: &'t [u8]) -> Lexer<'t> {
        Lexer {
            input,
            whole: input,
            pos: 0,
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
    pub fn resume_behind(&mut self, start: u32) {
        let start = start as usize + LEFT.len();
        let inside = self.whole.get(start..).unwrap_or_default();
        let end = memchr::memmem::find(inside, RIGHT).map_or(inside.len(), |at| at + RIGHT.len());
        let next = find_left(inside).unwrap_or(inside.len());
        self.input = self.whole;
        self.pos = (start + end.min(next)).min(self.whole.len());
        self.in_action = false;
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
        loop {
            let found = if self.in_action { self.inside_action() } else { self.text() };
            if let Some(item) = found {
                return item;
            }
        }
    }

    /// What is wrong with the text, once an item of kind [`Kind::Error`] came.
    pub fn error_text(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }

    #[inline]
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

    /// The item from `start` to the read position.
    #[inline]
    fn item(&self, kind: Kind, start: usize) -> Step {
        Some(Item { kind, start: start as u32, end: self.pos as u32 })
    }

    /// What cannot be read starts at `start`.
    #[cold]
    fn error(&mut self, start: usize, message: impl Into<String>) -> Step {
        self.error = Some(message.into());
        self.pos = 0;
        self.input = &[];
        self.in_action = false;
        Some(Item { kind: Kind::Error, start: start as u32, end: start as u32 })
    }

    fn text(&mut self) -> Step {
        let (start, rest) = (self.pos, self.rest());
        if let [b'{', b'{', inside @ ..] = rest {
            return self.left_delim(inside);
        }
        let Some(found) = find_left(rest) else {
            self.pos = self.input.len();
            return self.item(if rest.is_empty() { Kind::Eof } else { Kind::Text }, start);
        };
        let (text, at_delim) = rest.split_at_checked(found).unwrap_or_default();
        let trimmed = matches!(at_delim, [b'{', b'{', after @ ..] if has_left_marker(after));
        let kept = if trimmed { text.trim_end_with_spaces().len() } else { found };
        self.pos += found;
        let end = start + kept;
        (kept > 0).then_some(Item { kind: Kind::Text, start: start as u32, end: end as u32 })
    }

    /// A left delimiter, with what is behind it.
    fn left_delim(&mut self, inside: &[u8]) -> Step {
        let start = self.pos;
        self.pos += LEFT.len();
        let delim = self.item(Kind::LeftDelim, start);
        let inside = if has_left_marker(inside) {
            self.pos += MARKER;
            inside.get(MARKER..).unwrap_or_default()
        } else {
            inside
        };
        if let [b'/', b'*', ..] = inside {
            return self.comment();
        }
        self.in_action = true;
        self.parens = 0;
        delim
    }

    fn comment(&mut self) -> Step {
        let start = self.pos;
        self.pos += 2;
        let Some(found) = memchr::memmem::find(self.rest(), b"*/") else {
            return self.error(start, UNCLOSED_COMMENT);
        };
        self.pos += found + 2;
        self.comments.push(start as u32..self.pos as u32);
        let trims = is_trimming_right(self.rest());
        if !trims && !self.rest().starts_with(RIGHT) {
            return self.error(start, "comment ends before closing delimiter");
        }
        self.pos += if trims { MARKER } else { 0 } + RIGHT.len();
        if trims {
            self.skip_spaces();
        }
        None
    }

    #[inline]
    fn skip_spaces(&mut self) {
        while self.input.get(self.pos).is_some_and(|byte| is_space(*byte)) {
            self.pos += 1;
        }
    }

    /// A right delimiter, at which the read position stands. Behind one that trims the space is passed too.
    fn right_delim(&mut self, trims: bool) -> Step {
        let start = self.pos;
        self.pos += RIGHT.len();
        let delim = self.item(Kind::RightDelim, start);
        if trims {
            self.skip_spaces();
        }
        self.in_action = false;
        delim
    }

    fn inside_action(&mut self) -> Step {
        let mut rest = self.rest();
        if rest.first().is_some_and(|byte| is_space(*byte)) {
            if let Some(item) = self.space() {
                return Some(item);
            }
            rest = self.rest();
        }
        let Some(&first) = rest.first() else { return self.error(self.pos, UNCLOSED_ACTION) };
        let start = self.pos;
        self.pos += 1;
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.identifier(start),
            b'.' => match rest.get(1) {
                None | Some(b'0'..=b'9') => self.number(start),
                Some(_) => self.field_or_variable(start, Kind::Dot, Kind::Field),
            },
            b'"' => self.quoted(start, b'"', UNTERMINATED_STRING, Kind::String),
            b'$' => self.field_or_variable(start, Kind::Variable, Kind::Variable),
            b'}' if rest.get(1) == Some(&b'}') => {
                if self.parens > 0 {
                    return self.error(start, UNCLOSED_PAREN);
                }
                self.pos = start;
                self.right_delim(false)
            }
            b'(' => {
                self.parens += 1;
                self.item(Kind::LeftParen, start)
            }
            b')' => match self.parens.checked_sub(1) {
                Some(parens) => {
                    self.parens = parens;
                    self.item(Kind::RightParen, start)
                }
                None => self.error(start, "unexpected right paren"),
            },
            b'|' => self.item(Kind::Pipe, start),
            b'=' => self.item(Kind::Assign, start),
            b':' if rest.get(1) == Some(&b'=') => {
                self.pos += 1;
                self.item(Kind::Declare, start)
            }
            b':' => self.error(start, "expected :="),
            b'0'..=b'9' | b'+' | b'-' => self.number(start),
            b'\'' => self.quoted(start, b'\'', "unterminated character constant", Kind::CharConstant),
            b'`' => self.raw_quoted(start),
            b' '..=b'~' => self.item(Kind::Char, start),
            _ => self.foreign(start),
        }
    }

    /// A character that is not ASCII or that nothing is written with.
    fn foreign(&mut self, start: usize) -> Step {
        self.pos = start;
        if self.peek_char().is_some_and(is_alphanumeric) {
            return self.identifier(start);
        }
        let (c, _) = decode_rune(self.rest());
        self.error(start, format!("unrecognized character in action: {}", code_point(c)))
    }

    /// Spaces between arguments. The last may belong to a right delimiter that trims.
    fn space(&mut self) -> Step {
        let start = self.pos;
        self.skip_spaces();
        if !matches!(self.rest(), [b'-', b'}', b'}', ..]) {
            return if self.with_spaces { self.item(Kind::Space, start) } else { None };
        }
        let last = self.pos - 1;
        if self.with_spaces && last > start {
            self.pos = last;
            return self.item(Kind::Space, start);
        }
        if self.parens > 0 {
            return self.error(last, UNCLOSED_PAREN);
        }
        self.pos += MARKER - 1;
        self.right_delim(true)
    }

    /// Passes the rest of a name.
    #[inline]
    fn skip_name(&mut self) {
        self.pos += name_len(self.rest());
        if self.input.get(self.pos).is_some_and(|byte| !byte.is_ascii()) {
            self.skip_foreign_name();
        }
    }

    /// The same where the next character is not ASCII.
    #[cold]
    fn skip_foreign_name(&mut self) {
        while let Some((_, len)) = self.peek().filter(|(c, _)| is_alphanumeric(*c)) {
            self.pos += len;
        }
    }

    #[inline]
    fn identifier(&mut self, start: usize) -> Step {
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character(start);
        }
        let word = self.input.get(start..self.pos).unwrap_or_default();
        self.item(Kind::of_word(word), start)
    }

    /// A name behind its sign, or the sign alone.
    #[inline]
    fn field_or_variable(&mut self, start: usize, alone: Kind, named: Kind) -> Step {
        self.skip_name();
        if !self.at_terminator() {
            return self.bad_character(start);
        }
        self.item(if self.pos == start + 1 { alone } else { named }, start)
    }

    /// Passes a field that stands right here and has a plain name: where the name is. Others are left to be items.
    #[inline]
    pub fn plain_field(&mut self) -> Option<Range<u32>> {
        let [b'.', behind @ ..] = self.rest() else { return None };
        let (start, len) = (self.pos + 1, name_len(behind));
        let ends = behind.get(len).is_some_and(|byte| is(*byte, TERMINATOR));
        if !ends || !matches!(behind, [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..]) {
            return None;
        }
        self.pos = start + len;
        Some(start as u32..self.pos as u32)
    }

    #[cold]
    fn bad_character(&mut self, start: usize) -> Step {
        let c = self.peek_char().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.error(start, format!("bad character {}", code_point(c)))
    }

    /// Whether an identifier may end here.
    #[inline]
    fn at_terminator(&self) -> bool {
        match self.rest() {
            [] => true,
            [b'}', next, ..] => *next == b'}',
            [byte, ..] => is(*byte, TERMINATOR),
        }
    }

    fn quoted(&mut self, start: usize, end: u8, unterminated: &str, kind: Kind) -> Step {
        loop {
            let mut rest = self.rest().iter().enumerate();
            let stop = rest.find(|(_, b)| matches!(b, b'\\' | b'\n') || **b == end);
            let Some((plain, byte)) = stop else { return self.error(start, unterminated) };
            self.pos += plain + 1;
            match byte {
                b'\\' if matches!(self.advance(), None | Some('\n')) => return self.error(start, unterminated),
                b'\\' => {}
                b'\n' => return self.error(start, unterminated),
                _ => return self.item(kind, start),
            }
        }
    }

    fn raw_quoted(&mut self, start: usize) -> Step {
        let Some(len) = memchr::memchr(b'`', self.rest()) else {
            return self.error(start, UNTERMINATED_RAW);
        };
        self.pos += len + 1;
        self.item(Kind::RawString, start)
    }

    fn number(&mut self, start: usize) -> Step {
        self.pos = start;
        if !self.scan_number() {
            return self.bad_number(start);
        }
        if matches!(self.peek_char(), Some('+' | '-')) {
            // Complex: 1+2i, without spaces.
            if !self.scan_number() || self.input.get(self.pos - 1) != Some(&b'i') {
                return self.bad_number(start);
            }
            return self.item(Kind::Complex, start);
        }
        self.item(Kind::Number, start)
    }

    #[cold]
    fn bad_number(&mut self, start: usize) -> Step {
        let text = quote(self.input.get(start..self.pos).unwrap_or_default());
        self.error(start, format!("bad number syntax: {text}"))
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

/// What a byte may be; several of these together.
type Class = u8;
/// One of the four spaces of Go's templates.
const SPACE: Class = 1;
/// An ASCII character that may stand in a name; bytes of other characters are looked at one by one.
const NAME: Class = 2;
/// What a name may end before, but for a right delimiter.
const TERMINATOR: Class = 4;

#[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
static CLASSES: [Class; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let ends = is_space || matches!(byte, b'.' | b',' | b'|' | b':' | b')' | b'(');
        let is_name = byte == b'_' || byte.is_ascii_alphanumeric();
        classes[byte as usize] = (is_space as u8 * SPACE) | (is_name as u8 * NAME) | (ends as u8 * TERMINATOR);
        byte += 1;
    }
    classes
};

#[expect(clippy::indexing_slicing, reason = "there is an entry for every byte")]
#[inline]
fn is(byte: u8, class: Class) -> bool {
    CLASSES[byte as usize] & class != 0
}

#[inline]
fn is_space(byte: u8) -> bool {
    is(byte, SPACE)
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

/// How many ASCII characters of a name come first: eight at once, as long as all of them are.
#[inline]
fn name_len(text: &[u8]) -> usize {
    let mut len = 0;
    for eight in text.as_chunks::<8>().0 {
        let others = others_than_name(u64::from_le_bytes(*eight));
        if others != 0 {
            return len + (others.trailing_zeros() / 8) as usize;
        }
        len += 8;
    }
    len + text.iter().skip(len).take_while(|byte| is(**byte, NAME)).count()
}

/// The highest bit of each of eight bytes that is no ASCII character of a name.
#[inline]
fn others_than_name(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let low = bytes & !HIGH;
    // The highest bit where seven bits are at least a number; sums stay within their bytes.
    let at_least = |bits: u64, byte: u8| bits + (0x80 - u64::from(byte)) * ONES;
    let letter = low | (0x20 * ONES);
    let letters = at_least(letter, b'a') & !at_least(letter, b'z' + 1);
    let digits = at_least(low, b'0') & !at_least(low, b'9' + 1);
    let underscores = !at_least(low ^ (u64::from(b'_') * ONES), 1);
    (!(letters | digits | underscores) | bytes) & HIGH
}

/// Trimming of the four space characters that Go's templates trim.
trait TrimSpaces {
    fn trim_end_with_spaces(&self) -> &[u8];
}

impl TrimSpaces for [u8] {
    fn trim_end_with_spaces(&self) -> &[u8] {
        let end = self.iter().rposition(|byte| !is_space(*byte)).map_or(0, |i| i + 1);
        self.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_of_a_name_are_what_each_is() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut bytes = *b"aZ_09mbQ";
                bytes[at] = byte;
                let is_name = byte == b'_' || byte.is_ascii_alphanumeric();
                assert_eq!(is(byte, NAME), is_name);
                assert_eq!(name_len(&bytes), if is_name { 8 } else { at }, "{byte} at {at}");
                assert_eq!(name_len(&[&bytes[..], b"yz"].concat()), if is_name { 10 } else { at }, "{byte} at {at}");
            }
        }
    }
}
