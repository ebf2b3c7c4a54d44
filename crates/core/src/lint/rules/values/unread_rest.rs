//! `values/unread-rest`: lines of a values file that nothing reads.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;

rule! {
    /// Helm reads a values file up to where its first document ends. A key that stands farther to the left than the
    /// first one ends it: what follows is lost, and nothing is said.
    UNREAD_REST = "values/unread-rest", Error, "lines of a values file that nothing reads";
    help "let all keys of the file begin in the column of the first one";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("values.yaml", " a: 1\nb: 2\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
    good chart [("values.yaml", "a: 1\nb: 2\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n  b: {{ .Values.b | quote }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let end = values.start + values.document.end as usize;
        let rest = values.text.get(end..).unwrap_or_default();
        // The line where the reader stopped may have been begun.
        let start = end + rest.len() - rest.trim_ascii_start().len();
        let before = values.text.get(..start).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let lines = values.text.get(start..).unwrap_or_default().split(|byte| *byte == b'\n');
        let mut at = start;
        for line in lines {
            let content = line.trim_ascii();
            if content.starts_with(b"---") {
                break;
            }
            if !content.is_empty() && !content.starts_with(b"#") && content != b"..." && at >= end {
                let says = "what stands from here on is not read: the document ends above".to_owned();
                lint.at(&values.file, values.text, at..at + line.len(), Fact::Remark { says });
                break;
            }
            at += line.len() + 1;
        }
    }
}
