//! Maps: sprig's dictionary functions. `set`, `unset` and the merges change their first argument.

use super::merge::{Mode, merge_all};
use super::{Cx, Dict, FuncError, Rest, Text, functions};
use crate::budget::Exhausted;
use crate::text::Str;
use crate::value::time::TIME;
use crate::value::{Entries, ListData, ListType, MapData, MapType, Repr, Room, Structure, Value, entries};
use std::sync::Arc;

/// Levels that `deepCopy` copies; Go's stack overflows at some depth too.
const MAX_DEPTH: usize = 10_000;

impl Dict {
    /// The map as a value; Go's nil map where there is none.
    pub(super) fn into_value(self, cx: &mut Cx<'_>) -> Value {
        let id = match self.id {
            Some(id) => id,
            None => cx.heap.add_map(MapData { ty: MapType::Dict, nil: true, entries: Entries::new() }),
        };
        Value::new(Repr::Map(id)).with_origin(self.origin)
    }

    /// The entry of a key.
    fn get(self, cx: &Cx<'_>, key: &[u8]) -> Option<Value> {
        cx.heap.get(self.id?, key).cloned()
    }

    fn entries(self, cx: &Cx<'_>) -> Result<Entries, FuncError> {
        let Some(id) = self.id else { return Ok(Entries::new()) };
        let entries = &cx.heap.map(id).entries;
        cx.budget.spend(entries.len() as u64)?;
        Ok(entries.clone())
    }
}

fn new_dict(cx: &mut Cx<'_>, entries: Entries) -> Result<Value, FuncError> {
    cx.budget.check_objects(cx.heap.size() as u64)?;
    Ok(cx.heap.new_dict(entries))
}

/// Go's panic for a type assertion that fails.
fn conversion(cx: &Cx<'_>, value: &Value, wanted: &str) -> FuncError {
    let got = value.type_name(&cx.heap).map_or("nil", |ty| cx.go_type(ty));
    FuncError {
        about: value.origin,
        ..FuncError::new(format!("interface conversion: interface {{}} is {got}, not {wanted}"))
    }
}

fn as_dict(cx: &Cx<'_>, value: &Value) -> Result<Dict, FuncError> {
    match value.repr {
        Repr::Map(id) if cx.heap.map_type(id) == MapType::Dict => Ok(Dict { id: Some(id), origin: value.origin }),
        _ => Err(conversion(cx, value, "map[string]interface {}")),
    }
}

/// A container that `deepCopy` is in the middle of.
enum Copying {
    List { data: ListData, from: std::vec::IntoIter<Value>, own: Value },
    Map { data: MapData, from: entries::IntoIter, key: Str, own: Value },
}

/// A struct as reflection copies it: what is not exported stays empty, but in times.
fn copy_of_struct(structure: &Structure) -> Structure {
    let mut copy = structure.clone();
    if structure.ty.name == TIME.name {
        return copy;
    }
    for (field, name) in copy.fields.iter_mut().zip(structure.ty.fields) {
        field.repr = match &field.repr {
            Repr::Struct(inner) => Repr::Struct(Arc::new(copy_of_struct(inner))),
            other if name.starts_with(|c: char| c.is_ascii_uppercase()) => other.clone(),
            Repr::Int(_, ty) => Repr::Int(0, *ty),
            Repr::Str(_) => Repr::Str(Str::default()),
            other => other.clone(),
        };
    }
    copy
}

