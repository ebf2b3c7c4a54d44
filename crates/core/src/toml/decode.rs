//! `toml.Unmarshal` into a map: parse.go.

use super::lexer::{Fault, Kind, Lex, Lexer, Token, fault};
use super::scalar::{float, integer, misses_zero, unescape, without_escaped_breaks, without_first_break};
use super::{TomlError, check_depth, dotted};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::text::{Origin, Str, quote};
use crate::value::time::{Zone, parse_in_location};
use crate::value::{Entries, Heap, ListType, Room, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// Zones of moments that are written without one; the writer knows them by their names.
pub(super) const LOCAL_DATETIME: &str = "datetime-local";
pub(super) const LOCAL_DATE: &str = "date-local";
pub(super) const LOCAL_TIME: &str = "time-local";

/// Reads a text as a `map[string]interface {}`.
///
/// `zone` is the local zone and `offset` its seconds east of UTC at this time. `origin` is asked for the origin of
/// every value by the bytes that spell it.
pub fn decode(
    heap: &mut Heap,
    budget: &Budget,
    text: &[u8],
    helm: HelmVersion,
    (zone, offset): (&Zone, i64),
    origin: &mut dyn FnMut(Range<usize>) -> Origin,
) -> Result<Value, TomlError> {
    let body = match text {
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        _ => text,
    };
    if body.iter().take(6).any(|b| *b == 0) {
        let message = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        return Err(TomlError::Go(format!("toml: line 1: {message}")));
    }
    let mut decoder = Decoder {
        heap,
        budget,
        lexer: Lexer { text: body, pos: 0, line: 1, helm },
        skipped: text.len() - body.len(),
        zone,
        offset,
        origin,
        context: Vec::new(),
        current: Str::default(),
        key_line: 0,
        tables: vec![Table::default()],
        implicit: HashSet::new(),
        arrays: HashMap::new(),
        depth: 0,
    };
    match decoder.document() {
        Ok(()) => Ok(decoder.table_value(0)),
        Err(Fault::Limit(error)) => Err(error),
        Err(Fault::At(message, line)) => Err(TomlError::Go(match decoder.last_key() {
            key if key.is_empty() => format!("toml: line {line}: {message}"),
            key => format!("toml: line {line} (last key {}): {message}", quote(&key)),
        })),
    }
}

/// What a key stands for.
#[derive(Clone, Debug)]
enum Item {
    Value(Value),
    Table(usize),
    Tables(Vec<usize>),
}

#[derive(Debug, Default)]
struct Table {
    entries: BTreeMap<Str, Item>,
    origin: Origin,
}

struct Decoder<'a> {
    heap: &'a mut Heap,
    budget: &'a Budget,
    lexer: Lexer<'a>,
    /// Length of the byte order mark.
    skipped: usize,
    zone: &'a Zone,
    offset: i64,
    origin: &'a mut dyn FnMut(Range<usize>) -> Origin,
    /// Key of the table in scope.
    context: Vec<Str>,
    /// Last part of the key whose value is read.
    current: Str,
    /// Line of the last key.
    key_line: usize,
    tables: Vec<Table>,
    /// Keys that came to be because something under them was written.
    implicit: HashSet<Vec<u8>>,
    /// Whether a key is an array.
    arrays: HashMap<Vec<u8>, bool>,
    /// How many arrays and inline tables are around.
    depth: usize,
}

impl<'a> Decoder<'a> {
    fn last_key(&self) -> Vec<u8> {
        let context = dotted(&self.context);
        match (self.current.is_empty(), context.is_empty()) {
            (true, _) => context,
            (false, true) => self.current.to_vec(),
            (false, false) => [context.as_slice(), b".", &self.current[..]].concat(),
        }
    }

    fn document(&mut self) -> Lex<()> {
        loop {
            self.budget.tick().map_err(TomlError::from)?;
            match self.lexer.peek()? {
                None => return Ok(()),
                Some(' ' | '\t' | '\n' | '\r') => {
                    self.lexer.next()?;
                }
                Some('#') => self.lexer.skip_comment()?,
                Some('[') => {
                    self.header()?;
                    self.line_end()?;
                }
                Some(_) => {
                    let outer = self.context.clone();
                    self.entry()?;
                    self.context = outer;
                    self.current = Str::default();
                    self.line_end()?;
                }
            }
        }
    }

