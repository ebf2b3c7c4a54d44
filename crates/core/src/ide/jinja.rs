//! The values that Jinja templates name.

use super::Location;
use super::chart::ChartState;
use super::occurrences::own_path;
use super::symbol::Symbol;
use super::workspace::Snapshot;
use crate::chart::Chart;
use crate::jinja::is_jinja;
use crate::jinja::symbols::{Key, symbols};
use std::ops::Range;

/// A Jinja template of one of the charts.
#[derive(Debug)]
pub(super) struct JinjaTemplate {
    /// Its chart, a number in the tree.
    chart: usize,
    /// Its file, from the root chart's folder.
    file: String,
    /// The paths below `Values` that it names.
    values: Vec<Vec<Key>>,
}

/// The Jinja templates of a chart and of all inside.
pub(super) fn templates(root: &Chart) -> Vec<JinjaTemplate> {
    let mut found = Vec::new();
    for (number, chart) in root.walk().into_iter().enumerate() {
        for file in chart.templates.iter().filter(|file| is_jinja(&file.name)) {
            let values = std::str::from_utf8(&file.data).map(symbols).unwrap_or_default().values;
            found.push(JinjaTemplate { chart: number, file: format!("{}{}", chart.location, file.name), values });
        }
    }
    found
}

impl Snapshot {
    /// The value that a Jinja template names at an offset.
    pub(super) fn in_jinja(&self, offset: u32) -> Option<(Symbol, Range<u32>)> {
        let text = std::str::from_utf8(&self.text).ok()?;
        let is_here = |key: &Key| (key.span.start..=key.span.end).contains(&(offset as usize));
        symbols(text).values.iter().find_map(|keys| {
            let last = keys.iter().position(is_here)?;
            let path: Vec<String> = keys.iter().take(last + 1).map(|key| key.name.clone()).collect();
            Some((Symbol::Value(self.root_path(&path)), place(keys.get(last)?)))
        })
    }
}

impl ChartState {
    /// Where Jinja templates use a value or one below it.
    pub(super) fn uses_in_jinja(&self, path: &[String]) -> Vec<Location> {
        let uses = self.index().jinja.iter().flat_map(|template| {
            let own = self.index().charts.get(template.chart).and_then(|row| own_path(row, path)).unwrap_or_default();
            let is_below = move |keys: &&Vec<Key>| {
                !own.is_empty() && keys.len() >= own.len() && keys.iter().zip(own).all(|(key, name)| key.name == *name)
            };
            let used = template.values.iter().filter(is_below).filter_map(|keys| keys.get(own.len() - 1));
            used.map(|key| Location::new(&*template.file, place(key)))
        });
        uses.collect()
    }
}

fn place(key: &Key) -> Range<u32> {
    key.span.start as u32..key.span.end as u32
}
