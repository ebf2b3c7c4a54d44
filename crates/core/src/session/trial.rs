//! Advice is tried before it is given: what it makes of a document is read and validated.

use super::memory::{Checked, Memory};
use super::within;
use crate::budget::{Budget, Exhausted};
use crate::diag::{Diagnostic, Edit, Finding, Fix, Severity};
use crate::render;
use crate::text::SourceFile;
use crate::validate::{Clean, Validator};
use crate::yaml::{Document, YamlError};
use foldhash::HashMap;
use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes are read again and again for the advice of one run.
const MOST: usize = 16 << 20;

/// A fault of a document: its code and its pointer.
pub type Fault = (&'static str, String);

/// A change of a document: what goes, and what comes.
pub type Change = (Range<usize>, String);

/// Reads and validates changed documents.
pub struct Trial<'a> {
    /// What documents are held against.
    pub validator: Option<&'a Arc<Validator>>,
    /// What bounds the work.
    pub budget: &'a Budget,
    left: Cell<usize>,
    /// What was tried before.
    memory: Option<&'a Memory>,
    /// Whether texts are read to their end: Helm reads one document, and not what stands behind it.
    to_end: bool,
    refused: RefCell<Vec<Vec<Edit>>>,
}

/// What a trial came to.
pub struct Spent {
    bytes: usize,
    refused: Vec<Vec<Edit>>,
}

impl<'a> Trial<'a> {
    /// A trial against a validator; without one it is enough to be YAML.
    pub fn new(validator: Option<&'a Arc<Validator>>, budget: &'a Budget) -> Trial<'a> {
        Trial { validator, budget, left: Cell::new(MOST), memory: None, to_end: false, refused: RefCell::default() }
    }

    /// The same for documents of files, which are read to their end.
    pub fn of_files(validator: &'a Arc<Validator>, budget: &'a Budget) -> Trial<'a> {
        Trial { to_end: true, ..Trial::new(Some(validator), budget) }
    }

    /// The same, which knows what was tried before.
    pub fn remembering(self, memory: &'a Memory) -> Trial<'a> {
        Trial { memory: Some(memory), ..self }
    }

    /// The same against the same, with all that may be tried, for another thread.
    pub fn aside<'b>(validator: Option<&'b Arc<Validator>>, memory: &'b Memory, budget: &'b Budget) -> Trial<'b> {
        Trial::new(validator, budget).remembering(memory)
    }

    /// What was tried.
    pub fn spent(self) -> Spent {
        Spent { bytes: MOST - self.left.get(), refused: self.refused.into_inner() }
    }

    /// Takes what was tried elsewhere as if it had been tried here, in so many steps; not where less than that is left.
    pub fn take(&self, spent: &Spent, steps: u64) -> bool {
        let is_left = spent.bytes <= self.left.get() && steps <= self.budget.left();
        if is_left && self.budget.spend(steps).is_ok() {
            self.left.set(self.left.get() - spent.bytes);
            self.refused.borrow_mut().extend(spent.refused.iter().cloned());
            return true;
        }
        false
    }

    /// Remembers a fix that does not do what it says in one document: a helper that writes several is mended for all.
    pub fn refuse(&self, fix: &Fix) {
        self.refused.borrow_mut().push(fix.edits.clone());
    }

    /// Takes fixes away that were refused anywhere.
    pub fn withdraw(&self, found: &mut [Diagnostic]) {
        let refused = self.refused.borrow();
        for finding in found.iter_mut().filter(|_| !refused.is_empty()) {
            finding.fixes.retain(|fix| !refused.contains(&fix.edits));
        }
    }

    /// What is wrong with a text; nothing where it is no YAML, or where enough has been tried.
    pub fn faults(&self, text: &[u8]) -> Option<Vec<Fault>> {
        self.spend(text.len())?;
        let Some(memory) = self.memory else { return self.read(text).ok()? };
        memory.tried(self.validator, self.to_end, text, || self.read(text)).ok()?
    }

    /// The same of a text that is made of one of so many bytes: where not even that many may still be read, nothing is put
    /// together.
    pub fn faults_of(&self, bytes: usize, text: impl FnOnce() -> Option<Vec<u8>>) -> Option<Vec<Fault>> {
        if bytes > self.left.get() {
            return None;
        }
        self.faults(&text()?)
    }

    /// Takes bytes off those that may still be read, whether or not it is known what is in them: what is told must not
    /// depend on what was checked before.
    fn spend(&self, bytes: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(bytes)?);
        Some(())
    }

    fn read(&self, text: &[u8]) -> Result<Option<Vec<Fault>>, Exhausted> {
        let document = match self.to_end {
            true => only(crate::yaml::documents(text)),
            false => crate::yaml::parse(text).ok(),
        };
        let (Some(document), Some(validator)) = (&document, self.validator) else {
            return Ok(document.map(|_| Vec::new()));
        };
        let found = validator.check(document, text, self.budget)?;
        Ok(Some(errors(&found).map(|finding| (finding.code, finding.pointer.clone())).collect()))
    }
}

/// The document of a text that has one.
fn only(documents: Vec<Result<Document, YamlError>>) -> Option<Document> {
    let mut documents = documents.into_iter();
    let first = documents.next()?.ok()?;
    documents.next().is_none().then_some(first)
}

