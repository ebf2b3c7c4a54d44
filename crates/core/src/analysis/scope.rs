//! What the dot is at a place of a template.

use crate::gotmpl::ast::{NodeKind, Tree};

/// The innermost `range` or `with` around a place that binds the dot, and where it starts.
pub fn around(tree: &Tree, offset: u32) -> Option<(&'static str, u32)> {
    let inside = |list| {
        let node = tree.node(list);
        (node.start..node.end.max(node.start + 1)).contains(&offset)
    };
    let blocks = tree.nodes().filter_map(|(_, node)| match node.kind {
        NodeKind::Range(branch) if inside(branch.list) => Some(("range", node.start)),
        NodeKind::With(branch) if inside(branch.list) => Some(("with", node.start)),
        _ => None,
    });
    blocks.max_by_key(|(_, start)| *start)
}
