//! Objects as a whole: what they are called, and lists of them.

use crate::budget::Budget;
use crate::diag::ObjectRef;
use crate::kube::tree::{Items, Node, Tree};
use crate::yaml::Document;
use chartlens_schemas::Version;

/// The object of a document by its names; none where the document says neither `apiVersion` nor `kind`.
pub fn object_ref(document: &Document, budget: &Budget) -> Option<ObjectRef> {
    let tree = Tree::build(document, budget).ok()?;
    reference(tree.root()?)
}

/// The object at a node; none where that says neither `apiVersion` nor `kind`.
pub fn reference(node: Node<'_>) -> Option<ObjectRef> {
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

/// The items of a `List`, which kubectl and Helm take apart before they send anything. A list of one kind, such as
/// a `RoleList`, has a schema of its own, and its items need not say what they are.
pub(super) fn list_items<'t>(node: Node<'t>, version: Version) -> Option<Items<'t>> {
    let kind = node.str("kind").filter(|kind| kind.ends_with("List"))?;
    let items = node.get("items").filter(|items| items.is_list())?;
    version.kind(node.str("apiVersion").unwrap_or(""), kind).is_none().then(|| items.items())
}
