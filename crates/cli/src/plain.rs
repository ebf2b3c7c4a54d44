//! YAML as plain data, no deeper than whoever walks through it can go.

use chartlens::budget::Budget;
use chartlens::kube::tree::{Broken, Node, Tree};
use chartlens::yaml::Document;
use serde_json::Value as Json;

/// How deep maps and lists may lie inside each other.
const MAX_DEPTH: u32 = 200;

/// A document as plain data.
///
/// # Errors
///
/// What JSON cannot say, and what is nested too deep.
pub fn tree(document: &Document) -> Result<Tree<'_>, String> {
    let tree = match Tree::build(document, &Budget::default()) {
        Ok(tree) => tree,
        Err(Broken::Yaml { message, .. }) => return Err(message),
        Err(Broken::Exhausted(end)) => return Err(end.to_string()),
    };
    let mut work: Vec<(Node<'_>, u32)> = tree.root().map(|root| (root, 0)).into_iter().collect();
    while let Some((node, depth)) = work.pop() {
        if depth > MAX_DEPTH {
            return Err(format!("limit reached: maps and lists nested deeper than {MAX_DEPTH} levels (limit `depth`)"));
        }
        work.extend(node.children().map(|child| (child, depth + 1)));
    }
    drop(work);
    Ok(tree)
}

/// A document as JSON; none where it is empty or cannot be.
pub fn json(document: &Document) -> Option<Json> {
    tree(document).ok()?.root().filter(|root| !root.is_null()).map(Node::to_json)
}
