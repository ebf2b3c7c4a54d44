//! Where a value, a helper or a variable is defined and used: what definition, references and rename stand on.

use super::Location;
use super::chart::{ChartRow, ChartState};
use super::symbol::Symbol;
use super::workspace::Snapshot;
use crate::analysis::Template;
use crate::gotmpl::{GO, Kind};
use crate::text::Span;
use std::ops::Range;

/// What an occurrence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It defines.
    Definition,
    /// It describes: a schema, a table of a README.
    Description,
    /// It uses.
    Use,
}

/// A place where something is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub role: Role,
    pub at: Location,
}

impl Snapshot {
    /// Where the symbol is named, definitions first.
    pub(super) fn occurrences(&self, symbol: &Symbol) -> Vec<Occurrence> {
        let mut found = match symbol {
            Symbol::Value(path) => self.chart.of_value(path),
            Symbol::Helper(name) => self.chart.of_helper(name),
            Symbol::Variable(name, declared) => self.of_variable(name, declared),
            _ => Vec::new(),
        };
        found.sort_by(|a, b| (a.role, &a.at.file, a.at.range.start).cmp(&(b.role, &b.at.file, b.at.range.start)));
        found.dedup();
        found
    }

    fn of_variable(&self, name: &str, declared: &Range<u32>) -> Vec<Occurrence> {
        let template = self.template();
        let named = template.items.iter().filter(|item| item.kind == Kind::Variable && template.word(item) == name);
        let same = named.filter_map(|item| {
            let range = item.start..item.end;
            let role = if range == *declared { Role::Definition } else { Role::Use };
            let means = template.declaration(item).as_ref() == Some(declared);
            means.then(|| Occurrence { role, at: Location::new(&*self.file, range) })
        });
        same.collect()
    }
}

impl ChartState {
    /// Whether a path is where the values of a chart inside stand.
    pub(super) fn names_chart(&self, path: &[String]) -> bool {
        self.index().charts.iter().any(|row| !row.prefix.is_empty() && row.prefix == path)
    }

    fn of_helper(&self, name: &str) -> Vec<Occurrence> {
        let index = self.index();
        let finder = memchr::memmem::Finder::new(name);
        // A name can be written with escapes; else the text has it as it is.
        let may_define = |template: &&Template| {
            let text = &template.parsed.source.tree.text;
            finder.find(text).is_some() || memchr::memchr(b'\\', text).is_some()
        };
        let mut found = Vec::new();
        for template in index.templates.iter().filter(may_define) {
            let definition = |at| Occurrence { role: Role::Definition, at: Location::new(&*template.file, at) };
            found.extend(self.defined_in(template, name).map(definition));
        }
        found.extend(index.helpers.calls(name).iter().filter_map(|call| {
            let template = index.templates.get(call.span.file.0 as usize)?;
            let at = inner(call.span.start..call.span.end);
            Some(Occurrence { role: Role::Use, at: Location::new(&*template.file, at) })
        }));
        found
    }

    /// The names in `define` and `block` of a template.
    fn defined_in<'t>(&self, template: &'t Template, name: &'t str) -> impl Iterator<Item = Range<u32>> + 't {
        definitions(&template.parsed.source.tree.text)
            .into_iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, at)| at)
    }

    /// Where templates use a value or one below it, each place once.
    pub(super) fn uses_of_value(&self, path: &[String]) -> Vec<Location> {
        let mut found = self.uses_as_written(path);
        for (row, reads) in self.index().charts.iter().zip(self.index().reads.iter()) {
            let Some(own) = own_path(row, path) else { continue };
            for (used, how) in reads.uses().filter(|(used, _)| used.starts_with(own)) {
                found.extend(how.spans.iter().filter_map(|span| self.use_of(*span, used, own.len())));
            }
        }
        found.sort_by(|a, b| (&a.file, a.range.start).cmp(&(&b.file, b.range.start)));
        found.dedup();
        found
    }

    fn of_value(&self, path: &[String]) -> Vec<Occurrence> {
        let uses = self.uses_of_value(path).into_iter().map(|at| Occurrence { role: Role::Use, at });
        let mut found: Vec<Occurrence> = uses.collect();
        for row in &self.index().charts {
            found.extend(own_path(row, path).and_then(|own| self.in_schema(row, own)));
        }
        for values in self.values_texts() {
            let own = self.index().charts.get(values.chart).and_then(|row| own_path(row, path));
            if let Some(key) = own.and_then(|own| values.find(own)) {
                found.push(Occurrence { role: Role::Definition, at: Location::new(&*values.file, key.key) });
            }
        }
        found.extend(self.in_readme(path));
        found
    }

    /// The place of the key with the number `depth` - 1 of a path in the span that uses the path.
    fn use_of(&self, span: Span, used: &[String], depth: usize) -> Option<Location> {
        let template = self.index().templates.get(span.file.0 as usize)?;
        let text = template.parsed.source.tree.text.get(span.start as usize..span.end as usize)?;
        let text = std::str::from_utf8(text).ok()?;
        let key = used.get(depth.checked_sub(1)?)?;
        // Field chains end with the path; else the key is one of the strings that `index` and its like are given.
        let dotted = format!(".{}", used.get(depth - 1..)?.join("."));
        let start = match text.strip_suffix(&dotted) {
            Some(before) => before.len() + 1,
            None => text
                .find(&format!("\"{key}\""))
                .map(|at| at + 1)
                .or_else(|| Some(text.find(&format!(".{key}"))? + 1))?,
        };
        let start = span.start + start as u32;
        Some(Location::new(&*template.file, start..start + key.len() as u32))
    }

    fn in_schema(&self, row: &ChartRow, path: &[String]) -> Option<Occurrence> {
        let file = format!("{}values.schema.json", row.location);
        let text = self.text(&file)?;
        let range = super::metadata::in_schema(&text, path)?;
        Some(Occurrence { role: Role::Description, at: Location::new(file, range) })
    }

    /// The first cells of a README's tables that spell the path.
    fn in_readme(&self, path: &[String]) -> Vec<Occurrence> {
        let (Some(text), name) = (self.text("README.md"), path.join(".")) else { return Vec::new() };
        let last = path.last().map_or(0, String::len);
        let text = String::from_utf8_lossy(&text);
        let mut at = 0;
        let mut found = Vec::new();
        for line in text.split_inclusive('\n') {
            let cell = line.trim_start().strip_prefix('|').and_then(|rest| rest.split('|').next()).unwrap_or_default();
            if cell.trim().trim_matches('`') == name {
                let end = line.find(&name).map_or(0, |start| at + start + name.len());
                let range = (end - last.min(end)) as u32..end as u32;
                found.push(Occurrence { role: Role::Description, at: Location::new("README.md", range) });
            }
            at += line.len();
        }
        found
    }
}

/// The helpers that a text of Go's defines: name, and where that stands.
pub(super) fn definitions(text: &[u8]) -> Vec<(String, Range<u32>)> {
    GO.symbols(text).definitions
}

/// A quoted text without its quotes.
fn inner(range: Range<u32>) -> Range<u32> {
    range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
}

/// The path in the values of a chart for one in those of the root.
pub(super) fn own_path<'p>(row: &ChartRow, path: &'p [String]) -> Option<&'p [String]> {
    match path.first().is_some_and(|key| key == "global") {
        true => Some(path),
        false => path.strip_prefix(row.prefix.as_slice()).filter(|own| !own.is_empty()),
    }
}
