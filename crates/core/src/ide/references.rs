//! Where something is used.

use super::workspace::Snapshot;
use super::{Location, Role};
use std::ops::Range;

impl Snapshot {
    /// All places that name what stands at an offset.
    pub fn references(&self, offset: u32, with_definition: bool) -> Vec<Location> {
        let Some((symbol, _)) = self.symbol(offset) else { return Vec::new() };
        let found = self.occurrences(&symbol).into_iter();
        found.filter(|found| with_definition || found.role != Role::Definition).map(|found| found.at).collect()
    }

    /// The places in this file that name what stands at an offset, and whether they define it.
    pub fn highlights(&self, offset: u32) -> Vec<(Range<u32>, Role)> {
        let Some((symbol, _)) = self.symbol(offset) else { return Vec::new() };
        let found = self.occurrences(&symbol).into_iter();
        found.filter(|found| found.at.file == self.file).map(|found| (found.at.range, found.role)).collect()
    }
}
