//! The lists and maps of one render.

use super::watch::{Changes, Flag, Mark, Moment, Noted, Reads};
use super::{Entries, ListType, MapType, Repr, Value};
use crate::text::{Origin, Str};
use foldhash::{HashMap, HashSet};
use std::sync::Arc;

/// Handle of a list in a [`Heap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(u32);

/// Handle of a map in a [`Heap`]. Two handles are equal if they name the same map.
///
/// Go converts a map of a named type to `map[string]interface {}` where a function asks for that, and
/// both still name the same entries; so the handle knows what it was converted to.
#[derive(Clone, Copy, Debug)]
pub struct MapId {
    index: u32,
    seen_as: Option<MapType>,
}

impl MapId {
    /// The same map as a `map[string]interface {}`.
    pub fn as_dict(self) -> MapId {
        MapId { seen_as: Some(MapType::Dict), ..self }
    }

    /// Whether another handle names the same map, and takes it for one of the same type.
    pub fn is_seen_as(self, other: MapId) -> bool {
        self == other && self.seen_as == other.seen_as
    }

    /// How many maps there were before it.
    pub(super) fn number(self) -> usize {
        self.index as usize
    }

    /// The same map as Helm's `common.Values`.
    pub fn as_values(self) -> MapId {
        MapId { seen_as: Some(MapType::Values), ..self }
    }
}

impl PartialEq for MapId {
    fn eq(&self, other: &MapId) -> bool {
        self.index == other.index
    }
}

impl Eq for MapId {}

impl PartialOrd for MapId {
    fn partial_cmp(&self, other: &MapId) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MapId {
    fn cmp(&self, other: &MapId) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}

impl std::hash::Hash for MapId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.index.hash(state);
    }
}

/// A slice. Of templates' functions only `sortAlpha` changes one in its place.
#[derive(Clone, Debug)]
pub struct ListData {
    /// Go's slice type.
    pub ty: ListType,
    /// Whether it is Go's nil slice, which JSON writes as `null`.
    pub nil: bool,
    /// The elements.
    pub items: Vec<Value>,
    /// What is behind them.
    pub room: Room,
}

/// What Go's memory holds behind the end of a slice, where slicing may reach.
#[derive(Clone, Debug, Default)]
pub enum Room {
    /// Nothing.
    #[default]
    None,
    /// Zeros: the slice grew element by element.
    Grown,
    /// Zeros: one element was appended to a slice of just its size.
    Appended,
    /// Zeros: there was room for so many elements from the beginning.
    Made(u32),
    /// The rest of the slice that it is a part of.
    Rest(Arc<[Value]>),
}

/// A map. `set`, `unset` and `merge` change it in place, and every holder of the handle sees it.
#[derive(Clone, Debug)]
pub struct MapData {
    /// Go's map type.
    pub ty: MapType,
    /// Whether it is Go's nil map, which JSON writes as `null`.
    pub nil: bool,
    /// The entries, in the order of their keys.
    pub entries: Entries,
}

/// What a copy that goes deep has copied.
#[derive(Default)]
struct Copies {
    maps: HashMap<MapId, MapId>,
    lists: HashMap<ListId, ListId>,
    /// Copies of which what is in them is still to be copied.
    pending: Vec<Container>,
}

/// A list or a map.
#[derive(Clone, Copy)]
enum Container {
    Map(MapId),
    List(ListId),
}

/// All lists and maps of one render.
#[derive(Clone, Debug)]
pub struct Heap {
    lists: Vec<ListData>,
    maps: Vec<MapData>,
    /// Elements of all lists when they were stored.
    elements: usize,
    /// Whether Go types have the names of Helm 3.
    pub helm3: bool,
    /// What has to stay as it is.
    shared: Mark,
    /// Whether something of it has changed.
    is_changed: bool,
    /// What of it was read, where that is noted.
    reads: Option<Noted>,
    /// What has changed since the watch began.
    changed: Changes,
    /// What holds the name of the file that runs.
    name: Option<MapId>,
    /// Whether that was looked into.
    name_asked: Flag,
}

impl Default for Heap {
    fn default() -> Self {
        Heap::new()
    }
}

impl Heap {
    /// An empty heap.
    pub fn new() -> Heap {
        Heap {
            lists: Vec::new(),
            maps: Vec::new(),
            elements: 0,
            helm3: false,
            shared: Mark::default(),
            is_changed: false,
            reads: None,
            changed: Changes::default(),
            name: None,
            name_asked: Flag::default(),
        }
    }