    /// What may follow an entry or a header on its line.
    fn line_end(&mut self) -> Lex<()> {
        loop {
            match self.lexer.next()? {
                Some('#') => return self.lexer.skip_comment(),
                Some(' ' | '\t') => {}
                Some('\n' | '\r') | None => return Ok(()),
                c => {
                    let start = "expected a top-level item to end with a newline, comment, or EOF, but got";
                    return self.lexer.unexpected(c, start, " instead");
                }
            }
        }
    }

    /// `[table]` or `[[array of tables]]`
    fn header(&mut self) -> Lex<()> {
        let start = self.lexer.pos;
        self.lexer.next()?;
        let array = self.lexer.accept('[')?;
        let mut key = Vec::new();
        loop {
            self.lexer.skip_blanks()?;
            let c = self.lexer.peek()?;
            let line = self.lexer.line;
            match c {
                Some(']') | None => {
                    return fault("unexpected end of table name (table names cannot be empty)", line);
                }
                Some('.') => return fault("unexpected table separator (table names cannot be empty)", line),
                _ => key.push(self.name(c, key.is_empty())?),
            }
            self.lexer.skip_blanks()?;
            match self.lexer.next()? {
                Some('.') => {}
                Some(']') => break,
                c => return self.lexer.unexpected(c, "expected '.' or ']' to end table name, but got", " instead"),
            }
        }
        if array {
            let c = self.lexer.next()?;
            if c != Some(']') {
                let start = "expected end of table array name delimiter ']', but got";
                return self.lexer.unexpected(c, start, " instead");
            }
        }
        let origin = (self.origin)(start + self.skipped..self.lexer.pos + self.skipped);
        self.add_context(&key, array, origin)?;
        self.arrays.insert(dotted(&self.context), false);
        Ok(())
    }

    /// One part of a key.
    fn name(&mut self, first: Option<char>, is_first: bool) -> Lex<Str> {
        let name = match first {
            Some(mark @ ('"' | '\'')) => {
                self.lexer.next()?;
                let token = self.lexer.line_string(mark)?;
                self.string(token)?
            }
            _ => Str::from(self.lexer.bare_name()?),
        };
        if is_first {
            self.key_line = self.lexer.line;
        }
        Ok(name)
    }

    /// A key and its value, which go into the table in scope.
    fn entry(&mut self) -> Lex<()> {
        self.lexer.skip_blanks()?;
        let line = self.lexer.line;
        match self.lexer.peek()? {
            Some('=') | None => return fault("unexpected '=': key name appears blank", line),
            Some('.') => return fault("unexpected '.': keys cannot start with a '.'", line),
            _ => {}
        }
        let mut key = Vec::new();
        loop {
            self.lexer.skip_blanks()?;
            let c = self.lexer.peek()?;
            match c {
                Some('=') | None if !key.is_empty() => return fault("unexpected '='", self.lexer.line),
                Some('.') => return fault("unexpected '.'", self.lexer.line),
                _ => key.push(self.name(c, key.is_empty())?),
            }
            self.lexer.skip_blanks()?;
            match self.lexer.next()? {
                Some('.') => {}
                Some('=') => break,
                None => return self.lexer.after(None, "unexpected EOF; expected key separator '='"),
                c => return self.lexer.unexpected_in_line(c, "expected '.' or '=', but got", " instead"),
            }
        }
        check_depth(key.len() + self.context.len())?;
        self.current = key.pop().unwrap_or_default();
        for part in key {
            let mut full = self.context.clone();
            full.push(part);
            self.implicit.insert(dotted(&full));
            self.add_context(&full, false, Origin::NONE)?;
        }
        let (value, is_array) = self.value(false)?;
        self.set(self.current.clone(), Item::Value(value))?;
        self.set_array(is_array);
        Ok(())
    }

    /// Notes whether the key in hand is an array.
    fn set_array(&mut self, is_array: bool) {
        let mut full = self.context.clone();
        if !self.current.is_empty() {
            full.push(self.current.clone());
        }
        self.arrays.insert(dotted(&full), is_array);
    }

