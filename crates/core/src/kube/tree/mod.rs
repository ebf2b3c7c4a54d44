//! A YAML document as plain data: what the API server sees, with the place of everything.
//!
//! Aliases and merge keys are followed, scalars have their types, keys are strings, and of a key that occurs twice
//! the last value counts, all as `sigs.k8s.io/yaml` does on the way to JSON. Every node knows its parent, so a check
//! carries a [`Node`] around and its JSON pointer is only written where there is something to say.

mod build;
mod graft;
mod node;

pub use build::Broken;
pub(crate) use graft::Graft;
pub use node::{Entries, Items, Node};

pub(crate) use crate::diag::words::quoted;

use std::borrow::Cow;
use std::ops::Range;

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Data<'d> {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number too large for [`Data::Int`].
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(Cow<'d, str>),
    /// A list.
    List,
    /// A map.
    Map,
}

/// A node of the tree.
#[derive(Clone, Debug)]
struct Cell<'d> {
    data: Data<'d>,
    /// Of an entry of a map, its key.
    key: Cow<'d, str>,
    /// The collection around; the root is its own parent.
    parent: u32,
    /// First child: children stand side by side.
    first: u32,
    /// Number of children.
    len: u32,
    /// Bytes of the value.
    range: Range<u32>,
    /// Bytes of the key; of an item those of the value.
    key_range: Range<u32>,
    /// Whether it is written without quotes.
    plain: bool,
}

impl Cell<'_> {
    fn into_owned(self) -> Cell<'static> {
        let data = match self.data {
            Data::Null => Data::Null,
            Data::Bool(value) => Data::Bool(value),
            Data::Int(n) => Data::Int(n),
            Data::Uint(n) => Data::Uint(n),
            Data::Float(n) => Data::Float(n),
            Data::Str(text) => Data::Str(Cow::Owned(text.into_owned())),
            Data::List => Data::List,
            Data::Map => Data::Map,
        };
        let Cell { parent, first, len, range, key_range, plain, .. } = self;
        Cell { data, key: Cow::Owned(self.key.into_owned()), parent, first, len, range, key_range, plain }
    }
}

/// A key that occurs twice in one map.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Duplicate {
    /// The node of the value that counts.
    node: u32,
    /// The bytes of the second key.
    range: Range<usize>,
}

/// A document as plain data.
#[derive(Clone, Debug, Default)]
pub struct Tree<'d> {
    cells: Vec<Cell<'d>>,
    duplicates: Vec<Duplicate>,
}

impl<'d> Tree<'d> {
    /// The root; none where the document is empty.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.cells.is_empty()).then(|| Node::new(self, 0))
    }

    /// The tree without what it borrows of its document.
    pub fn into_owned(self) -> Tree<'static> {
        let cells = self.cells.into_iter().map(Cell::into_owned).collect();
        Tree { cells, duplicates: self.duplicates }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The keys that occur twice, with the value that counts.
    pub fn duplicates(&self) -> impl Iterator<Item = (Node<'_>, Range<usize>)> {
        self.duplicates.iter().map(|duplicate| (Node::new(self, duplicate.node), duplicate.range.clone()))
    }
}
