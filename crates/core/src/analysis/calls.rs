//! What a template calls by name: helpers, functions, texts.

use crate::gotmpl::ast::{Node, NodeId, NodeKind, Tree};
use crate::text::Str;
use std::ops::Range;

/// A call of a helper, or of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// Where its name stands.
    pub name: Range<u32>,
    /// The whole command or action.
    pub whole: Range<u32>,
    /// The same as a node.
    pub node: NodeId,
}

impl Call {
    /// Whether it calls a function by this name.
    pub fn is_of(&self, function: &str) -> bool {
        matches!(&self.callee, Callee::Function(name) if **name == *function.as_bytes())
    }
}

/// What a call names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A helper, through `include` or `template`; none where its name is computed.
    Helper(Option<Str>),
    /// A function.
    Function(Str),
}

/// The calls in a text, in no order.
pub fn calls(tree: &Tree) -> impl Iterator<Item = Call> + '_ {
    let range = |id: NodeId| tree.node(id).start..tree.node(id).end;
    tree.nodes().filter_map(move |(id, node)| match &node.kind {
        NodeKind::Template { name, .. } => {
            let callee = Callee::Helper(Some(name.clone()));
            Some(Call { callee, name: quoted(tree, node.start..node.end), whole: range(id), node: id })
        }
        NodeKind::Command(ids) => {
            let (&head, args) = tree.ids(*ids).split_first()?;
            let NodeKind::Identifier(called) = tree.node(head).kind else { return None };
            if called.name != "include" {
                let callee = Callee::Function(called.name.into());
                return Some(Call { callee, name: range(head), whole: range(id), node: id });
            }
            let named = args.first().map(|&arg| (arg, tree.node(arg)));
            let (callee, name) = match named {
                Some((arg, node @ Node { kind: NodeKind::String(name), .. })) => {
                    (Callee::Helper(Some(tree.string(node, name).clone())), range(arg))
                }
                _ => (Callee::Helper(None), range(head)),
            };
            Some(Call { callee, name, whole: range(id), node: id })
        }
        // A function without arguments behind a `|`, or in parentheses.
        _ => None,
    })
}

/// The first quoted text in a range.
fn quoted(tree: &Tree, range: Range<u32>) -> Range<u32> {
    let text = tree.text.get(range.start as usize..range.end as usize).unwrap_or_default();
    let open = text.iter().position(|byte| matches!(byte, b'"' | b'`'));
    let found = open.and_then(|open| {
        let rest = text.get(open + 1..)?;
        let close = rest.iter().position(|byte| Some(byte) == text.get(open))?;
        Some(range.start + open as u32..range.start + (open + close + 2) as u32)
    });
    found.unwrap_or(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::Texts;
    use crate::host::HelmVersion;
    use crate::text::FileId;

    #[test]
    fn calls_know_their_places() {
        let text = "{{ include \"a\" . | upper }}{{ template \"b\" }}{{ if eq (include .c .) \"x\" }}{{ end }}";
        let parsed = Texts::default().parse(Str::from("t"), &text.as_bytes().into(), FileId(0), HelmVersion::V4).0;
        let mut found: Vec<_> = calls(&parsed.source.tree)
            .map(|call| {
                let name = match call.callee {
                    Callee::Helper(name) => format!("helper {:?}", name.map(|name| name.to_string())),
                    Callee::Function(name) => format!("function {name}"),
                };
                (name, text.get(call.name.start as usize..call.name.end as usize).unwrap_or_default())
            })
            .collect();
        found.sort();
        let wanted = [
            ("function eq", "eq"),
            ("function upper", "upper"),
            ("helper None", "include"),
            ("helper Some(\"a\")", "\"a\""),
            ("helper Some(\"b\")", "\"b\""),
        ];
        assert_eq!(found, wanted.map(|(name, text)| (name.to_owned(), text)));
    }
}
