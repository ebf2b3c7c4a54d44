//! Schemas that were read: charts are rendered again and again with the same ones.

use super::address::Address;
use super::check::{Checker, Meta, Stop};
use super::compile::{Compiled, Id};
use super::doc::{Doc, NodeId};
use super::ordinary::Ordinary;
use super::roots::{Root, Roots};
use super::{Draft, Place, ROOT};
use crate::budget::{Budget, Exhausted};
use crate::cache::Cache;
use crate::text::{Origin, lossy, quote};
use crate::value::{Heap, Value};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

/// How many bytes of schemas are kept.
const LIMIT: usize = 8 << 20;

/// The schemas that were read, by content.
#[derive(Debug)]
pub struct Schemas {
    known: Cache<Arc<[u8]>, Arc<Known>>,
}

impl Default for Schemas {
    fn default() -> Self {
        Schemas { known: Cache::new(LIMIT) }
    }
}

impl Schemas {
    /// What [`Known::read`] gives.
    pub(super) fn read(&self, text: &Arc<[u8]>) -> Result<Arc<Known>, String> {
        if let Some(known) = self.known.get(text) {
            return Ok(known);
        }
        let read = Arc::new(Known::read(text)?);
        self.known.insert(text.clone(), read.clone(), text.len());
        Ok(read)
    }

    /// How many bytes of schemas are kept.
    pub fn bytes(&self) -> usize {
        self.known.bytes()
    }
}

/// A schema.
#[derive(Debug)]
pub(super) struct Known {
    /// What it is if it is ordinary.
    pub ordinary: Option<Ordinary>,
    text: Arc<[u8]>,
    whole: OnceLock<Whole>,
}

/// A schema as Go's library has it.
#[derive(Debug)]
pub(super) struct Whole {
    pub compiled: Compiled,
    /// The schema of the whole, or what is wrong with it.
    pub id: Result<Id, String>,
    /// URNs that nobody resolves.
    pub unresolved: Vec<String>,
}

impl Known {
    /// Reads a schema. The error is Helm's, for what is no JSON.
    pub fn read(text: &Arc<[u8]>) -> Result<Known, String> {
        let (heap, root) = read_json(text)?;
        Ok(Known { ordinary: Ordinary::of(heap, root), text: text.clone(), whole: OnceLock::new() })
    }

    /// The schema compiled, which is done when it is first asked for. An error says which limit of the host ends the work.
    pub fn whole(&self, budget: &Budget) -> Result<&Whole, Exhausted> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let end = Cell::new(None);
        let validate = |root: &Root, node: NodeId, pointer: &str| {
            metaschemas(root).check(budget, root, node, pointer).unwrap_or_else(|limit| {
                end.set(Some(limit));
                Err(limit.to_string())
            })
        };
        let mut roots = Roots::new(&validate);
        roots.add(ROOT, Doc::parse(&lossy(&self.text)));
        let mut compiled = Compiled::default();
        let address = Address { url: ROOT.to_owned(), fragment: String::new() };
        let place = roots.resolve_fragment(&address);
        let id = place.and_then(|place| compiled.compile(&mut roots, place, false));
        match end.get() {
            Some(limit) => Err(limit),
            None => Ok(self.whole.get_or_init(|| Whole { compiled, id, unresolved: roots.unresolved })),
        }
    }
}

/// `UnmarshalJSON`: one value, and nothing behind it.
pub(super) fn read_json(text: &[u8]) -> Result<(Heap, Value), String> {
    let (mut heap, budget) = (Heap::new(), Budget::default());
    let (value, rest) = match crate::json::decode_prefix(&mut heap, &budget, text, &mut |_| Origin::NONE) {
        Ok((value, taken)) => (value, text.get(taken..).unwrap_or_default()),
        Err(error) => return Err(end_of_file(error.to_string(), text)),
    };
    let blank = |c: &u8| matches!(c, b' ' | b'\t' | b'\r' | b'\n');
    if rest.iter().all(blank) { Ok((heap, value)) } else { Err("invalid character after top-level value".to_owned()) }
}

/// An error of reading a whole text as Go's `json.Decoder` words it.
pub(super) fn end_of_file(error: String, text: &[u8]) -> String {
    match error.as_str() {
        "unexpected end of JSON input" if text.trim_ascii().is_empty() => "EOF".to_owned(),
        "unexpected end of JSON input" => "unexpected EOF".to_owned(),
        _ => error,
    }
}

/// The metaschemas of some drafts.
struct Metaschemas {
    compiled: Compiled,
    ids: BTreeMap<Draft, Id>,
}

/// The metaschemas of the drafts that the schemas of a document have: most have one.
fn metaschemas(root: &Root) -> Arc<Metaschemas> {
    static KNOWN: LazyLock<Cache<BTreeSet<Draft>, Arc<Metaschemas>>> = LazyLock::new(|| Cache::new(usize::MAX));
    let drafts = root.resources.values().map(|resource| resource.draft).collect();
    KNOWN.get_or_insert(&drafts, || Arc::new(Metaschemas::of(&drafts)), 0)
}

impl Metaschemas {
    fn of(drafts: &BTreeSet<Draft>) -> Metaschemas {
        let trust = |_: &Root, _: NodeId, _: &str| Ok(());
        let mut roots = Roots::new(&trust);
        let mut compiled = Compiled::default();
        let mut ids = BTreeMap::new();
        for &draft in drafts {
            let place = Place { url: draft.url().to_owned(), pointer: String::new() };
            if let Ok(id) = compiled.compile(&mut roots, place, true) {
                ids.insert(draft, id);
            }
        }
        Metaschemas { compiled, ids }
    }

    /// `roots.validate`; the error inside is Helm's.
    fn check(
        &self,
        budget: &Budget,
        root: &Root,
        node: NodeId,
        pointer: &str,
    ) -> Result<Result<(), String>, Exhausted> {
        let Some(&schema) = root.resource(pointer).and_then(|resource| self.ids.get(&resource.draft)) else {
            return Ok(Ok(()));
        };
        let resources: BTreeMap<String, Id> = root
            .resources
            .iter()
            .filter_map(|(pointer, resource)| Some((pointer.clone(), *self.ids.get(&resource.draft)?)))
            .collect();
        let meta = Meta { schema, resources: &resources };
        let mut checker = Checker::new(&self.compiled, &root.doc, budget, Some(meta));
        match checker.check(node, schema) {
            Ok(None) => Ok(Ok(())),
            Ok(Some(fault)) => {
                let mut text = String::new();
                fault.display(&mut text, 0);
                let place = Place { url: root.url.clone(), pointer: pointer.to_owned() }.location();
                Ok(Err(format!("{} is not valid against metaschema: {text}", quote(place.as_bytes()))))
            }
            Err(Stop::Panic(text)) => Ok(Err(text)),
            Err(Stop::Exhausted(end)) => Err(end),
        }
    }
}
