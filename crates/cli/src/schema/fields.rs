//! The fields of Kubernetes that values end up in, told from a traced render.
//!
//! A value counts for a field where its bytes stand there as they are: a plain scalar that an action wrote and nothing
//! else, or the entries of a map whose keys come from the values too. What is quoted or put together with other text
//! says nothing about the type of the value.

use chartlens::budget::Budget;
use chartlens::kube::tree::{Node, Tree};
use chartlens::render::{Causes, Document, Rendered};
use chartlens::text::{Origin, OriginKind, Step};
use chartlens_schemas::{Additional, Schema, Schemas, Version};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// The path of a value; `[]` for the items of a list, whichever they are.
pub type Place = Vec<String>;

/// The step into a list.
pub const ITEM: &str = "[]";

/// The fields that each value ends up in.
#[derive(Default)]
pub struct Fields {
    found: BTreeMap<Place, Vec<Schema>>,
}

/// How many origins lie behind each other at most.
const MAX_DEPTH: u32 = 16;

/// How many are looked at for one map.
const MAX_ORIGINS: usize = 2000;

/// Functions that give one of their arguments.
const CHOOSERS: &[&str] = &["default", "ternary", "coalesce", "required", "or", "and"];

impl Fields {
    /// The fields of a value, each once.
    pub fn of(&self, place: &[String]) -> &[Schema] {
        self.found.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// Takes in a render.
    pub fn add(&mut self, rendered: &Rendered) {
        let (Some(causes), Some(version)) = (&rendered.trace, Schemas::open().versions().next_back()) else { return };
        for document in rendered.documents.iter().chain(&rendered.hooks) {
            self.document(document, causes, version);
        }
    }

    fn document(&mut self, document: &Document, causes: &Causes, version: Version) {
        let Ok(parsed) = chartlens::yaml::parse(&document.text) else { return };
        let Ok(tree) = Tree::build(&parsed, &Budget::default()) else { return };
        let Some(root) = tree.root() else { return };
        let (Some(api_version), Some(kind)) = (root.str("apiVersion"), root.str("kind")) else { return };
        let Some(schema) = version.kind(api_version, kind) else { return };
        let text = Written { document, causes, parts: causes.parts(document) };
        let mut work = vec![(root, schema)];
        while let Some((node, schema)) = work.pop() {
            self.node(node, schema, &text);
            for child in node.children() {
                work.extend(below(schema, child).map(|schema| (child, schema)));
            }
        }
    }

    fn node(&mut self, node: Node<'_>, schema: Schema, text: &Written<'_>) {
        if !node.is_map() && !node.is_list() {
            let value = Some(node).filter(|node| node.is_plain()).and_then(|node| text.value(node.range()));
            if let Some(place) =
                value.filter(|value| text.is_same(*value, node.range())).and_then(|value| text.place(value))
            {
                self.note(place, schema);
            }
            return;
        }
        if let Some(place) = text.dumped(node) {
            self.note(place, schema);
        }
        if !node.is_map() {
            return;
        }
        // A key that comes from the values shows the map around it.
        for child in node.children() {
            let Some(mut place) = text.value(child.key_range()).and_then(|value| text.place(value)) else { continue };
            if place.last().is_some_and(|last| last == child.key()) {
                place.pop();
            }
            self.note(place, schema);
        }
    }

    fn note(&mut self, place: Place, schema: Schema) {
        if place.is_empty() {
            return;
        }
        let known = self.found.entry(place).or_default();
        if !known.contains(&schema) {
            known.push(schema);
        }
    }
}

/// The schema of what stands in a node of this schema.
fn below(schema: Schema, child: Node<'_>) -> Option<Schema> {
    if child.parent().is_some_and(Node::is_list) {
        return schema.items();
    }
    match (schema.property(child.key()), schema.additional()) {
        (Some(property), _) => Some(property.schema),
        (None, Additional::Schema(schema)) => Some(schema),
        (None, _) => None,
    }
}

/// A document with its causes.
struct Written<'w> {
    document: &'w Document,
    causes: &'w Causes,
    parts: Vec<(Range<usize>, Origin)>,
}

