//! The values that texts name in so many words, where nobody walks their trees: Jinja templates, and values that are
//! templates themselves.

use super::Location;
use super::chart::ChartState;
use super::occurrences::own_path;
use super::symbol::Symbol;
use super::workspace::Snapshot;
use crate::chart::Chart;
use crate::gotmpl::GO;
use crate::jinja::JINJA;
use crate::language::Key;
use std::ops::Range;

/// A text of one of the charts.
#[derive(Debug)]
pub(super) struct WrittenText {
    /// Its chart, a number in the tree.
    chart: usize,
    /// Its file, from the root chart's folder.
    file: String,
    /// The paths below `Values` that it names.
    values: Vec<Vec<Key>>,
}

/// Such texts of a chart and of all inside.
pub(super) fn texts(root: &Chart) -> Vec<WrittenText> {
    let mut found = Vec::new();
    for (number, chart) in root.walk().into_iter().enumerate() {
        let templates = chart.templates.iter().filter(|file| JINJA.takes(&file.name));
        let templates = templates.map(|file| (file.name.as_str(), JINJA.symbols(&file.data).values));
        let values = chart.values.iter().map(|values| ("values.yaml", in_values(&values.text)));
        for (name, values) in templates.chain(values).filter(|(_, values)| !values.is_empty()) {
            found.push(WrittenText { chart: number, file: format!("{}{name}", chart.location), values });
        }
    }
    found
}

/// What the templates in a values file name; comments are no templates.
fn in_values(text: &[u8]) -> Vec<Vec<Key>> {
    if memchr::memmem::find(text, b"{{").is_none() {
        return Vec::new();
    }
    let is_comment = |key: &Key| {
        let before = text.get(..key.span.start as usize).unwrap_or_default();
        let line = before.get(memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..).unwrap_or_default();
        line.trim_ascii_start().starts_with(b"#")
    };
    let mut found = GO.symbols(text).values;
    found.retain(|keys| keys.first().is_some_and(|key| !is_comment(key)));
    found
}

impl Snapshot {
    /// The value that a Jinja template names at an offset.
    pub(super) fn in_jinja(&self, offset: u32) -> Option<(Symbol, Range<u32>)> {
        self.written(JINJA.symbols(&self.text).values, offset)
    }

    /// The value that a template in a values file names at an offset; those of huge files are not looked at anywhere.
    pub(super) fn in_value(&self, offset: u32) -> Option<(Symbol, Range<u32>)> {
        let values = if self.chart.is_huge() { Vec::new() } else { in_values(&self.text) };
        self.written(values, offset)
    }

    fn written(&self, values: Vec<Vec<Key>>, offset: u32) -> Option<(Symbol, Range<u32>)> {
        let is_here = |key: &Key| (key.span.start..=key.span.end).contains(&offset);
        values.iter().find_map(|keys| {
            let last = keys.iter().position(is_here)?;
            let path: Vec<String> = keys.iter().take(last + 1).map(|key| key.name.clone()).collect();
            Some((Symbol::Value(self.root_path(&path)), keys.get(last)?.span.clone()))
        })
    }
}

impl ChartState {
    /// Where such texts use a value or one below it.
    pub(super) fn uses_as_written(&self, path: &[String]) -> Vec<Location> {
        let uses = self.index().written.iter().flat_map(|text| {
            let own = self.index().charts.get(text.chart).and_then(|row| own_path(row, path)).unwrap_or_default();
            let is_below = move |keys: &&Vec<Key>| {
                !own.is_empty() && keys.len() >= own.len() && keys.iter().zip(own).all(|(key, name)| key.name == *name)
            };
            let used = text.values.iter().filter(is_below).filter_map(|keys| keys.get(own.len() - 1));
            used.map(|key| Location::new(&*text.file, key.span.clone()))
        });
        uses.collect()
    }
}
