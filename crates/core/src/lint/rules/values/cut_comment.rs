//! `values/cut-comment`: a text that ends at a `#`.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::diag::words::quoted;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::{NodeKind, ScalarStyle};

rule! {
    /// In YAML ` #` starts a comment, also behind a text without quotes: `pass #word` is `pass`.
    CUT_COMMENT = "values/cut-comment", Warning, "a text that ends at a `#`";
    help "put the text in quotes, or a blank behind the `#` of a comment";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "password: pass #word\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.password }}\n")];
    good chart [("values.yaml", "password: \"pass #word\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.password }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let document = values.document;
        for (id, node) in document.nodes() {
            let NodeKind::Scalar { style: ScalarStyle::Plain, .. } = node.kind else { continue };
            let rest = values.text.get(values.start + node.end as usize..).unwrap_or_default();
            let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
            let behind = rest.get(blanks..).unwrap_or_default();
            // A comment has a blank behind its `#`, or more of them.
            let cut = matches!(behind, [b'#', next, ..] if next.is_ascii_alphanumeric());
            if blanks == 1 && cut && !document.scalar(id).is_empty() {
                let kept = String::from_utf8_lossy(document.scalar(id)).into_owned();
                let says = format!("the text ends in front of the `#`: it is {}", quoted(&kept));
                let range = values.range(node.start, node.end + rest.len() as u32);
                lint.at(&values.file, values.text, range, Fact::Remark { says });
            }
        }
    }
}
