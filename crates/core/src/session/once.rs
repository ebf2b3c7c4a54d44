//! What is told once: of findings that say the same, and of those that follow from others, one is kept.

use crate::diag::{Diagnostic, Edit, Fact, Place, Severity, ValueCause};
use crate::lint::{OTHER_TYPE, TEXT_CONDITION};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How many of the other objects are named in a note.
const NAMED: usize = 3;

/// The findings of a run without repetitions.
pub fn told(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    one_for_all_objects(one_for_all_kinds(let_in(shapes_told_once(behind_broken(found)))))
}

/// Of what a line wrote that made a document no YAML nothing else is said in that document: it is not what was meant.
fn behind_broken(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let document = |found: &Diagnostic| found.rendered.as_ref().map(|at| (at.place.source.name.clone(), at.n));
    let is_broken = |found: &Diagnostic| matches!(found.fact(), Some(Fact::NoYaml { .. }));
    let lines = |found: &Diagnostic| -> Vec<(Arc<str>, u32)> {
        let cause = found.cause.iter();
        let template = cause.clone().filter_map(|cause| cause.template.as_ref());
        let calls = cause.flat_map(|cause| cause.stack.iter()).map(|call| &call.place);
        template.chain(calls).map(|place| (place.source.name.clone(), place.line())).collect()
    };
    let broken: Vec<_> = found.iter().filter(|found| is_broken(found)).collect();
    let broken: Vec<_> =
        broken.into_iter().filter_map(|found| Some((document(found)?, lines(found).into_iter().next()?))).collect();
    if broken.is_empty() {
        return found;
    }
    found.retain(|found| {
        let follows = |(of, line): &(_, _)| document(found).as_ref() == Some(of) && lines(found).contains(line);
        is_broken(found) || !broken.iter().any(follows)
    });
    found
}

/// What a condition let appear that holds only because its value is a text says so: mending the value may be all there is
/// to do.
fn let_in(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_text = |found: &&Diagnostic| found.code == TEXT_CONDITION.code;
    let texts: Vec<ValueCause> =
        found.iter().filter(is_text).filter_map(|found| found.cause.as_ref()?.values.first().cloned()).collect();
    for finding in found.iter_mut().filter(|found| !texts.is_empty() && !is_text(&&**found)) {
        let Some(cause) = &mut finding.cause else { continue };
        let guards: Vec<&ValueCause> = cause.guards.iter().flat_map(|guard| &guard.values).collect();
        let is_at = |text: &ValueCause, value: &ValueCause| text.place.is_beside(&value.place);
        let Some(text) = texts.iter().find(|text| guards.iter().any(|value| is_at(text, value))) else { continue };
        if !cause.values.iter().any(|value| is_at(text, value)) {
            cause.values.insert(cause.values.len().min(1), text.clone());
            let place = format!("{}:{}", text.place.file(), text.place.line());
            finding
                .notes
                .push(format!("it is there because `{}` is a text, which counts as true ({place})", text.path));
        }
    }
    found
}

/// What one line of a template or one value does to several objects, or what one edit mends for several values, is one
/// thing to mend: it is told of the first, and the others are named.
fn one_for_all_objects(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let firsts = firsts(&found);
    let again = firsts.iter().enumerate().filter(|(number, first)| number != *first);
    let mut others: BTreeMap<usize, Others<'_>> = BTreeMap::new();
    for (first, finding) in again.filter_map(|(number, first)| Some((*first, found.get(number)?))) {
        let Some(of) = found.get(first) else { continue };
        let others = others.entry(first).or_default();
        let other = Name::of(finding).filter(|name| Name::of(of).as_ref() != Some(name));
        let name = other.or_else(|| value(finding).filter(|path| value(of) != Some(*path)).map(Name::Value));
        others.names.extend(name.filter(|name| others.seen.insert(*name)));
        others.stop |= finding.stops;
    }
    let notes: Vec<_> = others.into_iter().map(|(first, others)| (first, others.stop, others.note())).collect();
    for (first, stop, note) in notes {
        if let Some(first) = found.get_mut(first) {
            first.stops |= stop;
            first.notes.extend(note);
        }
    }
    let mut numbered = firsts.into_iter().enumerate();
    found.retain(|_| numbered.next().is_some_and(|(number, first)| number == first));
    found
}

/// The path of the value behind a finding.
fn value(found: &Diagnostic) -> Option<&str> {
    Some(&found.cause.as_ref()?.values.first()?.path)
}

/// What else a finding is about that is told once.
#[derive(Default)]
struct Others<'f> {
    names: Vec<Name<'f>>,
    seen: foldhash::HashSet<Name<'f>>,
    /// Whether Helm stops at one of them.
    stop: bool,
}

impl Others<'_> {
    fn note(&self) -> Option<String> {
        let named = self.names.iter().take(NAMED).map(Name::to_string).collect::<Vec<_>>().join(", ");
        let more = self.names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!named.is_empty()).then(|| format!("the same in {named}{more}"))
    }
}

/// For each finding the number of the first one that says the same.
fn firsts(found: &[Diagnostic]) -> Vec<usize> {
    let mut known: foldhash::HashMap<Same<'_>, usize> = foldhash::HashMap::default();
    let of = |(number, finding)| Same::of(finding).map_or(number, |same| *known.entry(same).or_insert(number));
    found.iter().enumerate().map(of).collect()
}

