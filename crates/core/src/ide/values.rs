//! Values files: keys by path and by place, and the comments above them.

use crate::analysis::Path;
use crate::chart::{ValuesDocument, ValuesFile, ValuesRead};
use crate::host::HelmVersion;
use crate::yaml::{Document, NodeId, NodeKind};
use std::ops::Range;
use std::sync::Arc;

/// Nobody reads a list of so many keys.
const MANY: usize = 2000;

/// A values file.
#[derive(Clone, Debug)]
pub(super) struct ValuesText {
    pub file: String,
    pub text: Arc<[u8]>,
    /// Its documents, each with its offset in the text.
    pub documents: Vec<(usize, Arc<ValuesDocument>)>,
    /// The chart whose values they are, a number in the tree.
    pub chart: usize,
    /// What has become of the text since it was read.
    since: Option<Since>,
}

/// A change that was made after a text was read: where it begins, and where it ended before and ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Since {
    start: u32,
    before: u32,
    now: u32,
}

impl Since {
    /// What lies between two texts, as one change.
    fn between(before: &[u8], now: &[u8]) -> Option<Since> {
        // Whole blocks first: texts are long, and differ in one place.
        const BLOCK: usize = 4096;
        let blocks = before.chunks(BLOCK).zip(now.chunks(BLOCK)).take_while(|(a, b)| a == b && a.len() == BLOCK);
        let start = blocks.count() * BLOCK;
        let (rest, other) = (before.get(start..)?, now.get(start..)?);
        let start = start + rest.iter().zip(other).take_while(|(a, b)| a == b).count();
        let (rest, other) = (before.get(start..)?, now.get(start..)?);
        let blocks = rest.rchunks(BLOCK).zip(other.rchunks(BLOCK)).take_while(|(a, b)| a == b && a.len() == BLOCK);
        let same = blocks.count() * BLOCK;
        let rests = rest.iter().rev().skip(same).zip(other.iter().rev().skip(same));
        let same = same + rests.take_while(|(a, b)| a == b).count();
        let end = |text: &[u8]| (text.len() - same) as u32;
        let since = Since { start: start as u32, before: end(before), now: end(now) };
        (before.len() != now.len() || since.before > since.start).then_some(since)
    }

    /// A place of the text that was read in the one that is there now.
    fn moved(&self, at: u32) -> u32 {
        if at >= self.before { at - self.before + self.now } else { at.min(self.start) }
    }

    /// The way back.
    fn back(&self, at: u32) -> u32 {
        if at >= self.now { at - self.now + self.before } else { at.min(self.start) }
    }
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
    /// A values file as it was read, and its text now, which may be another.
    pub fn new(file: &str, values: &ValuesFile, chart: usize, now: Option<&Arc<[u8]>>) -> ValuesText {
        let (text, documents) = (values.text.clone(), values.documents.clone());
        let changed = now.filter(|now| !Arc::ptr_eq(now, &text));
        let since = changed.and_then(|now| Since::between(&text, now));
        ValuesText { file: file.to_owned(), text, documents, chart, since }
    }

    /// A values file of the root chart; none where nothing of it can be read.
    pub fn read(name: &str, text: &Arc<[u8]>, helm: HelmVersion) -> Option<ValuesText> {
        Some(ValuesText::new(name, &ValuesRead::of(text, helm).values?, 0, None))
    }

    /// A key that was read, where it stands now.
    fn placed(&self, key: Key) -> Key {
        let Some(since) = &self.since else { return key };
        let moved = |range: Range<u32>| since.moved(range.start)..since.moved(range.end);
        Key { key: moved(key.key), value: moved(key.value), ..key }
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
        keys.into_iter().map(|key| self.placed(key)).collect()
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
            Some(self.placed(key_of(document, *offset as u32, path, key, value)))
        })
    }

    /// The keys right below a path. Of very many these are the first that have `typed` in their names.
    pub fn below(&self, path: &[String], typed: &str) -> Vec<Key> {
        let mut found = Vec::new();
        let typed = typed.to_lowercase();
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
            let entries = || document.entries(item.unwrap_or(at));
            let are_many = entries().nth(MANY).is_some();
            let fits = |name: &[u8]| !are_many || String::from_utf8_lossy(name).to_lowercase().contains(&typed);
            for (key, value) in entries().filter(|(key, _)| fits(document.scalar(*key))).take(MANY) {
                let path = with(path, String::from_utf8_lossy(document.scalar(key)).into_owned());
                found.push(self.placed(key_of(document, *offset as u32, &path, key, value)));
            }
        }
        found
    }

    /// The innermost key whose name or value is at an offset.
    pub fn at(&self, offset: u32) -> Option<Key> {
        let offset = self.since.map_or(offset, |since| since.back(offset));
        let found = self.documents.iter().filter_map(|(base, document)| key_at(document, *base as u32, offset));
        found.max_by_key(|key| key.path.len()).map(|key| self.placed(key))
    }

    /// The comment above a key, and the one behind its value, without marks.
    pub fn comment(&self, key: &Key) -> Option<String> {
        let read = |at: u32| self.since.map_or(at, |since| since.back(at)) as usize;
        let mut lines: Vec<String> = Vec::new();
        let mut end = memchr::memrchr(b'\n', self.text.get(..read(key.key.start))?)?;
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
            let rest = self.text.get(read(key.value.end)..)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_found_where_it_stands_now() {
        let (before, now) = ("a: 1\n# more\nb: {c: 2}\n", "a: 1\nnew: 3\n# more\nb: {c: 2}\n");
        let text = |text: &str| -> Arc<[u8]> { Arc::from(text.as_bytes()) };
        let read = ValuesRead::of(&text(before), HelmVersion::V4).values.expect("values");
        let values = ValuesText::new("values.yaml", &read, 0, Some(&text(now)));
        let place = now.find("c:").expect("a key") as u32;
        let found = values.at(place).expect("a key");
        assert_eq!((found.path.join("."), found.key.clone()), ("b.c".to_owned(), place..place + 1));
        let b = values.find(&["b".to_owned()]).expect("a key");
        assert_eq!(now.get(b.key.start as usize..b.value.end as usize), Some("b: {c: 2}"));
        assert_eq!(values.comment(&b).as_deref(), Some("more"));
        assert_eq!(Since::between(b"same", b"same"), None);
        assert_eq!(Since::between(b"aa", b"a"), Some(Since { start: 1, before: 2, now: 1 }));
        assert_eq!(Since::between(b"ab", b"cb"), Some(Since { start: 0, before: 1, now: 1 }));
        let long = |middle: &str| [vec![b'a'; 5000], middle.as_bytes().to_vec(), vec![b'b'; 9000]].concat();
        assert_eq!(Since::between(&long("x"), &long("yz")), Some(Since { start: 5000, before: 5001, now: 5002 }));
        assert_eq!(Since::between(&long("x"), &long("x")), None);
    }

    #[test]
    fn of_very_many_keys_those_are_told_that_fit() {
        let text: String = (0..3 * MANY).map(|n| format!("key{n}: 1\n")).collect();
        let values = ValuesText::read("values.yaml", &Arc::from(text.as_bytes()), HelmVersion::V4).expect("values");
        assert_eq!(values.below(&[], "").len(), MANY);
        let found = values.below(&[], "Y5999");
        assert_eq!(found.iter().map(|key| key.path.concat()).collect::<Vec<_>>(), ["key5999"]);
    }
}
