//! `templates/rebound-dot`: `.Values` and its like asked of a dot that is an item.

use super::default_too_late::values;
use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::gotmpl::ast::{Node, NodeId, NodeKind, Tree};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::text::lossy;
use std::ops::Range;

rule! {
    /// `range` and `with` make the dot what they go over: there is no `.Values` in it, and the render fails, or finds nothing, as soon as
    /// there is an item. With the defaults there often is none, so nobody sees it.
    REBOUND_DOT = "templates/rebound-dot", Warning, "`.Values` and its like asked of a dot that is an item";
    help "write `$` in front, which is the top wherever it stands";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "names: []\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  {{- range .Values.names }}\n  {{ . }}: {{ .Release.Name }}\n  {{- end }}\n")];
    good chart [("values.yaml", "names: []\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  {{- range .Values.names }}\n  {{ . }}: {{ $.Release.Name }}\n  {{- end }}\n")];
}

/// What the top has, and items hardly ever have.
const TOP: &[&[u8]] = &[b"Values", b"Release", b"Chart", b"Capabilities", b"Template", b"Subcharts"];

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let tree = &template.parsed.source.tree;
        let blocks: Vec<Block> = tree.rebinding().iter().filter_map(|id| Block::of(tree, *id)).collect();
        let over_values = blocks.iter().filter(|block| block.goes_over_values);
        for (block, node) in over_values.flat_map(|block| block.nodes.iter().map(move |node| (block, node))) {
            let NodeKind::Field(names) = &node.kind else { continue };
            let Some(top) = tree.names(*names).next().filter(|name| TOP.contains(name)) else { continue };
            let around = blocks.iter().filter(|block| block.inside.contains(&node.start));
            let innermost = around.map(|block| block.start).max();
            let Block { word, start, .. } = block;
            if innermost != Some(*start) {
                continue;
            }
            let line = tree.lines().line(*start);
            let says = format!("inside the `{word}` of line {line} the dot is the item: write `$.{}`", lossy(top));
            let range = node.start as usize..node.end as usize;
            let new = format!("${}", lossy(tree.slice(node)));
            lint.at_with(&template.file, &tree.text, range, Fact::Remark { says }, new);
        }
    }
}

/// A `range` or a `with`.
struct Block<'t> {
    word: &'static str,
    start: u32,
    /// What is in it.
    nodes: &'t [Node],
    /// Where the dot is what it goes over.
    inside: Range<u32>,
    /// Whether that is something in the values: what else it goes over may be a top.
    goes_over_values: bool,
}

impl<'t> Block<'t> {
    fn of(tree: &'t Tree, id: NodeId) -> Option<Block<'t>> {
        let node = tree.node(id);
        let (word, branch) = match &node.kind {
            NodeKind::Range(branch) => ("range", branch),
            NodeKind::With(branch) => ("with", branch),
            _ => return None,
        };
        let list = tree.node(branch.list);
        let inside = list.start..list.end.max(list.start + 1);
        let goes_over_values = is_value(tree, branch.pipe).unwrap_or(false);
        Some(Block { word, start: node.start, nodes: tree.inside(id, branch), inside, goes_over_values })
    }
}

/// Whether a pipe is a path below `.Values`, and nothing else.
fn is_value(tree: &Tree, pipe: NodeId) -> Option<bool> {
    let NodeKind::Pipe { commands, .. } = tree.node(pipe).kind else { return None };
    let [command] = tree.ids(commands) else { return None };
    let NodeKind::Command(ids) = tree.node(*command).kind else { return None };
    let [only] = tree.ids(ids) else { return None };
    Some(values(tree, *only).is_some_and(|path| !path.is_empty()))
}
