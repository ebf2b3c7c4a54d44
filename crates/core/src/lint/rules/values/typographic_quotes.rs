//! `values/typographic-quotes`: a value between quotation marks that are none for YAML.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::{NodeKind, ScalarStyle};

rule! {
    /// Text editors put them in. For YAML they are letters like others, so they are part of the text and get into the output.
    TYPOGRAPHIC_QUOTES = "values/typographic-quotes", Warning, "a value between quotation marks that are none for YAML";
    help "write plain quotation marks: \" or '";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "a: \u{201c}web\u{201d}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
    good chart [("values.yaml", "a: \"web\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for values in values_files(analysis) {
        let document = values.document;
        for (id, node) in document.nodes() {
            let NodeKind::Scalar { style: ScalarStyle::Plain, .. } = node.kind else { continue };
            let text = document.scalar(id);
            if text.is_ascii() {
                continue;
            }
            let text = crate::text::lossy(text);
            let Some(inside) = crate::text::typographic(&text) else { continue };
            let says = "the quotation marks around the value are part of it".to_owned();
            let range = values.range(node.start, node.end);
            let plain = serde_json::Value::from(inside).to_string();
            lint.at_with(&values.file, values.text, range, Fact::Remark { says }, plain);
        }
    }
}
