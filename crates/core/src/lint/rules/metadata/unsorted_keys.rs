//! `metadata/unsorted-keys`: keys that are not in the order of the alphabet.

use crate::diag::Fact;
use crate::kube::tree::Node;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Some keep their manifests so, for smaller differences.
    UNSORTED_KEYS = "metadata/unsorted-keys", Note, "keys that are not in the order of the alphabet";
    help "sort the keys";
    profiles [];
    aliases ["sorted-keys"];
    Object check;
    bad manifest "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let mut pending = vec![object.node];
    while let Some(node) = pending.pop() {
        let keys: Vec<Node<'_>> = node.entries().map(|(_, value)| value).collect();
        let unsorted = keys.windows(2).find_map(|pair| match pair {
            [a, b] if a.key() > b.key() => Some(*b),
            _ => None,
        });
        if let Some(node) = unsorted {
            lint.at_key(
                node,
                Fact::Remark { says: format!("`{}` stands behind a key that comes after it", node.key()) },
            );
        }
        pending.extend(node.children().filter(|child| child.is_map() || child.is_list()));
    }
}