    /// A value, and whether it is an array.
    fn value(&mut self, in_array: bool) -> Lex<(Value, bool)> {
        self.budget.tick().map_err(TomlError::from)?;
        self.lexer.skip_blanks()?;
        let start = self.lexer.pos;
        if self.lexer.peek()?.is_some_and(|c| c.is_ascii_digit()) {
            let token = self.lexer.number_or_date()?;
            return self.scalar(token, start);
        }
        let c = self.lexer.next()?;
        let token = match c {
            Some('[') => return Ok((self.array(start)?, true)),
            Some('{') => return Ok((self.inline_table(start, in_array)?, false)),
            Some(mark @ ('"' | '\'')) => {
                if !self.lexer.accept(mark)? {
                    self.lexer.line_string(mark)?
                } else if self.lexer.accept(mark)? {
                    self.lexer.lines_string(mark)?
                } else {
                    // The second quote was the closing one.
                    self.lexer.pos -= 1;
                    self.lexer.line_string(mark)?
                }
            }
            Some('.') => return fault("floats must start with a digit, not '.'", self.lexer.line),
            Some('-' | '+') => self.lexer.signed_number()?,
            Some(letter) if crate::text::is_letter(letter) => self.lexer.word(letter)?,
            None => return self.lexer.after(None, "unexpected EOF; expected value"),
            c => return self.lexer.unexpected_in_line(c, "expected value but found", " instead"),
        };
        self.scalar(token, start)
    }

    fn scalar(&mut self, token: Token<'a>, start: usize) -> Lex<(Value, bool)> {
        let value = match token.kind {
            Kind::Bool => Value::bool(token.text == b"true"),
            Kind::Integer => integer(token)?,
            Kind::Float => float(token)?,
            Kind::Datetime => self.moment(token)?,
            _ => Value::str(self.string(token)?),
        };
        let origin = (self.origin)(start + self.skipped..self.lexer.pos + self.skipped);
        Ok((value.with_origin(origin), false))
    }

    fn string(&self, token: Token<'_>) -> Lex<Str> {
        let text = match token.kind {
            Kind::RawLines | Kind::Lines => without_first_break(token.text),
            _ => token.text,
        };
        match token.kind {
            Kind::Escaped => unescape(text, token.line),
            Kind::Lines => unescape(&without_escaped_breaks(text), token.line),
            _ => Ok(Str::from(text)),
        }
    }

    fn moment(&self, token: Token<'_>) -> Lex<Value> {
        let text: Vec<u8> = token
            .text
            .iter()
            .map(|b| match b {
                b'z' => b'Z',
                b't' | b' ' => b'T',
                b => *b,
            })
            .collect();
        let fixed = |name: &str| Zone::Fixed(name.into(), self.offset);
        let formats: [(&str, Zone); 7] = [
            ("2006-01-02T15:04:05.999999999Z07:00", self.zone.clone()),
            ("2006-01-02T15:04:05.999999999", fixed(LOCAL_DATETIME)),
            ("2006-01-02", fixed(LOCAL_DATE)),
            ("15:04:05.999999999", fixed(LOCAL_TIME)),
            ("2006-01-02T15:04Z07:00", self.zone.clone()),
            ("2006-01-02T15:04", fixed(LOCAL_DATETIME)),
            ("15:04", fixed(LOCAL_TIME)),
        ];
        // Times without seconds are new in TOML 1.1.
        let known = if self.lexer.helm >= HelmVersion::V4 { 7 } else { 4 };
        for (layout, zone) in formats.iter().take(known) {
            if let Ok(time) = parse_in_location(layout.as_bytes(), &text, zone, self.zone)
                && !misses_zero(&text, layout.as_bytes())
            {
                return Ok(time.to_value());
            }
        }
        fault(format!("invalid datetime: {}", quote(&text)), token.line)
    }

    fn array(&mut self, start: usize) -> Lex<Value> {
        self.set_array(true);
        let mut items = Vec::new();
        let mut expect_value = true;
        self.depth += 1;
        check_depth(self.depth)?;
        loop {
            match self.lexer.peek()? {
                Some(' ' | '\t' | '\n' | '\r') => {
                    self.lexer.next()?;
                }
                Some('#') => self.lexer.skip_comment()?,
                Some(']') => break,
                Some(',') if expect_value => {
                    self.lexer.next()?;
                    return fault("unexpected comma", self.lexer.line);
                }
                Some(',') => {
                    self.lexer.next()?;
                    expect_value = true;
                }
                _ if expect_value => {
                    items.push(self.value(true)?.0);
                    expect_value = false;
                }
                _ => {
                    let c = self.lexer.next()?;
                    let message = format!("expected a comma (',') or array terminator (']'), but got {}", shown(c));
                    return self.lexer.after(c, message);
                }
            }
        }
        self.lexer.next()?;
        self.depth -= 1;
        let origin = (self.origin)(start + self.skipped..self.lexer.pos + self.skipped);
        let list = self.heap.new_list(items).with_origin(origin);
        Ok(self.heap.with_room(list, Room::Grown))
    }

