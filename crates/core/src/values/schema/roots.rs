//! Documents with schemas in them, and what their references mean: `roots.go`, `root.go` and `loader.go` of
//! santhosh-tekuri/jsonschema.

use super::address::{Address, Place, join, split, split_fragment};
use super::doc::{Doc, Node, NodeId};
use super::draft::{Draft, metaschema};
use super::words::escape;
use crate::gotmpl::funcs::url::Url;
use crate::text::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A schema with a URL of its own.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Where it stands in its document.
    pub pointer: String,
    /// Its URL.
    pub id: String,
    /// Its draft.
    pub draft: Draft,
    /// Names of places within it.
    pub anchors: BTreeMap<String, String>,
    /// Those of them that may be bound anew.
    pub dynamic_anchors: Vec<String>,
}

/// A document.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its URL.
    pub url: String,
    /// Its text.
    pub doc: Arc<Doc>,
    /// The schemas in it that have URLs, by pointer.
    pub resources: BTreeMap<String, Resource>,
    /// The places known to be schemas.
    processed: BTreeSet<String>,
}

/// Checks a part of a document against the metaschema of its draft.
pub type Validate<'v> = &'v dyn Fn(&Root, NodeId, &str) -> Result<(), String>;

/// All documents.
pub struct Roots<'v> {
    docs: BTreeMap<String, Arc<Doc>>,
    roots: BTreeMap<String, Root>,
    validate: Validate<'v>,
    /// URNs that nobody resolves; Helm says so and goes on.
    pub unresolved: Vec<String>,
}

impl Root {
    /// The schema with a URL around a place.
    pub fn resource(&self, pointer: &str) -> Option<&Resource> {
        let mut at = pointer;
        loop {
            if let Some(found) = self.resources.get(at) {
                return Some(found);
            }
            at = at.get(..at.rfind('/')?).unwrap_or_default();
        }
    }

    /// The value at a pointer.
    pub fn lookup(&self, place: &Place) -> Result<NodeId, String> {
        let mut at = self.doc.root();
        for token in place.pointer.split('/').skip(1) {
            let token = unescape(token)
                .ok_or_else(|| format!("invalid json-pointer {}", quote(place.location().as_bytes())))?;
            let next = match self.doc.node(at) {
                Node::Map(map) => map.get(&token).copied(),
                Node::List(items) => {
                    crate::value::number::atoi(&token).ok().and_then(|i| items.get(usize::try_from(i).ok()?).copied())
                }
                _ => None,
            };
            at = next.ok_or_else(|| format!("json-pointer in {} not found", quote(place.location().as_bytes())))?;
        }
        Ok(at)
    }

    fn resolve_fragment_in(&self, fragment: &str, resource: &Resource) -> Result<Place, String> {
        let pointer = if fragment.is_empty() || fragment.starts_with('/') {
            format!("{}{fragment}", resource.pointer)
        } else {
            resource.anchors.get(fragment).cloned().ok_or_else(|| {
                let reference = format!("{}#{}", resource.id, super::address::encode(fragment));
                let (reference, url) = (quote(reference.as_bytes()), quote(self.url.as_bytes()));
                format!("anchor in {reference} not found in schema {url}")
            })?
        };
        Ok(Place { url: self.url.clone(), pointer })
    }

    /// What a reference within the document means; `None` for one that leads out of it.
    pub fn resolve(&self, address: &Address) -> Result<Option<Place>, String> {
        let found = if address.url == self.url {
            self.resources.get("")
        } else {
            self.resources.values().find(|resource| resource.id == address.url)
        };
        found.map(|resource| self.resolve_fragment_in(&address.fragment, resource)).transpose()
    }

    /// `collectAnchors`
    fn collect_anchors(&mut self, schema: NodeId, pointer: &str, resource: &str) -> Result<(), String> {
        let doc = self.doc.clone();
        let Some(map) = doc.map(schema) else { return Ok(()) };
        let Some(draft) = self.resources.get(resource).map(|r| r.draft) else { return Ok(()) };
        let text = |name: &str| map.get(name).and_then(|id| doc.text(*id));
        if draft < Draft::D2019 {
            if map.contains_key("$ref") {
                return Ok(());
            }
            if let Some(id) = text(draft.id_keyword()) {
                let place = Place { url: self.url.clone(), pointer: pointer.to_owned() };
                let (_, fragment) = split_fragment(id)
                    .map_err(|_| format!("error in parsing anchor at {}", quote(place.location().as_bytes())))?;
                if !fragment.is_empty() && !fragment.starts_with('/') {
                    self.add_anchor(resource, &fragment, pointer)?;
                }
            }
            return Ok(());
        }
        if let Some(anchor) = text("$anchor") {
            self.add_anchor(resource, anchor, pointer)?;
        }
        if draft >= Draft::D2020
            && let Some(anchor) = text("$dynamicAnchor")
        {
            self.add_anchor(resource, anchor, pointer)?;
            if let Some(resource) = self.resources.get_mut(resource) {
                resource.dynamic_anchors.push(anchor.to_owned());
            }
        }
        Ok(())
    }

