//! `templates/folded-text`: a line break that YAML takes for a blank.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint, Part};
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeKind, ScalarStyle};

rule! {
    /// In quotes, and in a text without quotes, YAML reads a line break as a blank: of a certificate or a script one long line is left.
    FOLDED_TEXT = "templates/folded-text", Warning, "a value with a line break that YAML takes for a blank";
    help "write `| quote`, or a block with `|` and `nindent`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("values.yaml", "a: \"b\\nc\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: \"{{ .Values.a }}\"\n")];
    good chart [("values.yaml", "a: \"b\\nc\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
}

/// Functions that write YAML or JSON, and fold a text only where it means the same.
const WRITERS: &[&str] = &["toYaml", "toJson", "toPrettyJson", "toRawJson", "include", "tpl"];

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    for (number, document) in output.documents.iter().enumerate() {
        for Part { range, origin, span, .. } in output.odd_parts(number) {
            let text = document.text.get(range.clone()).unwrap_or_default();
            let Some(at) = memchr::memchr(b'\n', text) else { continue };
            // Who writes a template as a text folds as it is meant.
            let is_text = output.causes.virtual_files.iter().any(|(file, _)| *file == span.file);
            if is_text || WRITERS.iter().any(|word| output.causes.writes_with(*origin, word)) {
                continue;
            }
            if output.parsed(number).is_some_and(|tree| is_folded(tree, range.start, range.start + at)) {
                let says = "a line break of the value is read as a blank".to_owned();
                lint.in_document(number, range.clone(), Fact::Remark { says });
            }
        }
    }
}

/// Whether a line break stands inside of a scalar that is no block, and that begins where the value does or before.
fn is_folded(document: &Document, start: usize, at: usize) -> bool {
    document.nodes().any(|(_, node)| {
        let inside = node.start as usize <= start && at < node.end as usize;
        let NodeKind::Scalar { style, .. } = &node.kind else { return false };
        inside && matches!(style, ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
    })
}
