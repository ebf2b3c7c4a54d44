//! From nodes to values: Go's decode.go, then what `sigs.k8s.io/yaml` makes of it on the way through JSON.

use super::document::{Document, NodeId, NodeKind, parse};
use super::error::{Mark, YamlError};
use super::gosyntax;
use super::ordinary::{behind_start, ordinary};
use super::resolve::{Resolved, resolve, resolve_tagged};
use super::scanner::ScalarStyle;
use crate::json::Numbers;
use crate::text::{Origin, Str, lossy};
use crate::value::{Entries, Heap, Room, Value, number};
use std::collections::HashSet;

/// A node that becomes a value.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The document.
    pub document: &'a Document,
    /// The node; where an alias stands, the node it names.
    pub node: NodeId,
    /// Of an entry of a mapping, the node of its key.
    pub key: Option<NodeId>,
    /// Of an item of a sequence, its number.
    pub index: Option<usize>,
    /// Origin of the collection around.
    pub parent: Origin,
}

/// Gives every node its origin. Collections are asked before what is in them.
pub trait Origins {
    /// The origin of the value that the node becomes.
    fn node(&mut self, place: Place<'_>) -> Origin;
}

/// No origins, for untraced renders.
impl Origins for () {
    fn node(&mut self, _: Place<'_>) -> Origin {
        Origin::NONE
    }
}

/// Reads the first document of a text: `yaml.Unmarshal` of `sigs.k8s.io/yaml` into an `interface {}`.
///
/// The messages of errors lack the `error converting YAML to JSON: ` that Go puts in front of them.
pub fn from_text(heap: &mut Heap, text: &[u8], numbers: Numbers) -> Result<Value, YamlError> {
    if let Some(value) = ordinary(heap, behind_start(text), numbers) {
        return Ok(value);
    }
    let document = parse(text)?;
    to_value(heap, &document, numbers, &mut ())
}

/// The value of a document; a text without a document is null. The error is goyaml's, with its line.
pub fn to_value(
    heap: &mut Heap,
    document: &Document,
    numbers: Numbers,
    origins: &mut dyn Origins,
) -> Result<Value, YamlError> {
    match document.root() {
        Some(root) => node_to_value(heap, document, root, numbers, origins),
        None => Ok(Value::NIL_INTERFACE),
    }
}

/// The value of one node of a document.
pub(super) fn node_to_value(
    heap: &mut Heap,
    document: &Document,
    node: NodeId,
    numbers: Numbers,
    origins: &mut dyn Origins,
) -> Result<Value, YamlError> {
    let mut decoder = Decoder {
        heap,
        doc: document,
        numbers,
        origins,
        // The document itself counts as one.
        decoded: 1,
        aliased: 0,
        alias_depth: 0,
        aliases: HashSet::new(),
        frames: Vec::new(),
        maps: Vec::new(),
        bad_key: None,
        unsupported: false,
    };
    let value = decoder.run(node)?;
    if let Some(bad) = decoder.bad_key {
        return Err(unsupported_key(document, bad.key, bad.entry));
    }
    if decoder.unsupported
        && numbers != Numbers::Loose
        && let Some(number) = heap.find_unsupported(&value)
    {
        let number = number::format_float(number, b'g', None, 64);
        return Err(json_error(format!("json: unsupported value: {number}")));
    }
    Ok(value)
}

/// An error of the steps behind the YAML parser, which know no lines.
fn json_error(message: String) -> YamlError {
    YamlError { message, offset: 0, line: 1 }
}

struct Decoder<'a> {
    heap: &'a mut Heap,
    doc: &'a Document,
    numbers: Numbers,
    origins: &'a mut dyn Origins,
    decoded: u64,
    aliased: u64,
    alias_depth: u64,
    /// The aliases under expansion.
    aliases: HashSet<NodeId>,
    frames: Vec<Frame>,
    /// The mappings under construction.
    maps: Vec<Entries>,
    /// The first key that has no spelling in JSON. Go notices after everything else.
    bad_key: Option<BadKey>,
    /// Whether an infinity or a NaN was seen.
    unsupported: bool,
}

/// A key that has no spelling in JSON, its value, and the mapping that both are in.
struct BadKey {
    key: NodeId,
    entry: NodeId,
    map: Option<NodeId>,
}

