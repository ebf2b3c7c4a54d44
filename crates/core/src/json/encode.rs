//! `json.Marshal`, `json.MarshalIndent` and `json.Encoder`.

use super::{JsonError, MAX_DEPTH};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::text::{Origin, TextBuilder, base64_encode};
use crate::value::{FloatType, Heap, IntType, ListId, MapId, MapType, Repr, Structure, Value, entries, number};
use std::collections::HashSet;

/// How the JSON looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether `<`, `>` and `&` are written as escapes.
    pub escape_html: bool,
    /// Whether every element has a line of its own, indented by two spaces a level.
    pub indent: bool,
    /// Helm 3's Go writes U+FFFD as an escape where it replaces bytes that are not UTF-8.
    pub helm: HelmVersion,
}

/// Go looks for cycles only below this depth.
const CYCLE_DEPTH: usize = 1000;

/// What a collection is, to find it again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Id {
    List(ListId),
    Map(MapId),
}

/// The rest of a collection.
enum Rest<'h> {
    List(std::slice::Iter<'h, Value>),
    Map(entries::Iter<'h>),
    Struct(&'h Structure, usize),
}

struct Frame<'h> {
    rest: Rest<'h>,
    id: Option<Id>,
    first: bool,
    origin: Origin,
}

struct Encoder<'h, 'o> {
    heap: &'h Heap,
    budget: &'h Budget,
    style: Style,
    out: &'o mut TextBuilder,
    frames: Vec<Frame<'h>>,
    seen: HashSet<Id>,
}

/// Appends the JSON of a value to `out`. Nothing that was written counts if there is an error.
pub fn encode(
    heap: &Heap,
    budget: &Budget,
    value: &Value,
    style: Style,
    out: &mut TextBuilder,
) -> Result<(), JsonError> {
    let mut encoder = Encoder { heap, budget, style, out, frames: Vec::new(), seen: HashSet::new() };
    encoder.value(value)?;
    while !encoder.frames.is_empty() {
        encoder.step()?;
    }
    Ok(())
}

impl<'h> Encoder<'h, '_> {
    /// Writes the next element of the innermost collection, or its end.
    fn step(&mut self) -> Result<(), JsonError> {
        self.budget.tick()?;
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let first = frame.first;
        let (key, value) = match &mut frame.rest {
            Rest::List(items) => match items.next() {
                Some(value) => (None, value),
                None => {
                    self.close(b"]");
                    return Ok(());
                }
            },
            Rest::Map(entries) => match entries.next() {
                Some((key, value)) => (Some(&key[..]), value),
                None => {
                    self.close(b"}");
                    return Ok(());
                }
            },
            Rest::Struct(structure, at) => match next_field(self.heap, structure, at) {
                Some((name, value)) => (Some(name.as_bytes()), value),
                None => {
                    self.close(b"}");
                    return Ok(());
                }
            },
        };
        frame.first = false;
        self.out.push(if first { &b""[..] } else { b"," });
        self.line();
        if let Some(key) = key {
            self.string(key, value.origin, false);
            self.out.push(if self.style.indent { &b": "[..] } else { b":" });
        }
        self.value(value)
    }

    fn close(&mut self, bracket: &[u8]) {
        if let Some(frame) = self.frames.pop() {
            if let Some(id) = frame.id {
                self.seen.remove(&id);
            }
            if !frame.first {
                self.line();
            }
            self.out.push_from(bracket, frame.origin);
        }
    }

    fn line(&mut self) {
        if self.style.indent {
            self.out.push(b"\n");
            for _ in 0..self.frames.len() {
                self.out.push(b"  ");
            }
        }
    }

    fn open(
        &mut self,
        bracket: &[u8],
        rest: Rest<'h>,
        id: Option<Id>,
        type_name: &str,
        origin: Origin,
    ) -> Result<(), JsonError> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(JsonError::Go("exceeded max depth".to_owned()));
        }
        let id = id.filter(|_| self.frames.len() >= CYCLE_DEPTH);
        if let Some(id) = id
            && !self.seen.insert(id)
        {
            return Err(JsonError::Go(format!("json: unsupported value: encountered a cycle via {type_name}")));
        }
        self.out.push_from(bracket, origin);
        self.frames.push(Frame { rest, id, first: true, origin });
        Ok(())
    }

    fn value(&mut self, value: &'h Value) -> Result<(), JsonError> {
        let origin = value.origin;
        match &value.repr {
            Repr::Nil(_) => self.out.push_from(b"null", origin),
            Repr::Bool(b) => self.out.push_from(if *b { b"true" } else { b"false" }, origin),
            Repr::Int(n, ty) => self.out.push_from(int(*n, *ty).as_bytes(), origin),
            Repr::Float(n, ty) => {
                let text = float(*n, *ty)?;
                self.out.push_from(text.as_bytes(), origin);
            }
            Repr::Str(text) => self.string(text, origin, true),
            Repr::Bytes(bytes) if bytes.is_nil() => self.out.push_from(b"null", origin),
            Repr::Bytes(bytes) => self.bytes(bytes, origin),
            Repr::List(id) => {
                let list = self.heap.list(*id);
                if list.nil {
                    self.out.push_from(b"null", origin);
                } else {
                    self.open(b"[", Rest::List(list.items.iter()), Some(Id::List(*id)), list.ty.name(), origin)?;
                }
            }
            Repr::Map(id) => {
                let map = self.heap.map(*id);
                if map.nil && map.ty != MapType::Files {
                    self.out.push_from(b"null", origin);
                } else {
                    self.open(
                        b"{",
                        Rest::Map(map.entries.iter()),
                        Some(Id::Map(*id)),
                        self.heap.map_type(*id).name(),
                        origin,
                    )?;
                }
            }
            Repr::Struct(structure) => match structure.ty.marshal_text {
                Some(text) => {
                    let text = text(structure).map_err(|error| marshal_error(structure, &error, self.style.helm))?;
                    self.string(text.as_bytes(), origin, false);
                }
                None => self.open(b"{", Rest::Struct(structure, 0), None, structure.ty.name, origin)?,
            },
            Repr::Complex(..) => return Err(JsonError::Go("json: unsupported type: complex128".to_owned())),
            Repr::Func(name) => return Err(JsonError::Go(format!("json: unsupported type: {name}"))),
        }
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8], origin: Origin) {
        self.out.push(b"\"");
        self.out.push_from(base64_encode(bytes).as_bytes(), origin);
        self.out.push(b"\"");
    }

    /// A string between quotes. What is written as it stands keeps the causes of its parts if `verbatim`.
    fn string(&mut self, text: &[u8], origin: Origin, verbatim: bool) {
        self.out.push_from(b"\"", origin);
        let mut from = 0;
        let mut at = 0;
        while let Some(&b) = text.get(at) {
            let (escape, len) = match self.escape(text, at, b) {
                (None, len) => {
                    at += len;
                    continue;
                }
                (Some(escape), len) => (escape, len),
            };
            self.keep(text, origin, from, at, verbatim);
            self.out.push_from(escape.as_bytes(), origin);
            at += len;
            from = at;
        }
        self.keep(text, origin, from, text.len(), verbatim);
        self.out.push_from(b"\"", origin);
    }

    fn keep(&mut self, text: &[u8], origin: Origin, start: usize, end: usize, verbatim: bool) {
        if verbatim {
            self.out.copy(text, origin, start, end);
        } else {
            self.out.push_from(text.get(start..end).unwrap_or_default(), origin);
        }
    }

    /// What stands for the character at `at`, if not itself, and its length.
    fn escape(&self, text: &[u8], at: usize, first: u8) -> (Option<std::borrow::Cow<'static, str>>, usize) {
        let escape = match first {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            0..0x20 => return (Some(format!("\\u{first:04x}").into()), 1),
            b'<' if self.style.escape_html => "\\u003c",
            b'>' if self.style.escape_html => "\\u003e",
            b'&' if self.style.escape_html => "\\u0026",
            0x20..0x80 => return (None, 1),
            _ => {
                let (c, len) = crate::text::decode_rune(text.get(at..).unwrap_or_default());
                match (c, len) {
                    ('\u{2028}', _) => return (Some("\\u2028".into()), len),
                    ('\u{2029}', _) => return (Some("\\u2029".into()), len),
                    (char::REPLACEMENT_CHARACTER, 1) if self.style.helm < HelmVersion::V4 => "\\ufffd",
                    (char::REPLACEMENT_CHARACTER, 1) => "\u{FFFD}",
                    _ => return (None, len),
                }
            }
        };
        (Some(escape.into()), 1)
    }
}

