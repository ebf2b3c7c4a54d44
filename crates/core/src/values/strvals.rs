//! `--set` and its kin: Helm's `pkg/strvals`.
//!
//! Spans count bytes of the argument, which is a small file of its own in the source map.

use super::recorder::Recorder;
use crate::budget::Budget;
use crate::text::{Origin, Step, Str, quote};
use crate::value::number::{atoi, parse_int};
use crate::value::{Entries, Heap, MapId, Repr, Room, Value};

/// How the values of an argument are read.
#[derive(Clone, Copy)]
pub enum Reading<'r> {
    /// `--set`: typed.
    Typed,
    /// `--set-string`: always strings.
    Text,
    /// `--set-json`: JSON.
    Json,
    /// `--set-file`: the content of the named file.
    File(&'r dyn Fn(&str) -> Result<Vec<u8>, String>),
    /// `--set-literal`: everything behind the key as it stands.
    Literal,
}

/// Helm's `MaxIndex`.
const MAX_INDEX: i64 = 65_536;
/// Helm's `MaxNestedNameLevel`.
const MAX_LEVEL: u32 = 30;

/// Merges one argument into `data`. The error is Helm's text without its `failed parsing …:`.
pub fn parse_into(
    heap: &mut Heap,
    budget: &Budget,
    data: MapId,
    argument: &str,
    reading: Reading<'_>,
    recorder: &mut Recorder<'_>,
) -> Result<(), String> {
    let mut parser = Parser { heap, budget, text: argument, at: 0, reading, recorder };
    let root = parser.recorder.root();
    loop {
        match parser.key(data, root, 0) {
            Ok(()) => {}
            Err(End::Eof) => return Ok(()),
            Err(End::Error(message)) => return Err(message),
        }
    }
}

/// Why reading stopped.
enum End {
    /// Go's `io.EOF`: the argument is used up.
    Eof,
    Error(String),
}

type Parsed<T> = Result<T, End>;

struct Parser<'p, 'o> {
    heap: &'p mut Heap,
    budget: &'p Budget,
    text: &'p str,
    at: usize,
    reading: Reading<'p>,
    recorder: &'p mut Recorder<'o>,
}

fn fail<T>(message: impl Into<String>) -> Parsed<T> {
    Err(End::Error(message.into()))
}

/// Go's text for a failed type assertion.
fn assertion(heap: &Heap, value: &Value, wanted: &str) -> End {
    let is = value.type_name(heap).unwrap_or("nil");
    End::Error(format!("unable to parse key: interface conversion: interface {{}} is {is}, not {wanted}"))
}

