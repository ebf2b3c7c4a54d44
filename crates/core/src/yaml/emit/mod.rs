//! Writing YAML: `toYaml` as `sigs.k8s.io/yaml` writes, and `toYamlPretty` as goyaml.v3 does.
//!
//! `toYaml` in Go writes JSON, reads that as YAML and writes what it read. Here the values are written at once, and
//! what the way through JSON would change is changed on the fly.

mod analyze;
mod order;
mod through_json;
mod writer;

use crate::budget::{Budget, Exhausted};
use crate::host::HelmVersion;
use crate::json;
use crate::text::{Origin, Str, TextBuilder, base64_encode};
use crate::value::time::{GoTime, TIME};
use crate::value::{FloatType, Heap, ListId, MapId, MapType, Repr, Structure, Value, number};
use crate::yaml::resolve::{Resolved, resolve};
use order::Entry;
use std::borrow::Cow;
use std::collections::HashSet;
use through_json::through_json;
use writer::{Scalar, Writer};

/// Whose YAML it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `toYaml`: goyaml.v2, after a way through JSON.
    Yaml,
    /// `toYamlPretty`: goyaml.v3 with an indentation of two.
    Pretty,
}

/// Why there is no YAML.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EmitError {
    /// Go's text.
    Go(String),
    /// A limit of the host ended the work.
    Exhausted(Exhausted),
}

impl From<Exhausted> for EmitError {
    fn from(end: Exhausted) -> Self {
        EmitError::Exhausted(end)
    }
}

impl From<json::JsonError> for EmitError {
    fn from(error: json::JsonError) -> Self {
        match error {
            json::JsonError::Go(text) | json::JsonError::OutOfRange { text, .. } => json_error(text),
            json::JsonError::Exhausted(end) => EmitError::Exhausted(end),
        }
    }
}

/// Appends the YAML of a value to `out`, with a line feed at the end. Nothing that was written counts if there is an
/// error.
pub fn emit(
    heap: &Heap,
    budget: &Budget,
    value: &Value,
    dialect: Dialect,
    out: &mut TextBuilder,
) -> Result<(), EmitError> {
    let writer = Writer::new(out, dialect);
    let mut emitter = Emitter { heap, budget, dialect, writer, frames: Vec::new(), seen: HashSet::new() };
    match emitter.document(value) {
        Err(EmitError::Go(text)) if dialect == Dialect::Yaml => Err(first_error(heap, budget, value, text)),
        result => result,
    }
}

/// The error that Go meets first: all of the value becomes JSON, with the keys in JSON's order, before any of it is read.
fn first_error(heap: &Heap, budget: &Budget, value: &Value, text: String) -> EmitError {
    let style = json::Style { escape_html: true, indent: false, helm: HelmVersion::V4 };
    match json::encode(heap, budget, value, style, &mut TextBuilder::new(false)) {
        Err(error) => error.into(),
        Ok(()) => EmitError::Go(text),
    }
}

/// Go looks for cycles only below this depth.
const CYCLE_DEPTH: usize = 1000;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Id {
    List(ListId),
    Map(MapId),
}

/// The rest of a collection.
enum Rest<'h> {
    List(std::slice::Iter<'h, Value>),
    /// The bytes of a `[]byte`, which goyaml.v3 writes as numbers.
    Bytes(Str, usize),
    Map(std::vec::IntoIter<Entry<'h>>),
    Fields(std::vec::IntoIter<(Str, Value)>),
}

struct Frame<'h> {
    rest: Rest<'h>,
    id: Option<Id>,
    /// The indentation around.
    around: i32,
}

struct Emitter<'h, 'o> {
    heap: &'h Heap,
    budget: &'h Budget,
    dialect: Dialect,
    writer: Writer<'o>,
    frames: Vec<Frame<'h>>,
    seen: HashSet<Id>,
}