/// The next field of a struct that JSON shows, with the name it has there.
fn next_field<'h>(heap: &Heap, structure: &'h Structure, at: &mut usize) -> Option<(&'static str, &'h Value)> {
    loop {
        let value = structure.fields.get(*at)?;
        let name = structure.ty.json_name(*at);
        *at += 1;
        match name {
            Some((_, true)) if is_empty(heap, value) => {}
            Some((name, _)) => return Some((name, value)),
            None => {}
        }
    }
}

/// Go's `isEmptyValue`, for `omitempty`.
pub(crate) fn is_empty(heap: &Heap, value: &Value) -> bool {
    // Structs and functions are true and not empty, and zero numbers are false and empty: the same as in `if`.
    !value.is_true(heap)
}

/// What Go says where the method of a value that writes it as JSON fails.
pub(crate) fn marshal_error(structure: &Structure, error: &str, helm: HelmVersion) -> JsonError {
    let (ty, error) = match helm {
        HelmVersion::V4 => (structure.ty.pointer_name, error.to_owned()),
        HelmVersion::V3 => (structure.ty.name, format!("Time.MarshalJSON: {error}")),
    };
    JsonError::Go(format!("json: error calling MarshalJSON for type {ty}: {error}"))
}

/// An integer as JSON.
pub(crate) fn int(n: i64, ty: IntType) -> String {
    if ty.is_unsigned() { (n as u64).to_string() } else { n.to_string() }
}

