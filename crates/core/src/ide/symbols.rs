//! What there is in a file and in a chart, by name; who calls whom.

use super::Location;
use super::chart::{ChartState, LARGE};
use super::occurrences::definitions;
use super::symbol::Symbol;
use super::values::ValuesText;
use super::workspace::{FileKind, Snapshot};
use crate::analysis::Callee;
use crate::gotmpl::Kind;
use crate::jinja::JINJA;
use std::ops::Range;

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSymbol {
    /// The name.
    pub name: String,
    /// One line more.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: Range<u32>,
    /// Its name.
    pub name_range: Range<u32>,
    /// What is in it.
    pub children: Vec<NamedSymbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A helper.
    Helper,
    /// An object of Kubernetes.
    Object,
    /// A key with a map below.
    Map,
    /// A key with a list.
    List,
    /// A key with a text, a number or a boolean.
    Scalar,
}

/// Calls between two helpers, or between a file and a helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperCalls {
    /// The helper; none for the text of a file itself.
    pub helper: Option<String>,
    /// Where it is.
    pub at: Location,
    /// Where the calls are, in the file of the caller.
    pub calls: Vec<Range<u32>>,
}

impl Snapshot {
    /// What there is in the file.
    pub fn symbols(&self) -> Vec<NamedSymbol> {
        match self.kind {
            FileKind::Template => self.in_template_text(),
            FileKind::Jinja => self.in_jinja_text(),
            FileKind::Manifest => self.objects(),
            _ if [".yaml", ".yml", ".json"].iter().any(|end| self.file.ends_with(end)) => {
                self.values().as_ref().map(keys).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn in_template_text(&self) -> Vec<NamedSymbol> {
        let blocks = super::folding::blocks(&self.template());
        let named = definitions(&self.text).into_iter().map(|(name, name_range)| NamedSymbol {
            range: whole_definition(&blocks, &name_range),
            ..helper(name, "", name_range)
        });
        named.chain(self.objects()).collect()
    }

    fn in_jinja_text(&self) -> Vec<NamedSymbol> {
        let macros = JINJA.symbols(&self.text).definitions.into_iter().map(|(name, at)| helper(name, "", at));
        macros.chain(self.objects()).collect()
    }

    /// The objects that a text spells, by `kind:` at the start of lines.
    fn objects(&self) -> Vec<NamedSymbol> {
        let text = String::from_utf8_lossy(&self.text);
        let mut found = Vec::new();
        let mut at = 0u32;
        for line in text.split_inclusive('\n') {
            if let Some(kind) = line.strip_prefix("kind:").map(str::trim).filter(|kind| !kind.is_empty()) {
                let name_range = at..at + line.trim_end().len() as u32;
                let name = super::outline::name_of(&self.text, at as usize).unwrap_or_default();
                let (detail, children, range) = (name, Vec::new(), name_range.clone());
                found.push(NamedSymbol {
                    name: kind.to_owned(),
                    detail,
                    kind: SymbolKind::Object,
                    range,
                    name_range,
                    children,
                });
            }
            at += line.len() as u32;
        }
        found
    }

    /// The helpers and files that call the helper at an offset.
    pub fn callers(&self, offset: u32) -> Vec<HelperCalls> {
        match self.symbol(offset) {
            Some((Symbol::Helper(name), _)) => self.chart.callers(&name),
            _ => Vec::new(),
        }
    }
}

impl ChartState {
    /// Where a helper is defined: the definition that counts.
    pub fn helper(&self, name: &str) -> Option<Location> {
        let definition = self.index().helpers.definitions(name).first()?;
        let template = self.index().templates.iter().find(|template| template.file == definition.file)?;
        let named = definitions(&template.parsed.source.tree.text);
        let (_, range) = named.into_iter().find(|(found, _)| found == name)?;
        Some(Location::new(&*template.file, range))
    }

    /// The helpers and files that call a helper.
    pub fn callers(&self, name: &str) -> Vec<HelperCalls> {
        self.all_calls(|called, _| called == name, |caller, _| caller.map(str::to_owned))
    }

    /// The helpers that a helper calls.
    pub fn callees(&self, name: &str) -> Vec<HelperCalls> {
        let found = self.all_calls(|_, caller| caller == Some(name), |_, called| Some(called.to_owned()));
        let placed = found.into_iter().filter_map(|calls| {
            let at = self.helper(calls.helper.as_deref()?)?;
            Some(HelperCalls { at, ..calls })
        });
        placed.collect()
    }

    fn all_calls(
        &self,
        wanted: impl Fn(&str, Option<&str>) -> bool,
        key: impl Fn(Option<&str>, &str) -> Option<String>,
    ) -> Vec<HelperCalls> {
        let mut found: Vec<HelperCalls> = Vec::new();
        for template in &self.index().templates {
            let parsed = &template.parsed;
            let own = |name: &crate::text::Str| *name == parsed.source.name;
            let bodies: Vec<(String, Range<u32>)> = parsed
                .definitions
                .iter()
                .filter(|d| !own(&d.name))
                .map(|d| {
                    let node = parsed.source.node(d.root);
                    (d.name.to_string(), node.start..node.end)
                })
                .collect();
            for call in template.calls() {
                let Callee::Helper(Some(called)) = &call.callee else { continue };
                let around = bodies.iter().filter(|(_, body)| body.contains(&call.name.start));
                let caller = around.min_by_key(|(_, body)| body.end - body.start);
                let (caller_name, called) = (caller.map(|(name, _)| name.as_str()), called.to_string());
                if !wanted(&called, caller_name) {
                    continue;
                }
                let helper = key(caller_name, &called);
                let at = caller.map_or(0..0, |(_, body)| body.clone());
                let same = |known: &&mut HelperCalls| {
                    known.helper == helper && (helper.is_some() || known.at.file == template.file)
                };
                match found.iter_mut().find(same) {
                    Some(known) => known.calls.push(call.name.clone()),
                    None => found.push(HelperCalls {
                        helper,
                        at: Location::new(&*template.file, at),
                        calls: vec![call.name.clone()],
                    }),
                }
            }
        }
        found
    }

    /// Helpers and values whose names hold `query`, upper and lower case alike.
    pub fn named(&self, query: &str) -> Vec<(NamedSymbol, Location)> {
        let query = query.to_lowercase();
        let fits = |name: &str| name.to_lowercase().contains(&query);
        let mut found = Vec::new();
        for template in &self.index().templates {
            for (name, range) in
                definitions(&template.parsed.source.tree.text).into_iter().filter(|(name, _)| fits(name))
            {
                found.push((helper(name, &template.file, range.clone()), Location::new(&*template.file, range)));
            }
        }
        for values in self.values_texts().iter().filter(|values| values.text.len() <= LARGE) {
            for key in values.keys().into_iter().filter(|key| fits(&key.path.join("."))) {
                let symbol = NamedSymbol { name: key.path.join("."), ..named(&key, &values.file) };
                found.push((symbol, Location::new(&*values.file, key.key)));
            }
        }
        found
    }
}

/// Something that can be called, by its name.
fn helper(name: String, detail: &str, at: Range<u32>) -> NamedSymbol {
    let (kind, detail) = (SymbolKind::Helper, detail.to_owned());
    NamedSymbol { name, detail, kind, range: at.clone(), name_range: at, children: Vec::new() }
}

/// The block that defines the helper whose name is here.
fn whole_definition(blocks: &[(Range<u32>, Range<u32>)], name: &Range<u32>) -> Range<u32> {
    let around = blocks.iter().filter(|(block, _)| block.start <= name.start && name.end <= block.end);
    around.map(|(block, _)| block.clone()).max_by_key(|block| block.start).unwrap_or_else(|| name.clone())
}

fn named(key: &super::values::Key, detail: &str) -> NamedSymbol {
    let kind = match &key.scalar {
        Some(_) => SymbolKind::Scalar,
        None if key.children > 0 => SymbolKind::Map,
        None => SymbolKind::List,
    };
    NamedSymbol {
        name: key.path.last().cloned().unwrap_or_default(),
        detail: detail.to_owned(),
        kind,
        range: key.key.start..key.value.end.max(key.key.end),
        name_range: key.key.clone(),
        children: Vec::new(),
    }
}

/// The keys of a file, as a tree.
fn keys(values: &ValuesText) -> Vec<NamedSymbol> {
    let mut top: Vec<NamedSymbol> = Vec::new();
    for key in values.keys() {
        let made = named(&key, key.scalar.as_deref().unwrap_or_default().lines().next().unwrap_or_default());
        put(&mut top, made);
    }
    top
}

/// Puts a symbol into the last one that is around it.
fn put(into: &mut Vec<NamedSymbol>, symbol: NamedSymbol) {
    let mut at = into;
    while at.last().is_some_and(|last| last.range.end >= symbol.range.end && last.range.start < symbol.range.start) {
        let Some(last) = at.last_mut() else { return };
        at = &mut last.children;
    }
    at.push(symbol);
}

/// Whether an item opens a block.
pub(super) fn opens(kind: Kind) -> bool {
    matches!(kind, Kind::If | Kind::With | Kind::Range | Kind::Define | Kind::Block)
}
