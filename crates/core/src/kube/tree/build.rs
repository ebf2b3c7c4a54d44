//! From the nodes of a YAML document to plain data: what goyaml's decode.go and `sigs.k8s.io/yaml` make of them.

use super::{Cell, Data, Duplicate, Tree};
use crate::budget::{Budget, Exhausted};
use crate::text::lossy;
use crate::value::number;
use crate::yaml::{Document, NodeId, NodeKind, Resolved, ScalarStyle, resolve_node};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Why a document has no plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It says something that JSON cannot.
    Yaml {
        /// What is wrong.
        message: String,
        /// The bytes to blame.
        range: Range<usize>,
    },
    /// The budget ended the work.
    Exhausted(Exhausted),
}

impl From<Exhausted> for Broken {
    fn from(error: Exhausted) -> Broken {
        Broken::Exhausted(error)
    }
}

/// Maps with more entries find their duplicates by a table.
const SMALL_MAP: usize = 12;
/// Nodes that aliases may add beyond a hundred for each node of the text.
const ALIASED: usize = 100_000;

impl<'d> Tree<'d> {
    /// The plain data of a document.
    /// The error says what JSON cannot say, and where, or names a limit.
    pub fn build(document: &'d Document, budget: &Budget) -> Result<Tree<'d>, Broken> {
        let most = document.len().saturating_mul(100).saturating_add(ALIASED);
        let texts = document.texts();
        let mut builder =
            Builder { document, budget, texts, most, tree: Tree::default(), sources: Vec::new(), entries: Vec::new() };
        if let Some(root) = document.root() {
            // Every other node is a key, but for items.
            let usual = document.len() / 2 + document.len() / 8 + 4;
            builder.tree.cells.reserve(usual);
            builder.sources.reserve(usual);
            builder.entries.reserve(SMALL_MAP);
            builder.add(root, None, 0)?;
        }
        let mut next = 0;
        while let Some((source, aliased)) = builder.sources.get(next).copied() {
            builder.children(next, source, aliased)?;
            next += 1;
        }
        Ok(builder.tree)
    }
}

struct Builder<'d, 'b> {
    document: &'d Document,
    budget: &'b Budget,
    /// The texts of all scalars, where they are UTF-8.
    texts: Option<&'d str>,
    /// So many nodes may there be.
    most: usize,
    tree: Tree<'d>,
    /// The document's node for each cell, and whether an alias led there.
    sources: Vec<(NodeId, bool)>,
    /// Keys and values of the map at hand.
    entries: Vec<(NodeId, Cow<'d, str>, NodeId)>,
}

impl<'d> Builder<'d, '_> {
    fn broken(&self, message: String, node: NodeId) -> Broken {
        let node = self.document.node(node);
        Broken::Yaml { message, range: node.start as usize..node.end as usize }
    }

    #[inline]
    fn target(&self, node: NodeId) -> NodeId {
        match self.document.node(node).kind {
            NodeKind::Alias(target) => target,
            _ => node,
        }
    }

    /// Adds a node without its children.
    fn add(&mut self, node: NodeId, key: Option<(NodeId, Cow<'d, str>)>, parent: u32) -> Result<(), Broken> {
        self.budget.tick()?;
        let source = self.target(node);
        let written = self.document.node(node);
        let range = written.start..written.end;
        let (data, plain) = match &self.document.node(source).kind {
            NodeKind::Sequence { .. } => (Data::List, false),
            NodeKind::Mapping { .. } => (Data::Map, false),
            NodeKind::Scalar { style, .. } => (self.scalar(source)?, *style == ScalarStyle::Plain),
            NodeKind::Alias(_) => (Data::Null, false),
        };
        let (key_range, key) = match key {
            Some((node, key)) => {
                let node = self.document.node(node);
                (node.start..node.end, key)
            }
            None => (range.clone(), Cow::Borrowed("")),
        };
        self.tree.cells.push(Cell { data, key, parent, first: 0, len: 0, range, key_range, plain });
        self.sources.push((source, source != node));
        self.check_size(self.sources.len(), node)
    }

    #[inline]
    fn check_size(&self, size: usize, node: NodeId) -> Result<(), Broken> {
        if size > self.most {
            return Err(self.broken("document contains excessive aliasing".to_owned(), node));
        }
        Ok(())
    }

    fn scalar(&self, node: NodeId) -> Result<Data<'d>, Broken> {
        let (resolved, own) = resolve_node(self.document, node).map_err(|problem| self.broken(problem, node))?;
        Ok(match resolved {
            Resolved::Null => Data::Null,
            Resolved::Bool(b) => Data::Bool(b),
            Resolved::Int(n) => Data::Int(n),
            Resolved::Uint(n) => Data::Uint(n),
            // JSON writes such a number without a point, and it is read as a whole one.
            Resolved::Float(n) if n.fract() == 0.0 && n.abs() < 9.2e18 => Data::Int(n as i64),
            Resolved::Float(n) if n.is_finite() => Data::Float(n),
            Resolved::Float(n) => return Err(self.broken(format!("JSON has no number {n}"), node)),
            Resolved::Timestamp | Resolved::Str => Data::Str(self.text(node, own)),
        })
    }

    fn text(&self, node: NodeId, own: Option<Vec<u8>>) -> Cow<'d, str> {
        let whole = || self.texts?.get(self.document.place_in_texts(node));
        match own {
            Some(own) => Cow::Owned(lossy(&own).into_owned()),
            None => whole().map_or_else(|| lossy(self.document.scalar(node)), Cow::Borrowed),
        }
    }

