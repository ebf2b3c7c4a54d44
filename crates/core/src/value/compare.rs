//! `reflect.DeepEqual`.

use super::{Heap, ListId, MapId, Repr, Value};
use crate::budget::{Budget, Exhausted};
use std::collections::HashSet;
use std::sync::Arc;

/// Pairs of containers that are being compared, so that cycles end.
#[derive(PartialEq, Eq, Hash)]
enum Pair {
    Lists(ListId, ListId),
    Maps(MapId, MapId),
}

/// Go's `reflect.DeepEqual`: equal types and equal parts. Both nils are equal.
/// An error says which limit of the host ends the work.
pub fn deep_equal(heap: &Heap, budget: &Budget, a: &Value, b: &Value) -> Result<bool, Exhausted> {
    let mut seen = HashSet::new();
    let mut work = vec![(a.clone(), b.clone())];
    while let Some((a, b)) = work.pop() {
        budget.tick()?;
        let equal = match (&a.repr, &b.repr) {
            (Repr::Nil(_), Repr::Nil(_)) => true,
            (Repr::Bool(a), Repr::Bool(b)) => a == b,
            (Repr::Int(a, s), Repr::Int(b, t)) => s == t && a == b,
            (Repr::Float(a, s), Repr::Float(b, t)) => s == t && a == b,
            (Repr::Complex(a, i), Repr::Complex(b, j)) => a == b && i == j,
            (Repr::Str(a), Repr::Str(b)) => a == b,
            (Repr::Bytes(a), Repr::Bytes(b)) => a == b && a.is_nil() == b.is_nil(),
            (Repr::List(a), Repr::List(b)) => {
                let (l, r) = (heap.list(*a), heap.list(*b));
                let alike = l.ty == r.ty && l.nil == r.nil && l.items.len() == r.items.len();
                if alike && a != b && seen.insert(Pair::Lists(*a, *b)) {
                    work.extend(l.items.iter().cloned().zip(r.items.iter().cloned()));
                }
                alike
            }
            (Repr::Map(a), Repr::Map(b)) => {
                let (l, r) = (heap.map(*a), heap.map(*b));
                let same_type = heap.map_type(*a) == heap.map_type(*b);
                let alike = same_type && l.nil == r.nil && l.entries.keys().eq(r.entries.keys());
                if alike && a != b && seen.insert(Pair::Maps(*a, *b)) {
                    work.extend(l.entries.values().cloned().zip(r.entries.values().cloned()));
                }
                alike
            }
            (Repr::Struct(a), Repr::Struct(b)) => {
                let alike = std::ptr::eq(a.ty, b.ty) && a.pointer == b.pointer && a.fields.len() == b.fields.len();
                if alike && !Arc::ptr_eq(a, b) {
                    work.extend(a.fields.iter().cloned().zip(b.fields.iter().cloned()));
                }
                alike
            }
            _ => false,
        };
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_count_and_cycles_end() {
        let mut heap = Heap::new();
        let budget = Budget::default();
        assert_eq!(deep_equal(&heap, &budget, &Value::int(1), &Value::int64(1)), Ok(false));
        let make = |heap: &mut Heap| {
            let map = heap.new_dict(Default::default());
            if let Some(id) = map.as_map() {
                heap.map_mut(id).entries.insert("self".into(), map.clone());
            }
            map
        };
        let (a, b) = (make(&mut heap), make(&mut heap));
        assert_eq!(deep_equal(&heap, &budget, &a, &b), Ok(true));
    }
}
