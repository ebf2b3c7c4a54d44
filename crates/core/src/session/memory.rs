//! What a session keeps between runs, by content: only what changed is worked out anew.

use super::trial::Fault;
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
use std::sync::Arc;

/// How many bytes of documents are kept validated, and of definitions read.
const LIMIT: usize = 64 << 20;

/// How many bytes the results of advice that was tried take.
const MOST_TRIED: usize = 4 << 20;

/// A thing known by where it is. What the key holds is not freed, so no other thing can be there.
#[derive(Clone, Debug)]
struct Same<T>(Arc<T>);

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Same<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Eq for Same<T> {}

impl<T> Hash for Same<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
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
    pub object: Option<ObjectRef>,
    /// What its objects have to do with others.
    pub summaries: Vec<Summary>,
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
        let Ok(tree) = Tree::build(document, budget) else {
            let findings = validator.check(document, text, budget)?;
            return Ok(Checked { findings, lint: Vec::new(), object: None, summaries: Vec::new() });
        };
        Ok(Checked {
            findings: validator.check_tree(&tree, text, budget)?,
            lint: lint_document(&tree, text, validator.minor(), selection, budget)?,
            object: tree.root().and_then(reference),
            summaries: summaries(&tree),
        })
    }
}

/// What custom resources are made of: the texts that define them, and those given.
type CrdsKey = (Vec<Arc<[u8]>>, Same<Crds>);

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
    defined: Cache<Arc<[u8]>, Defined>,
    crds: Cache<CrdsKey, Arc<Crds>>,
    validators: Cache<(String, bool, Same<Crds>), Arc<Validator>>,
    checked: Cache<DocumentKey, Option<Arc<Checked>>>,
    tried: Cache<TrialKey, Option<Vec<Fault>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            none: Arc::default(),
            defined: Cache::new(LIMIT),
            crds: Cache::new(LIMIT),
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

    /// The custom resources that one text defines.
    fn defined(&self, text: &Arc<[u8]>, budget: &Budget) -> Result<Defined, Exhausted> {
        if let Some(known) = self.defined.get(text) {
            return Ok(known);
        }
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
        let defined = Defined { crds: Arc::new(crds), alone };
        self.defined.insert(text.clone(), defined.clone(), text.len());
        Ok(defined)
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
