//! `templates/go-syntax`: a map or a list that comes out as Go prints it.

use crate::diag::{Cause, Fact};
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::render::Causes;
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
        for (range, origin) in output.parts(number) {
            let Some(OriginKind::Written { value, .. }) = output.causes.trace.get(origin) else { continue };
            if value.is_none() {
                continue;
            }
            let text = document.text.get(range.clone()).unwrap_or_default();
            if memchr::memchr3(b'[', b'%', b'<', text).is_none() && !text.starts_with(b"\"") {
                continue;
            }
            let text = String::from_utf8_lossy(text);
            let text = text.trim().trim_start_matches('"');
            let go = text.starts_with("map[") || text.contains("%!") && text.contains('(') || text.contains("<nil>");
            let go = go || is_list(&document.text, range.start, || output.causes.of_origin(origin), output.causes);
            if go {
                let shown: String = text.chars().take(40).collect();
                // The value stands behind the verb.
                let rest = document.text.get(range.end..).unwrap_or_default();
                let behind = memchr::memchr2(b')', b'\n', rest).filter(|_| text.contains("%!")).unwrap_or(0);
                let range = range.start..range.end + behind;
                lint.in_document(number, range, Fact::Remark { says: format!("`{shown}` is how Go prints it") });
            }
        }
    }
}

/// Whether a list of several items as Go prints it starts here: the value behind it is one, and JSON and YAML have commas
/// and quotes.
fn is_list(text: &[u8], at: usize, cause: impl Fn() -> Cause, causes: &Causes) -> bool {
    let line = text.get(at..).and_then(|rest| rest.split(|byte| *byte == b'\n').next()).unwrap_or_default();
    let quotes = line.iter().take_while(|byte| **byte == b'"').count();
    let Some(list) = line.get(quotes..).and_then(|line| line.strip_prefix(b"[")) else { return false };
    let list = crate::text::lossy(list);
    let inner = list.split_once(']');
    let plain = inner.is_some_and(|(inner, _)| inner.contains(' ') && !inner.contains([',', '"', '[']));
    plain
        && cause().values.first().filter(|value| !value.missing).is_some_and(|value| {
            let set = causes.span_of(value).and_then(|span| causes.text(span)).unwrap_or_default();
            set.trim_start().starts_with(['[', '-'])
        })
}
