//! Lists: sprig's list functions. None changes its argument.
//!
//! The `must…` forms differ from the plain ones only in the name that an error is reported under.

use super::convert::elements;
use super::{Cx, FuncError, Rest, functions, math};
use crate::value::cast::to_int64;
use crate::value::compare::deep_equal;
use crate::value::{ListData, ListType, Repr, Room, Value};
use std::sync::Arc;

/// The elements of a slice, or sprig's error for what is none.
fn slice_of(cx: &Cx<'_>, value: &Value, error: &str) -> Result<Vec<Value>, FuncError> {
    let kind = cx.kind(value)?;
    let items = elements(cx, value).ok_or_else(|| FuncError::new(format!("{error} {kind}")))?;
    cx.budget.spend(items.len() as u64)?;
    Ok(items)
}

fn push_to(cx: &mut Cx<'_>, list: Value, value: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot push on type")?;
    items.push(value);
    let longer = cx.new_list(items)?.with_origin(list.origin);
    Ok(cx.heap.with_room(longer, Room::Appended))
}

fn prepend_to(cx: &mut Cx<'_>, list: Value, value: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot prepend on type")?;
    items.insert(0, value);
    Ok(cx.new_list(items)?.with_origin(list.origin))
}

/// A nil `[]interface {}`, which JSON writes as `null`.
fn nil_list(cx: &mut Cx<'_>) -> Value {
    cx.heap.add_list(ListData { ty: ListType::Any, nil: true, items: Vec::new(), room: Room::None })
}

fn first_of(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let items = slice_of(cx, &list, "Cannot find first on type")?;
    Ok(items.into_iter().next().unwrap_or(Value::NIL_INTERFACE.with_origin(list.origin)))
}

fn last_of(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let items = slice_of(cx, &list, "Cannot find last on type")?;
    Ok(items.into_iter().next_back().unwrap_or(Value::NIL_INTERFACE.with_origin(list.origin)))
}

fn rest_of(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot find rest on type")?;
    if items.is_empty() {
        return Ok(nil_list(cx));
    }
    items.remove(0);
    cx.new_list(items)
}

fn initial_of(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot find initial on type")?;
    if items.pop().is_none() {
        return Ok(nil_list(cx));
    }
    cx.new_list(items)
}

fn reversed(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot find reverse on type")?;
    items.reverse();
    cx.new_list(items)
}

fn compacted(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "Cannot compact on type")?;
    items.retain(|item| item.is_true(&cx.heap));
    cx.grown_list(items)
}

