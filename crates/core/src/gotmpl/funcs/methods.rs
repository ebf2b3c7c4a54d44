//! Methods of values.

use super::Function;
use crate::value::{Heap, Value};

/// The method `name` of a value; it takes the value as its first argument.
pub fn method(_value: &Value, _heap: &Heap, _name: &[u8]) -> Option<&'static Function> {
    None
}
