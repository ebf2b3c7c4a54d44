//! Methods of values.

use super::semver::{VERSION_METHODS, VERSION_POINTER_METHODS};
use super::time_methods::{DURATION_METHODS, NAME_METHODS, TIME_METHODS};
use super::{Function, objects};
use crate::value::{Heap, IntType, ListType, MapType, Repr, Value};

/// The methods of a value's type, and those that only a pointer to it has: Go takes the address of what has one.
fn methods(value: &Value, heap: &Heap) -> (&'static [Function], &'static [Function]) {
    let own = match &value.repr {
        Repr::Map(id) => match heap.map_type(*id) {
            MapType::Files => objects::FILES_METHODS,
            MapType::Values => objects::VALUES_METHODS,
            _ => &[],
        },
        Repr::List(id) if heap.list(*id).ty == ListType::VersionSet => objects::VERSION_SET_METHODS,
        Repr::Int(_, IntType::Duration) => DURATION_METHODS,
        Repr::Int(_, IntType::Month | IntType::Weekday) => NAME_METHODS,
        Repr::Struct(s) => {
            let has_address = s.pointer || s.addressable;
            return match s.ty.name {
                "time.Time" => (TIME_METHODS, &[]),
                "time.Location" => (NAME_METHODS, &[]),
                "semver.Version" if has_address => (VERSION_METHODS, VERSION_POINTER_METHODS),
                "semver.Version" => (VERSION_METHODS, &[]),
                "errors.errorString" if has_address => (&[], objects::ERROR_METHODS),
                "common.KubeVersion" | "chartutil.KubeVersion" if has_address => (&[], objects::KUBE_VERSION_METHODS),
                _ => (&[], &[]),
            };
        }
        _ => &[],
    };
    (own, &[])
}

/// The method `name` of a value; it takes the value as its first argument.
#[inline]
pub fn method(value: &Value, heap: &Heap, name: &[u8]) -> Option<&'static Function> {
    // Go calls exported methods only.
    if name.first().is_some_and(u8::is_ascii_uppercase) { exported(value, heap, name) } else { None }
}

fn exported(value: &Value, heap: &Heap, name: &[u8]) -> Option<&'static Function> {
    let (own, of_pointer) = methods(value, heap);
    // Methods have one name each.
    let is_named = |function: &&Function| function.names.first().is_some_and(|known| known.as_bytes() == name);
    own.iter().find(is_named).or_else(|| of_pointer.iter().find(is_named))
}
