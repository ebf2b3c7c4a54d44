//! That a report tells each thing once.

use chartlens::diag::{Diagnostic, Fact, Place, Severity};
use std::collections::HashMap;

/// The findings of a report that tell what one before them tells, a line each: the same words about the same bytes of a
/// template and the same value, or an error of another kind about a field that is wrong already.
pub fn repeated(findings: &[Diagnostic]) -> Vec<String> {
    let mut seen: HashMap<String, &Diagnostic> = HashMap::new();
    let mut twice = Vec::new();
    for found in findings {
        let mut note = |key: Option<String>, is_same: &dyn Fn(&Diagnostic) -> bool| {
            let Some(key) = key else { return };
            let first = *seen.entry(key).or_insert(found);
            if !std::ptr::eq(first, found) && is_same(first) {
                twice.push(format!("{} and {}", shown(first), shown(found)));
            }
        };
        note(same_words(found), &|_| true);
        note(same_field(found), &|first| first.code != found.code);
    }
    twice
}

fn same_words(found: &Diagnostic) -> Option<String> {
    let cause = found.cause.as_ref()?;
    let value = cause.values.first().map(|value| (&value.path, value.place.file(), value.place.line()));
    let told = cause.template.is_some() || value.is_some();
    // One line breaks documents in different lines.
    let message = if matches!(found.fact(), Some(Fact::NoYaml { .. })) { "" } else { &found.message };
    let chart = &found.chart;
    told.then(|| format!("{chart:?} {} {message} {:?} {value:?}", found.code, cause.template))
}

fn same_field(found: &Diagnostic) -> Option<String> {
    let (object, pointer) = (found.object.as_ref()?, found.pointer.as_ref()?);
    let document = found.rendered.as_ref().map(|rendered| (rendered.n, &rendered.place));
    (found.severity == Severity::Error).then(|| format!("{object:?} {document:?} {pointer}"))
}

fn shown(found: &Diagnostic) -> String {
    let line = found.place().map_or(0, Place::line);
    format!("{} at {}:{line}: {}", found.code, found.file().unwrap_or_default(), found.message)
}
