//! Stand-in until the formatting verbs land.
use super::*;
use crate::budget::{Budget, Exhausted};
use crate::text::TextBuilder;
/// Prints.
pub fn display_to(mut out: TextBuilder, heap: &Heap, budget: &Budget, value: &Value) -> Result<TextBuilder, Exhausted> {
    out.push(display(heap, budget, value)?);
    Ok(out)
}
/// Prints.
pub fn display(_heap: &Heap, _budget: &Budget, value: &Value) -> Result<Str, Exhausted> {
    Ok(Str::from(format!("{:?}", value.repr)))
}
