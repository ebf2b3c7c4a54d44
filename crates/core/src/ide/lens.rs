//! What a file renders, and how often helpers and values are used.

use super::Role;
use super::occurrences::definitions;
use super::symbol::Symbol;
use super::workspace::{FileKind, Snapshot};
use std::ops::Range;

/// A line about something, with what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// What it is about.
    pub range: Range<u32>,
    /// The line.
    pub title: String,
    /// Whether it leads to the uses of what stands there; else to the rendered documents.
    pub leads_to_uses: bool,
}

impl Snapshot {
    /// The lines about the file.
    pub fn lenses(&self) -> Vec<Lens> {
        match self.kind {
            FileKind::Template => self.of_template(),
            FileKind::Values => self.of_values(),
            _ => Vec::new(),
        }
    }

    fn of_template(&self) -> Vec<Lens> {
        let source = self.chart.source_name(&self.file);
        let count = self.chart.preview(|name| name == source).documents.len();
        let plural = if count == 1 { "" } else { "s" };
        let rendered = Lens { range: 0..0, title: format!("renders {count} document{plural}"), leads_to_uses: false };
        let helpers = definitions(&self.text);
        let only_helpers = count == 0 && !helpers.is_empty();
        let mut found: Vec<Lens> = Some(rendered).filter(|_| !only_helpers).into_iter().collect();
        found.extend(helpers.into_iter().map(|(name, range)| self.uses(&Symbol::Helper(name), range)));
        found
    }

    fn of_values(&self) -> Vec<Lens> {
        let keys = self.values().map(|values| values.keys()).unwrap_or_default();
        let top = keys.into_iter().filter(|key| key.path.len() == 1);
        let own = top.filter(|key| !self.chart.names_chart(&self.root_path(&key.path)));
        own.map(|key| self.uses(&Symbol::Value(self.root_path(&key.path)), key.key)).collect()
    }

    fn uses(&self, symbol: &Symbol, range: Range<u32>) -> Lens {
        let count = self.occurrences(symbol).iter().filter(|found| found.role == Role::Use).count();
        let title = if count == 1 { "used once".to_owned() } else { format!("used {count} times") };
        Lens { range, title, leads_to_uses: true }
    }
}