/// A collection under construction.
struct Frame {
    node: NodeId,
    next: usize,
    kind: FrameKind,
    /// The alias that led here.
    alias: Option<NodeId>,
    origin: Origin,
    /// Whether it stands where a key does, which Go notices when it has read it all.
    is_key: bool,
}

enum FrameKind {
    Sequence(Vec<Value>),
    /// A mapping with entries of its own; the key whose value is awaited.
    Mapping(Option<Str>),
    /// A mapping whose entries go into the one around: the value of `<<`.
    Merged(Option<Str>),
    /// A sequence of mappings as the value of `<<`.
    MergedList,
}

const BINARY: &[u8] = b"tag:yaml.org,2002:binary";
const MERGE: &[u8] = b"tag:yaml.org,2002:merge";

impl Decoder<'_> {
    fn error(&self, problem: impl std::fmt::Display, node: NodeId) -> YamlError {
        let node = self.doc.node(node);
        YamlError::plain(problem, Mark { offset: node.start, line: node.line, column: 0 })
    }

    fn run(&mut self, root: NodeId) -> Result<Value, YamlError> {
        let mut value = self.enter(root, None, None, Origin::NONE)?;
        loop {
            if let Some(value) = value.take() {
                match self.frames.last_mut() {
                    None => return Ok(value),
                    Some(Frame { kind: FrameKind::Sequence(items), .. }) => items.push(value),
                    Some(Frame { kind: FrameKind::Mapping(key) | FrameKind::Merged(key), .. }) => {
                        if let (Some(key), Some(map)) = (key.take(), self.maps.last_mut()) {
                            map.insert(key, value);
                        }
                    }
                    Some(Frame { kind: FrameKind::MergedList, .. }) => {}
                }
            }
            value = self.step()?;
        }
    }

    /// Goes on with the innermost collection. Gives its value where it ended, or that of a scalar in it.
    fn step(&mut self) -> Result<Option<Value>, YamlError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(Some(Value::NIL_INTERFACE)) };
        let (node, at, origin) = (frame.node, frame.next, frame.origin);
        frame.next += 1;
        let children = self.doc.children(node);
        match frame.kind {
            FrameKind::Sequence(_) => match children.get(at) {
                Some(child) => self.enter(*child, None, Some(at), origin),
                None => self.leave(),
            },
            FrameKind::MergedList => match children.len().checked_sub(at + 1).and_then(|i| children.get(i)) {
                Some(child) => self.merge_map(*child),
                None => self.leave(),
            },
            FrameKind::Mapping(_) | FrameKind::Merged(_) => {
                let (Some(key), Some(entry)) = (children.get(2 * at), children.get(2 * at + 1)) else {
                    return self.leave();
                };
                if self.is_merge(*key) {
                    return self.merge(*entry);
                }
                if self.is_collection(*key) {
                    self.enter(*key, None, None, origin)?;
                    if let Some(frame) = self.frames.last_mut() {
                        frame.is_key = true;
                    }
                    return Ok(None);
                }
                let text = self.key(*key, *entry)?;
                if let Some(Frame { kind: FrameKind::Mapping(slot) | FrameKind::Merged(slot), .. }) =
                    self.frames.last_mut()
                {
                    *slot = Some(text);
                }
                self.enter(*entry, Some(*key), None, origin)
            }
        }
    }

    /// Ends the innermost collection.
    fn leave(&mut self) -> Result<Option<Value>, YamlError> {
        let Some(frame) = self.frames.pop() else { return Ok(None) };
        if frame.is_key {
            let problem = format!("invalid map key: {}", gosyntax::node(self.doc, frame.node));
            return Err(self.error(problem, frame.node));
        }
        if let Some(alias) = frame.alias {
            self.alias_depth -= 1;
            self.aliases.remove(&alias);
        }
        let value = match frame.kind {
            FrameKind::Sequence(items) => {
                let list = self.heap.new_list(items);
                self.heap.with_room(list, Room::Grown)
            }
            FrameKind::Mapping(_) => {
                let entries = self.maps.pop().unwrap_or_default();
                self.heap.new_dict(entries)
            }
            FrameKind::Merged(_) | FrameKind::MergedList => return Ok(None),
        };
        Ok(Some(value.with_origin(frame.origin)))
    }

    /// Go's counts against documents that grow by their aliases.
    fn count(&mut self, node: NodeId) -> Result<(), YamlError> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.aliased += 1;
        }
        let ratio = self.aliased as f64 / self.decoded as f64;
        if self.aliased > 100 && self.decoded > 1000 && ratio > allowed_ratio(self.decoded) {
            return Err(self.error("document contains excessive aliasing", node));
        }
        Ok(())
    }

    /// The node itself, or the one that an alias names; marks the alias as under expansion.
    fn follow(&mut self, node: NodeId) -> Result<(NodeId, Option<NodeId>), YamlError> {
        self.count(node)?;
        let NodeKind::Alias(target) = self.doc.node(node).kind else { return Ok((node, None)) };
        if !self.aliases.insert(node) {
            let name = String::from_utf8_lossy(self.doc.scalar(node)).into_owned();
            return Err(self.error(format_args!("anchor '{name}' value contains itself"), node));
        }
        self.alias_depth += 1;
        self.count(target)?;
        Ok((target, Some(node)))
    }

    fn unfollow(&mut self, alias: Option<NodeId>) {
        if let Some(alias) = alias {
            self.alias_depth -= 1;
            self.aliases.remove(&alias);
        }
    }

    /// Starts a node. A scalar is done at once; a collection becomes the innermost one.
    fn enter(
        &mut self,
        node: NodeId,
        key: Option<NodeId>,
        index: Option<usize>,
        parent: Origin,
    ) -> Result<Option<Value>, YamlError> {
        let (node, alias) = self.follow(node)?;
        let origin = self.origins.node(Place { document: self.doc, node, key, index, parent });
        let kind = match self.doc.node(node).kind {
            NodeKind::Sequence { .. } => FrameKind::Sequence(Vec::with_capacity(self.doc.children(node).len())),
            NodeKind::Mapping { .. } => {
                self.maps.push(Entries::new());
                FrameKind::Mapping(None)
            }
            NodeKind::Scalar { .. } | NodeKind::Alias(_) => {
                let value = self.scalar(node)?;
                self.unfollow(alias);
                return Ok(Some(value.with_origin(origin)));
            }
        };
        self.frames.push(Frame { node, next: 0, kind, alias, origin, is_key: false });
        Ok(None)
    }

    /// Go's `merge`: the value of `<<`.
    fn merge(&mut self, node: NodeId) -> Result<Option<Value>, YamlError> {
        if let NodeKind::Sequence { .. } = self.doc.node(node).kind {
            let origin = self.frames.last().map_or(Origin::NONE, |f| f.origin);
            self.frames.push(Frame { node, next: 0, kind: FrameKind::MergedList, alias: None, origin, is_key: false });
            return Ok(None);
        }
        self.merge_map(node)
    }

    fn merge_map(&mut self, node: NodeId) -> Result<Option<Value>, YamlError> {
        let target = match self.doc.node(node).kind {
            NodeKind::Alias(target) => target,
            _ => node,
        };
        if !matches!(self.doc.node(target).kind, NodeKind::Mapping { .. }) {
            return Err(self.error("map merge requires map or sequence of maps as the value", node));
        }
        let (node, alias) = self.follow(node)?;
        let origin = self.frames.last().map_or(Origin::NONE, |f| f.origin);
        self.frames.push(Frame { node, next: 0, kind: FrameKind::Merged(None), alias, origin, is_key: false });
        Ok(None)
    }

    /// Whether the node, or the one that it names as an alias, is a sequence or a mapping.
    fn is_collection(&self, node: NodeId) -> bool {
        let target = match self.doc.node(node).kind {
            NodeKind::Alias(target) => target,
            _ => node,
        };
        !matches!(self.doc.node(target).kind, NodeKind::Scalar { .. })
    }

    fn is_merge(&self, node: NodeId) -> bool {
        self.doc.scalar(node) == b"<<"
            && match self.doc.node(node).kind {
                NodeKind::Scalar { style, .. } => match self.doc.tag(node) {
                    None => style == ScalarStyle::Plain,
                    Some(tag) => tag == b"!" || tag == MERGE,
                },
                _ => false,
            }
    }

    fn resolve(&self, node: NodeId) -> Result<(Resolved, Option<Vec<u8>>), YamlError> {
        resolve_node(self.doc, node).map_err(|problem| self.error(problem, node))
    }

    fn scalar(&mut self, node: NodeId) -> Result<Value, YamlError> {
        let (resolved, own) = self.resolve(node)?;
        self.unsupported |= matches!(resolved, Resolved::Float(n) if !n.is_finite());
        Ok(meant(resolved, self.numbers, || json_text(own.as_deref().unwrap_or(self.doc.scalar(node)))))
    }

    /// Keeps the first key without a spelling in JSON, with the value that it has in the end.
    fn bad_key(&mut self, key: NodeId, entry: NodeId) {
        let map = self.frames.iter().rev().find(|frame| matches!(frame.kind, FrameKind::Mapping(_))).map(|f| f.node);
        let same = |bad: &BadKey| bad.map == map && self.resolve(bad.key).ok() == self.resolve(key).ok();
        if self.bad_key.as_ref().is_none_or(same) {
            self.bad_key = Some(BadKey { key, entry, map });
        }
    }

    /// The key as `convertToJSONableObject` spells it.
    fn key(&mut self, node: NodeId, entry: NodeId) -> Result<Str, YamlError> {
        let (key, alias) = self.follow(node)?;
        let (resolved, own) = self.resolve(key)?;
        self.unfollow(alias);
        Ok(match resolved {
            Resolved::Timestamp | Resolved::Str => json_text(own.as_deref().unwrap_or(self.doc.scalar(key))),
            Resolved::Bool(b) => if b { "true" } else { "false" }.into(),
            Resolved::Int(n) => n.to_string().into(),
            Resolved::Float(n) if n.is_nan() => ".nan".into(),
            Resolved::Float(n) if n.is_infinite() => if n < 0.0 { "-.inf" } else { ".inf" }.into(),
            Resolved::Float(n) => number::format_float(n, b'g', None, 32).into(),
            Resolved::Null | Resolved::Uint(_) => {
                self.bad_key(key, entry);
                Str::default()
            }
        })
    }
}

