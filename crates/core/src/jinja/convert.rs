//! Go's values and Jinja's.

use super::record::{MAX_ITEMS, Read};
use super::shared::{Inner, Shared};
use crate::gotmpl::funcs::Ty;
use crate::text::{Origin, OriginKind, Str};
use crate::value::{Entries, Heap, MapId, Repr, Value};
use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values nested deeper than this are refused: Jinja's own values are walked recursively.
const MAX_DEPTH: u32 = 500;

fn too_deep() -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("limit reached: values nested deeper than {MAX_DEPTH} levels (limit `depth`)"),
    )
}

/// A list or map of the render, as Jinja sees it. It notes what is looked at in it.
#[derive(Debug)]
pub struct Container {
    shared: Arc<Shared>,
    value: Value,
    depth: u32,
}

impl Container {
    /// What is in it, as far as a variable of `for` is looked for.
    pub fn items(&self) -> Vec<Read> {
        let inner = self.shared.lock();
        let item = |(key, item): (minijinja::Value, &Value)| {
            let value = self.shared.jinja_scalar(item, self.depth);
            Read { container: self.value.origin, key, value, origin: item.origin }
        };
        match &self.value.repr {
            Repr::List(id) => {
                let items = inner.heap.list(*id).items.iter().enumerate().take(MAX_ITEMS);
                items.map(|(at, value)| item((minijinja::Value::from(at), value))).collect()
            }
            Repr::Map(id) => {
                let entries = inner.heap.map(*id).entries.iter().take(MAX_ITEMS);
                entries.map(|(key, value)| item((minijinja::Value::from(&*key.to_lossy()), value))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.value.origin
    }

    /// The map's number, if it is one.
    fn map(&self) -> Option<MapId> {
        if let Repr::Map(id) = self.value.repr { Some(id) } else { None }
    }

    /// The item, or the entry, that a key leads to.
    fn find(&self, heap: &Heap, key: &minijinja::Value) -> Option<Value> {
        match &self.value.repr {
            Repr::List(id) => heap.list(*id).items.get(key.as_usize()?).cloned(),
            Repr::Map(id) => heap.get(*id, key.as_str()?.as_bytes()).cloned(),
            _ => None,
        }
    }
}

impl Object for Container {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.map().is_some() { ObjectRepr::Map } else { ObjectRepr::Seq }
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let mut inner = self.shared.lock();
        let inner = &mut *inner;
        if let Err(end) = inner.budget.tick() {
            inner.ended = Some(end);
            return Some(Error::new(ErrorKind::OutOfFuel, "the budget is spent").into());
        }
        let found = self.find(&inner.heap, key);
        self.note(inner, key, found.as_ref());
        Some(self.shared.jinja(&found?, self.depth + 1).unwrap_or_else(minijinja::Value::from))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let inner = self.shared.lock();
        match &self.value.repr {
            Repr::List(id) => Enumerator::Seq(inner.heap.list(*id).items.len()),
            Repr::Map(id) => {
                let keys = inner.heap.map(*id).entries.keys();
                Enumerator::Values(keys.map(|key| minijinja::Value::from(&*key.to_lossy())).collect())
            }
            _ => Enumerator::NonEnumerable,
        }
    }
}

impl Container {
    fn note(&self, inner: &mut Inner, key: &minijinja::Value, found: Option<&Value>) {
        let (Some(recorder), Some(trace)) = (&mut inner.recorder, &mut inner.trace) else { return };
        let parent = self.value.origin;
        let origin = match (found, key.as_str()) {
            (Some(found), _) => found.origin,
            (None, Some(key)) if !parent.is_none() => trace.add(OriginKind::Missing { parent, key: Str::from(key) }),
            (None, _) => Origin::NONE,
        };
        if origin.is_none() {
            return;
        }
        trace.note_read(origin);
        let value = found.map(|found| self.shared.jinja_scalar(found, self.depth));
        recorder.read(Read { container: parent, key: key.clone(), value: value.unwrap_or_default(), origin });
    }
}

impl Shared {
    /// A value as Jinja sees it.
    pub fn jinja(self: &Arc<Self>, value: &Value, depth: u32) -> Result<minijinja::Value, Error> {
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        Ok(match &value.repr {
            Repr::Nil(_) => minijinja::Value::from(()),
            Repr::Bool(b) => minijinja::Value::from(*b),
            Repr::Int(n, ty) if ty.is_unsigned() => minijinja::Value::from(*n as u64),
            Repr::Int(n, _) => minijinja::Value::from(*n),
            // Whole numbers of values files are floats to Go; Jinja would write them with `.0`.
            Repr::Float(f, _) if f.fract() == 0.0 && f.abs() < 1e15 => minijinja::Value::from(*f as i64),
            Repr::Float(f, _) => minijinja::Value::from(*f),
            Repr::Str(s) | Repr::Bytes(s) => minijinja::Value::from(&*s.to_lossy()),
            Repr::List(_) | Repr::Map(_) => {
                let value = value.clone();
                minijinja::Value::from_object(Container { shared: self.clone(), value, depth })
            }
            Repr::Struct(structure) => {
                let fields = structure.ty.fields.iter().zip(&structure.fields);
                let fields = fields.map(|(name, item)| Ok(((*name).to_owned(), self.jinja(item, depth + 1)?)));
                minijinja::Value::from(fields.collect::<Result<BTreeMap<_, _>, Error>>()?)
            }
            other => return Err(Error::new(ErrorKind::InvalidOperation, format!("no value of Jinja's: {other:?}"))),
        })
    }

    /// The same of what is no list and no map; undefined for those.
    fn jinja_scalar(self: &Arc<Self>, value: &Value, depth: u32) -> minijinja::Value {
        match &value.repr {
            Repr::List(_) | Repr::Map(_) | Repr::Struct(_) => minijinja::Value::UNDEFINED,
            _ => self.jinja(value, depth).unwrap_or_default(),
        }
    }
}

/// A value for a parameter of type `ty`, with its origin where that is known.
pub fn from_jinja(inner: &mut Inner, value: &minijinja::Value, ty: Option<Ty>, depth: u32) -> Result<Value, Error> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let wrong = |expected: &str| {
        Err(Error::new(ErrorKind::InvalidOperation, format!("expected {expected}, found {}", value.kind())))
    };
    Ok(match ty {
        Some(Ty::String) => match value.as_str() {
            Some(text) => Value::str(text).with_origin(inner.origin_of(text)),
            None if value.is_number() || value.kind() == ValueKind::Bool => Value::str(value.to_string()),
            None => return wrong("a string"),
        },
        Some(Ty::Int) => match value.as_i64() {
            Some(n) => Value::int(n),
            None => return wrong("a whole number"),
        },
        Some(Ty::Int64) => match value.as_i64() {
            Some(n) => Value::int64(n),
            None => return wrong("a whole number"),
        },
        Some(Ty::Float64) => match f64::try_from(value.clone()) {
            Ok(f) => Value::float(f),
            Err(_) => return wrong("a number"),
        },
        _ => match value.kind() {
            ValueKind::Undefined | ValueKind::None => Value::NIL_INTERFACE,
            ValueKind::Bool => Value::bool(value.is_true()),
            ValueKind::Number => match value.as_i64() {
                Some(n) => Value::int(n),
                None => Value::float(f64::try_from(value.clone()).unwrap_or(f64::NAN)),
            },
            ValueKind::String => {
                let text = value.as_str().unwrap_or_default();
                Value::str(text).with_origin(inner.origin_of(text))
            }
            _ => match value.downcast_object_ref::<Container>() {
                // To templates the values of a chart are a map like others.
                Some(Container { value, .. }) => match value.repr {
                    Repr::Map(id) => Value::new(Repr::Map(id.as_dict())).with_origin(value.origin),
                    _ => value.clone(),
                },
                None => collected(inner, value, depth)?,
            },
        },
    })
}

/// A value with whatever Jinja would only work out when it is asked for.
pub fn settled(value: &minijinja::Value) -> Result<minijinja::Value, Error> {
    settled_at(value, 0)
}

fn settled_at(value: &minijinja::Value, depth: u32) -> Result<minijinja::Value, Error> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    if value.as_object().is_none() || value.downcast_object_ref::<Container>().is_some() {
        return Ok(value.clone());
    }
    if value.kind() == ValueKind::Map {
        let entry = |key: minijinja::Value| Ok((key.to_string(), settled_at(&value.get_item(&key)?, depth + 1)?));
        return Ok(value.try_iter()?.map(entry).collect::<Result<BTreeMap<_, _>, Error>>()?.into());
    }
    Ok(value.try_iter()?.map(|item| settled_at(&item, depth + 1)).collect::<Result<Vec<_>, _>>()?.into())
}

/// A list or map that Jinja made.
fn collected(inner: &mut Inner, value: &minijinja::Value, depth: u32) -> Result<Value, Error> {
    if value.kind() == ValueKind::Map {
        let mut entries = Entries::new();
        for key in value.try_iter()? {
            let item = from_jinja(inner, &value.get_item(&key)?, None, depth + 1)?;
            entries.insert(Str::from(key.to_string()), item);
        }
        return Ok(inner.heap.new_dict(entries));
    }
    let mut items = Vec::new();
    for item in value.try_iter()? {
        items.push(from_jinja(inner, &item, None, depth + 1)?);
    }
    Ok(inner.heap.new_list(items))
}
