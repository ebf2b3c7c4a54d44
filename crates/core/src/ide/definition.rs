//! Where something is defined.

use super::symbol::Symbol;
use super::workspace::Snapshot;
use super::{Location, Role};

impl Snapshot {
    /// Where what stands at an offset is defined: a value in every values file that sets it, the one that wins first.
    pub fn definition(&self, offset: u32) -> Vec<Location> {
        let Some((symbol, range)) = self.symbol(offset) else { return Vec::new() };
        if let Symbol::Metadata(path) = &symbol {
            return self.of_metadata(path);
        }
        let mut found = self.occurrences(&symbol);
        found.retain(|occurrence| occurrence.role == Role::Definition);
        match &symbol {
            Symbol::Value(path) if found.is_empty() => self.nearest_key(path).into_iter().collect(),
            Symbol::Helper(name) => {
                // The one that Helm takes comes first.
                let winner = self.chart.index().helpers.definitions(name).first().map(|definition| &definition.file);
                found.sort_by_key(|occurrence| winner != Some(&occurrence.at.file));
                found.into_iter().map(|occurrence| occurrence.at).collect()
            }
            _ => {
                let here = Location::new(&*self.file, range);
                let only = found.len() == 1;
                found.retain(|occurrence| occurrence.at != here || only);
                // Of values the root's files count, and of those the last.
                found.sort_by_key(|occurrence| {
                    (occurrence.at.file.contains("charts/"), occurrence.at.file == "values.yaml")
                });
                found.into_iter().map(|occurrence| occurrence.at).collect()
            }
        }
    }

    /// The key around one that nobody sets.
    fn nearest_key(&self, path: &[String]) -> Option<Location> {
        let around = (1..path.len()).rev().filter_map(|len| path.get(..len));
        around.map(|path| self.chart.of_value_definitions(path)).find(|found| !found.is_empty())?.into_iter().next()
    }
}

impl super::ChartState {
    /// The values files that set a path.
    pub(super) fn of_value_definitions(&self, path: &[String]) -> Vec<Location> {
        let charts = &self.index().charts;
        let texts = self.values_texts();
        let keys = texts.iter().filter_map(|values| {
            let own = super::occurrences::own_path(charts.get(values.chart)?, path)?;
            Some(Location::new(&*values.file, values.find(own)?.key))
        });
        keys.collect()
    }
}