    /// A mark of what there is now.
    pub fn mark(&self) -> Mark {
        Mark { lists: self.lists.len(), maps: self.maps.len(), elements: self.elements }
    }

    /// From here on it is noted if a list or map that there is now changes; and what of it is read, where it is said how many
    /// origins there are now.
    pub fn watch(&mut self, origins: Option<usize>) {
        (self.shared, self.is_changed) = (self.mark(), false);
        self.reads = origins.map(|origins| Noted::new(self.shared, origins));
        self.changed = Changes::default();
    }

    /// Whether there was a map when the watch began.
    pub fn is_watched_map(&self, id: MapId) -> bool {
        (id.index as usize) < self.shared.maps
    }

    /// Whether there was a list when the watch began.
    pub fn is_watched_list(&self, id: ListId) -> bool {
        (id.0 as usize) < self.shared.lists
    }

    /// What time it is.
    pub fn now(&self) -> Moment {
        self.changed.moment(self.mark())
    }

    /// Whether all that there was at a moment is still as it was.
    pub fn is_as_at(&self, moment: &Moment) -> bool {
        self.changed.spared(moment)
    }

    /// Says which map holds the name of the file that runs.
    pub fn set_name(&mut self, name: MapId) {
        self.name = Some(name);
    }

    /// Whether somebody looked at the name of the file that runs since this was last called.
    pub fn take_name_asked(&self) -> bool {
        self.name_asked.take()
    }

    /// Notes whether somebody did.
    pub fn note_name_asked(&self, asked: bool) {
        self.name_asked.set(asked);
    }

    /// What was read since this was last called.
    pub fn take_reads(&mut self) -> Reads {
        self.reads.as_mut().map(Noted::take).unwrap_or_default()
    }

    /// What is other in another heap of the same shape, of what was there when the watch began; none where the shape is another one.
    pub fn changes(&self, other: &Heap) -> Option<Reads> {
        let mark = |heap: &Heap| (heap.shared.lists, heap.shared.maps, heap.shared.elements);
        let mut changes = Noted::new(self.shared, self.reads.as_ref().map_or(0, |noted| noted.origins.len() * 64));
        if mark(self) != mark(other) {
            return None;
        }
        for (index, (a, b)) in (0..).zip(self.maps.iter().zip(&other.maps)).take(self.shared.maps) {
            if (a.ty, a.nil) != (b.ty, b.nil) || !a.entries.keys().eq(b.entries.keys()) {
                return None;
            }
            for (a, b) in a.entries.values().zip(b.entries.values()) {
                if !a.is_same(b) {
                    Noted::note(&changes.maps, index);
                    for origin in [a.origin, b.origin].into_iter().filter_map(Origin::number) {
                        Noted::note(&changes.origins, origin);
                    }
                }
            }
        }
        for (index, (a, b)) in (0..).zip(self.lists.iter().zip(&other.lists)).take(self.shared.lists) {
            if (a.ty, a.nil, a.items.len()) != (b.ty, b.nil, b.items.len()) {
                return None;
            }
            let same_room = match (&a.room, &b.room) {
                (Room::None, Room::None) | (Room::Grown, Room::Grown) | (Room::Appended, Room::Appended) => true,
                (Room::Made(a), Room::Made(b)) => a == b,
                _ => false,
            };
            if !same_room || !a.items.iter().zip(&b.items).all(|(a, b)| a.is_same(b)) {
                Noted::note(&changes.lists, index);
            }
        }
        Some(changes.take())
    }

    /// Forgets all lists and maps made since the watch began.
    pub fn forget_unwatched(&mut self) {
        self.forget_since(self.shared);
    }

    /// Whether a list or map that there was when the watch began has changed.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Forgets all lists and maps made since a mark. None of them may be in use any more.
    pub fn forget_since(&mut self, mark: Mark) {
        self.lists.truncate(mark.lists);
        self.maps.truncate(mark.maps);
        self.elements = mark.elements;
    }

