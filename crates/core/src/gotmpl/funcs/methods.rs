//! Methods of values.

use super::{Function, objects};
use crate::value::{Heap, ListType, MapType, Repr, Value};

/// The method `name` of a value; it takes the value as its first argument.
pub fn method(value: &Value, heap: &Heap, name: &[u8]) -> Option<&'static Function> {
    let table: &[Function] = match &value.repr {
        Repr::Map(id) => match heap.map(*id).ty {
            MapType::Files => objects::FILES_METHODS,
            MapType::Values => objects::VALUES_METHODS,
            _ => return None,
        },
        Repr::List(id) if heap.list(*id).ty == ListType::VersionSet => objects::VERSION_SET_METHODS,
        Repr::Struct(structure) => match structure.ty.name {
            "common.KubeVersion" | "chartutil.KubeVersion" => objects::KUBE_VERSION_METHODS,
            _ => return None,
        },
        _ => return None,
    };
    table.iter().find(|function| function.names.iter().any(|n| n.as_bytes() == name))
}
