//! Looking values up by path: Helm's `common.Values.Table` and `PathValue`.

use super::{Heap, MapId, Repr, Value};
use crate::text::quote;

/// The map at a dotted path. The error is Helm's text.
pub fn table(heap: &Heap, mut map: MapId, path: &str) -> Result<MapId, String> {
    for name in path.split('.') {
        match heap.get(map, name.as_bytes()) {
            Some(Value { repr: Repr::Map(id), .. }) => map = *id,
            _ => return Err(format!("{} is not a table", quote(name.as_bytes()))),
        }
    }
    Ok(map)
}

/// Why a path gives no value.
#[derive(Debug, PartialEq, Eq)]
pub enum NoValue {
    /// The path is empty.
    Empty,
    /// Nothing stands there, or a map.
    Absent,
}

/// The value at a dotted path, if it is no map. The error says whether the path is empty or leads to none.
pub fn path_value<'h>(heap: &'h Heap, map: MapId, path: &str) -> Result<&'h Value, NoValue> {
    if path.is_empty() {
        return Err(NoValue::Empty);
    }
    let (map, key) = match path.rsplit_once('.') {
        Some((head, key)) => (table(heap, map, head).map_err(|_| NoValue::Absent)?, key),
        None => (map, path),
    };
    heap.get(map, key.as_bytes()).filter(|v| !matches!(v.repr, Repr::Map(_))).ok_or(NoValue::Absent)
}
