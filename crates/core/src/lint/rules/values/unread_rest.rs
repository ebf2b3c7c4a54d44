//! `values/unread-rest`: lines of a values file that nothing reads.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::Document;
use std::ops::Range;

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
        let mut at = start;
        for line in values.text.get(start..).unwrap_or_default().split(|byte| *byte == b'\n') {
            let content = line.trim_ascii();
            if content.starts_with(b"---") {
                break;
            }
            if !content.is_empty() && !content.starts_with(b"#") && content != b"..." && at >= end {
                let (range, says) = match lonely(values.document, values.start, values.text, at) {
                    Some(first) => {
                        let says = "this key stands deeper than those below, and so nothing of them is read";
                        (first, says)
                    }
                    None => (at..at + line.len(), "what stands from here on is not read: the document ends above"),
                };
                lint.at(&values.file, values.text, range, Fact::Remark { says: says.to_owned() });
                break;
            }
            at += line.len() + 1;
        }
    }
}

/// The first key of a document that has fewer keys than follow in the column of what is not read.
fn lonely(document: &Document, start: usize, text: &[u8], rest: usize) -> Option<Range<usize>> {
    let column = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let rest = text.get(rest..)?;
    let below = column(rest);
    let is_key = |line: &&[u8]| column(line) == below && line.get(below).is_some_and(u8::is_ascii_alphanumeric);
    let keys = rest.split(|byte| *byte == b'\n').filter(is_key).count();
    let mut entries = document.entries(document.root()?);
    let (first, _) = entries.next()?;
    let node = document.node(first);
    (1 + entries.count() < keys).then(|| start + node.start as usize..start + node.end as usize)
}
