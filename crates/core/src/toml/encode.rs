//! `toml.Encoder`: encode.go.

use super::{TomlError, check_depth, dotted, escape, key_text};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::json::int;
use crate::text::{Origin, Str, TextBuilder};
use crate::value::time::{GoTime, Zone, duration_string};
use crate::value::{FloatType, Heap, IntType, Repr, Value, number};

/// Appends the TOML of a value to `out`. Nothing that was written counts if there is an error.
pub fn encode(
    heap: &Heap,
    budget: &Budget,
    value: &Value,
    helm: HelmVersion,
    out: &mut TextBuilder,
) -> Result<(), TomlError> {
    let mut encoder = Encoder { heap, budget, helm, out, key: Vec::new(), depth: 0 };
    encoder.encode(value)
}

/// Go's `tomlType`, as far as it decides anything.
#[derive(Clone, Copy, PartialEq)]
enum Type {
    Nil,
    Table,
    Tables,
    Other,
}

struct Encoder<'h, 'o> {
    heap: &'h Heap,
    budget: &'h Budget,
    helm: HelmVersion,
    out: &'o mut TextBuilder,
    /// The key of the table that is being written.
    key: Vec<Str>,
    depth: usize,
}

/// A table's entries: those that are values, and those that are tables themselves.
type Entries = (Vec<(Str, Value)>, Vec<(Str, Value)>);

fn go<T>(text: impl Into<String>) -> Result<T, TomlError> {
    Err(TomlError::Go(text.into()))
}

impl Encoder<'_, '_> {
    /// Goes one level down for the time of `work`.
    fn deeper(&mut self, work: impl FnOnce(&mut Self) -> Result<(), TomlError>) -> Result<(), TomlError> {
        self.budget.tick()?;
        self.depth += 1;
        check_depth(self.depth)?;
        work(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn encode(&mut self, value: &Value) -> Result<(), TomlError> {
        match &value.repr {
            Repr::Nil(_) => Ok(()),
            Repr::Map(id) if self.heap.map(*id).nil => Ok(()),
            Repr::Map(_) => self.deeper(|e| e.table(value)),
            Repr::Struct(s) if s.ty.marshal_text.is_none() => self.deeper(|e| e.table(value)),
            Repr::List(_) if self.type_of(value, 0)? == Type::Tables => self.deeper(|e| e.tables(value)),
            Repr::Complex(..) => go(format!("unsupported type for key '{}': complex128", self.key_name())),
            Repr::Func(_) => go(format!("unsupported type for key '{}': func", self.key_name())),
            _ => self.key_value(value, false),
        }
    }

    fn key_name(&self) -> String {
        String::from_utf8_lossy(&dotted(&self.key)).into_owned()
    }

    fn indent(&mut self) {
        for _ in 1..self.key.len() {
            self.out.push(b"  ");
        }
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b"\n");
        }
    }

    /// `key = value` under the last part of the key, or the bare value without one.
    fn key_value(&mut self, value: &Value, inline: bool) -> Result<(), TomlError> {
        let Some(key) = self.key.last().cloned() else { return self.element(value) };
        if !inline {
            self.indent();
        }
        self.out.push_from(&key_text(&key), value.origin);
        self.out.push(b" = ");
        self.element(value)?;
        if !inline {
            self.new_line();
        }
        Ok(())
    }

    fn table(&mut self, value: &Value) -> Result<(), TomlError> {
        if self.key.len() == 1 {
            self.new_line();
        }
        if !self.key.is_empty() {
            self.header("[", "]", value.origin);
        }
        self.entries(value, false)
    }

    fn header(&mut self, open: &str, close: &str, origin: Origin) {
        self.indent();
        let key = dotted(&self.key);
        self.out.push(open);
        self.out.push_from(&key, origin);
        self.out.push(close);
        self.new_line();
    }

    fn tables(&mut self, value: &Value) -> Result<(), TomlError> {
        if self.key.is_empty() {
            return go("toml: top-level values must be Go maps or structs");
        }
        let Repr::List(id) = &value.repr else { return Ok(()) };
        let items = self.heap.list(*id).items.clone();
        for item in items {
            if self.is_nil(&item) {
                continue;
            }
            self.new_line();
            self.header("[[", "]]", item.origin);
            self.entries(&item, false)?;
        }
        Ok(())
    }

    fn is_nil(&self, value: &Value) -> bool {
        match &value.repr {
            Repr::Nil(_) => true,
            Repr::Bytes(bytes) => bytes.is_nil(),
            Repr::List(id) => self.heap.list(*id).nil,
            Repr::Map(id) => self.heap.map(*id).nil,
            _ => false,
        }
    }

