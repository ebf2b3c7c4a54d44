//! Methods of values.

use super::Function;
use super::semver::VERSION_METHODS;
use super::time_methods::{DURATION_METHODS, NAME_METHODS, TIME_METHODS};
use crate::value::{Heap, IntType, Repr, Value};

/// The methods of a value's type.
fn methods(value: &Value) -> &'static [Function] {
    match &value.repr {
        Repr::Int(_, IntType::Duration) => DURATION_METHODS,
        Repr::Int(_, IntType::Month | IntType::Weekday) => NAME_METHODS,
        Repr::Struct(s) => match s.ty.name {
            "time.Time" => TIME_METHODS,
            "time.Location" => NAME_METHODS,
            "semver.Version" => VERSION_METHODS,
            _ => &[],
        },
        _ => &[],
    }
}

/// The method `name` of a value; it takes the value as its first argument.
pub fn method(value: &Value, _heap: &Heap, name: &[u8]) -> Option<&'static Function> {
    methods(value).iter().find(|f| f.names.iter().any(|n| n.as_bytes() == name))
}
