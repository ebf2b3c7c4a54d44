//! From what a check says of a document to what a person should look at.

use crate::diag::{Cause, Fact, Finding, Type};
use crate::render::{Causes, Document};
use crate::text::OriginKind;
use std::ops::Range;

/// Drops what another finding explains: a misspelt or misplaced field is unknown here and missing there.
pub fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    let (mut unknown, rest): (Vec<_>, Vec<_>) = findings.into_iter().partition(|f| f.code == UNKNOWN);
    let mut kept = Vec::new();
    for finding in rest {
        let missing = finding.facts.iter().find_map(Fact::missing_field);
        let explains = |unknown: &&mut Finding| {
            let Some(name) = missing else { return false };
            let (around, field) = unknown.pointer.rsplit_once('/').unwrap_or_default();
            // The server may name a place below the field that is missing.
            let here = finding.pointer.strip_prefix(around).and_then(|rest| rest.strip_prefix('/')?.strip_prefix(name));
            let misspelt = here.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            (misspelt && suggestion(unknown) == Some(name)) || field == name
        };
        match unknown.iter_mut().find(explains) {
            Some(explains) => explains.notes.push(format!("and so {}", finding.message)),
            None => kept.push(finding),
        }
    }
    kept.append(&mut unknown);
    nameless(&mut kept);
    kept.sort_by_key(|finding| finding.range.start);
    kept
}

/// What has neither an `apiVersion` nor a `kind` is one finding: it is no object.
fn nameless(kept: &mut Vec<Finding>) {
    let lacks = |name: &'static str| {
        move |finding: &Finding| {
            let missing = finding.facts.iter().find_map(Fact::missing_field) == Some(name);
            missing && finding.pointer.strip_prefix('/') == Some(name)
        }
    };
    if let Some(kind) = kept.iter().position(lacks("kind"))
        && kept.iter().any(lacks("apiVersion"))
    {
        kept.remove(kind);
        if let Some(finding) = kept.iter_mut().find(|finding| lacks("apiVersion")(finding)) {
            finding.notes.push("and no `kind`".to_owned());
        }
    }
}

const UNKNOWN: &str = "schema/unknown-field";

/// Whether a finding in a text of which lines were left out is about something that is there, and stands where it does
/// in the whole text as well.
pub fn is_there(finding: &Finding, text: &[u8]) -> bool {
    let sure = |fact: &Fact| match fact {
        // A name that is nearly that of something that is there is misspelt, whatever is missing.
        Fact::NoSuchVolume { near, .. } => near.is_some(),
        Fact::UnknownField { .. }
        | Fact::WrongType { .. }
        | Fact::NotListed { .. }
        | Fact::DuplicateKey { .. }
        | Fact::UnknownKind { .. }
        | Fact::ServedLater { .. }
        | Fact::ServedBefore { .. } => true,
        _ => false,
    };
    finding.facts.iter().any(sure) && !is_orphan(text, finding.range.start)
}

/// Whether the line above the map that a key at `at` belongs to may be one that was left out: there are blanks in its
/// place.
fn is_orphan(text: &[u8], at: usize) -> bool {
    let mut end = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default());
    let mut own = at - end.map_or(0, |end| end + 1);
    if own == 0 {
        return false;
    }
    while let Some(line_end) = end {
        let before = text.get(..line_end).unwrap_or_default();
        end = memchr::memrchr(b'\n', before);
        let line = before.get(end.map_or(0, |end| end + 1)..).unwrap_or_default();
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        match line.len() {
            0 => {}
            len if len == blanks => return true,
            _ if blanks < own => return false,
            _ => own = own.min(blanks),
        }
    }
    false
}

/// Whether a finding is about a key that is known nowhere around: it may stand at a wrong depth.
pub fn is_astray(finding: &Finding) -> bool {
    finding.code == UNKNOWN && suggestion(finding).is_none()
}

/// The right spelling that a finding offers.
fn suggestion(finding: &Finding) -> Option<&str> {
    finding.facts.iter().find_map(|fact| match fact {
        Fact::UnknownField { near, .. } => near.as_deref(),
        _ => None,
    })
}

/// The cause of a finding: of what wrote the bytes, or of what put them where they are.
pub fn cause(finding: &Finding, document: &Document, range: Range<usize>, causes: &Causes) -> Cause {
    if is_astray(finding)
        && let Some(cause) = indented_by(document, range.start, causes)
    {
        return cause;
    }
    // What an object as a whole lacks is no fault of the first value in it.
    let top = |pointer: &str| pointer.matches('/').count() == 1;
    if finding.facts.iter().any(|fact| fact.missing_field().is_some()) && top(&finding.pointer) {
        let cause = causes.of_document(document, range.start);
        return Cause { values: Vec::new(), more: 0, ..cause };
    }
    // Nor is what a map lacks one of what is in it.
    if finding.facts.iter().any(|fact| matches!(fact, Fact::NotSet { .. })) {
        return Cause { values: Vec::new(), more: 0, ..causes.of_document(document, range.start) };
    }
    let retyped = |fact: &Fact| match fact {
        Fact::WrongType { expected, found, .. } => expected.as_slice() == [Type::String] && found.is_scalar(),
        _ => false,
    };
    let cause = causes.of_range(document, range.clone());
    match finding.facts.iter().any(retyped).then(|| unquoted_at(document, &range, causes)).flatten() {
        Some(place) => Cause { template: place.template, stack: place.stack, ..cause },
        None => cause,
    }
}

