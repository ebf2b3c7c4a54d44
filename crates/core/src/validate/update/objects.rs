//! What is there before an update.

use crate::budget::{Budget, Exhausted};
use crate::kube::Gvk;
use crate::kube::tree::{Broken, Node, Tree};
use crate::yaml::Document;
use std::collections::HashMap;

/// Group, kind, namespace and name.
type Key = (String, String, String, String);

/// Objects that are there, found by group, kind, namespace and name.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    trees: Vec<Tree<'static>>,
    /// The tree of an object, and the number of its node.
    places: HashMap<Key, (usize, u32)>,
    namespace: String,
}

impl Objects {
    /// None yet; objects that do not say their namespace are in this one.
    pub fn new(namespace: &str) -> Objects {
        Objects { namespace: namespace.to_owned(), ..Objects::default() }
    }

    /// Adds the object of a document, or those of a list; of those with the same names the first counts.
    /// An error says which limit of the host ends the work.
    pub fn add(&mut self, document: &Document, budget: &Budget) -> Result<(), Exhausted> {
        let tree = match Tree::build(document, budget) {
            Ok(tree) => tree.into_owned(),
            Err(Broken::Exhausted(end)) => return Err(end),
            // There is no such object.
            Err(Broken::Yaml { .. }) => return Ok(()),
        };
        if let Some(root) = tree.root() {
            for node in std::iter::once(root).chain(root.list("items")) {
                if let Some(key) = self.key(node) {
                    self.places.entry(key).or_insert((self.trees.len(), node.id()));
                }
            }
        }
        self.trees.push(tree);
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The object with the names of this one.
    pub(super) fn find(&self, node: Node<'_>) -> Option<Node<'_>> {
        let (tree, id) = self.places.get(&self.key(node)?)?;
        Some(self.trees.get(*tree)?.root()?.with_id(*id))
    }

    fn key(&self, node: Node<'_>) -> Option<Key> {
        let (api_version, kind) = (node.str("apiVersion")?, node.str("kind")?);
        let metadata = node.get("metadata")?;
        let namespace = metadata.str("namespace").filter(|text| !text.is_empty()).unwrap_or(&self.namespace);
        let group = Gvk::new(api_version, kind).group;
        Some((group.to_owned(), kind.to_owned(), namespace.to_owned(), metadata.str("name")?.to_owned()))
    }
}
