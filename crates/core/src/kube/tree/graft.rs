//! A tree with other entries in one of its maps, for as long as somebody looks at it.

use super::{Cell, Data, Tree};
use std::ops::Range;

/// The entries that a map of a tree gets.
#[derive(Debug)]
pub(crate) struct Graft {
    /// The number of the map.
    pub map: u32,
    /// The entries, as a map of its own.
    pub part: Tree<'static>,
    /// Whether it keeps those that it has.
    pub keeps: bool,
}

impl Tree<'static> {
    /// Shows `look` the tree with other entries in one of its maps. What is not in that map keeps its number, what is new has
    /// a higher one. Bytes are those that nodes had before.
    pub(crate) fn grafted<R>(&mut self, graft: Graft, look: impl FnOnce(&Tree<'static>) -> R) -> R {
        let Graft { map: at, part, keeps } = graft;
        let base = self.cells.len();
        let before = self.cells.get(at as usize).map_or((0, 0), |map| (map.first, map.len));
        let own = before.0 as usize..(before.0 + before.1) as usize;
        let kept = self.cells.get(own).filter(|_| keeps).map(<[Cell<'_>]>::to_vec).unwrap_or_default();
        // The root of the part is the map itself, and its children are the first behind it.
        let first = (base + kept.len()) as u32;
        let moved = |id: u32| if id == 0 { at } else { first + id - 1 };
        let mut cells = part.cells.into_iter();
        let added = cells.next().map_or(0, |root| root.len);
        if let Some(map) = self.cells.get_mut(at as usize) {
            (map.first, map.len) = (base as u32, kept.len() as u32 + added);
        }
        self.cells.extend(kept);
        self.cells.extend(cells.map(|cell| Cell { parent: moved(cell.parent), first: moved(cell.first), ..cell }));
        let seen = look(self);
        self.cells.truncate(base);
        if let Some(map) = self.cells.get_mut(at as usize) {
            (map.first, map.len) = before;
        }
        seen
    }

    /// The innermost map around a range of bytes: its number and its own bytes.
    pub(crate) fn map_around(&self, range: &Range<usize>) -> Option<(u32, Range<usize>)> {
        let bytes = |cell: &Cell<'_>| cell.range.start as usize..cell.range.end as usize;
        let is_around = |place: &Range<usize>| place.start <= range.start && range.end <= place.end;
        let maps = self.cells.iter().zip(0..).filter(|(cell, _)| cell.data == Data::Map);
        maps.map(|(cell, id)| (id, bytes(cell)))
            .filter(|(_, place)| is_around(place))
            .max_by_key(|(_, place)| place.start)
    }
}
