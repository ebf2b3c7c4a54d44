//! `values/accidental-tag`: a value that YAML takes for a tag.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;

rule! {
    /// `!important yes` is the text `yes` with a tag that nobody knows, and `!x` alone is nothing at all.
    ACCIDENTAL_TAG = "values/accidental-tag", Warning, "a value that YAML takes for a tag";
    help "put the text in quotes";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "a: !important yes\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
    good chart [("values.yaml", "a: \"!important yes\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let document = values.document;
        for (id, node) in document.nodes() {
            let Some(tag) = document.tag(id).filter(|tag| tag.starts_with(b"!") && *tag != b"!") else { continue };
            let says = format!("`{}` is taken for a tag, and is no part of the text", String::from_utf8_lossy(tag));
            lint.at(&values.file, values.text, values.range(node.outer_start, node.end), Fact::Remark { says });
        }
    }
}