    /// A table in braces. Its entries go into the tree like those of any table.
    fn inline_table(&mut self, start: usize, in_array: bool) -> Lex<Value> {
        self.depth += 1;
        check_depth(self.depth)?;
        let outer = self.context.clone();
        let outer_key = std::mem::take(&mut self.current);
        let mut context = outer.clone();
        context.push(outer_key.clone());
        self.context = context.clone();
        self.implicit.insert(dotted(&context));
        self.add_context(&context, in_array, Origin::NONE)?;
        let context = self.context.clone();
        let mut expect_entry = true;
        loop {
            match self.lexer.peek()? {
                Some(' ' | '\t') => self.lexer.pos += 1,
                Some('\n' | '\r') => {
                    self.lexer.next()?;
                    if self.lexer.helm < HelmVersion::V4 {
                        return self.lexer.before("newlines not allowed within inline tables");
                    }
                }
                Some('#') => {
                    self.lexer.next()?;
                    self.lexer.skip_comment()?;
                }
                Some('}') => break,
                Some(',') if expect_entry => {
                    self.lexer.next()?;
                    return fault("unexpected comma", self.lexer.line);
                }
                Some(',') => {
                    self.lexer.next()?;
                    self.lexer.skip_blanks()?;
                    let ends = self.lexer.peek()? == Some('}');
                    if ends && self.lexer.helm < HelmVersion::V4 {
                        return fault("trailing comma not allowed in inline tables", self.lexer.line);
                    }
                    expect_entry = !ends;
                }
                _ if expect_entry => {
                    self.entry()?;
                    self.context = context.clone();
                    expect_entry = false;
                }
                _ => {
                    let c = self.lexer.next()?;
                    let start = "expected a comma or an inline table terminator '}', but got";
                    return self.lexer.after(c, format!("{start} {} instead", shown(c)));
                }
            }
        }
        self.lexer.next()?;
        let origin = (self.origin)(start + self.skipped..self.lexer.pos + self.skipped);
        let table = self.find(&context)?;
        if let Some(table) = self.tables.get_mut(table) {
            table.origin = origin;
        }
        let value = if in_array { self.table_value(table) } else { Value::NIL };
        self.context = outer;
        self.current = outer_key;
        self.depth -= 1;
        Ok(value)
    }

    fn duplicate<T>(&self, key: &[Str]) -> Lex<T> {
        let key = String::from_utf8_lossy(&dotted(key)).into_owned();
        fault(format!("Key '{key}' has already been defined."), self.key_line)
    }

    fn new_table(&mut self, origin: Origin) -> usize {
        self.tables.push(Table { entries: BTreeMap::new(), origin });
        self.tables.len() - 1
    }

    fn entry_of(&self, table: usize, key: &Str) -> Option<&Item> {
        self.tables.get(table)?.entries.get(key)
    }

    fn insert(&mut self, table: usize, key: Str, item: Item) {
        if let Some(table) = self.tables.get_mut(table) {
            table.entries.insert(key, item);
        }
    }

    /// The table at a key, whose parts have all been made.
    fn find(&self, key: &[Str]) -> Lex<usize> {
        let mut at = 0;
        for (i, part) in key.iter().enumerate() {
            at = match self.entry_of(at, part) {
                Some(Item::Table(id)) => *id,
                Some(Item::Tables(ids)) => ids.last().copied().unwrap_or(at),
                _ => return self.duplicate(key.get(..=i).unwrap_or(key)),
            };
        }
        Ok(at)
    }

