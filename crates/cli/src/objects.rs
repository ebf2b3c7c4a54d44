//! Objects in files of another language: they are checked as the YAML that they are, and what is found is told where it stands.

use crate::releases::Objects;
use chartlens::diag::{Cause, Diagnostic, Fact, Place, RenderedPlace, Type};
use chartlens::kube::tree::Tree;
use chartlens::report::Report;
use chartlens::session::{CheckOptions, Session};
use chartlens::text::{Composed, SourceFile};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Checks objects. What hangs on what is not known is left out.
pub fn check(session: &Session, objects: &[Objects], options: &CheckOptions) -> Report {
    // Of a block that makes several objects each has a name of its own.
    let mut named: BTreeMap<String, &Objects> = BTreeMap::new();
    for one in objects {
        let mut name = one.name.clone();
        let mut number = 1;
        while named.contains_key(&name) {
            number += 1;
            name = format!("{} ({number})", one.name);
        }
        named.insert(name, one);
    }
    let files: Vec<(String, Arc<[u8]>)> =
        named.iter().map(|(name, one)| (name.clone(), one.text.text.clone())).collect();
    // There are others that are not in this tree.
    let found = session.check_manifests(&files, &CheckOptions { is_part: true, ..options.clone() });
    let documents: BTreeMap<&str, Vec<_>> = named
        .iter()
        .map(|(name, one)| (name.as_str(), chartlens::yaml::documents(&one.text.text).into_iter().flatten().collect()))
        .collect();
    let mut read = BTreeMap::new();
    for (name, one) in &named {
        let text = &one.text;
        let trees = documents.get(name.as_str()).into_iter().flatten();
        let trees = trees.filter_map(|document| crate::plain::tree(document).ok()).collect();
        let sources = text.sources.iter().map(|(name, bytes)| SourceFile::new(&**name, bytes.clone())).collect();
        read.insert(name.as_str(), Read { text, trees, sources, converts: one.converts });
    }
    let mut report = Report::default();
    report.summary.documents = found.summary.documents;
    for diagnostic in found.diagnostics {
        let template = diagnostic.cause.as_ref().and_then(|cause| cause.template.as_ref());
        match template.and_then(|place| read.get(place.file())) {
            Some(read) if read.is_unsure(&diagnostic) || (read.converts && is_converted(&diagnostic)) => {}
            Some(read) => {
                for (name, bytes) in &read.text.sources {
                    report.texts.add(None, name, bytes.clone());
                }
                report.add(read.moved(diagnostic));
            }
            None => report.add(diagnostic),
        }
    }
    report
}

/// Objects with all that places need.
struct Read<'r> {
    text: &'r Composed,
    trees: Vec<Tree<'r>>,
    /// The sources of the text as texts that places are in.
    sources: Vec<Arc<SourceFile>>,
    converts: bool,
}

impl Read<'_> {
    /// The bytes of the text that a finding is at.
    fn range(&self, found: &Diagnostic) -> Option<Range<usize>> {
        let range = &found.cause.as_ref()?.template.as_ref()?.range;
        Some(range.start as usize..range.end as usize)
    }

    /// The document that a range is in.
    fn tree(&self, range: &Range<usize>) -> Option<&Tree<'_>> {
        self.trees.iter().find(|tree| tree.root().is_some_and(|root| root.range().contains(&range.start)))
    }

    /// Whether something that is not known has a part in what a finding is about.
    fn is_unsure(&self, found: &Diagnostic) -> bool {
        let Some(range) = self.range(found) else { return false };
        let starts_known = |range: &Range<usize>| self.text.is_known(&(range.start..range.start + 1));
        if !starts_known(&range) {
            return true;
        }
        let Some(tree) = self.tree(&range) else { return false };
        match found.pointer.as_deref().map(|pointer| pointed(tree, pointer)) {
            Some((node, true)) => !self.text.is_known(&node),
            Some((around, false)) => !starts_known(&around),
            None => tree.root().is_some_and(|root| !self.text.is_known(&root.range())),
        }
    }

    /// The finding where it stands. Its fixes are for YAML, and so are left out.
    fn moved(&self, mut found: Diagnostic) -> Diagnostic {
        let Some(range) = self.range(&found) else { return found };
        // A name that is not known names nothing.
        let name = self.tree(&range).map(|tree| pointed(tree, "/metadata/name").0);
        if let Some(object) = found.object.as_mut().filter(|_| name.is_some_and(|name| !self.text.is_known(&name))) {
            Arc::make_mut(object).name = None;
        }
        let Some((number, range)) = self.text.place(&range) else { return found };
        let Some(source) = self.sources.get(number) else { return found };
        let place = Place::new(source, range);
        let rendered = RenderedPlace { n: 1, place: place.clone() };
        let cause = Some(Cause { template: Some(place), ..Cause::default() });
        Diagnostic { cause, rendered: Some(rendered), fixes: Vec::new(), ..found }
    }
}

/// Whether a finding is about a scalar that can be made what is asked for.
fn is_converted(found: &Diagnostic) -> bool {
    let Some(Fact::WrongType { expected, found, .. }) = found.fact() else { return false };
    let parses = |text: &str| match expected.as_slice() {
        [Type::Boolean] => matches!(text, "true" | "false"),
        [Type::Integer | Type::Number] => text.parse::<f64>().is_ok(),
        _ => false,
    };
    match found.ty {
        Type::Boolean | Type::Integer | Type::Number => expected.contains(&Type::String),
        Type::String => found.text.as_deref().is_some_and(parses),
        _ => false,
    }
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
