//! Paths as numbers while templates are walked: those that begin alike share their beginnings.

use super::reads::{Path, Use};
use crate::text::{Span, Str};
use foldhash::{HashMap, HashSet};

/// Stands for any key where a template computes it.
pub(super) const ANY: &str = "\0";

/// At the end of a path: a list whose items are what the path leads to.
pub(super) const EACH: &str = "\u{1}";

/// Number of a path in its [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PathId(u32);

impl PathId {
    /// The path without keys.
    pub const ROOT: PathId = PathId(0);
}

/// A path: its last key, and the path before.
#[derive(Debug, Default)]
struct Node {
    before: Option<PathId>,
    key: Str,
    /// How it is used, if it is.
    used: Option<Use>,
}

/// The paths that were met, and how they are used.
#[derive(Debug)]
pub(super) struct Paths {
    nodes: Vec<Node>,
    known: HashMap<(PathId, Str), PathId>,
    /// The places that are noted.
    places: HashSet<(PathId, Span)>,
}

impl Default for Paths {
    fn default() -> Self {
        Paths { nodes: vec![Node::default()], known: HashMap::default(), places: HashSet::default() }
    }
}

impl Paths {
    fn node(&self, path: PathId) -> Option<&Node> {
        self.nodes.get(path.0 as usize)
    }

    /// The path with one key more.
    pub fn below(&mut self, before: PathId, key: &Str) -> PathId {
        let next = PathId(self.nodes.len() as u32);
        let path = *self.known.entry((before, key.clone())).or_insert(next);
        if path == next {
            self.nodes.push(Node { before: Some(before), key: key.clone(), used: None });
        }
        path
    }

    /// Whether it is a list of what stands elsewhere.
    pub fn is_list(&self, path: PathId) -> bool {
        self.node(path).is_some_and(|node| node.key.as_bytes() == EACH.as_bytes())
    }

    /// What the items of a list are, or the value itself if it is none.
    pub fn item_of(&self, path: PathId) -> PathId {
        let before = self.node(path).filter(|_| self.is_list(path)).and_then(|node| node.before);
        before.unwrap_or(path)
    }

    /// Notes that a path is used.
    pub fn add(&mut self, path: PathId, whole: bool, at: Option<Span>) {
        let span = at.filter(|span| self.places.insert((path, *span)));
        let Some(node) = self.nodes.get_mut(path.0 as usize) else { return };
        let used = node.used.get_or_insert_default();
        used.whole |= whole;
        used.spans.extend(span);
    }

    /// The paths that are used, with how.
    pub fn uses(self) -> impl Iterator<Item = (Path, Use)> {
        let mut spelt: Vec<Path> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            // What is before a path was met before it.
            let before = node.before.and_then(|before| spelt.get(before.0 as usize)).cloned();
            let key = before.is_some().then(|| node.key.to_lossy().into_owned());
            spelt.push(before.into_iter().flatten().chain(key).collect());
        }
        spelt.into_iter().zip(self.nodes).filter_map(|(path, node)| Some((path, node.used?)))
    }
}
