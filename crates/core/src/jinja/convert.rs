//! Go's values and Jinja's.

use crate::gotmpl::funcs::Ty;
use crate::text::Str;
use crate::value::{Heap, Repr, Value};
use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind};
use std::collections::BTreeMap;

/// Values nested deeper than this are refused: Jinja's own values are walked recursively.
const MAX_DEPTH: u32 = 500;

fn too_deep() -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("limit reached: values nested deeper than {MAX_DEPTH} levels (limit `depth`)"),
    )
}

/// A frozen snapshot of a value.
pub fn to_jinja(heap: &Heap, value: &Value, depth: u32) -> Result<minijinja::Value, Error> {
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
        Repr::Str(s) | Repr::Bytes(s) => minijinja::Value::from(s.to_lossy().into_owned()),
        Repr::List(id) => {
            let items = heap.list(*id).items.iter().map(|item| to_jinja(heap, item, depth + 1));
            minijinja::Value::from(items.collect::<Result<Vec<_>, _>>()?)
        }
        Repr::Map(id) => {
            let entries = heap.map(*id).entries.iter();
            let entries =
                entries.map(|(key, item)| Ok((key.to_lossy().into_owned(), to_jinja(heap, item, depth + 1)?)));
            minijinja::Value::from(entries.collect::<Result<BTreeMap<_, _>, Error>>()?)
        }
        Repr::Struct(structure) => {
            let fields = structure.ty.fields.iter().zip(&structure.fields);
            let fields = fields.map(|(name, item)| Ok(((*name).to_owned(), to_jinja(heap, item, depth + 1)?)));
            minijinja::Value::from(fields.collect::<Result<BTreeMap<_, _>, Error>>()?)
        }
        other => return Err(Error::new(ErrorKind::InvalidOperation, format!("no value of Jinja's: {other:?}"))),
    })
}

/// A value for a parameter of type `ty`.
pub fn from_jinja(heap: &mut Heap, value: &minijinja::Value, ty: Option<Ty>, depth: u32) -> Result<Value, Error> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let wrong = |expected: &str| {
        Err(Error::new(ErrorKind::InvalidOperation, format!("expected {expected}, found {}", value.kind())))
    };
    Ok(match ty {
        Some(Ty::String) => match value.as_str() {
            Some(text) => Value::str(text),
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
            ValueKind::String => Value::str(value.as_str().unwrap_or_default()),
            ValueKind::Map => {
                let mut entries = BTreeMap::new();
                for key in value.try_iter()? {
                    let item = from_jinja(heap, &value.get_item(&key)?, None, depth + 1)?;
                    entries.insert(Str::from(key.to_string()), item);
                }
                heap.new_dict(entries)
            }
            _ => {
                let mut items = Vec::new();
                for item in value.try_iter()? {
                    items.push(from_jinja(heap, &item, None, depth + 1)?);
                }
                heap.new_list(items)
            }
        },
    })
}
