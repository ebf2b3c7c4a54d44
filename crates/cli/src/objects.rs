//! Objects in files of another language: they are checked as the YAML that they are, and what is found is told where it stands.

use crate::releases::Objects;
use chartlens::diag::{Cause, Diagnostic, Place, RenderedPlace};
use chartlens::kube::tree::Tree;
use chartlens::report::Report;
use chartlens::session::{CheckOptions, Session};
use chartlens::text::{Composed, LineColumn, LineIndex};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Checks objects. What hangs on what is not known is left out.
pub fn check(session: &Session, objects: &[Objects], options: &CheckOptions) -> Report {
    // Of a block that makes several objects each has a name of its own.
    let mut named: BTreeMap<String, &Composed> = BTreeMap::new();
    for one in objects {
        let mut name = one.name.clone();
        let mut number = 1;
        while named.contains_key(&name) {
            number += 1;
            name = format!("{} ({number})", one.name);
        }
        named.insert(name, &one.text);
    }
    let files: Vec<(String, Arc<[u8]>)> = named.iter().map(|(name, one)| (name.clone(), one.text.clone())).collect();
    // There are others that are not in this tree.
    let found = session.check_manifests(&files, &CheckOptions { is_part: true, ..options.clone() });
    let mut report = Report::default();
    report.summary.documents = found.summary.documents;
    for diagnostic in found.diagnostics {
        let file = diagnostic.cause.as_ref().and_then(|cause| Some(cause.template.as_ref()?.file.clone()));
        match file.and_then(|file| named.get(&file)) {
            Some(text) if is_unsure(&diagnostic, text) => {}
            Some(text) => {
                for (name, bytes) in &text.sources {
                    report.texts.add(None, name, bytes.clone());
                }
                report.add(moved(diagnostic, text));
            }
            None => report.add(diagnostic),
        }
    }
    report
}

/// The bytes of the text that a finding is at.
fn range(found: &Diagnostic, text: &Composed) -> Option<Range<usize>> {
    let place = found.cause.as_ref()?.template.as_ref()?;
    let lines = LineIndex::new(&text.text);
    let at = |line, column| lines.offset_of(&text.text, LineColumn { line, column }) as usize;
    Some(at(place.line, place.column)..at(place.end_line, place.end_column))
}

/// Whether something that is not known has a part in what a finding is about.
fn is_unsure(found: &Diagnostic, text: &Composed) -> bool {
    let Some(range) = range(found, text) else { return false };
    let starts_known = |range: &Range<usize>| text.is_known(&(range.start..range.start + 1));
    if !starts_known(&range) {
        return true;
    }
    let documents = chartlens::yaml::documents(&text.text);
    let trees = documents.iter().flatten().filter_map(|document| crate::plain::tree(document).ok());
    let mut inside = false;
    for tree in trees {
        let Some(root) =
            tree.root().filter(|root| root.range().start <= range.start && range.start <= root.range().end)
        else {
            continue;
        };
        let Some(pointer) = &found.pointer else { return !text.is_known(&root.range()) };
        let node = pointed(&tree, pointer);
        inside |= match node {
            (node, true) => !text.is_known(&node),
            (around, false) => !starts_known(&around),
        };
    }
    inside
}

/// The bytes of what a pointer names, and whether it is there; else those of what it would be in.
fn pointed(tree: &Tree<'_>, pointer: &str) -> (Range<usize>, bool) {
    let Some(mut node) = tree.root() else { return (0..0, false) };
    for step in pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")) {
        let next = match node.is_list() {
            true => step.parse().ok().and_then(|index: usize| node.children().nth(index)),
            false => node.get(&step),
        };
        match next {
            Some(next) => node = next,
            None => return (node.range(), false),
        }
    }
    (node.range(), true)
}

/// The finding where it stands. Its fixes are for YAML, and so are left out.
fn moved(found: Diagnostic, text: &Composed) -> Diagnostic {
    let place = range(&found, text).and_then(|range| text.place(&range));
    let Some((number, range)) = place else { return found };
    let Some((file, bytes)) = text.sources.get(number) else { return found };
    let lines = LineIndex::new(bytes);
    let at = |offset: usize| lines.line_column(bytes, u32::try_from(offset).unwrap_or(u32::MAX));
    let (start, end) = (at(range.start), at(range.end.max(range.start)));
    let place = Place {
        file: file.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    };
    let rendered = RenderedPlace {
        document: file.clone(),
        n: 1,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    };
    let cause = Some(Cause { template: Some(place), ..Cause::default() });
    Diagnostic { cause, rendered: Some(rendered), fixes: Vec::new(), ..found }
}
