//! `dario.cat/mergo` as sprig's merges use it.
//!
//! Its rules are those of `deepMerge` in mergo's `merge.go`, the odd ones too: only empty values are
//! filled in, a map whose key is new is shared and not copied, and nested maps change in place.

use super::{Cx, Dict, FuncError};
use crate::budget::Exhausted;
use crate::text::Str;
use crate::value::{Entries, MapId, MapType, Repr, Value};

/// How to merge.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    /// Whether what is there gives way.
    pub overwrite: bool,
    /// Whether mergo's errors become an empty text.
    pub swallow: bool,
}

/// Levels that are merged; Go's stack overflows at some depth too.
const MAX_DEPTH: usize = 10_000;

/// mergo's error, as against a limit of ours.
fn different_types() -> FuncError {
    FuncError::new("src and dst must be of same type")
}

/// sprig's `merge` family.
pub(super) fn merge_all(cx: &mut Cx<'_>, mut into: Dict, from: &[Dict], mode: Mode) -> Result<Value, FuncError> {
    for source in from {
        // A nil source brings nothing.
        let Some(source) = source.id.filter(|id| !cx.heap.shape(*id).nil) else { continue };
        let target = match into.id.filter(|id| !cx.heap.shape(*id).nil) {
            Some(id) => id,
            None => match cx.heap.new_dict(Entries::new()).repr {
                Repr::Map(id) => id,
                _ => continue,
            },
        };
        into.id = Some(target);
        match merge_maps(cx, target, source, mode.overwrite) {
            Err(error) if mode.swallow && error == different_types() => return Ok(Value::str("")),
            other => other?,
        }
    }
    Ok(into.into_value(cx))
}

/// Two maps that are being merged.
struct Work {
    into: MapId,
    keys: std::vec::IntoIter<(Str, Value)>,
    /// The key whose maps were merged a level below, with what both sides had there.
    pending: Option<(Str, Value, Value)>,
}

fn merge_maps(cx: &mut Cx<'_>, into: MapId, from: MapId, overwrite: bool) -> Result<(), FuncError> {
    let mut stack = vec![work(cx, into, from)];
    while let Some(top) = stack.last_mut() {
        cx.budget.tick()?;
        let into = top.into;
        if let Some((key, old, new)) = top.pending.take() {
            finish(cx, into, key, Some(old), new, overwrite)?;
            continue;
        }
        let Some((key, new)) = top.keys.next() else {
            stack.pop();
            continue;
        };
        let old = cx.heap.get(into, &key).cloned();
        if new.is_nil() {
            if overwrite {
                set(cx, into, key, new)?;
            }
            continue;
        }
        match (&new.repr, old.as_ref().map(|v| &v.repr)) {
            (Repr::Map(source), Some(Repr::Map(target))) => {
                let (source, target) = (*source, *target);
                // A nil map inside an interface cannot be set and stays as it is.
                if !cx.heap.shape(target).nil {
                    let below = work(cx, target, source);
                    top.pending = old.map(|old| (key, old, new));
                    if stack.len() >= MAX_DEPTH {
                        return Err(Exhausted::Depth(MAX_DEPTH as u64).into());
                    }
                    stack.push(below);
                    continue;
                }
            }
            (Repr::Map(_), Some(Repr::Struct(s))) if s.pointer && !overwrite => return Err(different_types()),
            (Repr::Struct(n), Some(Repr::Struct(s)))
                if s.pointer && !n.pointer && !overwrite && !std::ptr::eq(s.ty, n.ty) =>
            {
                return Err(different_types());
            }
            (Repr::List(_) | Repr::Bytes(_), Some(_)) if overwrite => {
                set(cx, into, key, new)?;
                continue;
            }
            _ => {}
        }
        finish(cx, into, key, old, new, overwrite)?;
    }
    Ok(())
}

fn work(cx: &Cx<'_>, into: MapId, from: MapId) -> Work {
    let entries: Vec<(Str, Value)> = cx.heap.map(from).entries.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    Work { into, keys: entries.into_iter(), pending: None }
}

/// The end of a round of `deepMerge`: sets the key unless what is there stays.
fn finish(
    cx: &mut Cx<'_>,
    into: MapId,
    key: Str,
    old: Option<Value>,
    new: Value,
    overwrite: bool,
) -> Result<(), FuncError> {
    let full = old.as_ref().is_some_and(|old| !is_empty(cx, old));
    if full {
        let slice = matches!(new.repr, Repr::List(_) | Repr::Bytes(_));
        let maps = matches!((&new.repr, old.map(|v| v.repr)), (Repr::Map(_), Some(Repr::Map(_))));
        if slice || maps {
            return Ok(());
        }
    }
    if overwrite || !full { set(cx, into, key, new) } else { Ok(()) }
}

/// mergo's `isEmptyValue`
fn is_empty(cx: &Cx<'_>, value: &Value) -> bool {
    match value.repr {
        Repr::Struct(_) | Repr::Complex(..) => false,
        _ => !value.is_true(&cx.heap),
    }
}

/// `reflect.Value.SetMapIndex` with an interface.
fn set(cx: &mut Cx<'_>, into: MapId, key: Str, value: Value) -> Result<(), FuncError> {
    if cx.heap.shape(into).ty == MapType::Str && value.as_str().is_none() {
        return Err(FuncError::new(
            "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
        ));
    }
    cx.heap.map_mut(into).entries.insert(key, value);
    Ok(())
}
