//! What a session keeps between runs, by content: only what changed is worked out anew.

use super::trial::{Fault, Tried};
use crate::budget::{Budget, Exhausted};
use crate::cache::Cache;
use crate::diag::{Finding, ObjectRef};
use crate::kube::crds::Crds;
use crate::kube::tree::Tree;
use crate::lint::{Selection, Summary, lint_document, summaries};
use crate::validate::{Options, Validator, reference};
use crate::yaml::Document;
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// How many bytes of documents are kept validated, and of definitions read.
const LIMIT: usize = 64 << 20;

/// How many sets of texts are known by where they are.
const MOST_SHARED: usize = 64;

/// How many bytes the results of advice that was tried take.
const MOST_TRIED: usize = 4 << 20;

/// A thing known by where it is. What the key holds is not freed, so no other thing can be there.
#[derive(Clone, Debug)]
struct Same<T: ?Sized>(Arc<T>);

impl<T: ?Sized> PartialEq for Same<T> {
    fn eq(&self, other: &Same<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: ?Sized> Eq for Same<T> {}

impl<T: ?Sized> Hash for Same<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).cast::<()>().hash(state);
    }
}

/// What there is to say of a document by itself.
#[derive(Debug)]
pub(super) struct Checked {
    /// The findings of the validator.
    pub findings: Vec<Finding>,
    /// The findings of the linter.
    pub lint: Vec<Finding>,
    /// The object that the document is.
    pub object: Option<Arc<ObjectRef>>,
    /// What its objects have to do with others, where a rule asks for it.
    pub summaries: Vec<Summary>,
    /// Its comments, tags and anchors.
    pub asides: Vec<Range<u32>>,
    /// What was tried on it.
    pub tried: Tried,
    /// The steps that this took, which whoever comes next spends as well: what is told must not depend on who came first.
    pub steps: u64,
}

impl Checked {
    /// Validates and lints a document. An error says which limit of the host ends the work.
    pub fn of(
        document: &Document,
        text: &[u8],
        validator: &Validator,
        selection: &Selection,
        budget: &Budget,
    ) -> Result<Checked, Exhausted> {
        let (asides, left) = (document.asides(), budget.left());
        let Ok(tree) = Tree::build(document, budget) else {
            let findings = validator.check(document, text, budget)?;
            let (lint, summaries, tried, steps) = (Vec::new(), Vec::new(), Tried::default(), left - budget.left());
            return Ok(Checked { findings, lint, object: None, summaries, asides, tried, steps });
        };
        let findings = validator.check_tree(&tree, text, budget)?;
        let lint = lint_document(&tree, text, validator.minor(), selection, budget)?;
        let object = tree.root().and_then(reference).map(Arc::new);
        let summaries = if selection.looks_at_releases() { summaries(&tree) } else { Vec::new() };
        Ok(Checked { findings, lint, object, summaries, asides, tried: Tried::default(), steps: left - budget.left() })
    }
}

/// What custom resources are made of: the texts that define them, and those given.
type CrdsKey = (Vec<Arc<[u8]>>, Same<Crds>);

/// The same by where the texts are: most are those of the run before, and large.
type SharedCrdsKey = (Vec<Same<[u8]>>, Same<Crds>);

/// What a document is held against: the validator, the rules of the linter, its text.
type DocumentKey = (Same<Validator>, u64, Arc<[u8]>);

/// What a changed document is held against: the validator, whether it is read to its end, and the SHA-256 of its text. There
/// are many for each document, so the texts themselves are not kept.
type TrialKey = (Option<Same<Validator>>, bool, [u8; 32]);

/// What a text defines.
#[derive(Clone, Debug)]
struct Defined {
    crds: Arc<Crds>,
    /// Whether every document in it is a definition.
    alone: bool,
}

/// What a text defines, once somebody has read it.
type DefinedOnce = Arc<OnceLock<Result<Defined, Exhausted>>>;

impl Defined {
    fn of(text: &[u8], budget: &Budget) -> Result<Defined, Exhausted> {
        let (mut crds, mut alone) = (Crds::default(), true);
        for document in crate::yaml::documents(text) {
            match document {
                Ok(document) => {
                    let count = crds.add(&document, budget)?;
                    alone &= count > 0 && is_definition(&document) || document.root().is_none();
                }
                Err(_) => alone = false,
            }
        }
        Ok(Defined { crds: Arc::new(crds), alone })
    }
}

