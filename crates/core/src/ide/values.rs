//! Values files: keys by path and by place, and the comments above them.

use crate::analysis::Path;
use crate::host::HelmVersion;
use crate::yaml::{Document, NodeId, NodeKind};
use std::ops::Range;
use std::sync::Arc;

/// A values file.
#[derive(Clone, Debug)]
pub(super) struct ValuesText {
    pub file: String,
    pub text: Arc<[u8]>,
    /// Its documents, each with its offset in the text.
    pub documents: Vec<(usize, Arc<Document>)>,
    /// The chart whose values they are, a number in the tree.
    pub chart: usize,
}

/// A key of a values file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The way to it; items of lists are `[0]`.
    pub path: Path,
    /// Where it is written.
    pub key: Range<u32>,
    /// Where its value is.
    pub value: Range<u32>,
    /// How many keys are in its value.
    pub children: usize,
    /// The text of its value, where that is a scalar.
    pub scalar: Option<String>,
}

impl ValuesText {
    /// A values file of the root chart; none where nothing of it can be read.
    pub fn read(name: &str, text: &Arc<[u8]>, helm: HelmVersion) -> Option<ValuesText> {
        let parsed = crate::chart::parse_values(text, helm).ok();
        let values = parsed.or_else(|| crate::chart::parse_patched(text, helm).0)?;
        Some(ValuesText { file: name.to_owned(), text: text.clone(), documents: values.documents, chart: 0 })
    }

    /// All keys, in the order of the text.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        for (offset, document) in &self.documents {
            let mut pending: Vec<(NodeId, Path)> = document.root().map(|root| (root, Vec::new())).into_iter().collect();
            while let Some((node, path)) = pending.pop() {
                if let NodeKind::Sequence { .. } = document.node(node).kind {
                    let items = document.children(node).iter().enumerate();
                    pending.extend(items.map(|(n, item)| (*item, with(&path, format!("[{n}]")))));
                }
                for (key, value) in document.entries(node) {
                    let path = with(&path, String::from_utf8_lossy(document.scalar(key)).into_owned());
                    keys.push(key_of(document, *offset as u32, &path, key, value));
                    pending.push((value, path));
                }
            }
        }
        keys.sort_by_key(|key| key.key.start);
        keys
    }

    /// The key at a path.
    pub fn find(&self, path: &[String]) -> Option<Key> {
        self.documents.iter().rev().find_map(|(offset, document)| {
            let mut at = document.root()?;
            let mut found = None;
            for step in path {
                let (key, value) =
                    document.entries(at).rev().find(|(key, _)| document.scalar(*key) == step.as_bytes())?;
                (at, found) = (value, Some((key, value)));
            }
            let (key, value) = found?;
            Some(key_of(document, *offset as u32, path, key, value))
        })
    }

    /// The keys right below a path.
    pub fn below(&self, path: &[String]) -> Vec<Key> {
        let mut found = Vec::new();
        for (offset, document) in &self.documents {
            let mut at = document.root();
            for step in path {
                at = at.and_then(|at| {
                    let mut entries = document.entries(at).rev();
                    entries.find(|(key, _)| document.scalar(*key) == step.as_bytes()).map(|(_, value)| value)
                });
            }
            let Some(at) = at else { continue };
            let item = document.children(at).first().copied().filter(|_| document.entries(at).next().is_none());
            for (key, value) in document.entries(item.unwrap_or(at)) {
                let path = with(path, String::from_utf8_lossy(document.scalar(key)).into_owned());
                found.push(key_of(document, *offset as u32, &path, key, value));
            }
        }
        found
    }

    /// The innermost key whose name or value is at an offset.
    pub fn at(&self, offset: u32) -> Option<Key> {
        let found = self.documents.iter().filter_map(|(base, document)| key_at(document, *base as u32, offset));
        found.max_by_key(|key| key.path.len())
    }

    /// The comment above a key, and the one behind its value, without marks.
    pub fn comment(&self, key: &Key) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut end = memchr::memrchr(b'\n', self.text.get(..key.key.start as usize)?)?;
        while end > 0 {
            let start = memchr::memrchr(b'\n', self.text.get(..end)?).map_or(0, |at| at + 1);
            let line = String::from_utf8_lossy(self.text.get(start..end)?).into_owned();
            let Some(comment) = line.trim_start().strip_prefix('#') else { break };
            lines.push(comment.trim_start_matches('#').trim().to_owned());
            end = start.saturating_sub(1);
        }
        lines.reverse();
        if let Some(line) = lines.first_mut() {
            let rest = line.strip_prefix("-- ").or_else(|| line.strip_prefix("@param ")).map(str::to_owned);
            *line = rest.unwrap_or_else(|| line.clone());
        }
        if key.scalar.is_some() {
            let rest = self.text.get(key.value.end as usize..)?;
            let rest = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
            let rest = String::from_utf8_lossy(rest).into_owned();
            lines.extend(rest.trim_start().strip_prefix('#').map(|comment| comment.trim().to_owned()));
        }
        lines.retain(|line| !line.is_empty());
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// The innermost key of a document at an offset of the text.
fn key_at(document: &Document, base: u32, offset: u32) -> Option<Key> {
    let around = |from: NodeId, to: NodeId| {
        let (from, to) = (document.node(from), document.node(to));
        base + from.start <= offset && offset <= base + to.end.max(from.end)
    };
    let (mut at, mut path, mut found) = (document.root()?, Vec::new(), None);
    loop {
        if let Some((key, value)) = document.entries(at).rev().find(|(key, value)| around(*key, *value)) {
            path.push(String::from_utf8_lossy(document.scalar(key)).into_owned());
            found = Some(key_of(document, base, &path, key, value));
            at = value;
            continue;
        }
        let items = match document.node(at).kind {
            NodeKind::Sequence { .. } => document.children(at),
            _ => return found,
        };
        let Some(number) = items.iter().rposition(|item| around(*item, *item)) else { return found };
        path.push(format!("[{number}]"));
        at = items.get(number).copied()?;
    }
}

fn key_of(document: &Document, offset: u32, path: &[String], key: NodeId, value: NodeId) -> Key {
    let range = |id: NodeId| document.node(id).start + offset..document.node(id).end + offset;
    let scalar = matches!(document.node(value).kind, NodeKind::Scalar { .. });
    Key {
        path: path.to_vec(),
        key: range(key),
        value: range(value),
        children: document.entries(value).count(),
        scalar: scalar.then(|| String::from_utf8_lossy(document.scalar(value)).into_owned()),
    }
}

fn with(path: &[String], step: String) -> Path {
    path.iter().cloned().chain([step]).collect()
}
