//! From a finding in a document to a finding with its cause.

use super::trial::Held;
use super::{cure, fix, refine, straighten};
use crate::diag::{Cause, Diagnostic, Fact, Finding, ObjectRef, Place, RenderedPlace};
use crate::render::{Causes, Document};
use crate::report::{MASK, Report, is_secret};
use crate::text::SourceFile;
use foldhash::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// The finding with its place in the output, its cause, and what mends it.
pub fn diagnostic(
    finding: Finding,
    document: &Document,
    object: Option<Arc<ObjectRef>>,
    causes: &Causes,
    held: &Held<'_>,
) -> Diagnostic {
    let range = first_line(&document.text, finding.range.clone());
    let place = Place::new(held.sight.source(document), range);
    let rendered = RenderedPlace { n: document.number, place };
    let (found, cause) = mended(finding, document, object, causes, held);
    Diagnostic { rendered: Some(rendered), cause: Some(cause), ..found }
}

/// The finding with what mends it, and its cause.
pub fn mended(
    finding: Finding,
    document: &Document,
    object: Option<Arc<ObjectRef>>,
    causes: &Causes,
    held: &Held<'_>,
) -> (Diagnostic, Cause) {
    let range = first_line(&document.text, finding.range.clone());
    let offset = range.start;
    let straight = match refine::is_astray(&finding) {
        true => straighten::key(document, offset, causes, held),
        false => None,
    };
    if let Some(straight) = straight {
        let (cause, found) = (causes.of_document(document, straight.blame), without_place(finding, object));
        return (Diagnostic { help: Some(straight.help), fixes: vec![straight.fix], ..found }, cause);
    }
    let cause = refine::cause(&finding, document, range.clone(), causes);
    let fact = finding.wrong();
    let help = fact.and_then(|fact| super::advice::retyped(fact, &cause, document, &range, causes));
    let fix = fact.and_then(|fact| fix::in_document(fact, document, &range, &cause, causes));
    let fix = fix.or_else(|| cure::of(&finding, document, held.sight, causes));
    let proved = fix.filter(|mend| {
        let good = mend.is_proved(&document.text, &finding, held);
        if !good {
            held.trial.refuse(&mend.fix);
        }
        good
    });
    let found = without_place(finding, object);
    let fixes = proved.map(|mend| mend.fix).into_iter().collect();
    (Diagnostic { help: help.or(found.help), fixes, ..found }, cause)
}

/// The finding before its place is known.
pub fn without_place(finding: Finding, object: Option<Arc<ObjectRef>>) -> Diagnostic {
    Diagnostic {
        code: match finding.facts.first() {
            Some(Fact::OwnRule { code, .. }) => code.clone().into(),
            _ => finding.code.into(),
        },
        severity: finding.severity,
        message: finding.message,
        help: finding.help,
        notes: finding.notes,
        facts: finding.facts,
        object,
        // The object as a whole needs no pointer.
        pointer: Some(finding.pointer).filter(|pointer| !pointer.is_empty()),
        ..Diagnostic::default()
    }
}

/// The place of a range in a rendered document.
pub fn rendered(document: &Document, range: Range<usize>) -> RenderedPlace {
    RenderedPlace { n: document.number, place: Place::new(&source(document), range) }
}

/// A rendered document as a text that places are in.
pub fn source(document: &Document) -> Arc<SourceFile> {
    SourceFile::new(&*document.source, &*document.text)
}

/// What of a range stands on its first line: a whole map is not the thing to look at.
pub fn first_line(text: &[u8], range: Range<usize>) -> Range<usize> {
    let start = range.start.min(text.len());
    let part = text.get(start..range.end.clamp(start, text.len())).unwrap_or_default();
    let len = memchr::memchr(b'\n', part).unwrap_or(part.len());
    start..start + len
}

/// Puts the texts that findings point into beside them.
pub fn keep_texts(report: &mut Report, chart: &str, causes: &Causes, found: &[Diagnostic]) {
    let (mut seen, mut shared, mut names) = (HashSet::default(), HashSet::default(), HashSet::default());
    for cause in found.iter().filter_map(|d| d.cause.as_ref()) {
        // Calls and conditions are mostly those of another one, and nearly all places in texts that another one was in.
        let stack = Some(&*cause.stack).filter(|stack| shared.insert(stack.as_ptr().cast::<()>()));
        let guards = Some(&*cause.guards).filter(|guards| shared.insert(guards.as_ptr().cast::<()>()));
        let guards = guards.into_iter().flatten().flat_map(|guard| &guard.values);
        let values = cause.values.iter().chain(guards).map(|value| &value.place);
        let calls = stack.into_iter().flatten().map(|call| &call.place);
        let new = cause.template.iter().chain(calls).chain(values).filter(|at| seen.insert(Arc::as_ptr(&at.source)));
        names.extend(new.map(Place::file));
    }
    for (_, source) in causes.sources.iter() {
        if names.contains(&*source.name) {
            report.texts.add(Some(chart), &source.name, source.text.clone());
        }
    }
}

/// Takes the values of secrets out of a finding.
pub fn mask(found: &mut Diagnostic) {
    let secret = |cause: &Cause| cause.values.first().is_some_and(|value| is_secret(&value.path));
    let is_value = found.cause.as_ref().is_some_and(secret);
    if is_value || found.pointer.as_deref().is_some_and(is_secret) {
        let in_words = found.facts.first().is_some_and(|fact| fact.message() == found.message);
        let quoted = mask_quoted(&found.message);
        let is_bare = quoted == found.message;
        found.message = quoted;
        found.help = found.help.take().map(|help| mask_quoted(&help));
        found.facts = std::mem::take(&mut found.facts).into_iter().map(Fact::masked).collect();
        // What is said of an object names others; of a value it names the value.
        if is_value {
            found.facts = std::mem::take(&mut found.facts).into_iter().map(Fact::with_masked_words).collect();
        }
        // A number stands in no quotation marks.
        if let Some(fact) = found.facts.first().filter(|_| in_words && is_bare) {
            found.message = fact.message();
        }
    }
}

/// The text with everything between double quotation marks masked.
fn mask_quoted(text: &str) -> String {
    let mut parts = text.split('"');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(inside) = parts.next() {
        match parts.next() {
            Some(after) => out.push_str(&format!("\"{MASK}\"{after}")),
            None => out.push_str(&format!("\"{inside}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_texts_are_masked() {
        assert_eq!(mask_quoted("found the string \"a b\" here"), "found the string \"********\" here");
        assert_eq!(mask_quoted("nothing \" odd"), "nothing \" odd");
    }

    #[test]
    fn ranges_end_with_their_line() {
        assert_eq!(first_line(b"a: 1\nb: 2\n", 3..9), 3..4);
        assert_eq!(first_line(b"a", 5..9), 1..1);
    }
}