/// The value that a scalar means; `text` is what it says.
pub(super) fn meant(resolved: Resolved, numbers: Numbers, text: impl FnOnce() -> Str) -> Value {
    match resolved {
        Resolved::Null => Value::NIL_INTERFACE,
        Resolved::Bool(b) => Value::bool(b),
        Resolved::Int(n) if numbers != Numbers::Float => Value::int64(n),
        Resolved::Int(n) => Value::float(n as f64),
        Resolved::Uint(n) => Value::float(n as f64),
        Resolved::Float(n) => Value::float(n),
        Resolved::Timestamp | Resolved::Str => Value::str(text()),
    }
}

/// The meaning of a scalar, and its text where that is not the scalar's own.
#[inline]
pub(crate) fn resolve_node(doc: &Document, node: NodeId) -> Result<(Resolved, Option<Vec<u8>>), String> {
    match (doc.tag(node), &doc.node(node).kind) {
        (None, NodeKind::Scalar { style: ScalarStyle::Plain, .. }) => Ok((resolve(doc.scalar(node)), None)),
        (None, _) => Ok((Resolved::Str, None)),
        (Some(tag), _) => resolve_with(tag, doc.scalar(node)),
    }
}

/// The same for a scalar with a tag.
fn resolve_with(tag: &[u8], text: &[u8]) -> Result<(Resolved, Option<Vec<u8>>), String> {
    if tag != BINARY {
        return Ok((resolve_tagged(tag, text)?, None));
    }
    match crate::text::base64_decode(text) {
        Some(bytes) => Ok((Resolved::Str, Some(bytes))),
        None => Err("!!binary value contains invalid base64 data".to_owned()),
    }
}

/// A string after JSON: bytes that are not UTF-8 became U+FFFD.
fn json_text(text: &[u8]) -> Str {
    if std::str::from_utf8(text).is_ok() { Str::from(text) } else { Str::from(lossy(text).into_owned()) }
}

/// Go's `allowedAliasRatio`.
fn allowed_ratio(decoded: u64) -> f64 {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;
    match decoded {
        ..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * ((decoded - LOW) as f64 / (HIGH - LOW) as f64),
    }
}

fn unsupported_key(doc: &Document, key: NodeId, entry: NodeId) -> YamlError {
    let resolved = if doc.tag(key).is_none() { resolve(doc.scalar(key)) } else { Resolved::Null };
    let (ty, text) = match resolved {
        Resolved::Uint(n) => ("uint64", format!("{n:#x}")),
        _ => ("%!s(<nil>)", "<nil>".to_owned()),
    };
    let value = gosyntax::node(doc, entry);
    json_error(format!("unsupported map key of type: {ty}, key: {text}, value: {value}"))
}