/// Whether a document is one definition, and no list of them.
fn is_definition(document: &Document) -> bool {
    let kind =
        document.root().and_then(|root| document.entries(root).find(|(key, _)| document.scalar(*key) == b"kind"));
    kind.is_some_and(|(_, kind)| document.scalar(kind) == b"CustomResourceDefinition")
}

/// The definitions and documents that were read and validated.
#[derive(Debug)]
pub(super) struct Memory {
    /// No custom resources, wherever none are given.
    none: Arc<Crds>,
    /// What single texts define: an edit of one leaves the others as they are.
    defined: Cache<Arc<[u8]>, DefinedOnce>,
    /// The same by where the texts are: a check asks several times, and they are long.
    shared_defined: Cache<Same<[u8]>, Defined>,
    crds: Cache<CrdsKey, Arc<Crds>>,
    shared_crds: Cache<SharedCrdsKey, Arc<Crds>>,
    validators: Cache<(String, bool, Same<Crds>), Arc<Validator>>,
    checked: Cache<DocumentKey, Option<Arc<Checked>>>,
    tried: Cache<TrialKey, Option<Vec<Fault>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            none: Arc::default(),
            defined: Cache::new(LIMIT),
            shared_defined: Cache::new(MOST_SHARED),
            crds: Cache::new(LIMIT),
            shared_crds: Cache::new(MOST_SHARED),
            validators: Cache::new(64),
            checked: Cache::new(LIMIT),
            tried: Cache::new(MOST_TRIED),
        }
    }
}

impl Memory {
    /// The custom resources that texts define, on top of those given.
    /// An error says which limit of the host ends the work.
    pub fn crds(&self, texts: Vec<Arc<[u8]>>, given: &Arc<Crds>, budget: &Budget) -> Result<Arc<Crds>, Exhausted> {
        let given = if given.is_empty() { &self.none } else { given };
        if texts.is_empty() {
            return Ok(given.clone());
        }
        let shared = (texts.iter().cloned().map(Same).collect(), Same(given.clone()));
        if let Some(known) = self.shared_crds.get(&shared) {
            return Ok(known);
        }
        let crds = self.crds_of(texts, given, budget)?;
        self.shared_crds.insert(shared, crds.clone(), 1);
        Ok(crds)
    }

    fn crds_of(&self, texts: Vec<Arc<[u8]>>, given: &Arc<Crds>, budget: &Budget) -> Result<Arc<Crds>, Exhausted> {
        let key = (texts, Same(given.clone()));
        if let Some(known) = self.crds.get(&key) {
            return Ok(known);
        }
        let mut crds = Crds::default();
        // Of two definitions the later one counts.
        for text in key.0.iter().rev() {
            crds.extend(&self.defined(text, budget)?.crds);
        }
        crds.extend(given);
        let (crds, bytes) = (Arc::new(crds), key.0.iter().map(|text| text.len()).sum());
        self.crds.insert(key, crds.clone(), bytes);
        Ok(crds)
    }

    /// Whether every document of a text defines custom resources.
    pub fn only_defines(&self, text: &Arc<[u8]>, budget: &Budget) -> bool {
        self.defined(text, budget).is_ok_and(|defined| defined.alone)
    }

    /// Reads a text that will be asked for. Whoever asks goes from the last to the first, so reading from the first on meets
    /// them halfway.
    pub fn read_ahead(&self, text: &Arc<[u8]>, budget: &Budget) {
        _ = self.defined(text, budget);
    }

    /// The custom resources that one text defines. Two threads that want to know wait for the one that was first.
    fn defined(&self, text: &Arc<[u8]>, budget: &Budget) -> Result<Defined, Exhausted> {
        let shared = Same(text.clone());
        if let Some(known) = self.shared_defined.get(&shared) {
            return Ok(known);
        }
        let known = self.defined.get_or_insert(text, Arc::default, text.len());
        let mut is_own = false;
        let defined = known.get_or_init(|| {
            is_own = true;
            Defined::of(text, budget)
        });
        match defined {
            Ok(defined) => {
                self.shared_defined.insert(shared, defined.clone(), 1);
                Ok(defined.clone())
            }
            // Whoever comes next has a budget of its own.
            Err(end) if is_own => {
                self.defined.insert(text.clone(), Arc::default(), text.len());
                Err(*end)
            }
            Err(_) => Defined::of(text, budget),
        }
    }