    /// Go's `addContext`: makes a table, and the tables on the way to it, and goes into it.
    fn add_context(&mut self, key: &[Str], array: bool, origin: Origin) -> Lex<()> {
        check_depth(key.len())?;
        let Some((last, parents)) = key.split_last() else { return Ok(()) };
        let mut at = 0;
        for (i, part) in parents.iter().enumerate() {
            let path = parents.get(..=i).unwrap_or(parents);
            at = match self.entry_of(at, part) {
                None => {
                    self.implicit.insert(dotted(path));
                    let id = self.new_table(origin);
                    self.insert(at, part.clone(), Item::Table(id));
                    id
                }
                Some(Item::Table(id)) => *id,
                Some(Item::Tables(ids)) => ids.last().copied().unwrap_or(at),
                Some(Item::Value(_)) => {
                    let path = String::from_utf8_lossy(&dotted(path)).into_owned();
                    return fault(format!("Key '{path}' was already created as a hash."), self.key_line);
                }
            };
        }
        self.context = parents.to_vec();
        if array {
            let id = self.new_table(origin);
            let mut ids = match self.entry_of(at, last) {
                None => Vec::new(),
                Some(Item::Tables(ids)) => ids.clone(),
                Some(_) => {
                    let key = String::from_utf8_lossy(&dotted(key)).into_owned();
                    let message = format!("Key '{key}' was already created and cannot be used as an array.");
                    return fault(message, self.key_line);
                }
            };
            ids.push(id);
            self.insert(at, last.clone(), Item::Tables(ids));
        } else {
            let id = self.new_table(origin);
            self.set(last.clone(), Item::Table(id))?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Go's `setValue`: gives a key of the table in scope its value.
    fn set(&mut self, key: Str, item: Item) -> Lex<()> {
        let table = self.find(&self.context)?;
        let mut full = self.context.clone();
        full.push(key.clone());
        let path = dotted(&full);
        if self.entry_of(table, &key).is_some() {
            let was_implicit = self.implicit.remove(&path);
            if !was_implicit {
                return self.duplicate(&full);
            }
            if self.arrays.get(&path) != Some(&true) {
                return Ok(());
            }
        }
        self.insert(table, key, item);
        Ok(())
    }

    /// A table as a map. Tables are never nested deeper than keys may be long.
    fn table_value(&mut self, table: usize) -> Value {
        let Some(data) = self.tables.get(table) else { return Value::NIL };
        let origin = data.origin;
        let items: Vec<(Str, Item)> = data.entries.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        let mut entries = Entries::new();
        for (key, item) in items {
            let value = match item {
                Item::Value(value) => value,
                Item::Table(id) => self.table_value(id),
                Item::Tables(ids) => {
                    let tables = ids.into_iter().map(|id| self.table_value(id)).collect();
                    self.heap.new_typed_list(ListType::Dicts, tables).with_origin(origin)
                }
            };
            entries.insert(key, value);
        }
        self.heap.new_dict(entries).with_origin(origin)
    }
}

/// A character for people, as Go's `runeOrEOF`.
fn shown(c: Option<char>) -> String {
    c.map_or_else(|| "end of file".to_owned(), |c| format!("'{c}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextBuilder;

    fn read(text: &str) -> String {
        let mut heap = Heap::new();
        let budget = Budget::default();
        let zone = (&Zone::Utc, 0);
        let value = decode(&mut heap, &budget, text.as_bytes(), HelmVersion::V4, zone, &mut |_| Origin::NONE);
        match value {
            Ok(value) => {
                let mut out = TextBuilder::new(false);
                super::super::encode(&heap, &budget, &value, HelmVersion::V4, &mut out).unwrap();
                String::from_utf8_lossy(out.as_bytes()).into_owned()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        assert_eq!(
            read("b.c = 1_000\na = [1, 'x', {y = 1.0}] # c\n"),
            "a = [1, \"x\", {y = 1.0}]\n\n[b]\n  c = 1000\n"
        );
        assert_eq!(
            read("[[t]]\nx = 2024-05-06\n[[t]]\nx = 07:08:09\n"),
            "[[t]]\n  x = 2024-05-06\n\n[[t]]\n  x = 07:08:09\n"
        );
        assert_eq!(read("a = {b = {c = \"\\u00e9\"}}\n"), "[a]\n  [a.b]\n    c = \"é\"\n");
        assert_eq!(read("a = \"\"\"\nx \\\n  y\"\"\"\"\n"), "a = \"x y\\\"\"\n");
    }

    #[test]
    fn errors_read_as_in_go() {
        let cases = [
            ("a", "toml: line 1: unexpected EOF; expected key separator '='"),
            ("a = x", "toml: line 1 (last key \"a\"): expected value but found \"x\" instead"),
            ("a = 1\na = 2", "toml: line 2 (last key \"a\"): Key 'a' has already been defined."),
            ("[a]\n[a]", "toml: line 2: Key 'a' has already been defined."),
            ("a = 01", "toml: line 1 (last key \"a\"): Invalid integer \"01\": cannot have leading zeroes"),
            ("a = \"\\q\"", "toml: line 1 (last key \"a\"): invalid escape in string '\\q'"),
            ("[]", "toml: line 1: unexpected end of table name (table names cannot be empty)"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
