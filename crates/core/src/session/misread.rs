//! Templates that read what nobody sets, where something of nearly the same name is set. It is told from their text: what
//! is missing often writes nothing at all.

use super::near::NearKeys;
use crate::analysis::{Analysis, Known, Use};
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity, ValueCause};
use crate::render::Causes;
use crate::text::Span;
use std::collections::HashSet;

/// Words of actions in which a value may be missing.
const OPTIONAL: &[&str] = &[
    "if ", "with ", "range ", "default", "coalesce", "required", "dig ", "get ", "hasKey", "ternary", "or ", "and ",
    "not ", "eq ", "ne ", "empty", "lookup", "merge", "kindIs", "typeIs", "index ",
];

/// The reads of the chart's own templates that are likely misspelt. What is `told` of already is left out.
pub fn findings(analysis: &Analysis<'_>, causes: &Causes, told: &[Diagnostic]) -> Vec<Diagnostic> {
    let known = Known::new(analysis);
    let reads = analysis.reads(0);
    let near = NearKeys::new(causes);
    let set: HashSet<&str> = causes.values.iter().flat_map(|(path, ..)| prefixes(path)).collect();
    let said = |place: &Place| {
        told.iter().filter_map(|found| found.cause.as_ref()?.template.as_ref()).any(|other| other.is_beside(place))
    };
    // What is broken may have read anything.
    let is_broken = analysis.templates().iter().any(|template| !template.errors.is_empty());
    let mut found = Vec::new();
    for (path, uses) in reads.uses() {
        let joined = path.join(".");
        let is_global = path.first().is_some_and(|key| key == "global");
        if is_global || set.contains(joined.as_str()) || known.has_default(path) {
            continue;
        }
        let Some(meant) = near.of(&joined) else { continue };
        let meant_path: Vec<String> = meant.split('.').map(str::to_owned).collect();
        let (Some(name), Some(other)) = (path.last(), meant_path.last()) else { continue };
        // Of two names that nobody reads and nobody sets each is likely the other one.
        let is_left_over = !is_broken && !reads.reach(&meant_path);
        let is_asked = uses.spans.iter().any(|span| is_optional(*span, analysis));
        if !is_left_over && (is_asked || !is_slip(name, other)) {
            continue;
        }
        let Some(place) = first_place(uses, analysis).filter(|place| !said(place)) else { continue };
        let fact = Fact::UndefinedValue { path: joined.clone(), near: Some(meant), others: Vec::new(), null: None };
        let cause = Cause {
            values: vec![ValueCause::missing(joined.clone(), "values.yaml")],
            template: Some(place),
            ..Cause::default()
        };
        let severity = Severity::Warning;
        found.push(Diagnostic { severity, cause: Some(cause), ..Diagnostic::of("values/undefined-key", fact) });
    }
    found
}

/// A path and the paths of what is around it.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().filter(|(_, c)| matches!(c, '.' | '[')).map(|(at, _)| at);
    ends.chain([path.len()]).filter_map(|end| path.get(..end))
}

/// Where a path is read first, in a template of the chart's own.
fn first_place(uses: &Use, analysis: &Analysis<'_>) -> Option<Place> {
    let own = |span: &&Span| analysis.templates().get(span.file.0 as usize).is_some_and(|of| of.chart == 0);
    analysis.place(*uses.spans.iter().find(own)?)
}

/// Whether the action around a place is one that deals with what is missing.
fn is_optional(span: Span, analysis: &Analysis<'_>) -> bool {
    let Some(template) = analysis.templates().get(span.file.0 as usize) else { return true };
    let text = &template.parsed.source.tree.text;
    let (before, after) = text.split_at(text.len().min(span.start as usize));
    let start = memchr::memmem::rfind(before, b"{{").unwrap_or(0);
    let end = before.len() + memchr::memmem::find(after, b"}}").unwrap_or(after.len());
    let action = crate::text::lossy(text.get(start..end).unwrap_or_default());
    OPTIONAL.iter().any(|word| action.contains(word))
}

/// Whether one name is the other with one slip of a finger: neither its plural nor its next number.
fn is_slip(name: &str, meant: &str) -> bool {
    let plain = |name: &str| name.trim_end_matches(|c: char| c == 's' || c.is_ascii_digit()).to_lowercase();
    name.len() > 4 && plain(name) != plain(meant) && strsim::osa_distance(name, meant) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_no_plural_and_no_other_number() {
        assert!(is_slip("sserviceAccount", "serviceAccount") && is_slip("imgae", "image"));
        for (name, meant) in [("hosts", "host"), ("image2", "image1"), ("port", "sort"), ("Images", "image")] {
            assert!(!is_slip(name, meant), "{name} {meant}");
        }
    }

    #[test]
    fn a_path_is_set_with_all_around_it() {
        assert_eq!(prefixes("a.b[0].c").collect::<Vec<_>>(), ["a", "a.b", "a.b[0]", "a.b[0].c"]);
    }
}