    /// The validator for a version of Kubernetes; none where there are no schemas for it.
    pub fn validator(&self, version: &str, strict_kinds: bool, crds: Arc<Crds>) -> Option<Arc<Validator>> {
        let key = (version.to_owned(), strict_kinds, Same(crds.clone()));
        if let Some(known) = self.validators.get(&key) {
            return Some(known);
        }
        let options = Options { strict_kinds, ..Options::default() };
        let validator = Arc::new(Validator::new(version, crds, options)?);
        self.validators.insert(key, validator.clone(), 1);
        Some(validator)
    }

    /// What there is to say of a document; nothing where that is no YAML.
    pub fn check(
        &self,
        validator: &Arc<Validator>,
        selection: &Selection,
        text: &[u8],
        budget: &Budget,
    ) -> Result<Option<Arc<Checked>>, Exhausted> {
        let key = (Same(validator.clone()), selection.fingerprint(), Arc::from(text));
        if let Some(known) = self.checked.get(&key) {
            budget.spend(known.as_ref().map_or(0, |known| known.steps))?;
            return Ok(known);
        }
        let checked = match crate::yaml::parse(text) {
            Ok(parsed) => Some(Arc::new(Checked::of(&parsed, text, validator, selection, budget)?)),
            Err(_) => None,
        };
        self.checked.insert(key, checked.clone(), text.len());
        Ok(checked)
    }

    /// What is wrong with a changed document, which `read` finds out; nothing where that is no YAML.
    pub fn tried(
        &self,
        validator: Option<&Arc<Validator>>,
        to_end: bool,
        text: &[u8],
        read: impl FnOnce() -> Result<Option<Vec<Fault>>, Exhausted>,
    ) -> Result<Option<Vec<Fault>>, Exhausted> {
        let key = (validator.cloned().map(Same), to_end, Sha256::digest(text).into());
        if let Some(known) = self.tried.get(&key) {
            return Ok(known);
        }
        let found = read()?;
        let pointers = found.iter().flatten().map(|(_, pointer)| size_of::<Fault>() + pointer.len());
        let bytes = size_of::<TrialKey>() + pointers.sum::<usize>();
        self.tried.insert(key, found.clone(), bytes);
        Ok(found)
    }

    /// How many bytes of texts are kept.
    pub fn bytes(&self) -> usize {
        self.tried.bytes() + self.defined.bytes() + self.crds.bytes() + self.checked.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::{CancelToken, Limits};

    const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\n\
        spec:\n  group: example.com\n  scope: Cluster\n  names: {kind: A, plural: as}\n  versions:\n  - name: v1\n    served: true\n    \
        storage: true\n    schema: {openAPIV3Schema: {type: object, properties: {a: {type: string}}}}\n";

    #[test]
    fn who_has_no_budget_left_leaves_nothing_behind() {
        let (memory, text) = (Memory::default(), Arc::from(CRD.as_bytes()));
        let spent = Budget::new(Limits { fuel: 0, ..Limits::default() }, CancelToken::default());
        memory.read_ahead(&text, &spent);
        let given = Arc::default();
        assert!(memory.crds(vec![text.clone()], &given, &spent).is_err());
        let crds = memory.crds(vec![text.clone()], &given, &Budget::default()).unwrap();
        assert!(!crds.is_empty() && memory.only_defines(&text, &Budget::default()));
    }

    #[test]
    fn texts_are_the_same_wherever_they_are() {
        let (memory, given) = (Memory::default(), Arc::default());
        let crds = |text: &str| memory.crds(vec![Arc::from(text.as_bytes())], &given, &Budget::default()).unwrap();
        let (one, other) = (crds(CRD), crds(CRD));
        assert!(Arc::ptr_eq(&one, &other));
        assert!(!Arc::ptr_eq(&one, &crds(&CRD.replace("string", "integer"))));
    }
}