    fn add_anchor(&mut self, resource: &str, anchor: &str, pointer: &str) -> Result<(), String> {
        let url = quote(self.url.as_bytes());
        let Some(resource) = self.resources.get_mut(resource) else { return Ok(()) };
        match resource.anchors.get(anchor) {
            Some(known) if known == pointer => {}
            Some(known) => {
                let [anchor, known, pointer] = [anchor, known, pointer].map(|text| quote(text.as_bytes()));
                return Err(format!("duplicate anchor {anchor} in {url} at {known} and {pointer}"));
            }
            None => {
                resource.anchors.insert(anchor.to_owned(), pointer.to_owned());
            }
        }
        Ok(())
    }
}

fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (replacement, rest) = match part.as_bytes().first()? {
            b'0' => ('~', part.get(1..)?),
            b'1' => ('/', part.get(1..)?),
            _ => return None,
        };
        out.push(replacement);
        out.push_str(rest);
    }
    Some(out)
}

impl<'v> Roots<'v> {
    /// Without documents.
    pub fn new(validate: Validate<'v>) -> Roots<'v> {
        Roots { docs: BTreeMap::new(), roots: BTreeMap::new(), validate, unresolved: Vec::new() }
    }

    /// Adds a document under a URL.
    pub fn add(&mut self, url: &str, doc: Doc) {
        self.docs.insert(url.to_owned(), Arc::new(doc));
    }

    /// A document that is loaded.
    pub fn get(&self, url: &str) -> Option<&Root> {
        self.roots.get(url)
    }

    /// Where an address leads.
    pub fn resolve_fragment(&mut self, address: &Address) -> Result<Place, String> {
        self.load_root(&address.url)?;
        let Some(root) = self.roots.get(&address.url) else { return Err("no root".to_owned()) };
        let Some(resource) = root.resources.get("") else { return Err("no root resource".to_owned()) };
        root.resolve_fragment_in(&address.fragment, resource)
    }

    fn load_root(&mut self, url: &str) -> Result<(), String> {
        if self.roots.contains_key(url) {
            return Ok(());
        }
        let doc = self.load(url)?;
        let mut root =
            Root { url: url.to_owned(), doc: doc.clone(), resources: BTreeMap::new(), processed: BTreeSet::new() };
        self.collect(&mut root, doc.root(), url, "", Draft::D2020)?;
        if !url.starts_with("http://json-schema.org/") && !url.starts_with("https://json-schema.org/") {
            (self.validate)(&root, doc.root(), "")?;
        }
        self.roots.insert(url.to_owned(), root);
        Ok(())
    }

    /// `defaultLoader.load`, with Helm's loaders. Nothing is fetched, and no files stand beside the schema.
    fn load(&mut self, url: &str) -> Result<Arc<Doc>, String> {
        if let Some(doc) = self.docs.get(url) {
            return Ok(doc.clone());
        }
        let doc = match metaschema(url) {
            Some(text) => Doc::parse(text),
            None => self.load_other(url).map_err(|e| format!("failing loading {}: {e}", quote(url.as_bytes())))?,
        };
        let doc = Arc::new(doc);
        self.docs.insert(url.to_owned(), doc.clone());
        Ok(doc)
    }

    fn load_other(&mut self, url: &str) -> Result<Doc, String> {
        let parsed = Url::parse(url.as_bytes())?;
        match parsed.scheme.as_slice() {
            b"urn" => {
                self.unresolved.push(url.to_owned());
                Ok(Doc::of(Node::Bool(true)))
            }
            b"file" => {
                let path = String::from_utf8_lossy(&parsed.path).into_owned();
                Err(format!("open {path}: no such file or directory"))
            }
            b"http" | b"https" => Err("chartlens does not fetch schemas".to_owned()),
            _ => {
                let shown = quote(&parsed.text());
                Err(format!("no URLLoader registered for {shown}"))
            }
        }
    }

    /// `getDraft`
    fn draft(
        &mut self,
        place: &Place,
        doc: &Arc<Doc>,
        schema: NodeId,
        fallback: Draft,
        seen: &mut BTreeSet<String>,
    ) -> Result<Draft, String> {
        let named = doc.map(schema).and_then(|map| map.get("$schema")).and_then(|id| doc.text(*id));
        let Some(named) = named else { return Ok(fallback) };
        if let Some(draft) = Draft::of_url(named) {
            return Ok(draft);
        }
        let (url, _) = split(named);
        if let Err(error) = Url::parse(url.as_bytes()) {
            return Err(format!("invalid $schema in {}: {error}", quote(place.location().as_bytes())));
        }
        if place.pointer.is_empty() && url == place.url {
            return Err(format!("draft {} is not supported", quote(url.as_bytes())));
        }
        if !seen.insert(url.to_owned()) {
            return Err(format!("cycle in resolving $schema in {}", quote(url.as_bytes())));
        }
        let doc = self.load(url)?;
        let place = Place { url: url.to_owned(), pointer: String::new() };
        crate::stack::grow(|| self.draft(&place, &doc, doc.root(), fallback, seen))
    }

    fn collect(
        &mut self,
        root: &mut Root,
        schema: NodeId,
        base: &str,
        pointer: &str,
        fallback: Draft,
    ) -> Result<(), String> {
        if root.processed.contains(pointer) {
            return Ok(());
        }
        crate::stack::grow(|| self.collect_inner(root, schema, base, pointer, fallback))?;
        root.processed.insert(pointer.to_owned());
        Ok(())
    }

    /// `_collectResources`
    fn collect_inner(
        &mut self,
        root: &mut Root,
        schema: NodeId,
        base: &str,
        pointer: &str,
        fallback: Draft,
    ) -> Result<(), String> {
        let new = |id: &str, draft| Resource {
            pointer: pointer.to_owned(),
            id: id.to_owned(),
            draft,
            anchors: BTreeMap::new(),
            dynamic_anchors: Vec::new(),
        };
        let doc = root.doc.clone();
        let Some(map) = doc.map(schema) else {
            if pointer.is_empty() {
                root.resources.insert(String::new(), new(base, fallback));
            }
            return Ok(());
        };
        let mut has_schema = map.get("$schema").is_some_and(|id| doc.text(*id).is_some());
        let place = Place { url: root.url.clone(), pointer: pointer.to_owned() };
        let mut draft = self.draft(&place, &doc, schema, fallback, &mut BTreeSet::new())?;
        let mut id = draft.id(&doc, schema);
        if id.is_empty() && !pointer.is_empty() {
            draft = fallback;
            has_schema = false;
            id = draft.id(&doc, schema);
        }
        let mut base = base.to_owned();
        if !id.is_empty() {
            base = join(&base, &id)
                .map_err(|_| format!("error in parsing id at {}", quote(place.location().as_bytes())))?
                .url;
        }
        if !id.is_empty() || pointer.is_empty() {
            match root.resources.values().find(|known| known.id == base) {
                Some(known) if known.pointer != pointer => {
                    let [id, url, here, there] =
                        [&base, &root.url, &place.pointer, &known.pointer].map(|text| quote(text.as_bytes()));
                    return Err(format!("duplicate id {id} in {url} at {here} and {there}"));
                }
                Some(_) => {}
                None => {
                    let own = if has_schema { draft } else { fallback };
                    root.resources.insert(pointer.to_owned(), new(&base, own));
                }
            }
        }
        let around = root.resources.values().find(|known| known.id == base);
        let Some((around, dialect)) = around.map(|r| (r.pointer.clone(), r.draft)) else { return Ok(()) };
        root.collect_anchors(schema, pointer, &around)?;
        for (pointer, schema) in draft.subschemas(&doc, schema, pointer) {
            self.collect(root, schema, &base, &pointer, dialect)?;
        }
        Ok(())
    }

    /// Makes sure that a place is known as a schema, and is one.
    pub fn ensure(&mut self, place: &Place) -> Result<(), String> {
        self.load_root(&place.url)?;
        let Some(root) = self.roots.get(&place.url) else { return Ok(()) };
        if root.processed.contains(&place.pointer) {
            return Ok(());
        }
        let schema = root.lookup(place)?;
        let mut root = root.clone();
        let Some(base) = root.resource(&place.pointer) else { return Ok(()) };
        let (id, draft) = (base.id.clone(), base.draft);
        self.collect(&mut root, schema, &id, &place.pointer, draft)?;
        if !root.resources.contains_key(&place.pointer)
            && let Some(around) = root.resource(&place.pointer).map(|r| r.pointer.clone())
        {
            root.collect_anchors(schema, &place.pointer, &around)?;
        }
        (self.validate)(&root, schema, &place.pointer)?;
        self.roots.insert(place.url.clone(), root);
        Ok(())
    }
}

/// The pointer with one more step.
pub fn step(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", escape(token))
}
