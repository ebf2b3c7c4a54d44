//! `values/number-form`: a number that comes out otherwise than it was written.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint, Part};
use crate::lint::rule::rule;
use crate::render::Causes;
use crate::text::{Layer, Origin, OriginKind};
use crate::yaml::{Document, NodeKind, ScalarStyle};
use std::ops::Range;

rule! {
    /// Helm reads `1.10` as the number 1.1, `0123` as 83, and writes 20240115 as 2.0240115e+07; `on` and `yes` are `true`, also where the
    /// template makes a text of them. The texts `"~"` and `"null"` are nothing at all where a template writes them without quotes. What
    /// looks like a version, a date or an id must be a text.
    NUMBER_FORM = "values/number-form", Warning, "a number, or a word for a boolean or for nothing, that comes out otherwise than it was written";
    help "put it in quotes where it is set, and write `| quote` in the template; a whole number can go through `| int64`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("values.yaml", "tag: 1.10\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: \"{{ .Values.tag }}\"\n")];
    good chart [("values.yaml", "tag: \"1.10\"\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: \"{{ .Values.tag }}\"\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    let mut seen = foldhash::HashSet::default();
    for (number, document) in output.documents.iter().enumerate() {
        for Part { range, origin, .. } in output.parts(number) {
            let Some(value) = written(output.causes, *origin) else { continue };
            let Some(source) = source(output.causes, value).filter(|source| may_change(source)) else { continue };
            let bytes = document.text.get(range.clone()).unwrap_or_default();
            let shown = crate::text::lossy(bytes);
            let shown = shown.trim_matches(['"', '\'', ' ']);
            let before = range.start.checked_sub(1).and_then(|at| document.text.get(at));
            let in_quotes = [before, bytes.first()].contains(&Some(&b'"')) || before == Some(&b'\'');
            let word = || (in_quotes && is_word(source, shown)).then(|| shown.to_owned());
            let figure = || is_number(source).then(|| other_form(shown, source)).flatten();
            let null = || {
                let inner = is_null_text(output.causes, value, source) && source.trim_matches(['"', '\'']) == shown;
                (inner && output.parsed(number).is_some_and(|tree| is_bare(tree, range))).then(|| "null".to_owned())
            };
            let Some(shown) = figure().or_else(word).or_else(null) else { continue };
            let writer = output.causes.writer(*origin).map(|(span, _)| span);
            if seen.insert((value, writer)) {
                let says = format!("the value is written `{source}` and comes out as `{shown}`");
                lint.in_document(number, range.clone(), Fact::Remark { says });
            }
        }
    }
}

/// The number in a text that is another form of the one that was written: the whole text, or a word of it with an exponent.
fn other_form(shown: &str, source: &str) -> Option<String> {
    if shown.parse::<f64>().is_ok() {
        return (shown != source).then(|| shown.to_owned());
    }
    let number: f64 = source.parse().ok()?;
    let mut words = shown.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '+' | '-'));
    let is_form = |word: &&str| word.contains("e+") && *word != source && word.parse() == Ok(number);
    words.find(is_form).map(str::to_owned)
}

/// The one value that a part of the output was made of.
fn written(causes: &Causes, origin: Origin) -> Option<Origin> {
    let mut at = origin;
    for _ in 0..8 {
        match causes.trace.get(at)? {
            OriginKind::Written { value, .. } | OriginKind::Guarded { value, .. } => at = *value,
            OriginKind::Call { inputs, .. } => {
                let is_value = |input: &&Origin| {
                    !input.is_none() && !matches!(causes.trace.get(**input), Some(OriginKind::Source(_)))
                };
                let mut values = inputs.iter().filter(is_value);
                match (values.next(), values.next()) {
                    (Some(one), None) => at = *one,
                    _ => return None,
                }
            }
            OriginKind::Values(_) => return Some(at),
            _ => return None,
        }
    }
    None
}

/// How a value is written in its file.
fn source(causes: &Causes, value: Origin) -> Option<&str> {
    let Some(OriginKind::Values(node)) = causes.trace.get(value) else { return None };
    causes.text(node.span)
}

/// Whether a text may be a number without quotes, or a word for a boolean or for nothing: most values are none of that.
fn may_change(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'))
        || text.len() <= 3
        || is_null(text)
}

/// Whether a word, in quotes or not, is one for nothing.
fn is_null(text: &str) -> bool {
    matches!(text.trim_matches(['"', '\'']), "~" | "null" | "Null" | "NULL")
}

/// Whether a value that is written like this is a text, and one for nothing without its quotes.
fn is_null_text(causes: &Causes, value: Origin, source: &str) -> bool {
    let is_set_as_text = || match causes.trace.get(value) {
        Some(OriginKind::Values(node)) => matches!(node.layer, Layer::SetString(_)),
        _ => false,
    };
    is_null(source) && (source.starts_with(['"', '\'']) || is_set_as_text())
}

/// Whether a range of a document is a scalar of its own without quotes.
fn is_bare(document: &Document, range: &Range<usize>) -> bool {
    document.nodes().any(|(_, node)| {
        let is_plain = matches!(&node.kind, NodeKind::Scalar { style: ScalarStyle::Plain, .. });
        is_plain && (node.start as usize, node.end as usize) == (range.start, range.end)
    })
}

/// Whether a value is a boolean that was written with another word.
fn is_word(source: &str, shown: &str) -> bool {
    match source.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" => shown == "true",
        "n" | "no" | "off" => shown == "false",
        _ => false,
    }
}

/// Whether a text without quotes is a number.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let plain = digits.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | '_' | 'x' | 'o' | '+' | '-'));
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && plain && digits.len() > 1
}