impl Written<'_> {
    /// The node of values that alone wrote a range.
    fn value(&self, range: Range<usize>) -> Option<Origin> {
        if range.is_empty() || range.end > self.document.text.len() {
            return None;
        }
        let touches = |part: &&(Range<usize>, Origin)| part.0.start < range.end && range.start < part.0.end;
        let mut found: Option<Origin> = None;
        for (part, origin) in self.parts.iter().filter(touches) {
            let offset = range.start.saturating_sub(part.start) as u32;
            let end = (range.end.min(part.end) - part.start) as u32;
            let node = self.node(*origin, offset, end, 0)?;
            if found.is_some_and(|found| found != node) {
                return None;
            }
            found = Some(node);
        }
        found
    }

    /// The node of values behind an origin; `start` and `end` are bytes in what it wrote.
    fn node(&self, origin: Origin, start: u32, end: u32, depth: u32) -> Option<Origin> {
        let trace = &self.causes.trace;
        if depth > MAX_DEPTH {
            return None;
        }
        match trace.get(origin)? {
            OriginKind::Values(_) => Some(origin),
            OriginKind::Guarded { value, .. } => self.node(*value, start, end, depth + 1),
            OriginKind::Written { value, .. } if !value.is_none() => self.node(*value, start, end, depth + 1),
            // Text of a template that `tpl` ran may stand in the values.
            OriginKind::Written { span, .. } | OriginKind::Source(span) => {
                let (_, text) = self.causes.virtual_files.iter().find(|(file, _)| *file == span.file)?;
                let (start, end) = (span.start + start, (span.start + end).min(span.end));
                let (mut at, mut found) = (start, Vec::new());
                trace.slice(*text, start, end, |len, origin| {
                    found.push((at, origin));
                    at += len;
                });
                let mut nodes = found.into_iter().map(|(at, origin)| self.node(origin, at, at + 1, depth + 1));
                let first = nodes.next()??;
                nodes.all(|node| node == Some(first)).then_some(first)
            }
            // What functions choose is the first of their inputs, the rest is what they asked.
            OriginKind::Call { span, inputs } => {
                let name = self.causes.text(*span)?.split_whitespace().next()?;
                let chosen = CHOOSERS.contains(&name).then(|| inputs.first())?;
                self.node(*chosen?, start, end, depth + 1)
            }
            _ => None,
        }
    }

    /// The value that a map or list is, where a helper wrote all of it with `toYaml`: of all values behind its first
    /// bytes the one that the others are in.
    fn dumped(&self, node: Node<'_>) -> Option<Place> {
        let first = node.children().next()?;
        let origin = self.origin_at(first.key_range().start)?;
        // What stands around it, its key or the dash of an item, must come from elsewhere.
        let before =
            if node.key().is_empty() { first.key_range().start.checked_sub(2)? } else { node.key_range().start };
        if self.origin_at(before) == Some(origin) {
            return None;
        }
        let (mut work, mut seen) = (vec![origin], HashSet::new());
        let (mut places, mut is_dump) = (Vec::new(), false);
        while let Some(origin) = work.pop() {
            if seen.len() > MAX_ORIGINS || !seen.insert(origin) {
                continue;
            }
            match self.causes.trace.get(origin) {
                Some(OriginKind::Values(_)) => places.push(self.place(origin)?),
                Some(OriginKind::Guarded { value, .. }) => work.push(*value),
                Some(OriginKind::Written { value, .. }) if !value.is_none() => work.push(*value),
                Some(OriginKind::Written { span, .. }) => {
                    let text = self.causes.virtual_files.iter().find(|(file, _)| *file == span.file);
                    work.extend(text.map(|(_, text)| *text));
                }
                Some(OriginKind::Call { span, inputs }) => {
                    is_dump |= self.causes.text(*span).is_some_and(|text| text.contains("toYaml"));
                    work.extend(inputs.iter().copied());
                }
                Some(OriginKind::Pieces(pieces)) => work.extend(pieces.iter().map(|piece| piece.origin)),
                _ => {}
            }
        }
        let outer = places.iter().min_by_key(|place| place.len()).filter(|_| is_dump)?;
        places.iter().all(|place| place.starts_with(outer)).then(|| outer.clone())
    }

    fn origin_at(&self, offset: usize) -> Option<Origin> {
        self.parts.iter().find(|(part, _)| part.contains(&offset)).map(|(_, origin)| *origin)
    }

    /// Whether a value is written in its file as it stands in the document, quotation marks apart.
    fn is_same(&self, value: Origin, range: Range<usize>) -> bool {
        let Some(OriginKind::Values(node)) = self.causes.trace.get(value) else { return false };
        let text = self.causes.text(node.span).map(|text| text.trim_matches(['"', '\'']));
        text.map(str::as_bytes) == self.document.text.get(range)
    }

    /// The path of a node of values; none in the values of a chart inside.
    fn place(&self, origin: Origin) -> Option<Place> {
        let (mut place, mut at) = (Place::new(), origin);
        let mut file = None;
        while let Some(OriginKind::Values(node)) = self.causes.trace.get(at) {
            match &node.step {
                Step::Key(key) => place.push(key.to_lossy().into_owned()),
                Step::Index(_) => place.push(ITEM.to_owned()),
                Step::Root => {}
            }
            file = Some(node.span.file);
            at = node.parent;
        }
        // The values of charts inside are theirs.
        let source = self.causes.sources.get(file?)?;
        if source.name.starts_with("charts/") {
            return None;
        }
        place.reverse();
        Some(place)
    }
}
