//! `json.Unmarshal`.

use super::{JsonError, MAX_DEPTH, Numbers};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::text::{Origin, Str, is_print, lossy, quote};
use crate::value::{Entries, Heap, Room, Value, number};
use std::ops::Range;

/// What the JSON is wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `interface {}`
    Any,
    /// `map[string]interface {}`; null gives nil.
    Dict,
    /// `[]interface {}`; null gives nil.
    List,
}

/// How JSON is read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What is wanted.
    pub target: Target,
    /// What numbers become.
    pub numbers: Numbers,
    /// Whose error texts count.
    pub helm: HelmVersion,
}

impl Default for Options {
    fn default() -> Self {
        Options { target: Target::Any, numbers: Numbers::Float, helm: HelmVersion::V4 }
    }
}

/// Reads a whole text as one JSON value: `json.Unmarshal` into an `interface {}`. The error is Go's text.
pub fn decode(heap: &mut Heap, text: &[u8]) -> Result<Value, String> {
    let budget = Budget::default();
    decode_with(heap, &budget, text, Options::default(), &mut |_| Origin::NONE).map_err(|e| e.to_string())
}

/// Reads a whole text as one JSON value of the wanted type.
///
/// `origin` is asked for the origin of every value by the bytes that spell it, those inside a collection first.
/// The error is Go's text, or a limit.
pub fn decode_with(
    heap: &mut Heap,
    budget: &Budget,
    text: &[u8],
    options: Options,
    origin: &mut dyn FnMut(Range<usize>) -> Origin,
) -> Result<Value, JsonError> {
    let mut decoder = Decoder { heap, budget, text, pos: 0, options, origin, out_of_range: None, is_stream: false };
    let (value, kind) = decoder.document()?;
    let wanted = match options.target {
        Target::Any => None,
        Target::Dict => Some(("object", "map[string]interface {}")),
        Target::List => Some(("array", "[]interface {}")),
    };
    if let Some((wanted, name)) = wanted
        && kind != wanted
        && kind != "null"
    {
        return Err(JsonError::Go(format!("json: cannot unmarshal {kind} into Go value of type {name}")));
    }
    match decoder.out_of_range {
        Some(text) => Err(JsonError::OutOfRange { text, value: Box::new(value) }),
        None => Ok(value),
    }
}

/// Reads one JSON value at the start of a text, as Go's `json.Decoder` does; gives the bytes it took.
/// The error is Go's text, or a limit.
pub fn decode_prefix(
    heap: &mut Heap,
    budget: &Budget,
    text: &[u8],
    origin: &mut dyn FnMut(Range<usize>) -> Origin,
) -> Result<(Value, usize), JsonError> {
    decode_prefix_as(heap, budget, text, Options::default(), origin)
}

/// The same with the errors of the wanted version.
pub fn decode_prefix_as(
    heap: &mut Heap,
    budget: &Budget,
    text: &[u8],
    options: Options,
    origin: &mut dyn FnMut(Range<usize>) -> Origin,
) -> Result<(Value, usize), JsonError> {
    let mut decoder = Decoder { heap, budget, text, pos: 0, options, origin, out_of_range: None, is_stream: true };
    decoder.skip_blanks();
    let value = decoder.value()?;
    match decoder.out_of_range {
        Some(error) => Err(JsonError::Go(error)),
        None => Ok((value, decoder.pos)),
    }
}

struct Decoder<'a> {
    heap: &'a mut Heap,
    budget: &'a Budget,
    text: &'a [u8],
    pos: usize,
    options: Options,
    origin: &'a mut dyn FnMut(Range<usize>) -> Origin,
    /// The first number that a float cannot hold. Go goes on after it.
    out_of_range: Option<String>,
    /// Whether Go reads the text through a buffer.
    is_stream: bool,
}

/// How many bytes Go's decoder of streams has at hand at first. It needs a value in one piece, so where they do not
/// suffice it doubles them.
const BUFFER: usize = 64;

/// A collection that has not ended.
enum Open {
    List(Vec<Value>),
    Map(Entries, Str),
}

fn go<T>(text: impl Into<String>) -> Result<T, JsonError> {
    Err(JsonError::Go(text.into()))
}

