//! What stands at a place: a value, a helper, a function, a variable, a field of the template's data.

use super::cursor::{Chain, Template, unquoted};
use super::workspace::{FileKind, Snapshot};
use crate::analysis::Path;
use crate::gotmpl::{Item, Kind};
use std::ops::Range;

/// What something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A value, by its path in the values of the root chart.
    Value(Path),
    /// A helper.
    Helper(String),
    /// A template function.
    Function(String),
    /// A word of the language.
    Keyword(String),
    /// A variable: its name, and where it is declared in this file.
    Variable(String, Range<u32>),
    /// A field of the template's data that is no value: `Release`, `Name`.
    Builtin(Path),
    /// A key of Chart.yaml.
    Metadata(Path),
}

impl Snapshot {
    /// What stands at an offset, and where its name is.
    pub fn symbol(&self, offset: u32) -> Option<(Symbol, Range<u32>)> {
        match self.kind {
            FileKind::Template => self.in_template(offset),
            FileKind::Jinja => self.in_jinja(offset),
            FileKind::Values if let Some(found) = self.in_value(offset) => Some(found),
            FileKind::Values => {
                let key = self.values()?.at(offset).filter(|key| key.key.contains(&offset) || key.key.end == offset)?;
                Some((Symbol::Value(self.root_path(&key.path)), key.key))
            }
            FileKind::ValuesSchema => {
                let (path, range) = super::metadata::schema_key(&self.text, offset)?;
                Some((Symbol::Value(self.root_path(&path)), range))
            }
            FileKind::Metadata => {
                let (path, range) = super::metadata::key_at(&self.text, offset)?;
                Some((Symbol::Metadata(path), range))
            }
            _ => None,
        }
    }

    fn in_template(&self, offset: u32) -> Option<(Symbol, Range<u32>)> {
        let template = self.template();
        template.action(offset)?;
        let (number, item) = template.item_at(offset)?;
        let range = item.start..item.end;
        let word = template.word(&item);
        Some(match item.kind {
            Kind::String | Kind::RawString => {
                let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                if names_helper(&template, number) {
                    return Some((Symbol::Helper(unquoted(&word)), inner));
                }
                let chain = self.indexed_by(&template, number)?;
                (Symbol::Value(self.root_path(chain.get(1..)?)), inner)
            }
            Kind::Identifier => (Symbol::Function(word), range),
            Kind::Variable if word != "$" => {
                let declared = template.declaration(&item).unwrap_or(range.clone());
                (Symbol::Variable(word, declared), range)
            }
            Kind::Field => {
                let chain = self.chain_to(&template, number)?;
                (self.of_chain(&chain)?, range.start + 1..range.end)
            }
            Kind::If
            | Kind::Else
            | Kind::End
            | Kind::With
            | Kind::Range
            | Kind::Define
            | Kind::Template
            | Kind::Block
            | Kind::Break
            | Kind::Continue => (Symbol::Keyword(word), range),
            _ => return None,
        })
    }

    /// The names up to the field with this number among the items.
    fn chain_to(&self, template: &Template<'_>, number: usize) -> Option<Chain> {
        let joined = |n: usize| {
            let (left, right) = (template.items.get(n.checked_sub(1)?)?, template.items.get(n)?);
            let is_part = matches!(left.kind, Kind::Field | Kind::Variable) && left.end == right.start;
            is_part.then_some(n - 1)
        };
        let mut first = number;
        while let Some(before) =
            joined(first).filter(|_| template.items.get(first).is_some_and(|i| i.kind == Kind::Field))
        {
            first = before;
        }
        let items = template.items.get(first..=number)?;
        template.chain(&template.scope(items.first()?.start), items)
    }

    /// The value that `index .Values.a "b"` asks for at the string with this number.
    fn indexed_by(&self, template: &Template<'_>, number: usize) -> Option<Chain> {
        let mut keys = Vec::new();
        let mut at = number + 1;
        loop {
            at = at.checked_sub(1)?;
            let item = template.items.get(at)?;
            match item.kind {
                Kind::String => keys.insert(0, unquoted(&template.word(item))),
                Kind::Space => {}
                Kind::Field => break,
                _ => return None,
            }
        }
        let mut chain = self.chain_to(template, at)?;
        let asks = |item: &Item| {
            item.kind == Kind::Identifier && matches!(item.text(template.text), b"index" | b"get" | b"hasKey")
        };
        let head = template
            .items
            .get(..at)?
            .iter()
            .rev()
            .find(|i| !matches!(i.kind, Kind::Field | Kind::Space | Kind::Variable));
        head.filter(|item| asks(item))?;
        chain.extend(keys);
        (chain.first().map(String::as_str) == Some("Values")).then_some(chain)
    }

    /// What names from the top of a template's data stand for.
    pub(super) fn of_chain(&self, chain: &[String]) -> Option<Symbol> {
        match chain.split_first()? {
            (first, path) if first == "Values" && !path.is_empty() => {
                (!path.iter().any(|key| key == super::cursor::ITEM)).then(|| Symbol::Value(self.root_path(path)))
            }
            _ => Some(Symbol::Builtin(chain.to_vec())),
        }
    }

    /// The chart whose file this is, a number in the tree.
    pub(super) fn chart_number(&self) -> usize {
        let charts = self.chart.index().charts.iter().enumerate();
        let around = charts.filter(|(_, chart)| self.file.starts_with(&chart.location));
        around.max_by_key(|(_, chart)| chart.location.len()).map_or(0, |(number, _)| number)
    }

    /// The path in the values of the root chart for one in those of this file's chart.
    pub(super) fn root_path(&self, path: &[String]) -> Path {
        if path.first().is_some_and(|key| key == "global") {
            return path.to_vec();
        }
        let charts = &self.chart.index().charts;
        let prefix = charts.get(self.chart_number()).map(|chart| chart.prefix.clone()).unwrap_or_default();
        prefix.into_iter().chain(path.iter().cloned()).collect()
    }

    /// This file as a values file.
    pub(super) fn values(&self) -> Option<super::values::ValuesText> {
        let known = self.chart.values_texts().iter().find(|values| values.file == self.file).cloned();
        known.or_else(|| super::values::ValuesText::read(&self.file, &self.text, self.chart.helm()))
    }
}

/// Whether a string names a helper: behind `include`, `template`, `define` or `block`.
fn names_helper(template: &Template<'_>, number: usize) -> bool {
    let before = template.items.get(..number).unwrap_or_default();
    let head = before.iter().rev().find(|item| item.kind != Kind::Space);
    head.is_some_and(|item| match item.kind {
        Kind::Template | Kind::Define | Kind::Block => true,
        Kind::Identifier => item.text(template.text) == b"include",
        _ => false,
    })
}
