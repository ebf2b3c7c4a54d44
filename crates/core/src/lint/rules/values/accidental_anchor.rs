//! `values/accidental-anchor`: a value that YAML takes for an anchor.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::NodeKind;
use std::collections::HashSet;

rule! {
    /// `&top secret` is the text `secret` with a name that nobody uses, and `&x` alone is nothing at all.
    ACCIDENTAL_ANCHOR = "values/accidental-anchor", Warning, "a value that YAML takes for an anchor";
    help "put the text in quotes";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "a: &top secret\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
    good chart [("values.yaml", "a: \"&top secret\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let document = values.document;
        let target = |kind: &NodeKind| match kind {
            NodeKind::Alias(target) => Some(*target),
            _ => None,
        };
        let meant: HashSet<_> = document.nodes().filter_map(|(_, node)| target(&node.kind)).collect();
        for (id, node) in document.nodes() {
            // A map or a list that nobody refers to any more was meant to be referred to.
            if !matches!(node.kind, NodeKind::Scalar { .. }) || node.outer_start == node.start || meant.contains(&id) {
                continue;
            }
            let before = values.text.get(values.range(node.outer_start, node.start)).unwrap_or_default();
            let words = before.split(u8::is_ascii_whitespace);
            let Some(anchor) = words.into_iter().find(|word| word.starts_with(b"&")) else { continue };
            let says = format!("`{}` is taken for an anchor, and is no part of the text", crate::text::lossy(anchor));
            lint.at(&values.file, values.text, values.range(node.outer_start, node.end), Fact::Remark { says });
        }
    }
}