    /// The name of a Go type in the version of Helm at hand.
    pub fn go_type(&self, name: &'static str) -> &'static str {
        match name {
            "common.Values" if self.helm3 => "chartutil.Values",
            "common.VersionSet" if self.helm3 => "chartutil.VersionSet",
            "[]*v2.Maintainer" if self.helm3 => "[]*chart.Maintainer",
            "[]*v2.Dependency" if self.helm3 => "[]*chart.Dependency",
            _ => name,
        }
    }

    /// The list with this handle.
    ///
    /// Handles come only from this heap, so the look-up cannot miss.
    #[expect(clippy::indexing_slicing, reason = "handles are made by this heap alone and lists are never removed")]
    #[inline]
    pub fn list(&self, id: ListId) -> &ListData {
        if let Some(reads) = &self.reads {
            Noted::note(&reads.lists, id.0);
        }
        &self.lists[id.0 as usize]
    }

    /// The map with this handle.
    #[inline]
    pub fn map(&self, id: MapId) -> &MapData {
        if let Some(reads) = &self.reads {
            Noted::note(&reads.maps, id.index);
        }
        self.shape(id)
    }

    /// The same, of whoever looks at its type and at how many entries it has.
    #[expect(clippy::indexing_slicing, reason = "handles are made by this heap alone and maps are never removed")]
    #[inline]
    pub fn shape(&self, id: MapId) -> &MapData {
        if self.name == Some(id) {
            self.name_asked.set(true);
        }
        &self.maps[id.index as usize]
    }

    /// Go's type of a map, as the handle sees it.
    #[inline]
    pub fn map_type(&self, id: MapId) -> MapType {
        id.seen_as.unwrap_or_else(|| self.shape(id).ty)
    }

    /// The map with this handle, to change it.
    #[expect(clippy::indexing_slicing, reason = "handles are made by this heap alone and maps are never removed")]
    #[inline]
    pub fn map_mut(&mut self, id: MapId) -> &mut MapData {
        self.is_changed |= (id.index as usize) < self.shared.maps;
        self.changed.maps.note(id.index);
        &mut self.maps[id.index as usize]
    }

    /// Sets an entry of a map that is watched, or takes it away, as what nobody has to know of.
    pub fn set_unnoted(&mut self, id: MapId, key: &Str, value: Option<Value>) {
        let Some(map) = self.maps.get_mut(id.index as usize) else { return };
        match value {
            Some(value) => map.entries.insert(key.clone(), value),
            None => map.entries.remove(key),
        };
    }

    /// Stores a list of a given type.
    pub fn add_list(&mut self, data: ListData) -> Value {
        let id = ListId(self.lists.len() as u32);
        self.elements += data.items.len();
        self.lists.push(data);
        Value::new(Repr::List(id))
    }

    /// Stores a map of a given type.
    pub fn add_map(&mut self, data: MapData) -> MapId {
        let id = MapId { index: self.maps.len() as u32, seen_as: None };
        self.maps.push(data);
        id
    }

    /// A `[]interface {}`.
    pub fn new_list(&mut self, items: Vec<Value>) -> Value {
        self.add_list(ListData { ty: ListType::Any, nil: false, items, room: Room::None })
    }

    /// Sorts the texts of a slice in their place.
    pub fn sort_texts(&mut self, list: ListId) {
        self.list_mut(list).items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }

    /// Notes what Go's memory holds behind the end of a slice.
    pub fn with_room(&mut self, list: Value, room: Room) -> Value {
        if let Repr::List(id) = list.repr {
            self.list_mut(id).room = room;
        }
        list
    }

    /// A slice of another type.
    pub fn new_typed_list(&mut self, ty: ListType, items: Vec<Value>) -> Value {
        self.add_list(ListData { ty, nil: false, items, room: Room::None })
    }

    /// A `map[string]interface {}`.
    pub fn new_dict(&mut self, entries: Entries) -> Value {
        let id = self.add_map(MapData { ty: MapType::Dict, nil: false, entries });
        Value::new(Repr::Map(id))
    }

    /// A map of another type.
    pub fn new_typed_map(&mut self, ty: MapType, entries: Entries) -> Value {
        let id = self.add_map(MapData { ty, nil: false, entries });
        Value::new(Repr::Map(id))
    }

    /// The entry of a map.
    #[inline]
    pub fn get(&self, id: MapId, key: &[u8]) -> Option<&Value> {
        // Which keys there are is the shape of a map; so what is missing is nothing that can change.
        let found = self.shape(id).entries.get(key)?;
        if let Some(reads) = &self.reads {
            match found.origin.number() {
                Some(number) => Noted::note(&reads.origins, number),
                None => Noted::note(&reads.maps, id.index),
            }
        }
        Some(found)
    }

    /// The origins of a value and of what is in it, one level deep.
    pub fn origins<'h>(&'h self, value: &'h Value) -> impl Iterator<Item = Origin> + 'h {
        let (entries, items) = match value.repr {
            Repr::Map(map) => (Some(&self.map(map).entries), None),
            Repr::List(list) => (None, Some(&self.list(list).items)),
            _ => (None, None),
        };
        let inner = entries.into_iter().flat_map(Entries::values).chain(items.into_iter().flatten());
        std::iter::once(value.origin).chain(inner.map(|item| item.origin))
    }

    /// Whether an element of a list or map has that origin.
    pub fn holds(&self, value: &Value, origin: Origin) -> bool {
        match value.repr {
            Repr::Map(map) => self.map(map).entries.values().any(|item| item.origin == origin),
            Repr::List(list) => self.list(list).items.iter().any(|item| item.origin == origin),
            _ => false,
        }
    }

    /// The first number in a value that JSON has none for: an infinity, or what is no number.
    pub fn find_unsupported(&self, value: &Value) -> Option<f64> {
        if !matches!(value.repr, Repr::Float(..) | Repr::List(_) | Repr::Map(_)) {
            return None;
        }
        let mut stack: Vec<Repr> = vec![value.repr.clone()];
        let mut seen: HashSet<MapId> = HashSet::default();
        while let Some(repr) = stack.pop() {
            match repr {
                Repr::Float(n, _) if !n.is_finite() => return Some(n),
                Repr::List(id) => stack.extend(self.list(id).items.iter().rev().map(|v| v.repr.clone())),
                Repr::Map(id) if seen.insert(id) => {
                    stack.extend(self.map(id).entries.values().rev().map(|v| v.repr.clone()));
                }
                _ => {}
            }
        }
        None
    }

    /// A copy that shares no list or map with the original; origins are kept.
    ///
    /// Shared parts and cycles are copied once, as Go's copystructure would not do with a cycle.
    pub fn deep_copy(&mut self, value: &Value) -> Value {
        let mut copies = Copies::default();
        let mut root = value.clone();
        self.copy_shell(&mut root, &mut copies);
        while let Some(container) = copies.pending.pop() {
            match container {
                Container::Map(id) => {
                    let mut entries = std::mem::take(&mut self.map_mut(id).entries);
                    entries.values_mut().for_each(|value| self.copy_shell(value, &mut copies));
                    self.map_mut(id).entries = entries;
                }
                Container::List(id) => {
                    let mut items = std::mem::take(&mut self.list_mut(id).items);
                    items.iter_mut().for_each(|value| self.copy_shell(value, &mut copies));
                    self.list_mut(id).items = items;
                }
            }
        }
        root
    }

    /// A copy of a value of another heap, which must hold nothing else.
    pub fn adopt(&mut self, other: &Heap, value: &Value) -> Value {
        let (lists, maps) = (self.lists.len(), self.maps.len());
        let moved = |value: &mut Value| match &mut value.repr {
            Repr::List(id) => id.0 += lists as u32,
            Repr::Map(id) => id.index += maps as u32,
            _ => {}
        };
        self.lists.extend(other.lists.iter().cloned());
        self.maps.extend(other.maps.iter().cloned());
        self.elements += other.elements;
        self.lists.iter_mut().skip(lists).flat_map(|list| &mut list.items).for_each(moved);
        self.maps.iter_mut().skip(maps).flat_map(|map| map.entries.values_mut()).for_each(moved);
        let mut value = value.clone();
        moved(&mut value);
        value
    }

    /// Puts a copy in the place of a list or map, with what is in it still to be copied.
    fn copy_shell(&mut self, value: &mut Value, copies: &mut Copies) {
        match &mut value.repr {
            Repr::Map(id) => {
                *id = *copies.maps.entry(*id).or_insert_with(|| {
                    let data = self.map(*id).clone();
                    let copy = self.add_map(data);
                    copies.pending.push(Container::Map(copy));
                    copy
                });
            }
            Repr::List(id) => {
                *id = *copies.lists.entry(*id).or_insert_with(|| {
                    let data = self.list(*id).clone();
                    self.lists.push(data);
                    let copy = ListId(self.lists.len() as u32 - 1);
                    copies.pending.push(Container::List(copy));
                    copy
                });
            }
            _ => {}
        }
    }

    #[expect(clippy::indexing_slicing, reason = "handles are made by this heap alone and lists are never removed")]
    fn list_mut(&mut self, id: ListId) -> &mut ListData {
        self.is_changed |= (id.0 as usize) < self.shared.lists;
        self.changed.lists.note(id.0);
        &mut self.lists[id.0 as usize]
    }

    /// Number of lists, of their elements and of maps, which grows with the work a render does.
    #[inline]
    pub fn size(&self) -> usize {
        self.lists.len() + self.elements + self.maps.len()
    }
}

const _: () = assert!(std::mem::size_of::<ListId>() == 4);
