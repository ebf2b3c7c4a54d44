//! Values with Go's kinds.
//!
//! A [`Value`] is what a template sees: nil, booleans, Go's integers and floats, strings, byte slices,
//! lists, maps and structs of the host. Lists and maps live in the [`Heap`] of one render and are
//! named by small handles, so maps have Go's reference semantics, cycles included, and a whole
//! render's values are dropped at once. Every value carries the [`Origin`] of its slot.

pub mod cast;
pub mod compare;
pub mod decode;
pub mod entries;
pub mod fmt;
mod heap;
pub mod number;
pub mod paths;
pub mod time;
mod types;
mod watch;

pub use entries::Entries;
pub use heap::{Heap, ListData, ListId, MapData, MapId, Room};
pub use types::{FloatType, IntType, ListType, MapType, StructType, Structure};
pub use watch::{Mark, Moment, Reads};

use crate::text::{Origin, Str};
use std::sync::Arc;

/// A Go value with its origin.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value itself.
    pub repr: Repr,
    /// Where it came from; [`Origin::NONE`] in untraced renders.
    pub origin: Origin,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum Repr {
    /// Go's nil.
    Nil(Nil),
    /// A boolean.
    Bool(bool),
    /// Any integer type; unsigned ones are stored by their bits.
    Int(i64, IntType),
    /// A float.
    Float(f64, FloatType),
    /// A complex number, from literals such as `1i`.
    Complex(f64, f64),
    /// A string.
    Str(Str),
    /// `[]byte`.
    Bytes(Str),
    /// A slice.
    List(ListId),
    /// A map.
    Map(MapId),
    /// A struct of Go's or Helm's (`time.Time`, `semver.Version`, `.Capabilities`, …).
    Struct(Arc<Structure>),
    /// A function value, as `.Capabilities.APIVersions.Has` without its argument would be: never printed.
    Func(&'static str),
}

/// Which nil it is, which decides only error texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nil {
    /// No value at all: Go's zero `reflect.Value`, as the constant `nil` and nil results of pipelines.
    Untyped,
    /// A nil inside an `interface {}`: a missing map key, a null in values.
    Interface,
}

impl Value {
    /// Nil without a type.
    pub const NIL: Value = Value { repr: Repr::Nil(Nil::Untyped), origin: Origin::NONE };
    /// A nil `interface {}`.
    pub const NIL_INTERFACE: Value = Value { repr: Repr::Nil(Nil::Interface), origin: Origin::NONE };

    /// A value without origin.
    #[inline]
    pub fn new(repr: Repr) -> Value {
        Value { repr, origin: Origin::NONE }
    }

    /// The same value with another origin.
    #[inline]
    pub fn with_origin(mut self, origin: Origin) -> Value {
        self.origin = origin;
        self
    }

    /// Go's `int`.
    #[inline]
    pub fn int(n: i64) -> Value {
        Value::new(Repr::Int(n, IntType::Int))
    }

    /// Go's `int64`.
    pub fn int64(n: i64) -> Value {
        Value::new(Repr::Int(n, IntType::Int64))
    }

    /// Go's `float64`.
    pub fn float(n: f64) -> Value {
        Value::new(Repr::Float(n, FloatType::Float64))
    }

    /// A string.
    #[inline]
    pub fn str(text: impl Into<Str>) -> Value {
        Value::new(Repr::Str(text.into()))
    }

    /// A boolean.
    #[inline]
    pub fn bool(b: bool) -> Value {
        Value::new(Repr::Bool(b))
    }

