//! Methods of values.

use super::semver::{VERSION_METHODS, VERSION_POINTER_METHODS};
use super::time_methods::{DURATION_METHODS, NAME_METHODS, TIME_METHODS};
use super::{Function, objects};
use crate::value::{Heap, IntType, ListType, MapType, Repr, Value};

/// The methods of a value's type.
fn methods(value: &Value, heap: &Heap) -> &'static [Function] {
    match &value.repr {
        Repr::Map(id) => match heap.map_type(*id) {
            MapType::Files => objects::FILES_METHODS,
            MapType::Values => objects::VALUES_METHODS,
            _ => &[],
        },
        Repr::List(id) if heap.list(*id).ty == ListType::VersionSet => objects::VERSION_SET_METHODS,
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

/// The methods that only a pointer to the value's type has; Go takes the address of what has one.
fn pointer_methods(value: &Value) -> &'static [Function] {
    match &value.repr {
        Repr::Struct(s) if s.pointer || s.addressable => match s.ty.name {
            "errors.errorString" => objects::ERROR_METHODS,
            "semver.Version" => VERSION_POINTER_METHODS,
            "common.KubeVersion" | "chartutil.KubeVersion" => objects::KUBE_VERSION_METHODS,
            _ => &[],
        },
        _ => &[],
    }
}

/// The method `name` of a value; it takes the value as its first argument.
pub fn method(value: &Value, heap: &Heap, name: &[u8]) -> Option<&'static Function> {
    // Go calls exported methods only.
    if !name.first().is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let named = |function: &&Function| function.names.iter().any(|known| known.as_bytes() == name);
    methods(value, heap).iter().find(named).or_else(|| pointer_methods(value).iter().find(named))
}