impl Decoder<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    fn end<T>(&self) -> Result<T, JsonError> {
        go("unexpected end of JSON input")
    }

    /// Complains about the character reached, or about the end.
    fn unexpected<T>(&self, place: &str) -> Result<T, JsonError> {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let Some(&first) = rest.first() else { return self.end() };
        let rest = match self.is_stream {
            // The end of a character may not have been read yet.
            true => rest.get(..self.at_hand() - self.pos).unwrap_or(rest),
            false => rest,
        };
        let (c, len) = crate::text::decode_rune(rest);
        let shown = match c {
            // Helm 3's Go looks at bytes.
            _ if self.options.helm < HelmVersion::V4 => rune(char::from(first)),
            char::REPLACEMENT_CHARACTER if len == 1 => format!("'\\x{first:x}'"),
            c => rune(c),
        };
        go(format!("invalid character {shown} {place}"))
    }

    /// How far Go's decoder of streams has read to see the byte reached.
    fn at_hand(&self) -> usize {
        let mut end = BUFFER;
        while end <= self.pos {
            end *= 2;
        }
        end
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn document(&mut self) -> Result<(Value, &'static str), JsonError> {
        self.skip_blanks();
        let kind = match self.peek() {
            Some(b'{') => "object",
            Some(b'[') => "array",
            Some(b'"') => "string",
            Some(b't' | b'f') => "bool",
            Some(b'n') => "null",
            _ => "number",
        };
        let value = self.value()?;
        self.skip_blanks();
        if self.pos < self.text.len() {
            return self.unexpected("after top-level value");
        }
        Ok((value, kind))
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        let mut open: Vec<(Open, usize)> = Vec::new();
        loop {
            self.budget.tick()?;
            self.skip_blanks();
            let start = self.pos;
            let mut value = match self.peek() {
                Some(b'[' | b'{') if open.len() >= MAX_DEPTH => return go("exceeded max depth"),
                Some(b'[') => {
                    self.pos += 1;
                    self.skip_blanks();
                    if self.peek() != Some(b']') {
                        open.push((Open::List(Vec::new()), start));
                        continue;
                    }
                    self.pos += 1;
                    self.heap.new_list(Vec::new())
                }
                Some(b'{') => {
                    self.pos += 1;
                    self.skip_blanks();
                    if self.peek() != Some(b'}') {
                        let key = self.key()?;
                        open.push((Open::Map(Entries::new(), key), start));
                        continue;
                    }
                    self.pos += 1;
                    self.heap.new_dict(Entries::new())
                }
                _ => self.scalar(&open)?,
            };
            value.origin = (self.origin)(start..self.pos);
            // The value is done, and may be the last of the collections around it.
            loop {
                let Some((around, start)) = open.last_mut() else { return Ok(value) };
                let start = *start;
                match around {
                    Open::List(items) => items.push(value),
                    Open::Map(entries, key) => {
                        entries.insert(std::mem::take(key), value);
                    }
                }
                let list = matches!(around, Open::List(_));
                self.skip_blanks();
                match (self.peek(), list) {
                    (Some(b','), true) => {
                        self.pos += 1;
                        break;
                    }
                    (Some(b','), false) => {
                        self.pos += 1;
                        self.skip_blanks();
                        let next = self.key()?;
                        if let Some((Open::Map(_, key), _)) = open.last_mut() {
                            *key = next;
                        }
                        break;
                    }
                    (Some(b']'), true) | (Some(b'}'), false) => self.pos += 1,
                    (_, true) => return self.unexpected("after array element"),
                    (_, false) => return self.unexpected("after object key:value pair"),
                }
                value = match open.pop() {
                    Some((Open::List(items), _)) => {
                        let list = self.heap.new_list(items);
                        self.heap.with_room(list, Room::Grown)
                    }
                    Some((Open::Map(entries, _), _)) => self.heap.new_dict(entries),
                    None => return self.end(),
                };
                value.origin = (self.origin)(start..self.pos);
            }
        }
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Result<Str, JsonError> {
        if self.peek() != Some(b'"') {
            return self.unexpected("looking for beginning of object key string");
        }
        let key = self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.unexpected("after object key");
        }
        self.pos += 1;
        Ok(key)
    }

    fn scalar(&mut self, open: &[(Open, usize)]) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Value::str(self.string()?)),
            Some(b't') => self.literal("true", Value::bool(true)),
            Some(b'f') => self.literal("false", Value::bool(false)),
            Some(b'n') => self.literal("null", Value::NIL_INTERFACE),
            Some(b'-' | b'0'..=b'9') => self.number(open),
            _ => self.unexpected("looking for beginning of value"),
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        for expected in word.bytes() {
            match self.peek() {
                Some(b) if b == expected => self.pos += 1,
                None if self.options.helm < HelmVersion::V4 && self.pos == self.text.len() => {
                    return self.early_end(&format!("in literal {word} (expecting '{}')", char::from(expected)));
                }
                _ => return self.unexpected(&format!("in literal {word} (expecting '{}')", char::from(expected))),
            }
        }
        Ok(value)
    }

    /// Helm 3's Go puts a blank behind the text, and complains about that one.
    fn early_end<T>(&self, place: &str) -> Result<T, JsonError> {
        if self.options.helm < HelmVersion::V4 { go(format!("invalid character ' ' {place}")) } else { self.end() }
    }

    fn digits(&mut self, place: &str) -> Result<(), JsonError> {
        if self.peek().is_none() {
            return self.early_end(self.number_place(place));
        }
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            return self.unexpected(self.number_place(place));
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.pos += 1;
        }
        Ok(())
    }

    fn number_place<'s>(&self, place: &'s str) -> &'s str {
        if self.options.helm < HelmVersion::V4 { place } else { "in numeric literal" }
    }

    fn number(&mut self, open: &[(Open, usize)]) -> Result<Value, JsonError> {
        let start = self.pos;
        if self.peek() == Some(b'-') {
            self.pos += 1;
        }
        if self.peek() == Some(b'0') {
            self.pos += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.pos += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.pos += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = self.text.get(start..self.pos).unwrap_or_default();
        if whole
            && self.options.numbers != Numbers::Float
            && let Some(n) = number::try_int(text, 10)
        {
            return Ok(Value::int64(n));
        }
        if let Some(n) = number::try_float(text) {
            return Ok(Value::float(n));
        }
        let text = String::from_utf8_lossy(text);
        let place = if self.options.helm < HelmVersion::V4 { "Go value".to_owned() } else { place(open) };
        self.out_of_range.get_or_insert(format!("json: cannot unmarshal number {text} into {place} of type float64"));
        Ok(if self.options.helm < HelmVersion::V4 { Value::NIL_INTERFACE } else { Value::float(0.0) })
    }

    fn string(&mut self) -> Result<Str, JsonError> {
        self.pos += 1;
        let start = self.pos;
        let plain = |b: u8| b >= 0x20 && b != b'"' && b != b'\\';
        while self.peek().is_some_and(plain) {
            self.pos += 1;
        }
        let run = self.text.get(start..self.pos).unwrap_or_default();
        if self.peek() == Some(b'"') {
            self.pos += 1;
            return Ok(json_text(run));
        }
        let mut out = run.to_vec();
        loop {
            let start = self.pos;
            while self.peek().is_some_and(plain) {
                self.pos += 1;
            }
            out.extend_from_slice(self.text.get(start..self.pos).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(json_text(&out));
                }
                Some(b'\\') => {
                    let c = self.escape()?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => return self.end(),
                _ if self.options.helm < HelmVersion::V4 => return self.unexpected("in string literal"),
                _ => return self.unexpected("in string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let c = match rest.get(1) {
            None => return self.end(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(*c),
            Some(b'u') => return self.unicode_escape(),
            Some(_) if self.options.helm < HelmVersion::V4 => {
                self.pos += 1;
                return self.unexpected("in string escape code");
            }
            Some(_) => return bad_escape(rest.get(..2).unwrap_or(rest)),
        };
        self.pos += 2;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let Some(first) = unit(rest) else {
            let shown = rest.get(..6).unwrap_or(rest);
            let bad = shown.iter().skip(2).position(|b| !b.is_ascii_hexdigit());
            return match bad {
                Some(bad) if self.options.helm < HelmVersion::V4 => {
                    self.pos += 2 + bad;
                    self.unexpected("in \\u hexadecimal character escape")
                }
                None => self.end(),
                Some(_) => bad_escape(shown),
            };
        };
        self.pos += 6;
        if let Some(c) = char::from_u32(u32::from(first)) {
            return Ok(c);
        }
        // Half of a surrogate pair: with its other half a character, alone U+FFFD.
        let second = unit(self.text.get(self.pos..).unwrap_or_default());
        match second.map(|second| char::decode_utf16([first, second]).next()) {
            Some(Some(Ok(c))) => {
                self.pos += 6;
                Ok(c)
            }
            _ => Ok(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// Where Go says a number stands: a JSON pointer with dots.
fn place(open: &[(Open, usize)]) -> String {
    let Some((innermost, _)) = open.last() else { return "Go value".to_owned() };
    let mut out = String::from(if matches!(innermost, Open::Map(..)) { "Go struct field " } else { "" });
    for (around, _) in open {
        out.push('.');
        match around {
            Open::List(items) => out.push_str(&items.len().to_string()),
            Open::Map(_, key) => out.push_str(&key.to_lossy().replace('~', "~0").replace('/', "~1")),
        }
    }
    out
}

/// The number in `\u1234` at the start of a text.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |n, b| Some(n << 4 | char::from(*b).to_digit(16)? as u16))
}

fn bad_escape<T>(text: &[u8]) -> Result<T, JsonError> {
    let shown = lossy(text);
    let plain =
        shown.chars().all(|c| c != '`' && c != char::REPLACEMENT_CHARACTER && !c.is_whitespace() && is_print(c));
    go(if plain {
        format!("invalid escape sequence `{shown}` in string")
    } else {
        format!("invalid escape sequence {} in string", quote(text))
    })
}

/// Go's `strconv.QuoteRune`.
fn rune(c: char) -> String {
    let mut out = String::from("'");
    crate::text::push_escaped(&mut out, c, '\'', false);
    out.push('\'');
    out
}

fn json_text(text: &[u8]) -> Str {
    if std::str::from_utf8(text).is_ok() { Str::from(text) } else { Str::from(lossy(text).into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, target: Target) -> String {
        let mut heap = Heap::new();
        let budget = Budget::default();
        let options = Options { target, ..Options::default() };
        let value = decode_with(&mut heap, &budget, text.as_bytes(), options, &mut |_| Origin::NONE);
        match value {
            Ok(value) => {
                let mut out = crate::text::TextBuilder::new(false);
                let style = super::super::Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
                super::super::encode(&heap, &budget, &value, style, &mut out).unwrap();
                String::from_utf8(out.as_bytes().to_vec()).unwrap()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_read() {
        let text = r#" {"b":[1,2.5,"x\u00e9\ud83d\ude00\ud800",null,true,{}],"a":{"c":[]},"a":-0} "#;
        assert_eq!(read(text, Target::Any), r#"{"a":-0,"b":[1,2.5,"xé😀�",null,true,{}]}"#);
    }

    #[test]
    fn errors_read_as_in_go() {
        let cases = [
            ("", "unexpected end of JSON input"),
            ("{\"a\":01}", "invalid character '1' after object key:value pair"),
            ("{\"a\":nul}", "invalid character '}' in literal null (expecting 'l')"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
            ("{'a':1}", r"invalid character '\'' looking for beginning of object key string"),
            ("{\"a\":\"\\x\"}", r"invalid escape sequence `\x` in string"),
            ("\u{feff}{}", r"invalid character '\ufeff' looking for beginning of value"),
            ("--1", "invalid character '-' in numeric literal"),
            ("1 2", "invalid character '2' after top-level value"),
            (
                "{\"a/b\":[{\"c\":1e400}]}",
                "json: cannot unmarshal number 1e400 into Go struct field .a~1b.0.c of type float64",
            ),
            ("[1]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Target::Dict), expected, "{text}");
        }
    }
}
