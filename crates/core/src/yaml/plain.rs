//! Documents that hold nothing surprising, which most do: what becomes of them can be told without doing it.

use super::decode::to_value;
use super::document::{Document, NodeId, NodeKind};
use super::error::YamlError;
use super::resolve::{Resolved, resolve};
use super::scanner::ScalarStyle;
use crate::json::Numbers;
use crate::text::Str;
use crate::value::{Entries, Heap, Value};

/// Whether a document surely becomes a value: it has no tags, aliases or merge keys, and only keys and numbers
/// that JSON can spell.
pub fn is_plain(document: &Document) -> bool {
    document.nodes().all(|(id, node)| {
        document.tag(id).is_none()
            && match node.kind {
                NodeKind::Alias(_) => false,
                NodeKind::Scalar { style: ScalarStyle::Plain, .. } => is_plain_text(document.scalar(id)),
                NodeKind::Scalar { .. } | NodeKind::Sequence { .. } => true,
                NodeKind::Mapping { .. } => document.entries(id).all(|(key, _)| is_plain_key(document, key)),
            }
    })
}

fn is_plain_key(document: &Document, key: NodeId) -> bool {
    match document.node(key).kind {
        NodeKind::Scalar { style: ScalarStyle::Plain, .. } => is_plain_key_text(document.scalar(key)),
        NodeKind::Scalar { .. } => document.scalar(key) != b"<<",
        _ => false,
    }
}

/// Whether a scalar without quotes is one that JSON can spell.
pub(super) fn is_plain_text(text: &[u8]) -> bool {
    !matches!(resolve(text), Resolved::Float(n) if !n.is_finite())
}

/// The same for a key.
pub(super) fn is_plain_key_text(text: &[u8]) -> bool {
    match resolve(text) {
        Resolved::Null | Resolved::Uint(_) => false,
        Resolved::Float(number) => number.is_finite(),
        _ => text != b"<<",
    }
}

/// The value of a document, or, where nothing else can go wrong, only those entries of it whose keys are asked for.
pub fn entries(
    heap: &mut Heap,
    document: &Document,
    numbers: Numbers,
    wanted: impl Fn(&[u8]) -> bool,
) -> Result<Value, YamlError> {
    let root = document.root().filter(|root| matches!(document.node(*root).kind, NodeKind::Mapping { .. }));
    let Some(root) = root.filter(|_| is_plain(document)) else {
        return to_value(heap, document, numbers, &mut ());
    };
    let mut entries = Entries::new();
    for (key, entry) in document.entries(root) {
        let name = document.scalar(key);
        if wanted(name) {
            let value = super::decode::node_to_value(heap, document, entry, numbers, &mut ())?;
            entries.insert(Str::from(name), value);
        }
    }
    Ok(heap.new_dict(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    #[test]
    fn what_may_fail_is_not_plain() {
        for (text, plain) in [
            ("a: {b: [1, 2.5, x], y: ~}", true),
            ("a: 1e999", true),
            ("a: .inf", false),
            ("a: !!str x", false),
            ("a: &x 1\nb: *x", false),
            ("<<: {a: 1}", false),
            ("? [k]\n: v", false),
            ("~: v", false),
        ] {
            assert_eq!(is_plain(&parse(text.as_bytes()).unwrap()), plain, "{text}");
        }
    }

    #[test]
    fn only_wanted_entries_are_made() {
        let document = parse(b"kind: A\nspec: {x: 1}\nmetadata: {name: n}").unwrap();
        let mut heap = Heap::new();
        let value = entries(&mut heap, &document, Numbers::Exact, |key| key == b"kind").unwrap();
        assert_eq!(heap.map(value.as_map().unwrap()).entries.len(), 1);
    }
}
