//! What of a heap was read, and what has changed since some time.
//!
//! Templates can change values that later ones see. Whoever wants to know whether something would be the same again asks for this.

use super::MapId;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// How much a heap held at some time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    pub(super) lists: usize,
    pub(super) maps: usize,
    pub(super) elements: usize,
}

impl Mark {
    /// Whether there was that map.
    pub fn has_map(&self, map: MapId) -> bool {
        map.number() < self.maps
    }
}

/// The time of a heap, to tell later whether what there was then is still as it was.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    mark: Mark,
    /// How many changes of maps and of lists there had been.
    maps: usize,
    lists: usize,
}

/// What has changed, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub maps: Changed,
    pub lists: Changed,
}

impl Changes {
    /// The time at which there was so much.
    pub fn moment(&self, mark: Mark) -> Moment {
        Moment { mark, maps: self.maps.count, lists: self.lists.count }
    }

    /// Whether all that there was at a moment is still as it was.
    pub fn spared(&self, moment: &Moment) -> bool {
        self.maps.spared(moment.maps, moment.mark.maps) && self.lists.spared(moment.lists, moment.mark.lists)
    }
}

/// Changes of maps or of lists, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    count: usize,
    /// Changes with their times, of which each has a higher number than those before: so the first after some time is the lowest since.
    lowest: Vec<(usize, u32)>,
}

impl Changed {
    pub fn note(&mut self, number: u32) {
        while self.lowest.pop_if(|(_, known)| *known >= number).is_some() {}
        self.lowest.push((self.count, number));
        self.count += 1;
    }

    /// Whether since that time none of the first `len` has changed.
    fn spared(&self, time: usize, len: usize) -> bool {
        let first = self.lowest.partition_point(|(known, _)| *known < time);
        self.lowest.get(first).is_none_or(|(_, number)| *number as usize >= len)
    }
}

/// A flag for whoever only looks at a heap; a copy begins without.
#[derive(Debug, Default)]
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub fn set(&self, is_set: bool) {
        self.0.store(is_set, Relaxed);
    }

    pub fn take(&self) -> bool {
        self.0.swap(false, Relaxed)
    }
}

impl Clone for Flag {
    fn clone(&self) -> Flag {
        Flag::default()
    }
}

/// What of lists and maps was read, or has changed: each as a bit for its number.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    lists: Vec<u64>,
    /// Maps as a whole.
    maps: Vec<u64>,
    /// Entries of maps, by their origins; where they have none, the map counts as a whole.
    origins: Vec<u64>,
}

impl Reads {
    /// Whether something that was read has changed.
    pub fn meet(&self, changes: &Reads) -> bool {
        let meet = |a: &[u64], b: &[u64]| a.iter().zip(b).any(|(a, b)| a & b != 0);
        meet(&self.lists, &changes.lists) || meet(&self.maps, &changes.maps) || meet(&self.origins, &changes.origins)
    }
}

/// What was read so far. It is noted by whoever only looks at a heap, so it lies in cells; a copy of a heap notes its own.
#[derive(Debug, Default)]
pub(super) struct Noted {
    pub lists: Vec<AtomicU64>,
    pub maps: Vec<AtomicU64>,
    pub origins: Vec<AtomicU64>,
}

impl Noted {
    pub fn new(mark: Mark, origins: usize) -> Noted {
        let bits = |count: usize| (0..count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Noted { lists: bits(mark.lists), maps: bits(mark.maps), origins: bits(origins) }
    }

    /// Sets a bit. One thread alone runs templates, so nothing comes between.
    pub fn note(cells: &[AtomicU64], number: u32) {
        if let Some(cell) = cells.get(number as usize / 64) {
            cell.store(cell.load(Relaxed) | 1 << (number % 64), Relaxed);
        }
    }

    pub fn take(&mut self) -> Reads {
        let take = |cells: &mut [AtomicU64]| cells.iter_mut().map(|cell| std::mem::take(cell.get_mut())).collect();
        Reads { lists: take(&mut self.lists), maps: take(&mut self.maps), origins: take(&mut self.origins) }
    }
}

impl Clone for Noted {
    fn clone(&self) -> Noted {
        let bits = |cells: &[AtomicU64]| cells.iter().map(|_| AtomicU64::new(0)).collect();
        Noted { lists: bits(&self.lists), maps: bits(&self.maps), origins: bits(&self.origins) }
    }
}