impl Parser<'_, '_> {
    fn next(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Reads up to one of `stop`; a backslash takes the next character as it is. Gives the text read
    /// and the stop that ended it, none at the end of the argument.
    fn until(&mut self, stop: &str) -> (String, Option<char>) {
        let escapes = !matches!(self.reading, Reading::Literal);
        let mut read = String::new();
        loop {
            match self.next() {
                None => return (read, None),
                Some(c) if stop.contains(c) => return (read, Some(c)),
                Some('\\') if escapes => match self.next() {
                    None => return (read, None),
                    Some(c) => read.push(c),
                },
                Some(c) => read.push(c),
            }
        }
    }

    fn set(&mut self, data: MapId, parent: Origin, key: &str, key_start: usize, value: Value, value_start: usize) {
        if key.is_empty() {
            return;
        }
        let value = if value.origin.is_none() && self.recorder.is_tracing() {
            let span = value_start..self.at.max(value_start);
            let key_span = Some(key_start..key_start + key.len());
            let origin = self.recorder.node(parent, Step::Key(Str::from(key)), span, key_span);
            value.with_origin(origin)
        } else {
            value
        };
        let origin = value.origin;
        if let Some(old) = self.heap.map_mut(data).entries.insert(Str::from(key), value) {
            self.recorder.replaced(origin, old.origin);
        }
    }

    /// One `key=value`.
    fn key(&mut self, data: MapId, parent: Origin, level: u32) -> Parsed<()> {
        let start = self.at;
        // A literal's comma is part of the value, so it does not end a key either.
        let stops = if matches!(self.reading, Reading::Literal) { "=[." } else { "=[,." };
        let (key, stop) = self.until(stops);
        let Some(stop) = stop else {
            if key.is_empty() {
                return Err(End::Eof);
            }
            return fail(format!("key {} has no value", quote(key.as_bytes())));
        };
        match stop {
            '[' => {
                let index = self.index()?;
                let existing = self.heap.get(data, key.as_bytes()).cloned();
                let list = match &existing {
                    Some(Value { repr: Repr::List(id), .. }) => self.heap.list(*id).items.clone(),
                    Some(other) => return Err(assertion(self.heap, other, "[]interface {}")),
                    None => Vec::new(),
                };
                let origin = self.recorder.node(
                    parent,
                    Step::Key(Str::from(key.as_str())),
                    start..start,
                    Some(start..start + key.len()),
                );
                let (list, result) = self.list_item(list, index, origin, level);
                let list = self.heap.new_list(list).with_origin(origin);
                self.set(data, parent, &key, start, list, start);
                result
            }
            '=' => self.value_of(data, parent, &key, start),
            ',' => {
                self.set(data, parent, &key, start, Value::str(""), start);
                fail(format!("key {} has no value (cannot end with ,)", quote(key.as_bytes())))
            }
            _ => {
                let level = level + 1;
                if level > MAX_LEVEL {
                    return fail(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_LEVEL}"
                    ));
                }
                let (inner, origin) = match self.heap.get(data, key.as_bytes()) {
                    Some(Value { repr: Repr::Map(id), origin }) => (*id, *origin),
                    Some(other) => return Err(assertion(self.heap, &other.clone(), "map[string]interface {}")),
                    None => {
                        let step = Step::Key(Str::from(key.as_str()));
                        let origin = self.recorder.node(parent, step, start..start, Some(start..start + key.len()));
                        (self.new_map(), origin)
                    }
                };
                let result = self.key(inner, origin, level);
                let empty = self.heap.map(inner).entries.is_empty();
                if result.is_ok() && empty {
                    return fail(format!("key map {} has no value", quote(key.as_bytes())));
                }
                if !empty {
                    let value = Value::new(Repr::Map(inner)).with_origin(origin);
                    self.set(data, parent, &key, start, value, start);
                }
                result
            }
        }
    }

    fn new_map(&mut self) -> MapId {
        self.heap.add_map(crate::value::MapData {
            ty: crate::value::MapType::Dict,
            nil: false,
            entries: Entries::new(),
        })
    }

    /// What follows `key=`.
    fn value_of(&mut self, data: MapId, parent: Origin, key: &str, start: usize) -> Parsed<()> {
        let value_start = self.at;
        if matches!(self.reading, Reading::Json) {
            let value = self.json()?;
            self.set(data, parent, key, start, value, value_start);
            return Ok(());
        }
        match self.list_or_value()? {
            // Go's reader fails at the end of the argument, and the key becomes empty.
            None => {
                self.set(data, parent, key, start, Value::str(""), value_start);
                Err(End::Eof)
            }
            Some(value) => {
                self.set(data, parent, key, start, value, value_start);
                Ok(())
            }
        }
    }

    /// A value or `{a,b}`; nothing at the end of the argument.
    fn list_or_value(&mut self) -> Parsed<Option<Value>> {
        if matches!(self.reading, Reading::Literal) {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at = self.text.len();
            return Ok(Some(Value::str(rest)));
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        if self.peek() != Some('{') {
            let (text, _) = self.until(",");
            return self.typed(text).map(Some);
        }
        self.next();
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(",}");
            match stop {
                None => return fail("list must terminate with '}'"),
                Some('}') => {
                    if self.peek() == Some(',') {
                        self.next();
                    }
                    items.push(self.typed(text)?);
                    let list = self.heap.new_list(items);
                    return Ok(Some(self.heap.with_room(list, Room::Grown)));
                }
                Some(_) => items.push(self.typed(text)?),
            }
        }
    }

    /// Helm's `typedVal`.
    fn typed(&mut self, text: String) -> Parsed<Value> {
        match self.reading {
            Reading::File(read) => match read(&text) {
                Ok(content) => Ok(Value::str(content)),
                Err(message) => fail(message),
            },
            Reading::Typed => Ok(typed_value(&text)),
            _ => Ok(Value::str(text)),
        }
    }

    /// A JSON value and the comma behind it; nothing is null.
    fn json(&mut self) -> Parsed<Value> {
        if self.skip_empty() {
            return Ok(Value::NIL);
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (value, used) = crate::json::decode_prefix(self.heap, self.budget, rest.as_bytes(), &mut |_| Origin::NONE)
            .map_err(|e| End::Error(e.to_string()))?;
        self.at += used;
        self.skip_empty();
        Ok(value)
    }

    /// Helm's `emptyVal`: skips blanks, and a comma after them; whether nothing else came.
    fn skip_empty(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some(',') => {
                    self.next();
                    return true;
                }
                Some(c) if crate::text::is_go_space(c) => {
                    self.next();
                }
                Some(_) => return false,
            }
        }
    }

    /// The number in brackets; `[` has been read.
    fn index(&mut self) -> Parsed<i64> {
        let (text, stop) = self.until("]");
        if stop.is_none() {
            // Go wraps io.EOF here, and Helm 4 takes that for the end of the argument.
            return if self.heap.helm3 { fail("error parsing index: EOF") } else { Err(End::Eof) };
        }
        match atoi(text.as_bytes()) {
            Ok(n) => Ok(n),
            Err(error) => fail(format!("error parsing index: {error}")),
        }
    }

    /// What follows `[i]`. The list comes back even where there is an error.
    fn list_item(&mut self, mut list: Vec<Value>, index: i64, parent: Origin, level: u32) -> (Vec<Value>, Parsed<()>) {
        let result = self.list_item_value(&mut list, index, parent, level);
        (list, result)
    }

    fn list_item_value(&mut self, list: &mut Vec<Value>, index: i64, parent: Origin, level: u32) -> Parsed<()> {
        if index < 0 {
            return fail(format!("negative {index} index not allowed"));
        }
        let start = self.at;
        let (extra, stop) = self.until("[.=");
        if !extra.is_empty() {
            let chars: Vec<String> = extra.chars().map(quoted_char).collect();
            return fail(format!("unexpected data at end of array index: [{}]", chars.join(" ")));
        }
        let step = Step::Index(u32::try_from(index).unwrap_or(u32::MAX));
        let existing = usize::try_from(index).ok().and_then(|i| list.get(i)).cloned();
        match stop {
            None => Err(End::Eof),
            Some('=') => {
                let value_start = self.at;
                let (value, end) = if matches!(self.reading, Reading::Json) {
                    (self.json()?, Ok(()))
                } else {
                    match self.list_or_value()? {
                        Some(value) => (value, Ok(())),
                        None => (Value::str(""), Ok(())),
                    }
                };
                let origin = self.recorder.node(parent, step, value_start..self.at, None);
                set_index(list, index, value.with_origin(origin))?;
                end
            }
            Some('[') => {
                let inner_index = self.index()?;
                let inner = match &existing {
                    Some(Value { repr: Repr::List(id), .. }) => self.heap.list(*id).items.clone(),
                    Some(other) if !other.is_nil() => return Err(assertion(self.heap, other, "[]interface {}")),
                    _ => Vec::new(),
                };
                let origin = self.recorder.node(parent, step, start..start, None);
                let (inner, result) = self.list_item(inner, inner_index, origin, level);
                result?;
                let inner = self.heap.new_list(inner).with_origin(origin);
                set_index(list, index, inner)
            }
            Some(_) => {
                let origin = self.recorder.node(parent, step, start..start, None);
                let inner = match &existing {
                    Some(Value { repr: Repr::Map(id), .. }) => *id,
                    _ => self.new_map(),
                };
                let value = Value::new(Repr::Map(inner)).with_origin(origin);
                // An item that is there already becomes a map even where the key then fails.
                if existing.is_some() {
                    set_index(list, index, value.clone())?;
                }
                self.key(inner, origin, level)?;
                set_index(list, index, value)
            }
        }
    }
}

/// Go's `%q` of a character.
fn quoted_char(c: char) -> String {
    let mut out = String::from("'");
    crate::text::push_escaped(&mut out, c, '\'', false);
    out.push('\'');
    out
}

/// Helm's `setIndex`.
fn set_index(list: &mut Vec<Value>, index: i64, value: Value) -> Parsed<()> {
    if index > MAX_INDEX {
        return fail(format!("index of {index} is greater than maximum supported index of {MAX_INDEX}"));
    }
    let index = usize::try_from(index).unwrap_or(0);
    if list.len() <= index {
        list.resize(index + 1, Value::NIL);
    }
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
    Ok(())
}

/// Helm's `typedVal` of `--set`: booleans, null and integers without leading zero; all else is text.
pub fn typed_value(text: &str) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::bool(true);
    }
    // Go folds case by Unicode; the long s folds to s.
    if text.replace('ſ', "s").eq_ignore_ascii_case("false") {
        return Value::bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::NIL;
    }
    if text == "0" {
        return Value::int64(0);
    }
    if !text.is_empty()
        && !text.starts_with('0')
        && let Ok(n) = parse_int(text.as_bytes(), 10, 64)
    {
        return Value::int64(n);
    }
    Value::str(text)
}
