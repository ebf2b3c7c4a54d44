//! `templates/go-syntax`: a map or a list that comes out as Go prints it.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::text::OriginKind;

rule! {
    /// `{{ .Values.map }}` writes `map[a:1]`, and a list `[a b]`: neither is what YAML has for it. `<nil>` and `%!d(…)` are what Go
    /// writes for nothing and for a wrong verb.
    GO_SYNTAX = "templates/go-syntax", Warning, "a map or a list that comes out as Go prints it";
    help "write `toYaml`, `toJson` or `join`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("values.yaml", "m: {a: 1}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: \"{{ .Values.m }}\"\n")];
    good chart [("values.yaml", "m: {a: 1}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.m | toJson | quote }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    for (number, document) in output.documents.iter().enumerate() {
        for (range, origin) in output.causes.parts(document) {
            let Some(OriginKind::Written { value, .. }) = output.causes.trace.get(origin) else { continue };
            let text = document.text.get(range.clone()).unwrap_or_default();
            let text = String::from_utf8_lossy(text);
            let text = text.trim().trim_start_matches('"');
            let go = text.starts_with("map[") || text.contains("%!") && text.contains('(') || text.contains("<nil>");
            if !value.is_none() && go {
                let shown: String = text.chars().take(40).collect();
                lint.in_document(number, range, Fact::Remark { says: format!("`{shown}` is how Go prints it") });
            }
        }
    }
}
