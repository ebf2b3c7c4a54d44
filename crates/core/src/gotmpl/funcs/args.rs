//! Parameter and result types of template functions.

use super::FuncError;
use crate::semver::Version;
use crate::text::{Origin, Str};
use crate::value::time::GoTime;
use crate::value::{FloatType, IntType, MapId, Repr, Value};
use smallvec::SmallVec;

/// Go type of a parameter. The executor checks and converts arguments by it, with Go's error texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// `interface {}`
    Any,
    /// `reflect.Value`, which the builtins take.
    Reflect,
    /// `string`
    String,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `float64`
    Float64,
    /// `bool`
    Bool,
    /// `map[string]interface {}`
    Dict,
    /// `[]interface {}`
    List,
    /// `[]string`
    Strings,
    /// `time.Time`
    Time,
    /// `time.Duration`
    Duration,
    /// `*semver.Version`
    Version,
    /// `sprig.certificate`
    Certificate,
    /// `uint32`
    Uint32,
    /// `io.Writer`, which nothing in a template is.
    Writer,
}

impl Ty {
    /// The type as Go prints it.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Any => "interface {}",
            Ty::Reflect => "reflect.Value",
            Ty::String => "string",
            Ty::Int => "int",
            Ty::Int64 => "int64",
            Ty::Float64 => "float64",
            Ty::Bool => "bool",
            Ty::Dict => "map[string]interface {}",
            Ty::List => "[]interface {}",
            Ty::Strings => "[]string",
            Ty::Time => "time.Time",
            Ty::Duration => "time.Duration",
            Ty::Version => "*semver.Version",
            Ty::Certificate => "sprig.certificate",
            Ty::Uint32 => "uint32",
            Ty::Writer => "io.Writer",
        }
    }
}

impl Ty {
    /// Go's `canBeNil`.
    #[inline]
    pub fn can_be_nil(self) -> bool {
        matches!(self, Ty::Any | Ty::Reflect | Ty::Dict | Ty::List | Ty::Strings | Ty::Version | Ty::Writer)
    }

    /// The zero value of a type that can be nil.
    #[inline]
    pub fn zero(self) -> Value {
        match self {
            Ty::Reflect => Value::NIL,
            _ => Value::NIL_INTERFACE,
        }
    }
}

/// A string argument or result with its origin.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The bytes.
    pub str: Str,
    /// Their causes.
    pub origin: Origin,
}

impl std::ops::Deref for Text {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.str
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value { repr: Repr::Str(text.str), origin: text.origin }
    }
}

/// A `map[string]interface {}` argument.
#[derive(Clone, Copy, Debug)]
pub struct Dict {
    /// The map; `None` for a nil map.
    pub id: Option<MapId>,
    /// Its origin.
    pub origin: Origin,
}

/// An `int64` argument or result, where plain `i64` stands for Go's `int`.
#[derive(Clone, Copy, Debug)]
pub struct Int64(pub i64);

/// A `time.Time` argument.
#[derive(Clone, Debug)]
pub struct Time(pub GoTime);

/// A `time.Duration` argument or result, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Duration(pub i64);

/// A `*semver.Version` argument.
#[derive(Clone, Debug)]
pub struct SemVer(pub Version);

/// A `*semver.Version` argument that may be nil.
#[derive(Clone, Debug)]
pub struct SemVerOrNil(pub Option<Version>);

/// An `io.Writer` argument, which can only be nil.
#[derive(Clone, Copy, Debug)]
pub struct Writer;

/// A `reflect.Value` argument, which the builtins take.
#[derive(Clone, Debug)]
pub struct ReflectValue(pub Value);

/// All remaining arguments of a variadic function.
#[derive(Clone, Debug)]
pub struct Rest<T>(pub SmallVec<[T; 4]>);

