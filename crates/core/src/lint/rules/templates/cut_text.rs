//! `templates/cut-text`: a text that YAML does not read to its end, or not from its start.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint, Part};
use crate::lint::rule::rule;

rule! {
    /// Without quotes ` #` starts a comment, and `!` and `&` at the start are a tag and an anchor: a part of the value is gone, and
    /// nothing says so. Passwords often have one of these.
    CUT_TEXT = "templates/cut-text", Warning, "a value of which YAML takes a part for something else";
    help "write `| quote`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("values.yaml", "a: \"pass #word\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a }}\n")];
    good chart [("values.yaml", "a: \"pass #word\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    for (number, (document, asides)) in output.documents.iter().zip(&output.asides).enumerate() {
        for Part { range, .. } in output.odd_parts(number) {
            let text = document.text.get(range.clone()).unwrap_or_default();
            let Some(at) = trap(text).filter(|_| !text.contains(&b'\n')) else { continue };
            if asides.iter().any(|aside| aside.contains(&((range.start + at) as u32))) {
                let part = crate::text::lossy(text.get(at..).unwrap_or_default()).into_owned();
                let what = if part.starts_with('#') { "a comment" } else { "a tag or an anchor" };
                let says = format!("`{part}` is read as {what}, no part of the value");
                lint.in_document(number, range.clone(), Fact::Remark { says });
            }
        }
    }
}

/// Where a text has something that YAML may take for the start of something else.
fn trap(text: &[u8]) -> Option<usize> {
    match text.first() {
        Some(b'!' | b'&') => Some(0),
        _ => memchr::memchr_iter(b'#', text).find(|at| at.checked_sub(1).and_then(|at| text.get(at)) == Some(&b' ')),
    }
}