/// What many findings in one document ask for, once any has.
#[derive(Debug, Default)]
pub struct Sight {
    source: OnceCell<Arc<SourceFile>>,
    parsed: OnceCell<Option<Document>>,
    clean: OnceCell<Option<RefCell<Clean>>>,
}

impl Sight {
    /// The document's text as places in it hold it.
    pub fn source(&self, document: &render::Document) -> &Arc<SourceFile> {
        self.source.get_or_init(|| super::place::source(document))
    }

    /// The document's nodes; none where it is no YAML.
    pub fn parsed(&self, text: &[u8]) -> Option<&Document> {
        self.parsed.get_or_init(|| crate::yaml::parse(text).ok()).as_ref()
    }

    /// The document as changes of it are tried, where nothing is wrong with it.
    fn clean(&self, text: &[u8], validator: &Validator, budget: &Budget) -> Option<&RefCell<Clean>> {
        let clean = || within::clean(self.parsed(text)?, validator, budget).ok()?.map(RefCell::new);
        self.clean.get_or_init(clean).as_ref()
    }
}

/// What changes of one document leave wrong with it; nothing for one that makes it no YAML.
#[derive(Debug, Default)]
pub struct Tried(Mutex<HashMap<Change, Option<Vec<Fault>>>>);

impl Tried {
    fn known(&self, change: &Change) -> Option<Option<Vec<Fault>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(change).cloned()
    }

    fn keep(&self, change: &Change, left: Option<Vec<Fault>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(change.clone(), left);
    }
}

/// A trial for one document, with what is found in it as it is.
pub struct Held<'a> {
    /// The trial.
    pub trial: &'a Trial<'a>,
    /// What there is to say of the document.
    pub checked: &'a Checked,
    /// What was worked out for other findings in it.
    pub sight: &'a Sight,
}

impl Held<'_> {
    /// Whether of the faults that were there some have gone, and none has come.
    pub fn is_better(&self, left: &[Fault]) -> bool {
        left.len() < errors(&self.checked.findings).count() && left.iter().all(|fault| self.had(fault))
    }

    /// Whether a change mends a finding: it is gone, and nothing else is wrong but what stands below `renamed`, a field
    /// that nobody knew before.
    pub fn mends(&self, text: &[u8], change: &Change, finding: &Finding, renamed: Option<&str>) -> bool {
        let Some(left) = self.left(text, change) else { return false };
        let gone = finding.severity != Severity::Error || !left.iter().any(|fault| is(fault, finding));
        let below = |pointer: &str| {
            renamed.is_some_and(|field| pointer.strip_prefix(field).is_some_and(|rest| rest.starts_with('/')))
        };
        gone && left.iter().all(|fault| self.had(fault) || below(&fault.1))
    }

    /// What is wrong once a change is made; nothing where that is no YAML, or where enough has been tried. Findings that one
    /// cause mends share what comes out.
    fn left(&self, text: &[u8], change: &Change) -> Option<Vec<Fault>> {
        let (range, new) = change;
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        self.trial.spend(before.len() + new.len() + after.len())?;
        if let Some(known) = self.checked.tried.known(change) {
            return known;
        }
        let left = match self.stays_clean(text, change).ok()? {
            true => Some(Vec::new()),
            false => self.trial.read(&[before, new.as_bytes(), after].concat()).ok()?,
        };
        self.checked.tried.keep(change, left.clone());
        left
    }

    /// Whether nothing is wrong with the document, and certainly no error is there once a change is made.
    fn stays_clean(&self, text: &[u8], change: &Change) -> Result<bool, Exhausted> {
        let budget = self.trial.budget;
        let Some(validator) = self.trial.validator.filter(|_| self.checked.findings.is_empty()) else {
            return Ok(false);
        };
        let Some(clean) = self.sight.clean(text, validator, budget) else { return Ok(false) };
        let Some(document) = self.sight.parsed(text) else { return Ok(false) };
        within::stays_clean((&mut clean.borrow_mut(), document), text, change, validator, budget)
    }

    fn had(&self, fault: &Fault) -> bool {
        errors(&self.checked.findings).any(|finding| is(fault, finding))
    }
}

fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Error)
}

fn is((code, pointer): &Fault, finding: &Finding) -> bool {
    *code == finding.code && *pointer == finding.pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_counts_as_tried_all_the_same() {
        let text = b"kind: A\n";
        let budget = Budget::default();
        let trial = Trial::new(None, &budget);
        let checked = Checked {
            findings: Vec::new(),
            lint: Vec::new(),
            object: None,
            summaries: Vec::new(),
            asides: Vec::new(),
            tried: Tried::default(),
            steps: 0,
        };
        let held = Held { trial: &trial, checked: &checked, sight: &Sight::default() };
        let finding = Finding::error("a/b", String::new(), 0..1, String::new());
        let mends = |new: &str| held.mends(text, &(6..7, new.to_owned()), &finding, None);
        assert!(mends("B") && mends("B") && !mends("[") && !mends("["));
        assert_eq!(trial.left.get(), MOST - 4 * text.len());
        trial.left.set(0);
        assert!(!mends("B"));
    }
}