    /// Splits the entries of a map or struct: values are written before tables.
    fn split(&self, value: &Value) -> Result<Entries, TomlError> {
        let mut entries: Entries = Default::default();
        let mut add = |key: Str, value: &Value| -> Result<(), TomlError> {
            match self.type_of(value, 0)? {
                Type::Table | Type::Tables => entries.1.push((key, value.clone())),
                _ => entries.0.push((key, value.clone())),
            }
            Ok(())
        };
        match &value.repr {
            Repr::Map(id) => {
                for (key, value) in &self.heap.map(*id).entries {
                    add(key.clone(), value)?;
                }
            }
            Repr::Struct(s) => {
                for (name, value) in s.ty.fields.iter().zip(&s.fields) {
                    if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                        add((*name).into(), value)?;
                    }
                }
            }
            _ => {}
        }
        Ok(entries)
    }

    fn entries(&mut self, value: &Value, inline: bool) -> Result<(), TomlError> {
        let (direct, tables) = self.split(value)?;
        let last = direct.len() + tables.len();
        for (i, (key, value)) in direct.into_iter().chain(tables).enumerate() {
            if self.is_nil(&value) {
                continue;
            }
            self.budget.tick()?;
            if inline {
                let around = std::mem::replace(&mut self.key, vec![key]);
                self.key_value(&value, true)?;
                self.key = around;
                if i + 1 != last {
                    self.out.push(b", ");
                }
            } else {
                self.key.push(key);
                self.encode(&value)?;
                self.key.pop();
            }
        }
        Ok(())
    }

    /// Go's `tomlTypeOfGo`.
    fn type_of(&self, value: &Value, depth: usize) -> Result<Type, TomlError> {
        check_depth(depth)?;
        if self.is_nil(value) {
            return Ok(Type::Nil);
        }
        match &value.repr {
            Repr::Map(_) => Ok(Type::Table),
            Repr::Struct(s) if s.ty.marshal_text.is_none() => Ok(Type::Table),
            Repr::List(id) => {
                let items = &self.heap.list(*id).items;
                self.budget.spend(items.len() as u64)?;
                let mut tables = !items.is_empty();
                for item in items {
                    match self.type_of(item, depth + 1)? {
                        Type::Nil => return go("toml: cannot encode array with nil element"),
                        found => tables &= found == Type::Table,
                    }
                }
                Ok(if tables { Type::Tables } else { Type::Other })
            }
            Repr::Complex(..) => go("unsupported type: complex128"),
            Repr::Func(_) => go("unsupported type: func"),
            _ => Ok(Type::Other),
        }
    }

    /// A value behind `=`.
    fn element(&mut self, value: &Value) -> Result<(), TomlError> {
        let origin = value.origin;
        match &value.repr {
            Repr::Bool(b) => self.out.push_from(if *b { b"true" } else { b"false" }, origin),
            Repr::Int(n, IntType::Duration) => self.string(duration_string(*n).as_bytes(), origin, false),
            Repr::Int(n, ty) => self.out.push_from(int(*n, *ty).as_bytes(), origin),
            Repr::Float(n, ty) => self.out.push_from(self.float(*n, *ty).as_bytes(), origin),
            Repr::Str(text) => self.string(text, origin, true),
            Repr::Bytes(bytes) => {
                let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
                self.out.push_from(format!("[{}]", numbers.join(", ")).as_bytes(), origin);
            }
            Repr::List(id) => {
                let items = self.heap.list(*id).items.clone();
                return self.deeper(|e| e.list(&items, origin));
            }
            Repr::Map(_) => return self.deeper(|e| e.inline_table(value)),
            Repr::Struct(s) => match (GoTime::of_value(value), s.ty.marshal_text) {
                (Some(time), _) => self.out.push_from(&moment(&time), origin),
                (None, Some(text)) => {
                    let text = text(s).map_err(TomlError::Go)?;
                    self.string(text.as_bytes(), origin, false);
                }
                (None, None) => return self.deeper(|e| e.inline_table(value)),
            },
            Repr::Nil(_) | Repr::Complex(..) | Repr::Func(_) => return go("unexpected type: <nil>"),
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value], origin: Origin) -> Result<(), TomlError> {
        self.out.push_from(b"[", origin);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(b", ");
            }
            self.element(item)?;
        }
        self.out.push_from(b"]", origin);
        Ok(())
    }

    fn inline_table(&mut self, value: &Value) -> Result<(), TomlError> {
        self.out.push_from(b"{", value.origin);
        self.entries(value, true)?;
        self.out.push_from(b"}", value.origin);
        Ok(())
    }

    fn string(&mut self, text: &[u8], origin: Origin, verbatim: bool) {
        self.out.push_from(b"\"", origin);
        let mut from = 0;
        for (i, b) in text.iter().enumerate() {
            let Some(escape) = escape(*b) else { continue };
            self.part(text, origin, from, i, verbatim);
            self.out.push_from(escape.as_bytes(), origin);
            from = i + 1;
        }
        self.part(text, origin, from, text.len(), verbatim);
        self.out.push_from(b"\"", origin);
    }

    fn part(&mut self, text: &[u8], origin: Origin, start: usize, end: usize, verbatim: bool) {
        if verbatim {
            self.out.copy(text, origin, start, end);
        } else {
            self.out.push_from(text.get(start..end).unwrap_or_default(), origin);
        }
    }

    fn float(&self, n: f64, ty: FloatType) -> String {
        if !n.is_finite() {
            let sign = if n.is_sign_negative() { "-" } else { "" };
            return format!("{sign}{}", if n.is_nan() { "nan" } else { "inf" });
        }
        let bits = if ty == FloatType::Float32 { 32 } else { 64 };
        let verb = if self.helm >= HelmVersion::V4 { b'g' } else { b'f' };
        let mut text = number::format_float(n, verb, None, bits);
        if !text.contains(['e', '.']) {
            text.push_str(".0");
        }
        text
    }
}

/// A moment; times without zone bear zones with telling names.
fn moment(time: &GoTime) -> Vec<u8> {
    let layout: &[u8] = match &time.zone {
        Zone::Fixed(name, _) => match &**name {
            super::decode::LOCAL_DATETIME => b"2006-01-02T15:04:05.999999999",
            super::decode::LOCAL_DATE => b"2006-01-02",
            super::decode::LOCAL_TIME => b"15:04:05.999999999",
            _ => b"2006-01-02T15:04:05.999999999Z07:00",
        },
        _ => b"2006-01-02T15:04:05.999999999Z07:00",
    };
    time.format(layout)
}