/// A Rust type that stands for a Go parameter type.
pub trait Param: Sized {
    /// The Go type.
    const TY: Ty;
    /// Whether it takes all remaining arguments.
    const VARIADIC: bool = false;
    /// Takes the parameter from the arguments.
    fn take(args: &mut std::slice::IterMut<'_, Value>) -> Result<Self, FuncError>;
}

#[inline]
pub(super) fn next(args: &mut std::slice::IterMut<'_, Value>) -> Result<Value, FuncError> {
    match args.next() {
        Some(value) => Ok(std::mem::replace(value, Value::NIL)),
        None => Err(too_few()),
    }
}

#[cold]
fn too_few() -> FuncError {
    FuncError::new("not enough arguments")
}

#[cold]
pub(super) fn mismatch(expected: Ty) -> FuncError {
    FuncError::new(format!("expected an argument of type {}", expected.name()))
}

macro_rules! param {
    ($type:ty, $ty:expr, $value:ident => $($pattern:pat => $result:expr),+ $(,)?) => {
        impl Param for $type {
            const TY: Ty = $ty;
            #[inline]
            fn take(args: &mut std::slice::IterMut<'_, Value>) -> Result<Self, FuncError> {
                let $value = next(args)?;
                match $value.repr {
                    $($pattern => Ok($result),)+
                    #[allow(unreachable_patterns, reason = "`Value` takes everything")]
                    _ => Err(mismatch($ty)),
                }
            }
        }
    };
}
#[cfg(feature = "crypto")]
pub(super) use param;

param!(Value, Ty::Any, value => _ => value);
param!(ReflectValue, Ty::Reflect, value => _ => ReflectValue(value));
param!(Text, Ty::String, value => Repr::Str(str) => Text { str, origin: value.origin });
param!(i64, Ty::Int, value => Repr::Int(n, IntType::Int) => n);
param!(Int64, Ty::Int64, value => Repr::Int(n, IntType::Int64) => Int64(n));
param!(f64, Ty::Float64, value => Repr::Float(n, FloatType::Float64) => n);
param!(bool, Ty::Bool, value => Repr::Bool(b) => b);
param!(Dict, Ty::Dict, value =>
    Repr::Map(id) => Dict { id: Some(id.as_dict()), origin: value.origin },
    Repr::Nil(_) => Dict { id: None, origin: value.origin });
param!(Time, Ty::Time, value => Repr::Struct(s) => Time(GoTime::of(&s)));
param!(Duration, Ty::Duration, value => Repr::Int(n, _) => Duration(n));
param!(SemVer, Ty::Version, value => Repr::Struct(s) => SemVer(Version::of(&s)));
param!(SemVerOrNil, Ty::Version, value =>
    Repr::Struct(s) => SemVerOrNil(Some(Version::of(&s))),
    Repr::Nil(_) => SemVerOrNil(None));
param!(Writer, Ty::Writer, value => Repr::Nil(_) => Writer);

impl<T: Param> Param for Rest<T> {
    const TY: Ty = T::TY;
    const VARIADIC: bool = true;
    fn take(args: &mut std::slice::IterMut<'_, Value>) -> Result<Self, FuncError> {
        let mut all = SmallVec::new();
        while args.len() > 0 {
            all.push(T::take(args)?);
        }
        Ok(Rest(all))
    }
}

/// A result of a template function.
pub trait IntoValue {
    /// The value, or Go's error.
    fn into_value(self) -> Result<Value, FuncError>;
}

impl<T: IntoValue> IntoValue for Result<T, FuncError> {
    fn into_value(self) -> Result<Value, FuncError> {
        self.and_then(IntoValue::into_value)
    }
}

macro_rules! into_value {
    ($($type:ty: $value:ident => $result:expr;)+) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Result<Value, FuncError> {
                let $value = self;
                Ok($result)
            }
        }
    )+};
}

into_value! {
    Value: value => value;
    Text: text => text.into();
    Str: text => Value::str(text);
    String: text => Value::str(text);
    Vec<u8>: text => Value::str(text);
    &str: text => Value::str(text);
    bool: b => Value::bool(b);
    i64: n => Value::int(n);
    Int64: n => Value::int64(n.0);
    f64: n => Value::float(n);
    Duration: d => Value::new(Repr::Int(d.0, IntType::Duration));
    GoTime: time => time.to_value();
}