    /// Adds the children of a node that is there.
    #[inline]
    fn children(&mut self, at: usize, source: NodeId, aliased: bool) -> Result<(), Broken> {
        if aliased {
            self.check_loop(at, source)?;
        }
        let first = self.tree.cells.len() as u32;
        match self.document.node(source).kind {
            NodeKind::Sequence { .. } => {
                let document = self.document;
                for item in document.children(source) {
                    self.add(*item, None, at as u32)?;
                }
            }
            NodeKind::Mapping { .. } => {
                self.collect(source, 0)?;
                self.entries(at as u32)?;
            }
            _ => return Ok(()),
        }
        let len = self.tree.cells.len() as u32 - first;
        if let Some(cell) = self.tree.cells.get_mut(at) {
            (cell.first, cell.len) = (first, len);
        }
        Ok(())
    }

    /// An alias must not lead into what it stands in.
    fn check_loop(&self, at: usize, source: NodeId) -> Result<(), Broken> {
        let mut node = at as u32;
        while node != 0 {
            self.budget.tick()?;
            node = self.tree.cells.get(node as usize).map_or(0, |cell| cell.parent);
            if self.sources.get(node as usize).is_some_and(|(other, _)| *other == source) {
                return Err(self.broken("anchor value contains itself".to_owned(), source));
            }
        }
        Ok(())
    }

    /// Puts the entries of a map, and those of maps merged into it, behind the ones at hand.
    fn collect(&mut self, map: NodeId, depth: u32) -> Result<(), Broken> {
        if depth > 100 {
            return Err(self.broken("anchor value contains itself".to_owned(), map));
        }
        let document = self.document;
        for (key, value) in document.entries(map) {
            self.budget.tick()?;
            self.check_size(self.entries.len(), map)?;
            if !self.is_merge(key) {
                let name = self.key(key)?;
                self.entries.push((key, name, value));
                continue;
            }
            let target = self.target(value);
            match document.node(target).kind {
                NodeKind::Mapping { .. } => self.collect(target, depth + 1)?,
                // The last of a list comes first, so that the first has its way.
                NodeKind::Sequence { .. } => {
                    for item in document.children(target).iter().rev() {
                        self.collect(self.target(*item), depth + 1)?;
                    }
                }
                _ => {
                    let message = "map merge requires map or sequence of maps as the value";
                    return Err(self.broken(message.to_owned(), value));
                }
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: NodeId) -> bool {
        self.document.scalar(key) == b"<<"
            && matches!(self.document.node(key).kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. })
            && self.document.tag(key).is_none()
    }

    /// The key as `convertToJSONableObject` spells it.
    fn key(&self, node: NodeId) -> Result<Cow<'d, str>, Broken> {
        let key = self.target(node);
        if !matches!(self.document.node(key).kind, NodeKind::Scalar { .. }) {
            return Err(self.broken("a key must be a scalar".to_owned(), node));
        }
        let (resolved, own) = resolve_node(self.document, key).map_err(|problem| self.broken(problem, node))?;
        Ok(match resolved {
            Resolved::Timestamp | Resolved::Str => self.text(key, own),
            Resolved::Bool(b) => Cow::Borrowed(if b { "true" } else { "false" }),
            Resolved::Int(n) => Cow::Owned(n.to_string()),
            Resolved::Float(n) if n.is_nan() => Cow::Borrowed(".nan"),
            Resolved::Float(n) if n.is_infinite() => Cow::Borrowed(if n < 0.0 { "-.inf" } else { ".inf" }),
            Resolved::Float(n) => Cow::Owned(number::format_float(n, b'g', None, 32)),
            Resolved::Null => return Err(self.broken("a key must not be null".to_owned(), node)),
            Resolved::Uint(_) => return Err(self.broken("a key must fit 64 bits with sign".to_owned(), node)),
        })
    }

    /// Adds the entries at hand as children; of two with one key the last.
    fn entries(&mut self, parent: u32) -> Result<(), Broken> {
        let mut entries = std::mem::take(&mut self.entries);
        let first = self.tree.cells.len();
        let mut seen: Option<HashMap<String, usize>> = (entries.len() > SMALL_MAP).then(HashMap::new);
        for (node, key, value) in entries.drain(..) {
            let known = match &mut seen {
                Some(seen) => {
                    let known = seen.get(&*key).copied();
                    if known.is_none() {
                        seen.insert(key.clone().into_owned(), self.tree.cells.len());
                    }
                    known
                }
                None => {
                    let cells = self.tree.cells.get(first..).unwrap_or_default();
                    cells.iter().position(|cell| cell.key == key).map(|at| first + at)
                }
            };
            self.add(value, Some((node, key)), parent)?;
            if let Some(at) = known {
                self.replace(at, node);
            }
        }
        self.entries = entries;
        Ok(())
    }

    /// Puts the last cell in the place of an earlier one with the same key.
    fn replace(&mut self, at: usize, key: NodeId) {
        let range = self.document.node(key);
        self.tree.duplicates.push(Duplicate { node: at as u32, range: range.start as usize..range.end as usize });
        if let (Some(cell), Some(source)) = (self.tree.cells.pop(), self.sources.pop()) {
            if let Some(old) = self.tree.cells.get_mut(at) {
                *old = cell;
            }
            if let Some(old) = self.sources.get_mut(at) {
                *old = source;
            }
        }
    }
}
