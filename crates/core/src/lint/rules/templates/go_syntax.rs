//! `templates/go-syntax`: a map or a list that comes out as Go prints it.

use crate::diag::{Cause, Fact};
use crate::lint::chart::{Output, OutputLint, Part};
use crate::lint::rule::rule;
use crate::render::Causes;
use std::ops::Range;

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
        let whole: &[u8] = &document.text;
        for Part { range, origin, .. } in output.odd_parts(number) {
            let text = whole.get(range.clone()).unwrap_or_default();
            let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
            let inside = || memchr::memchr(b'%', text).is_some() && has("%!") && has("(") || has("<nil>");
            let go = memchr::memchr2(b'%', b'<', text).is_some() && inside()
                || unquoted(text).starts_with(b"map[")
                || is_list(whole, range.start, || output.causes.of_origin(*origin), output.causes);
            if go {
                let shown: String = printed(whole, range).chars().take(40).collect();
                // The value stands behind the verb.
                let rest = whole.get(range.end..).unwrap_or_default();
                let behind = memchr::memchr2(b')', b'\n', rest).filter(|_| has("%!")).unwrap_or(0);
                let range = range.start..range.end + behind;
                lint.in_document(number, range, Fact::Remark { says: format!("`{shown}` is how Go prints it") });
            }
        }
    }
}

/// A text without the blanks and quotation marks before it.
fn unquoted(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    text.get(text.iter().take_while(|byte| **byte == b'"').count()..).unwrap_or_default()
}

/// What Go prints, to its end: a map and a list are written in parts.
fn printed(document: &[u8], range: &Range<usize>) -> String {
    let text = |range: Range<usize>| {
        crate::text::lossy(unquoted(document.get(range).unwrap_or_default()).trim_ascii_end()).into_owned()
    };
    let part = text(range.clone());
    let line =
        document.get(range.start..).and_then(|rest| rest.split(|byte| *byte == b'\n').next()).unwrap_or_default();
    let end = memchr::memchr(b']', line).filter(|_| part.starts_with("map[") || part.starts_with('['));
    end.map_or(part, |end| text(range.start..range.start + end + 1))
}

/// Whether a list of several items as Go prints it starts here: the value behind it is one, and JSON and YAML have commas
/// and quotes.
fn is_list(text: &[u8], at: usize, cause: impl Fn() -> Cause, causes: &Causes) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let quotes = rest.iter().take_while(|byte| **byte == b'"').count();
    let Some(list) = rest.get(quotes..).and_then(|rest| rest.strip_prefix(b"[")) else { return false };
    let list = crate::text::lossy(list.split(|byte| *byte == b'\n').next().unwrap_or_default());
    let inner = list.split_once(']');
    let plain = inner.is_some_and(|(inner, _)| inner.contains(' ') && !inner.contains([',', '"', '[']));
    plain
        && cause().values.first().filter(|value| !value.missing).is_some_and(|value| {
            let set = causes.span_of(value).and_then(|span| causes.text(span)).unwrap_or_default();
            set.trim_start().starts_with(['[', '-'])
        })
}