fn in_list(cx: &Cx<'_>, haystack: &[Value], needle: &Value) -> Result<bool, FuncError> {
    for item in haystack {
        if deep_equal(&cx.heap, cx.budget, needle, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unique(cx: &mut Cx<'_>, list: Value) -> Result<Value, FuncError> {
    let items = slice_of(cx, &list, "Cannot find uniq on type")?;
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !in_list(cx, &kept, &item)? {
            kept.push(item);
        }
    }
    cx.grown_list(kept)
}

fn without_any(cx: &mut Cx<'_>, list: Value, omit: &[Value]) -> Result<Value, FuncError> {
    let items = slice_of(cx, &list, "Cannot find without on type")?;
    let mut kept = Vec::new();
    for item in items {
        if !in_list(cx, omit, &item)? {
            kept.push(item);
        }
    }
    cx.grown_list(kept)
}

fn has_element(cx: &Cx<'_>, needle: &Value, haystack: &Value) -> Result<bool, FuncError> {
    if haystack.is_nil() {
        return Ok(false);
    }
    let items = slice_of(cx, haystack, "Cannot find has on type")?;
    in_list(cx, &items, needle)
}

/// The sizes that Go's memory comes in, in bytes, up to 8 KiB: `runtime/sizeclasses.go`.
const SIZES: [usize; 51] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480,
    512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864,
    5120, 5376, 6144, 6528, 6784, 8192,
];

/// Longer lists are taken to have no room.
const MAX_ROOM: usize = 256;

/// So many elements does Go make room for when it needs `count` of them: `growslice`.
fn rounded(count: usize, element: usize) -> usize {
    let bytes = count * element;
    SIZES.iter().find(|size| **size >= bytes).map_or(count, |size| size / element)
}

/// What Go's memory holds behind the end of a slice.
fn beyond(cx: &Cx<'_>, list: &Value, len: usize) -> Vec<Value> {
    let Repr::List(id) = list.repr else { return Vec::new() };
    let list = cx.heap.list(id);
    let (element, zero) = match list.ty {
        ListType::Int => (8, Value::int(0)),
        ListType::Str => (16, Value::str("")),
        _ => (16, Value::NIL_INTERFACE),
    };
    if len > MAX_ROOM {
        return Vec::new();
    }
    // Below that, Go doubles what there is.
    let grow = |from: usize| {
        let mut room = from;
        while room < len {
            room = rounded((room * 2).max(1), element);
        }
        room
    };
    let room = match &list.room {
        Room::None => len,
        Room::Grown => grow(0),
        Room::Appended => rounded((2 * len.saturating_sub(1)).max(1), element),
        Room::Made(room) => grow(*room as usize),
        Room::Rest(rest) => return rest.to_vec(),
    };
    vec![zero; room.saturating_sub(len)]
}

/// sprig's `slice`; Go's slice expression with its panics. It may reach beyond the end of the list into
/// what the memory behind it has room for.
fn part(cx: &mut Cx<'_>, list: Value, indices: &[Value]) -> Result<Value, FuncError> {
    let mut items = slice_of(cx, &list, "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::NIL_INTERFACE.with_origin(list.origin));
    }
    let len = items.len() as i64;
    let start = indices.first().map_or(0, to_int64);
    let end = indices.get(1).map_or(len, to_int64);
    items.extend(beyond(cx, &list, items.len()));
    let len = items.len() as i64;
    if start < 0 || end < start || end > len {
        return Err(FuncError::new("reflect.Value.Slice: slice index out of bounds"));
    }
    let rest = items.get(end as usize..).map(Arc::from).map_or(Room::None, Room::Rest);
    let items = items.get(start as usize..end as usize).unwrap_or_default().to_vec();
    match &list.repr {
        Repr::List(id) => {
            let ty = cx.heap.list(*id).ty;
            let part = cx.heap.new_typed_list(ty, items).with_origin(list.origin);
            Ok(cx.heap.with_room(part, rest))
        }
        Repr::Bytes(b) => {
            let bytes = b.get(start as usize..end as usize).unwrap_or_default();
            Ok(Value::new(Repr::Bytes(bytes.into())).with_origin(list.origin))
        }
        _ => cx.new_list(items),
    }
}

/// sprig's `chunk`, whose arithmetic is in floats.
fn chunks(cx: &mut Cx<'_>, size: i64, list: Value) -> Result<Value, FuncError> {
    let items = slice_of(cx, &list, "Cannot chunk type")?;
    let len = items.len() as f64;
    let count = math::floor_to_int((len - 1.0) / size as f64).wrapping_add(1);
    if count < 0 {
        return Err(FuncError::new("runtime error: makeslice: len out of range"));
    }
    let mut lists = Vec::new();
    for i in 0..count {
        cx.tick()?;
        let mut chunk_len = size;
        if i == count - 1 {
            chunk_len = math::floor_to_int(len % size as f64);
            if chunk_len == 0 {
                chunk_len = size;
            }
        }
        if chunk_len < 0 {
            return Err(FuncError::new("runtime error: makeslice: len out of range"));
        }
        let start = i.wrapping_mul(size);
        let chunk = usize::try_from(start)
            .ok()
            .and_then(|start| items.get(start..start.checked_add(chunk_len as usize)?))
            .ok_or_else(|| FuncError::new("reflect: slice index out of range"))?;
        lists.push(cx.heap.new_list(chunk.to_vec()));
    }
    Ok(cx.heap.new_typed_list(ListType::Lists, lists))
}

functions! {
    pub static LISTS;

    /// A list of the values.
    ///
    /// `{{ list 1 "two" 3 }}`
    "list" | "tuple" => fn list(cx, values: Rest<Value>) -> Result<Value, FuncError> {
        cx.new_list(values.0.into_vec())
    }

    /// The list with a value at the end.
    ///
    /// `{{ append .Values.hosts "extra" }}`
    "append" | "push" | "mustAppend" | "mustPush" => fn append(cx, list: Value, value: Value) -> Result<Value, FuncError> {
        push_to(cx, list, value)
    }

    /// The list with a value at the start.
    ///
    /// `{{ prepend .Values.hosts "first" }}`
    "prepend" | "mustPrepend" => fn prepend(cx, list: Value, value: Value) -> Result<Value, FuncError> {
        prepend_to(cx, list, value)
    }

    /// The first element; nil of an empty list.
    ///
    /// `{{ first .Values.hosts }}`
    "first" | "mustFirst" => fn first(cx, list: Value) -> Result<Value, FuncError> {
        first_of(cx, list)
    }

    /// All elements but the first.
    ///
    /// `{{ rest .Values.hosts }}`
    "rest" | "mustRest" => fn rest(cx, list: Value) -> Result<Value, FuncError> {
        rest_of(cx, list)
    }

    /// The last element; nil of an empty list.
    ///
    /// `{{ last .Values.hosts }}`
    "last" | "mustLast" => fn last(cx, list: Value) -> Result<Value, FuncError> {
        last_of(cx, list)
    }

    /// All elements but the last.
    ///
    /// `{{ initial .Values.hosts }}`
    "initial" | "mustInitial" => fn initial(cx, list: Value) -> Result<Value, FuncError> {
        initial_of(cx, list)
    }

    /// The elements from the end to the start.
    ///
    /// `{{ reverse (list 1 2 3) }}` gives `[3 2 1]`
    "reverse" | "mustReverse" => fn reverse(cx, list: Value) -> Result<Value, FuncError> {
        reversed(cx, list)
    }

    /// The elements that are not empty.
    ///
    /// `{{ compact (list 1 "" 2) }}` gives `[1 2]`
    "compact" | "mustCompact" => fn compact(cx, list: Value) -> Result<Value, FuncError> {
        compacted(cx, list)
    }

    /// The elements without repetitions.
    ///
    /// `{{ uniq (list 1 1 2) }}` gives `[1 2]`
    "uniq" | "mustUniq" => fn uniq(cx, list: Value) -> Result<Value, FuncError> {
        unique(cx, list)
    }

    /// The elements that are none of the given values.
    ///
    /// `{{ without (list 1 2 3) 2 }}` gives `[1 3]`
    "without" | "mustWithout" => fn without(cx, list: Value, omit: Rest<Value>) -> Result<Value, FuncError> {
        without_any(cx, list, &omit.0)
    }

    /// Whether a list has an element. Types count: `4` is not `"4"`.
    ///
    /// `{{ if has "a" .Values.names }}`
    "has" | "mustHas" => fn has(cx, needle: Value, haystack: Value) -> Result<bool, FuncError> {
        has_element(cx, &needle, &haystack)
    }

    /// A part of a list, from an index up to, but without, another.
    ///
    /// `{{ slice (list 1 2 3 4) 1 3 }}` gives `[2 3]`
    "slice" | "mustSlice" => fn slice(cx, list: Value, indices: Rest<Value>) -> Result<Value, FuncError> {
        part(cx, list, &indices.0)
    }

    /// The elements of all lists in one.
    ///
    /// `{{ concat (list 1) (list 2 3) }}` gives `[1 2 3]`
    "concat" [Interface] => fn concat(cx, lists: Rest<Value>) -> Result<Value, FuncError> {
        let mut all = Vec::new();
        for list in &lists.0 {
            let kind = cx.kind(list)?;
            let items = elements(cx, list)
                .ok_or_else(|| FuncError::new(format!("Cannot concat type {kind} as list")))?;
            cx.budget.spend(items.len() as u64)?;
            cx.budget.check_objects((cx.heap.size() + all.len() + items.len()) as u64)?;
            all.extend(items);
        }
        if all.is_empty() {
            return Ok(nil_list(cx));
        }
        cx.grown_list(all)
    }

    /// Lists of a given length that together have the elements of one.
    ///
    /// `{{ chunk 2 (list 1 2 3) }}` gives `[[1 2] [3]]`
    "chunk" | "mustChunk" => fn chunk(cx, size: i64, list: Value) -> Result<Value, FuncError> {
        chunks(cx, size, list)
    }
}