/// `copystructure.Copy`: new maps and lists all the way down.
fn deep_copy_value(cx: &mut Cx<'_>, value: Value) -> Result<Value, FuncError> {
    let mut stack: Vec<Copying> = Vec::new();
    let mut next = Some(value);
    loop {
        cx.tick()?;
        let done = match next.take() {
            Some(value) => match &value.repr {
                Repr::List(id) => {
                    let list = cx.heap.list(*id);
                    let items = Vec::with_capacity(list.items.len());
                    let data = ListData { ty: list.ty, nil: list.nil, items, room: list.room.clone() };
                    let from = list.items.clone().into_iter();
                    stack.push(Copying::List { data, from, own: value });
                    None
                }
                Repr::Map(id) => {
                    let map = cx.heap.map(*id);
                    let data = MapData { ty: cx.heap.map_type(*id), nil: map.nil, entries: Entries::new() };
                    let from = map.entries.clone().into_iter();
                    stack.push(Copying::Map { data, from, key: Str::default(), own: value });
                    None
                }
                Repr::Struct(s) => {
                    Some(Value::new(Repr::Struct(Arc::new(copy_of_struct(s)))).with_origin(value.origin))
                }
                _ => Some(value),
            },
            None => None,
        };
        if stack.len() > MAX_DEPTH {
            return Err(Exhausted::Depth(MAX_DEPTH as u64).into());
        }
        let Some(top) = stack.last_mut() else { return Ok(done.unwrap_or(Value::NIL_INTERFACE)) };
        match top {
            Copying::List { data, from, .. } => {
                data.items.extend(done);
                next = from.next();
            }
            Copying::Map { data, from, key, .. } => {
                if let Some(done) = done {
                    data.entries.insert(std::mem::take(key), done);
                }
                next = from.next().map(|(k, value)| {
                    *key = k;
                    value
                });
            }
        }
        if next.is_none()
            && let Some(finished) = stack.pop()
        {
            cx.budget.check_objects(cx.heap.size() as u64)?;
            let copy = match finished {
                Copying::List { data, own, .. } => cx.heap.add_list(data).with_origin(own.origin),
                Copying::Map { data, own, .. } => Value::new(Repr::Map(cx.heap.add_map(data))).with_origin(own.origin),
            };
            match stack.last_mut() {
                None => return Ok(copy),
                Some(Copying::List { data, from, .. }) => {
                    data.items.push(copy);
                    next = from.next();
                }
                Some(Copying::Map { data, from, key, .. }) => {
                    data.entries.insert(std::mem::take(key), copy);
                    next = from.next().map(|(k, value)| {
                        *key = k;
                        value
                    });
                }
            }
            // The container around may be finished as well; an empty round closes it.
        }
    }
}

fn copy_deeply(cx: &mut Cx<'_>, value: Value) -> Result<Value, FuncError> {
    if value.is_nil() {
        return Err(FuncError {
            about: value.origin,
            ..FuncError::new("reflect: call of reflect.Value.Type on zero Value")
        });
    }
    deep_copy_value(cx, value)
}