/// What makes two findings the same: the code and what mends both, or the words, the bytes of the template, and the value.
#[derive(PartialEq, Eq, Hash)]
enum Same<'f> {
    /// The code, and the file and the first byte of an edit.
    Edited(&'f str, &'f str, u32),
    /// The code, and the path of a value that is missing.
    Missing(&'f str, &'f str),
    Said {
        code: &'f str,
        message: &'f str,
        template: Option<(&'f str, &'f Range<u32>)>,
        value: Option<SameValue<'f>>,
    },
}

/// A value by its path, its text (the file, or the flag and its number) and its first byte.
type SameValue<'f> = (&'f str, &'f str, u32);

impl Same<'_> {
    fn of(found: &Diagnostic) -> Option<Same<'_>> {
        let cause = found.cause.as_ref()?;
        // One edit of the template for all that an action writes.
        let action = cause.template.as_ref().filter(|_| matches!(found.fact(), Some(Fact::WrongType { .. })));
        let is_at = |edit: &&Edit| action.is_some_and(|action| *action == edit.place);
        if let Some(edit) = found.fixes.first().and_then(|fix| fix.edits.first()).filter(is_at) {
            return Some(Same::Edited(&found.code, edit.place.file(), edit.place.range.start));
        }
        let value = cause.values.first();
        // What is not there is missing wherever it is asked for.
        if let Some(missing) =
            value.filter(|value| value.missing && matches!(found.fact(), Some(Fact::NilAccess { .. })))
        {
            return Some(Same::Missing(&found.code, &missing.path));
        }
        if cause.template.is_none() && value.is_none() {
            return None;
        }
        let value = value.map(|value| (value.path.as_str(), value.place.file(), value.place.range.start));
        // One line breaks documents in different lines.
        let is_yaml = matches!(found.fact(), Some(Fact::NoYaml { .. }));
        let message = if is_yaml { "" } else { &*found.message };
        let template = cause.template.as_ref().map(|place| (place.file(), &place.range));
        Some(Same::Said { code: &found.code, message, template, value })
    }
}

/// What a finding is about, as a note names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Name<'f> {
    /// A kind and a name.
    Object(&'f str, &'f str),
    File(&'f str),
    Line(&'f str, u32),
    Value(&'f str),
}

impl<'f> Name<'f> {
    /// The object that a finding is about, or the file where there is none.
    fn of(found: &'f Diagnostic) -> Option<Name<'f>> {
        if let Some(object) = &found.object {
            return Some(Name::Object(&object.kind, object.name.as_deref().unwrap_or("without name")));
        }
        let caller = found.cause.as_ref().and_then(|cause| cause.stack.first()).map(|call| call.place.file());
        let rendered = || found.rendered.as_ref().map(|rendered| rendered.place.file());
        let line = |place: &'f Place| Name::Line(place.file(), place.line());
        let template = || found.cause.as_ref()?.template.as_ref().map(line);
        caller.or_else(rendered).map(Name::File).or_else(template)
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Object(kind, name) => write!(f, "{kind} {name}"),
            Name::File(file) => f.write_str(file),
            Name::Line(file, line) => write!(f, "{file}:{line}"),
            Name::Value(path) => write!(f, "the value `{path}`"),
        }
    }
}

/// That a value has another shape than its default is said where nothing else is said of the value.
fn shapes_told_once(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_shape = |found: &Diagnostic| found.code == OTHER_TYPE.code;
    let places = |found: &Diagnostic| -> Vec<(Arc<str>, u32)> {
        let values = found.cause.iter().flat_map(|cause| &cause.values);
        let place = |value: &ValueCause| (value.place.source.name.clone(), value.place.line());
        values.filter(|value| !value.missing).map(place).collect()
    };
    if !found.iter().any(is_shape) {
        return found;
    }
    let told: Vec<_> = found.iter().filter(|found| !is_shape(found)).flat_map(places).collect();
    found.retain(|found| !is_shape(found) || !places(found).iter().any(|place| told.contains(place)));
    found
}

/// Kinds of which nothing is known are said once, with the number of their objects: one finding tells what to do.
fn one_for_all_kinds(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if !found.iter().any(|found| matches!(found.fact(), Some(Fact::UnknownKind { .. }))) {
        return found;
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut first = None;
    let mut kinds: Vec<(Fact, usize)> = Vec::new();
    for finding in found {
        // With a name that is near, or where it is an error, each has an answer of its own.
        let is_plain = finding.severity != Severity::Error;
        match finding.fact() {
            Some(fact @ Fact::UnknownKind { near: None, .. }) if is_plain => {
                match kinds.iter_mut().find(|(known, _)| known == fact) {
                    Some((_, more)) => *more += 1,
                    None => kinds.push((fact.clone(), 0)),
                }
                if first.is_some() {
                    continue;
                }
                first = Some(kept.len());
            }
            _ => {}
        }
        kept.push(finding);
    }
    let Some(finding) = first.and_then(|first| kept.get_mut(first)) else { return kept };
    for (number, (fact, more)) in kinds.into_iter().enumerate() {
        let Fact::UnknownKind { api_version, of, .. } = &fact else { continue };
        match (number, more) {
            (0, 0) => {}
            (0, more) => finding.notes.push(format!("and of {more} more of this kind")),
            (_, more) => {
                let more = if more > 0 { format!(" ({more} more)") } else { String::new() };
                finding.notes.push(format!("nor of the kind {of} of {api_version}{more}"));
                finding.facts.push(fact);
            }
        }
    }
    kept
}
