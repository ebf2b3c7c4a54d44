//! Templates that read what nobody sets, where something of nearly the same name is set. It is told from their text: what
//! is missing often writes nothing at all.

use super::near::NearKeys;
use crate::analysis::{Analysis, Known, Path, Reads, Use};
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity, ValueCause};
use crate::render::{Causes, Leaf};
use crate::text::Span;
use std::sync::{Arc, Mutex, PoisonError};

/// Words of actions in which a value may be missing.
const OPTIONAL: &[&str] = &[
    "if ", "with ", "range ", "default", "coalesce", "required", "dig ", "get ", "hasKey", "ternary", "or ", "and ",
    "not ", "eq ", "ne ", "empty", "lookup", "merge", "kindIs", "typeIs", "index ",
];

/// What is read and not set where something of nearly the same name is set, as it was last looked for. It is the same while
/// templates read the same and the same keys are set.
#[derive(Debug, Default)]
pub(super) struct Slips {
    last: Mutex<Option<Last>>,
}

#[derive(Debug)]
struct Last {
    reads: Reads,
    set: Arc<[Leaf]>,
    slips: Arc<[Slip]>,
}

/// A path that is read, and the one that is set.
#[derive(Debug)]
struct Slip {
    path: Path,
    meant: String,
}

impl Slips {
    fn of(&self, reads: &Reads, causes: &Causes) -> Arc<[Slip]> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let set =
            |leaves: &[Leaf]| leaves.iter().map(|(path, ..)| path).eq(causes.values.iter().map(|(path, ..)| path));
        if let Some(last) = &*last
            && last.reads.has_paths_of(reads)
            && set(&last.set)
        {
            return last.slips.clone();
        }
        let near = NearKeys::new(causes);
        let slip = |path: &[String]| {
            let joined = path.join(".");
            let is_global = path.first().is_some_and(|key| key == "global");
            let meant = if is_global || near.is_set(&joined) { None } else { near.of(&joined) };
            Some(Slip { path: path.to_vec(), meant: meant? })
        };
        let slips: Arc<[Slip]> = reads.uses().filter_map(|(path, _)| slip(path)).collect();
        *last = Some(Last { reads: reads.clone(), set: causes.values.clone(), slips: slips.clone() });
        slips
    }
}

/// The reads of the chart's own templates that are likely misspelt. What is `told` of already is left out.
pub(super) fn findings(
    analysis: &Analysis<'_>,
    causes: &Causes,
    slips: &Slips,
    told: &[Diagnostic],
) -> Vec<Diagnostic> {
    let known = Known::new(analysis);
    let reads = analysis.reads(0);
    let said = |place: &Place| {
        told.iter().filter_map(|found| found.cause.as_ref()?.template.as_ref()).any(|other| other.is_beside(place))
    };
    // What is broken may have read anything.
    let is_broken = analysis.templates().iter().any(|template| !template.errors.is_empty());
    let mut found = Vec::new();
    for Slip { path, meant } in &*slips.of(reads, causes) {
        let Some(uses) = reads.uses_of(path).filter(|_| !known.has_default(path)) else { continue };
        let meant_path: Vec<String> = meant.split('.').map(str::to_owned).collect();
        let (Some(name), Some(other)) = (path.last(), meant_path.last()) else { continue };
        // Of two names that nobody reads and nobody sets each is likely the other one.
        let is_left_over = !is_broken && !reads.reach(&meant_path);
        let is_asked = uses.spans.iter().any(|span| is_optional(*span, analysis));
        if !is_left_over && (is_asked || !is_slip(name, other)) {
            continue;
        }
        let Some(place) = first_place(uses, analysis).filter(|place| !said(place)) else { continue };
        let joined = path.join(".");
        let fact =
            Fact::UndefinedValue { path: joined.clone(), near: Some(meant.clone()), others: Vec::new(), null: None };
        let cause = Cause {
            values: vec![ValueCause::missing(joined, "values.yaml")],
            template: Some(place),
            ..Cause::default()
        };
        let severity = Severity::Warning;
        found.push(Diagnostic { severity, cause: Some(cause), ..Diagnostic::of("values/undefined-key", fact) });
    }
    found
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
}
