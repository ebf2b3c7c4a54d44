//! What changes in the texts of manifests on their way to templates.

use chartlens::kube::tree::Node;
use std::collections::BTreeMap;
use std::ops::Range;

/// Replacements by file and place; the first that is made for a place stays.
#[derive(Default)]
pub struct Edits {
    found: BTreeMap<(usize, usize), (usize, String)>,
}

impl Edits {
    /// Puts an expression in the place of a scalar; quotation marks stay.
    pub fn scalar(&mut self, file: usize, text: &str, node: Node<'_>) {
        let Range { start, end } = node.range();
        let range = if node.is_plain() || end < start + 2 { start..end } else { start + 1..end - 1 };
        self.put(file, range, text.to_owned());
    }

    /// Puts the YAML of a value in the place of a map.
    pub fn map(&mut self, file: usize, value: &str, indent: usize, node: Node<'_>) {
        let end = end(node);
        self.put(file, node.range().start..end, format!("{{{{- toYaml {value} | nindent {indent} }}}}"));
    }

    fn put(&mut self, file: usize, range: Range<usize>, text: String) {
        self.found.entry((file, range.start)).or_insert((range.end, text));
    }

    /// A part of a file with its replacements. What else looks like an action stays text.
    pub fn apply(&self, file: usize, text: &str, part: Range<usize>) -> String {
        let literal = |range: Range<usize>| text.get(range).unwrap_or_default().replace("{{", "{{ \"{{\" }}");
        let (mut out, mut at) = (String::new(), part.start);
        for ((_, start), (end, new)) in self.found.range((file, part.start)..(file, part.end)) {
            if *start < at {
                continue;
            }
            out.push_str(&literal(at..*start));
            out.push_str(new);
            at = *end;
        }
        out + &literal(at..part.end)
    }
}

/// Where the text of a node ends: at its bracket, or with the last value in it.
fn end(node: Node<'_>) -> usize {
    let mut node = node;
    while let Some(inner) = node.children().last().filter(|_| !is_flow(node)) {
        node = inner;
    }
    node.range().end
}

/// Whether a map or list is written in brackets: its text begins before its first key, and not with a dash.
pub fn is_flow(node: Node<'_>) -> bool {
    node.children().next().is_none_or(|first| node.range().start < first.key_range().start)
}
