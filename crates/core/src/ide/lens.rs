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
        let count = self.chart.documents(|name| name == source).count();
        let plural = if count == 1 { "" } else { "s" };
        let rendered = Lens { range: 0..0, title: format!("renders {count} document{plural}"), leads_to_uses: false };
        let helpers = definitions(&self.text);
        let only_helpers = count == 0 && !helpers.is_empty();
        let mut found: Vec<Lens> = Some(rendered).filter(|_| !only_helpers).into_iter().collect();
        let uses =
            |name| self.occurrences(&Symbol::Helper(name)).iter().filter(|found| found.role == Role::Use).count();
        found.extend(helpers.into_iter().map(|(name, range)| used(uses(name), range)));
        found
    }

    fn of_values(&self) -> Vec<Lens> {
        let mut top = self.values().map(|values| values.below(&[], "")).unwrap_or_default();
        top.sort_by_key(|key| key.key.start);
        let own = top.into_iter().map(|key| (self.root_path(&key.path), key.key));
        let own = own.filter(|(path, _)| !self.chart.names_chart(path));
        own.map(|(path, range)| used(self.chart.uses_of_value(&path).len(), range)).collect()
    }
}

fn used(count: usize, range: Range<u32>) -> Lens {
    let title = if count == 1 { "used once".to_owned() } else { format!("used {count} times") };
    Lens { range, title, leads_to_uses: true }
}