functions! {
    pub static DICTS;

    /// A map of keys and values in turn.
    ///
    /// `{{ dict "name" "web" "port" 80 }}`
    "dict" => fn dict(cx, values: Rest<Value>) -> Result<Value, FuncError> {
        let mut entries = Entries::new();
        let mut values = values.0.into_iter();
        while let Some(key) = values.next() {
            cx.tick()?;
            let key = cx.strval(&key)?;
            entries.insert(key.str, values.next().unwrap_or_else(|| Value::str("")));
        }
        new_dict(cx, entries)
    }

    /// The value of a key; the empty text if the map lacks it.
    ///
    /// `{{ get .Values.labels "app" }}`
    "get" => fn get(cx, map: Dict, key: Text) -> Value {
        match map.get(cx, &key) {
            Some(value) => {
                cx.note_read(value.origin);
                value
            }
            None => super::builtin::missing(cx, map.origin, &key.str, Value::str("")),
        }
    }

    /// Gives a key a value, in the map itself, which is also the result.
    ///
    /// `{{ $_ := set .Values.labels "app" "web" }}`
    "set" [Changes, Scalar] => fn set(cx, map: Dict, key: Text, value: Value) -> Result<Value, FuncError> {
        let Some(id) = map.id.filter(|id| !cx.heap.shape(*id).nil) else {
            return Err(FuncError { about: map.origin, ..FuncError::new("assignment to entry in nil map") });
        };
        cx.heap.map_mut(id).entries.insert(key.str, value);
        Ok(map.into_value(cx))
    }

    /// Removes a key from the map itself, which is also the result.
    ///
    /// `{{ $_ := unset .Values.labels "app" }}`
    "unset" [Changes, Scalar] => fn unset(cx, map: Dict, key: Text) -> Value {
        if let Some(id) = map.id {
            cx.heap.map_mut(id).entries.remove(&key.str);
        }
        map.into_value(cx)
    }

    /// Whether the map has a key.
    ///
    /// `{{ if hasKey .Values "ingress" }}`
    "hasKey" => fn has_key(cx, map: Dict, key: Text) -> bool {
        map.get(cx, &key).is_some()
    }

    /// The values of one key in several maps, as a list.
    ///
    /// `{{ pluck "name" $a $b }}`
    "pluck" => fn pluck(cx, key: Text, maps: Rest<Dict>) -> Result<Value, FuncError> {
        let values = maps.0.iter().filter_map(|map| map.get(cx, &key)).collect();
        cx.grown_list(values)
    }

    /// The keys of the maps. Helm gives them in a random order; here they are sorted.
    ///
    /// `{{ keys .Values.labels | sortAlpha }}`
    "keys" => fn keys(cx, maps: Rest<Dict>) -> Result<Value, FuncError> {
        let mut keys = Vec::new();
        for map in &maps.0 {
            keys.extend(map.entries(cx)?.into_iter().map(|(key, value)| Value::str(key).with_origin(value.origin)));
        }
        cx.budget.check_objects(cx.heap.size() as u64)?;
        let keys = cx.heap.new_typed_list(ListType::Str, keys);
        Ok(cx.heap.with_room(keys, Room::Grown))
    }

    /// The values of a map. Helm gives them in a random order; here the keys are sorted.
    ///
    /// `{{ values .Values.labels }}`
    "values" => fn values(cx, map: Dict) -> Result<Value, FuncError> {
        let values = map.entries(cx)?.into_iter().map(|(_, value)| value).collect();
        cx.grown_list(values)
    }

    /// A new map with some keys of another.
    ///
    /// `{{ pick .Values.image "repository" "tag" }}`
    "pick" => fn pick(cx, map: Dict, keys: Rest<Text>) -> Result<Value, FuncError> {
        let picked = keys.0.iter().filter_map(|key| Some((key.str.clone(), map.get(cx, key)?))).collect();
        new_dict(cx, picked)
    }

    /// A new map without some keys of another.
    ///
    /// `{{ omit .Values.image "tag" }}`
    "omit" => fn omit(cx, map: Dict, keys: Rest<Text>) -> Result<Value, FuncError> {
        let mut entries = map.entries(cx)?;
        for key in &keys.0 {
            entries.remove(&key.str);
        }
        new_dict(cx, entries)
    }

    /// The value under a path of keys, or a default if one is missing. An error if something on the path is
    /// no map.
    ///
    /// `{{ dig "image" "tag" "latest" .Values.web }}`
    "dig" => fn dig(cx, path: Rest<Value>) -> Result<Value, FuncError> {
        let [keys @ .., default, map] = path.0.as_slice() else {
            return Err(FuncError::new("dig needs at least three arguments"));
        };
        if keys.is_empty() {
            return Err(FuncError::new("dig needs at least three arguments"));
        }
        let mut map = as_dict(cx, map)?;
        let mut names = Vec::with_capacity(keys.len());
        for key in keys {
            names.push(key.as_str().cloned().ok_or_else(|| conversion(cx, key, "string"))?);
        }
        for (i, name) in names.iter().enumerate() {
            let Some(step) = map.get(cx, name) else { return Ok(default.clone()) };
            cx.note_read(step.origin);
            if i + 1 == names.len() {
                return Ok(step);
            }
            map = as_dict(cx, &step)?;
        }
        Ok(default.clone())
    }

    /// Copies into the first map what it lacks or has empty; earlier maps win. The result is the first map.
    ///
    /// `{{ merge .Values.labels $defaults }}`
    "merge" [Changes] => fn merge(cx, into: Dict, from: Rest<Dict>) -> Result<Value, FuncError> {
        merge_all(cx, into, &from.0, Mode { overwrite: false, swallow: true })
    }

    /// As `merge`, with an error where two types do not go together.
    ///
    /// `{{ mustMerge .Values.labels $defaults }}`
    "mustMerge" [Changes] => fn must_merge(cx, into: Dict, from: Rest<Dict>) -> Result<Value, FuncError> {
        merge_all(cx, into, &from.0, Mode { overwrite: false, swallow: false })
    }

    /// Copies into the first map all that the others have; later maps win. The result is the first map.
    ///
    /// `{{ mergeOverwrite $defaults .Values.labels }}`
    "mergeOverwrite" [Changes] => fn merge_overwrite(cx, into: Dict, from: Rest<Dict>) -> Result<Value, FuncError> {
        merge_all(cx, into, &from.0, Mode { overwrite: true, swallow: true })
    }

    /// As `mergeOverwrite`, with an error where two types do not go together.
    ///
    /// `{{ mustMergeOverwrite $defaults .Values.labels }}`
    "mustMergeOverwrite" [Changes] => fn must_merge_overwrite(cx, into: Dict, from: Rest<Dict>) -> Result<Value, FuncError> {
        merge_all(cx, into, &from.0, Mode { overwrite: true, swallow: false })
    }

    /// A copy of the value that shares no map or list with it.
    ///
    /// `{{ $copy := deepCopy .Values.labels }}`
    "deepCopy" => fn deep_copy(cx, value: Value) -> Result<Value, FuncError> {
        copy_deeply(cx, value)
    }

    /// As `deepCopy`.
    ///
    /// `{{ $copy := mustDeepCopy .Values.labels }}`
    "mustDeepCopy" => fn must_deep_copy(cx, value: Value) -> Result<Value, FuncError> {
        copy_deeply(cx, value)
    }
}
