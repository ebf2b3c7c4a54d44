//! Objects as a whole: what they are called, and lists of them.

use crate::budget::Budget;
use crate::diag::ObjectRef;
use crate::kube::tree::{Items, Node, Tree};
use crate::yaml::Document;

/// The object of a document by its names; none where the document says neither `apiVersion` nor `kind`.
pub fn object_ref(document: &Document, budget: &Budget) -> Option<ObjectRef> {
    let tree = Tree::build(document, budget).ok()?;
    reference(tree.root()?)
}

/// The object at a node.
pub(super) fn reference(node: Node<'_>) -> Option<ObjectRef> {
    let text = |node: Option<Node<'_>>| node.and_then(Node::as_str).map(str::to_owned);
    let (api_version, kind) = (text(node.get("apiVersion")), text(node.get("kind")));
    if api_version.is_none() && kind.is_none() {
        return None;
    }
    Some(ObjectRef {
        api_version: api_version.unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        namespace: text(node.path(&["metadata", "namespace"])),
        name: text(node.path(&["metadata", "name"])),
    })
}

/// The items of a `List`, which kubectl and Helm take apart before they send anything.
pub(super) fn list_items(node: Node<'_>) -> Option<Items<'_>> {
    let kind = node.str("kind")?;
    let items = node.get("items").filter(|items| items.is_list())?;
    kind.ends_with("List").then(|| items.items())
}