impl<'h> Emitter<'h, '_> {
    /// Writes all of a value.
    fn document(&mut self, value: &'h Value) -> Result<(), EmitError> {
        self.node(Cow::Borrowed(value), false)?;
        while !self.frames.is_empty() {
            self.step()?;
        }
        self.writer.write_indent();
        Ok(())
    }

    /// Writes the next element of the innermost collection.
    fn step(&mut self) -> Result<(), EmitError> {
        self.budget.tick()?;
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        match &mut frame.rest {
            Rest::List(items) => match items.next() {
                Some(value) => self.item(Cow::Borrowed(value)),
                None => self.close(),
            },
            Rest::Bytes(bytes, at) => match bytes.get(*at) {
                Some(&byte) => {
                    *at += 1;
                    self.item(Cow::Owned(Value::int(byte.into())))
                }
                None => self.close(),
            },
            Rest::Map(entries) => match entries.next() {
                Some((key, value)) => self.entry(key, Cow::Borrowed(value)),
                None => self.close(),
            },
            Rest::Fields(fields) => match fields.next() {
                Some((key, value)) => self.entry(&key, Cow::Owned(value)),
                None => self.close(),
            },
        }
    }

    fn close(&mut self) -> Result<(), EmitError> {
        if let Some(frame) = self.frames.pop() {
            self.writer.indent = frame.around;
            if let Some(id) = frame.id {
                self.seen.remove(&id);
            }
        }
        Ok(())
    }

    fn item(&mut self, value: Cow<'h, Value>) -> Result<(), EmitError> {
        self.writer.write_indent();
        self.writer.indicator(b"-", true, false, true, value.origin);
        self.node(value, false)
    }

    /// Longer keys go into lines of their own.
    fn entry(&mut self, key: &[u8], value: Cow<'h, Value>) -> Result<(), EmitError> {
        /// In bytes.
        const MAX_SIMPLE_KEY: usize = 128;
        let origin = value.origin;
        self.writer.write_indent();
        let key = match self.dialect {
            Dialect::Yaml => through_json(key, true).map_err(|_| rejected())?,
            Dialect::Pretty => Cow::Borrowed(key),
        };
        let simple = key.len() <= MAX_SIMPLE_KEY
            && (analyze::is_simple(&key) || !analyze::analyze(&key, self.dialect).multiline);
        if !simple {
            self.writer.indicator(b"?", true, false, true, origin);
        }
        self.string(&key, origin, false, simple);
        if simple {
            self.writer.indicator(b":", false, false, false, origin);
        } else {
            self.writer.write_indent();
            self.writer.indicator(b":", true, false, true, origin);
        }
        self.node(value, true)
    }

    fn string(&mut self, text: &[u8], origin: Origin, verbatim: bool, simple_key: bool) {
        if self.dialect == Dialect::Pretty && std::str::from_utf8(text).is_err() {
            self.writer.word(b"!!binary", origin);
            let coded = base64_lines(text);
            self.writer.scalar(Scalar { text: coded.as_bytes(), origin, verbatim: false, simple_key });
            return;
        }
        self.writer.scalar(Scalar { text, origin, verbatim, simple_key });
    }

    fn node(&mut self, value: Cow<'h, Value>, in_mapping: bool) -> Result<(), EmitError> {
        let origin = value.origin;
        let pretty = self.dialect == Dialect::Pretty;
        match &value.repr {
            Repr::Nil(_) => self.writer.word(b"null", origin),
            Repr::Bool(b) => self.writer.word(if *b { b"true" } else { b"false" }, origin),
            Repr::Int(n, crate::value::IntType::Duration) if pretty => {
                let text = crate::value::time::duration_string(*n);
                self.string(text.as_bytes(), origin, false, false);
            }
            Repr::Int(n, ty) => self.writer.word(json::int(*n, *ty).as_bytes(), origin),
            Repr::Float(n, ty) => {
                let text = self.float(*n, *ty)?;
                self.writer.word(text.as_bytes(), origin);
            }
            Repr::Str(text) if pretty => self.string(text, origin, true, false),
            Repr::Str(text) => {
                let through = through_json(text, false).map_err(|_| rejected())?;
                let verbatim = matches!(through, Cow::Borrowed(_));
                self.string(&through, origin, verbatim, false);
            }
            Repr::Bytes(bytes) if pretty => {
                self.open(Rest::Bytes(bytes.clone(), 0), bytes.is_empty(), None, in_mapping, origin, "[]uint8")?;
            }
            Repr::Bytes(bytes) if bytes.is_nil() => self.writer.word(b"null", origin),
            Repr::Bytes(bytes) => self.string(base64_encode(bytes).as_bytes(), origin, false, false),
            Repr::List(id) => {
                let list = self.heap.list(*id);
                if list.nil && !pretty {
                    self.writer.word(b"null", origin);
                } else {
                    let rest = Rest::List(list.items.iter());
                    self.open(rest, list.items.is_empty(), Some(Id::List(*id)), in_mapping, origin, list.ty.name())?;
                }
            }
            Repr::Map(id) => {
                let map = self.heap.map(*id);
                if map.nil && !pretty && map.ty != MapType::Files {
                    self.writer.word(b"null", origin);
                } else {
                    let mut entries: Vec<Entry<'h>> = map.entries.iter().collect();
                    self.budget.spend(entries.len() as u64)?;
                    order::sort(&mut entries, self.dialect);
                    let empty = entries.is_empty();
                    self.open(
                        Rest::Map(entries.into_iter()),
                        empty,
                        Some(Id::Map(*id)),
                        in_mapping,
                        origin,
                        self.heap.map_type(*id).name(),
                    )?;
                }
            }
            Repr::Struct(structure) => match structure.ty.marshal_text {
                // goyaml.v3 knows times, and leaves them plain.
                Some(_) if pretty && structure.ty.name == TIME.name => {
                    self.writer.word(GoTime::of(structure).rfc3339().as_bytes(), origin);
                }
                Some(text) => {
                    let text = text(structure).map_err(|e| json::marshal_error(structure, &e, HelmVersion::V4))?;
                    self.string(text.as_bytes(), origin, false, false);
                }
                None => {
                    let fields = if pretty { yaml_fields(structure) } else { json_fields(self.heap, structure) };
                    let empty = fields.is_empty();
                    let rest = Rest::Fields(fields.into_iter());
                    self.open(rest, empty, None, in_mapping, origin, structure.ty.name)?;
                }
            },
            Repr::Complex(..) if pretty => return Err(EmitError::Go("cannot marshal type: complex128".to_owned())),
            Repr::Complex(..) => return Err(json_error("json: unsupported type: complex128")),
            Repr::Func(name) if pretty => return Err(EmitError::Go(format!("cannot marshal type: {name}"))),
            Repr::Func(name) => return Err(json_error(format_args!("json: unsupported type: {name}"))),
        }
        Ok(())
    }

    /// Starts a collection.
    fn open(
        &mut self,
        rest: Rest<'h>,
        empty: bool,
        id: Option<Id>,
        in_mapping: bool,
        origin: Origin,
        type_name: &str,
    ) -> Result<(), EmitError> {
        let sequence = matches!(rest, Rest::List(_) | Rest::Bytes(..));
        if empty {
            self.writer.indicator(if sequence { b"[" } else { b"{" }, true, true, false, origin);
            self.writer.indicator(if sequence { b"]" } else { b"}" }, false, false, false, origin);
            return Ok(());
        }
        if self.frames.len() >= json::MAX_DEPTH {
            return Err(json_error("exceeded max depth"));
        }
        let id = id.filter(|_| self.frames.len() >= CYCLE_DEPTH);
        if let Some(id) = id
            && !self.seen.insert(id)
        {
            return Err(json_error(format_args!("json: unsupported value: encountered a cycle via {type_name}")));
        }
        let around = self.writer.indent;
        let same = sequence && in_mapping && self.dialect == Dialect::Yaml && !self.writer.is_indention();
        self.writer.indent = match around {
            ..0 => 0,
            _ if same => around,
            _ => around + 2,
        };
        self.frames.push(Frame { rest, id, around });
        Ok(())
    }

    fn float(&self, n: f64, ty: FloatType) -> Result<String, EmitError> {
        let bits = if ty == FloatType::Float32 { 32 } else { 64 };
        if self.dialect == Dialect::Pretty {
            return Ok(match n {
                n if n.is_nan() => ".nan".to_owned(),
                f64::INFINITY => ".inf".to_owned(),
                f64::NEG_INFINITY => "-.inf".to_owned(),
                n => number::format_float(n, b'g', None, bits),
            });
        }
        let text = json::float(n, ty)?;
        Ok(match resolve(text.as_bytes()) {
            Resolved::Int(n) => n.to_string(),
            Resolved::Uint(n) => n.to_string(),
            Resolved::Float(n) => number::format_float(n, b'g', None, 64),
            _ => text,
        })
    }
}

