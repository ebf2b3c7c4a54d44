//! Nodes as Go's `%#v` prints them, for the two error texts that do so.

use super::document::{Document, NodeId, NodeKind};
use super::resolve::{Resolved, resolve, resolve_tagged};
use super::scanner::ScalarStyle;
use crate::value::number;
use std::cmp::Ordering;

/// Longer values are cut off: nobody reads more.
const LIMIT: usize = 64 << 10;

/// What is left to write.
enum Step {
    Node(NodeId),
    Text(&'static str),
}

/// The value of a node in Go syntax.
pub(super) fn node(doc: &Document, id: NodeId) -> String {
    let mut out = String::new();
    let mut steps = vec![Step::Node(id)];
    while let Some(step) = steps.pop() {
        if out.len() > LIMIT {
            out.push('…');
            break;
        }
        let id = match step {
            Step::Text(text) => {
                out.push_str(text);
                continue;
            }
            Step::Node(id) => id,
        };
        match doc.node(id).kind {
            NodeKind::Alias(target) => steps.push(Step::Node(target)),
            NodeKind::Scalar { .. } => out.push_str(&scalar(doc, id, out.is_empty())),
            NodeKind::Sequence { .. } => {
                out.push_str("[]interface {}{");
                steps.push(Step::Text("}"));
                for (i, child) in doc.children(id).iter().enumerate().rev() {
                    steps.push(Step::Node(*child));
                    steps.push(Step::Text(if i > 0 { ", " } else { "" }));
                }
            }
            NodeKind::Mapping { .. } => {
                out.push_str("map[interface {}]interface {}{");
                steps.push(Step::Text("}"));
                for (i, (key, value)) in sorted(doc, id).into_iter().enumerate().rev() {
                    steps.extend([Step::Node(value), Step::Text(":"), Step::Node(key)]);
                    steps.push(Step::Text(if i > 0 { ", " } else { "" }));
                }
            }
        }
    }
    out
}

/// Entries in the order of Go's internal/fmtsort: by type, as they lie in the memory of Helm's own build, then by
/// value. The last of equal keys stays.
fn sorted(doc: &Document, id: NodeId) -> Vec<(NodeId, NodeId)> {
    let mut all: Vec<(Resolved, (NodeId, NodeId))> = Vec::new();
    for entry in doc.entries(id) {
        let key = resolved(doc, entry.0);
        match all.iter_mut().find(|(other, same)| order(doc, (other, same.0), (&key, entry.0)).is_eq()) {
            Some((_, same)) => *same = entry,
            None => all.push((key, entry)),
        }
    }
    all.sort_by(|(a, first), (b, second)| order(doc, (a, first.0), (b, second.0)));
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// The order of two keys; texts that mean the same value are one key.
fn order(doc: &Document, a: (&Resolved, NodeId), b: (&Resolved, NodeId)) -> Ordering {
    compare(a.0, b.0).then_with(|| match a.0 {
        Resolved::Timestamp | Resolved::Str => doc.scalar(a.1).cmp(doc.scalar(b.1)),
        _ => Ordering::Equal,
    })
}

fn compare(a: &Resolved, b: &Resolved) -> Ordering {
    let rank = |value: &Resolved| match value {
        Resolved::Null => 0,
        Resolved::Timestamp | Resolved::Str => 1,
        Resolved::Uint(_) => 2,
        Resolved::Int(_) => 3,
        Resolved::Float(_) => 4,
        Resolved::Bool(_) => 5,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Resolved::Bool(a), Resolved::Bool(b)) => a.cmp(b),
        (Resolved::Int(a), Resolved::Int(b)) => a.cmp(b),
        (Resolved::Uint(a), Resolved::Uint(b)) => a.cmp(b),
        (Resolved::Float(a), Resolved::Float(b)) => a.total_cmp(b),
        _ => Ordering::Equal,
    })
}

/// What a scalar means.
fn resolved(doc: &Document, id: NodeId) -> Resolved {
    let text = doc.scalar(id);
    let plain = matches!(doc.node(id).kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. });
    match doc.tag(id) {
        None if plain => resolve(text),
        None => Resolved::Str,
        Some(tag) => resolve_tagged(tag, text).unwrap_or(Resolved::Str),
    }
}

fn scalar(doc: &Document, id: NodeId, alone: bool) -> String {
    match resolved(doc, id) {
        Resolved::Null if alone => "<nil>".to_owned(),
        Resolved::Null => "interface {}(nil)".to_owned(),
        Resolved::Bool(b) => b.to_string(),
        Resolved::Int(n) => n.to_string(),
        Resolved::Uint(n) => format!("{n:#x}"),
        Resolved::Float(n) => number::format_float(n, b'g', None, 64),
        Resolved::Timestamp | Resolved::Str => crate::text::quote(doc.scalar(id)),
    }
}
