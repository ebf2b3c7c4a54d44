//! `metadata/unsorted-keys`: keys that are not in the order of the alphabet.

use crate::diag::Fact;
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
        let mut pairs = node.entries().zip(node.entries().skip(1));
        if let Some((_, (_, node))) = pairs.find(|((before, _), (key, _))| before > key) {
            lint.at_key(
                node,
                Fact::Remark { says: format!("`{}` stands behind a key that comes after it", node.key()) },
            );
        }
        pending.extend(node.children().filter(|child| child.is_map() || child.is_list()));
    }
}