fn rejected() -> EmitError {
    EmitError::Go("yaml: control characters are not allowed".to_owned())
}

/// An error on the way into JSON.
fn json_error(text: impl std::fmt::Display) -> EmitError {
    EmitError::Go(format!("error marshaling into JSON: {text}"))
}

/// Fields of a struct as its JSON object has them, in the order of YAML.
fn json_fields(heap: &Heap, structure: &Structure) -> Vec<(Str, Value)> {
    let mut fields: Vec<(Str, Value)> = Vec::new();
    for (i, value) in structure.fields.iter().enumerate() {
        match structure.ty.json_name(i) {
            Some((_, true)) if json::is_empty(heap, value) => {}
            Some((name, _)) => fields.push((name.into(), value.clone())),
            None => {}
        }
    }
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    let mut entries: Vec<Entry<'_>> = fields.iter().map(|(k, v)| (k, v)).collect();
    order::sort(&mut entries, Dialect::Yaml);
    entries.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// Fields of a struct as goyaml.v3 names them where there are no tags: in lower case, in their own order.
fn yaml_fields(structure: &Structure) -> Vec<(Str, Value)> {
    let named = structure.ty.fields.iter().zip(&structure.fields);
    let exported = named.filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
    exported.map(|(name, value)| (name.to_lowercase().into(), value.clone())).collect()
}

/// Go's `encodeBase64`: lines of 70 characters where one is not enough.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let coded = base64_encode(bytes);
    if coded.len() < LINE {
        return coded;
    }
    let mut out = String::with_capacity(coded.len() + coded.len() / LINE + 1);
    for (i, c) in coded.chars().enumerate() {
        out.push(c);
        if i % LINE == LINE - 1 || i + 1 == coded.len() {
            out.push('\n');
        }
    }
    out
}