    /// Whether it is the same to the bit, with the same origin, where lists and maps of one handle are the same.
    pub fn is_same(&self, other: &Value) -> bool {
        let same = match (&self.repr, &other.repr) {
            (Repr::Nil(a), Repr::Nil(b)) => a == b,
            (Repr::Bool(a), Repr::Bool(b)) => a == b,
            (Repr::Int(a, ty), Repr::Int(b, of)) => (a, ty) == (b, of),
            (Repr::Float(a, ty), Repr::Float(b, of)) => a.to_bits() == b.to_bits() && ty == of,
            (Repr::Complex(a, i), Repr::Complex(b, j)) => [a, i].map(|n| n.to_bits()) == [b, j].map(|n| n.to_bits()),
            (Repr::Str(a), Repr::Str(b)) | (Repr::Bytes(a), Repr::Bytes(b)) => a == b,
            (Repr::List(a), Repr::List(b)) => a == b,
            (Repr::Map(a), Repr::Map(b)) => a.is_seen_as(*b),
            (Repr::Struct(a), Repr::Struct(b)) => {
                std::ptr::eq(a.ty, b.ty)
                    && (a.pointer, a.addressable, a.fields.len()) == (b.pointer, b.addressable, b.fields.len())
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| a.is_same(b))
            }
            (Repr::Func(a), Repr::Func(b)) => a == b,
            _ => false,
        };
        same && self.origin == other.origin
    }

    /// Whether it is nil (of either sort; nil maps and slices are not).
    #[inline]
    pub fn is_nil(&self) -> bool {
        matches!(self.repr, Repr::Nil(_))
    }

    /// The string, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&Str> {
        match &self.repr {
            Repr::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The map, if it is one.
    #[inline]
    pub fn as_map(&self) -> Option<MapId> {
        match self.repr {
            Repr::Map(id) => Some(id),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<ListId> {
        match self.repr {
            Repr::List(id) => Some(id),
            _ => None,
        }
    }

    /// The Go type as `%T` prints it; `None` for nil.
    pub fn type_name(&self, heap: &Heap) -> Option<&'static str> {
        Some(match &self.repr {
            Repr::Nil(_) => return None,
            Repr::Bool(_) => "bool",
            Repr::Int(_, ty) => ty.name(),
            Repr::Float(_, ty) => ty.name(),
            Repr::Complex(..) => "complex128",
            Repr::Str(_) => "string",
            Repr::Bytes(_) => "[]uint8",
            Repr::List(id) => heap.go_type(heap.list(*id).ty.name()),
            Repr::Map(id) => heap.go_type(heap.map_type(*id).name()),
            Repr::Struct(s) => s.ty.type_name(s.pointer),
            Repr::Func(name) => name,
        })
    }

    /// The Go kind as `kindOf` prints it; `None` for nil.
    pub fn kind_name(&self) -> Option<&'static str> {
        Some(match &self.repr {
            Repr::Nil(_) => return None,
            Repr::Bool(_) => "bool",
            Repr::Int(_, ty) => ty.kind_name(),
            Repr::Float(_, ty) => ty.name(),
            Repr::Complex(..) => "complex128",
            Repr::Str(_) => "string",
            Repr::Bytes(_) | Repr::List(_) => "slice",
            Repr::Map(_) => "map",
            Repr::Struct(s) if s.pointer => "ptr",
            Repr::Struct(_) => "struct",
            Repr::Func(_) => "func",
        })
    }

    /// Whether `if` takes it for true: Go's `template.IsTrue`.
    #[inline]
    pub fn is_true(&self, heap: &Heap) -> bool {
        match &self.repr {
            Repr::Nil(_) => false,
            Repr::Bool(b) => *b,
            Repr::Int(n, _) => *n != 0,
            Repr::Float(n, _) => *n != 0.0,
            Repr::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Repr::Str(s) | Repr::Bytes(s) => !s.is_empty(),
            Repr::List(id) => !heap.list(*id).items.is_empty(),
            Repr::Map(id) => !heap.shape(*id).entries.is_empty(),
            Repr::Struct(_) | Repr::Func(_) => true,
        }
    }
}

/// What `fmt` prints for a value whose type has a `String` method.
pub fn string_method(value: &Value) -> Option<String> {
    match &value.repr {
        Repr::Struct(s) => s.string_method(),
        Repr::Int(n, IntType::Duration) => Some(time::duration_string(*n)),
        Repr::Int(n, IntType::Month) => Some(name_of("Month", *n, &time::MONTHS, 1)),
        Repr::Int(n, IntType::Weekday) => Some(name_of("Weekday", *n, &time::WEEKDAYS, 0)),
        _ => None,
    }
}

fn name_of(ty: &str, n: i64, names: &[&str], first: i64) -> String {
    let name = usize::try_from(n.wrapping_sub(first)).ok().and_then(|i| names.get(i));
    name.map_or_else(|| format!("%!{ty}({n})"), |name| (*name).to_owned())
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::str(text)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::bool(b)
    }
}

const _: () = assert!(std::mem::size_of::<Value>() <= 32);
