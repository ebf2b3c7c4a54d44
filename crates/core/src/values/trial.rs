//! Changes that are taken back: charts inside are switched by values that nobody keeps.

use crate::value::{Entries, Heap, MapId, Mark};
use foldhash::HashMap;

/// What there was before somebody changed something on trial.
#[derive(Debug)]
pub struct Trial {
    begin: Mark,
    saved: HashMap<MapId, Entries>,
}

impl Trial {
    /// From now on what changes is to be saved before.
    pub fn begin(heap: &Heap) -> Trial {
        Trial { begin: heap.mark(), saved: HashMap::default() }
    }

    /// Saves the entries of a map that is about to change.
    pub fn save(&mut self, heap: &Heap, map: MapId) {
        if self.begin.has_map(map) {
            self.saved.entry(map).or_insert_with(|| heap.map(map).entries.clone());
        }
    }

    /// All is as it was in the beginning.
    pub fn undo(self, heap: &mut Heap) {
        for (map, entries) in self.saved {
            heap.map_mut(map).entries = entries;
        }
        heap.forget_since(self.begin);
    }
}