/// A field that stands at a wrong depth is not to blame itself where a call indented it.
pub fn indented_by(document: &Document, key: usize, causes: &Causes) -> Option<Cause> {
    let line = blank_before(&document.text, key)?;
    let beside = beside(&document.text, line, key - line);
    // What indents may have been indented again: the first blanks are the outermost call's. A call that moved the
    // lines around the field as well is not why the field is not where it belongs.
    let mut last = None;
    for at in line..key {
        let origin = causes.origin_at(document, at);
        let writer = causes.writer(origin)?;
        if last == Some(writer) {
            continue;
        }
        last = Some(writer);
        if !causes.writes_with(origin, "indent") {
            return None;
        }
        let moved = beside.map(|beside| causes.origin_at(document, beside + at - line));
        if moved.and_then(|moved| causes.writer(moved)) != Some(writer) {
            return Some(causes.of_origin(origin));
        }
    }
    None
}

/// Start of a line of which there is nothing but blanks before `key`.
fn blank_before(text: &[u8], key: usize) -> Option<usize> {
    let before = text.get(..key)?;
    let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let blank = before.get(line..)?;
    (!blank.is_empty() && blank.iter().all(|b| *b == b' ')).then_some(line)
}

/// Start of the first line of the map that an entry stands in: the topmost of those above `line` that are indented
/// as much, or the line that they belong to.
fn beside(text: &[u8], line: usize, indent: usize) -> Option<usize> {
    let mut first = None;
    let mut end = line;
    while end > 0 {
        let before = text.get(..end - 1)?;
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let content = before.get(start..)?;
        let blanks = content.iter().take_while(|b| **b == b' ').count();
        end = start;
        match content.get(blanks) {
            None | Some(b'#') => {}
            Some(_) if blanks < indent => return first.or(Some(start)),
            Some(_) if blanks == indent => first = Some(start),
            Some(_) => {}
        }
    }
    first
}

/// Where a scalar was put behind its key: there the quotation marks belong.
fn unquoted_at(document: &Document, range: &Range<usize>, causes: &Causes) -> Option<Cause> {
    let key = causes.origin_at(document, range.start.checked_sub(2)?);
    let value = causes.origin_at(document, range.start);
    let (OriginKind::Written { frame: outer, .. }, OriginKind::Written { frame: inner, .. }) =
        (causes.trace.get(key)?, causes.trace.get(value)?)
    else {
        return None;
    };
    causes.call_between(*outer, *inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(field: &str, near: Option<&str>) -> Finding {
        let fact = Fact::UnknownField {
            field: field.to_owned(),
            near: near.map(str::to_owned),
            inside: None,
            now: None,
            known: Vec::new(),
        };
        Finding::of(UNKNOWN, fact, format!("/spec/{field}"), 0..1)
    }

    fn missing(field: &str) -> Finding {
        let fact = Fact::MissingField { field: field.to_owned(), null: false };
        Finding::of("schema/missing-field", fact, format!("/spec/{field}"), 0..1)
    }

    #[test]
    fn a_misspelt_field_is_not_missing_too() {
        let found = fold(vec![missing("replicas"), unknown("replcas", Some("replicas"))]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].notes, ["and so the required field `replicas` is missing"]);
        assert_eq!(fold(vec![missing("template"), unknown("other", None)]).len(), 2);
    }

    #[test]
    fn below_a_line_that_was_left_out_nothing_is_where_it_belongs() {
        let text = b"metadata:\n             \n    a: b\nspec:\n  c: d\n";
        let at = |needle: &[u8]| memchr::memmem::find(text, needle).unwrap();
        assert!(is_orphan(text, at(b"a: b")));
        assert!(!is_orphan(text, at(b"c: d")));
    }

    #[test]
    fn a_map_begins_with_its_topmost_entry() {
        let text = b"a:\n  b: 1\n  c:\n    d: 2\n# x\n  e: 3\n";
        let at = |line: &str| memchr::memmem::find(text, line.as_bytes()).unwrap();
        assert_eq!(beside(text, at("  e"), 2), Some(at("  b")));
        assert_eq!(beside(text, at("  b"), 2), Some(0));
        assert_eq!(beside(text, at("    d"), 4), Some(at("  c")));
        assert_eq!(blank_before(text, at("e: 3")), Some(at("  e")));
        assert_eq!(blank_before(text, at("1\n")), None);
    }
}