/// A float as JSON: Go's `floatEncoder`.
pub(crate) fn float(n: f64, ty: FloatType) -> Result<String, JsonError> {
    if !n.is_finite() {
        let text = number::format_float(n, b'g', None, 64);
        return Err(JsonError::Go(format!("json: unsupported value: {text}")));
    }
    let bits = if ty == FloatType::Float32 { 32 } else { 64 };
    let abs = if bits == 32 { f64::from(n as f32).abs() } else { n.abs() };
    let verb = if abs != 0.0 && !(1e-6..1e21).contains(&abs) { b'e' } else { b'f' };
    let mut text = number::format_float(n, verb, None, bits);
    // e-09 becomes e-9
    if verb == b'e'
        && let Some(zero) = text.len().checked_sub(2)
        && text.get(zero - 2..).is_some_and(|tail| tail.starts_with("e-0"))
    {
        text.remove(zero);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Entries;

    fn json(heap: &Heap, value: &Value, escape_html: bool, indent: bool) -> String {
        let mut out = TextBuilder::new(false);
        let style = Style { escape_html, indent, helm: HelmVersion::V4 };
        match encode(heap, &Budget::default(), value, style, &mut out) {
            Ok(()) => String::from_utf8_lossy(out.as_bytes()).into_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_written_as_in_go() {
        let mut heap = Heap::new();
        let list =
            heap.new_list(vec![Value::int(1), Value::float(1e21), Value::float(1e20), Value::float(-1e-7), Value::NIL]);
        let empty = heap.new_list(vec![]);
        let dict = heap.new_dict(Entries::new());
        let map = heap.new_dict(Entries::from([
            ("b".into(), list),
            ("a".into(), Value::str("<é\u{2028}\u{7f}\u{1}\n\\")),
            ("c".into(), empty),
            ("d".into(), dict),
            ("e".into(), Value::new(Repr::Bytes("hi".into()))),
        ]));
        assert_eq!(
            json(&heap, &map, true, false),
            "{\"a\":\"\\u003cé\\u2028\u{7f}\\u0001\\n\\\\\",\"b\":[1,1e+21,100000000000000000000,-1e-7,null],\"c\":[],\"d\":{},\"e\":\"aGk=\"}"
        );
        assert!(json(&heap, &map, false, true).starts_with("{\n  \"a\": \"<é"));
        assert!(
            json(&heap, &map, false, true)
                .ends_with("\n    null\n  ],\n  \"c\": [],\n  \"d\": {},\n  \"e\": \"aGk=\"\n}")
        );
    }

    #[test]
    fn what_json_has_not_is_an_error() {
        let mut heap = Heap::new();
        assert_eq!(json(&heap, &Value::float(f64::NAN), true, false), "json: unsupported value: NaN");
        let map = heap.new_dict(Entries::new());
        let id = map.as_map().unwrap();
        heap.map_mut(id).entries.insert("self".into(), map.clone());
        assert_eq!(
            json(&heap, &map, true, false),
            "json: unsupported value: encountered a cycle via map[string]interface {}"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(json(&Heap::new(), &Value::str(&b"a\xffb"[..]), true, false), "\"a\u{FFFD}b\"");
    }
}
