//! JSON as the schema library holds it: numbers keep their text.

use crate::budget::{Budget, Exhausted};
use crate::text::lossy;
use crate::value::{Heap, IntType, Repr, Value, number};
use std::collections::BTreeMap;

/// Number of a node in a [`Doc`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A JSON value.
#[derive(Clone, Debug)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is spelled.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<NodeId>),
    /// A map; of a key that occurs twice the last counts.
    Map(BTreeMap<String, NodeId>),
    /// What is no JSON value, by its Go type.
    Other(&'static str),
}

/// A JSON document. Its nodes stand side by side, so that deep ones need no deep stack to be dropped.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    nodes: Vec<Node>,
}

/// What a list or map under construction belongs to.
enum Task {
    Value(Value),
    List(usize),
    Map(Vec<String>),
}

impl Doc {
    /// A document of one value.
    pub fn of(node: Node) -> Doc {
        Doc { nodes: vec![node] }
    }

    /// The value of the document.
    pub fn root(&self) -> NodeId {
        NodeId((self.nodes.len() as u32).saturating_sub(1))
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&Node::Null)
    }

    /// The map at a node.
    pub fn map(&self, id: NodeId) -> Option<&BTreeMap<String, NodeId>> {
        match self.node(id) {
            Node::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text at a node.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.root()
    }

    /// The values of a chart.
    pub fn of_value(heap: &Heap, budget: &Budget, value: &Value) -> Result<Doc, Exhausted> {
        let mut doc = Doc::default();
        let mut done: Vec<NodeId> = Vec::new();
        let mut tasks = vec![Task::Value(value.clone())];
        while let Some(task) = tasks.pop() {
            budget.tick()?;
            let node = match task {
                Task::Value(value) => match &value.repr {
                    Repr::List(list) => {
                        let items = &heap.list(*list).items;
                        tasks.push(Task::List(items.len()));
                        tasks.extend(items.iter().rev().cloned().map(Task::Value));
                        continue;
                    }
                    Repr::Map(map) => {
                        let entries = &heap.map(*map).entries;
                        tasks.push(Task::Map(entries.keys().map(|key| lossy(key).into_owned()).collect()));
                        tasks.extend(entries.values().rev().cloned().map(Task::Value));
                        continue;
                    }
                    _ => leaf(heap, &value),
                },
                Task::List(count) => Node::List(done.split_off(done.len().saturating_sub(count))),
                Task::Map(keys) => {
                    let values = done.split_off(done.len().saturating_sub(keys.len()));
                    Node::Map(keys.into_iter().zip(values).collect())
                }
            };
            let id = doc.push(node);
            done.push(id);
        }
        Ok(doc)
    }

    /// Reads JSON that is known to be well-formed.
    pub fn parse(text: &str) -> Doc {
        let mut reader = Reader { text, at: 0, doc: Doc::default() };
        reader.value();
        reader.doc
    }
}

/// A value that holds no others.
fn leaf(heap: &Heap, value: &Value) -> Node {
    match &value.repr {
        Repr::Nil(_) => Node::Null,
        Repr::Bool(b) => Node::Bool(*b),
        Repr::Int(n, ty) if *ty == IntType::Uint64 => Node::Number((*n as u64).to_string()),
        Repr::Int(n, _) => Node::Number(n.to_string()),
        Repr::Float(f, _) if f.is_finite() => Node::Number(number::format_float(*f, b'g', None, 64)),
        Repr::Str(text) => Node::Text(lossy(text).into_owned()),
        _ => Node::Other(value.type_name(heap).unwrap_or("<nil>")),
    }
}

/// A list or map that is being read.
enum Open {
    List(Vec<NodeId>),
    Map(BTreeMap<String, NodeId>, String),
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    doc: Doc,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes to the next byte that is no blank and takes it if it is this one.
    fn take(&mut self, wanted: u8) -> bool {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut done = None;
            if self.take(b'[') {
                if self.take(b']') {
                    done = Some(Node::List(Vec::new()));
                } else {
                    open.push(Open::List(Vec::new()));
                }
            } else if self.take(b'{') {
                if self.take(b'}') {
                    done = Some(Node::Map(BTreeMap::new()));
                } else {
                    let key = self.key();
                    open.push(Open::Map(BTreeMap::new(), key));
                }
            } else {
                done = Some(self.scalar());
            }
            let Some(node) = done else { continue };
            let mut id = self.doc.push(node);
            loop {
                match open.last_mut() {
                    None => return,
                    Some(Open::List(items)) => items.push(id),
                    Some(Open::Map(entries, key)) => {
                        entries.insert(std::mem::take(key), id);
                    }
                }
                if self.take(b',') {
                    let next = matches!(open.last(), Some(Open::Map(..))).then(|| self.key());
                    if let (Some(Open::Map(_, key)), Some(next)) = (open.last_mut(), next) {
                        *key = next;
                    }
                    break;
                }
                // The text is well-formed, so this is the end of the list or map.
                self.at += 1;
                id = match open.pop() {
                    Some(Open::List(items)) => self.doc.push(Node::List(items)),
                    Some(Open::Map(entries, _)) => self.doc.push(Node::Map(entries)),
                    None => return,
                };
            }
        }
    }

    fn key(&mut self) -> String {
        self.take(b'"');
        let key = self.string();
        self.take(b':');
        key
    }

    fn scalar(&mut self) -> Node {
        if self.take(b'"') {
            return Node::Text(self.string());
        }
        let start = self.at;
        while self.peek().is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b',' | b']' | b'}')) {
            self.at += 1;
        }
        match self.text.get(start..self.at).unwrap_or_default() {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            "null" | "" => Node::Null,
            number => Node::Number(number.to_owned()),
        }
    }

    /// The text behind an opening quotation mark.
    fn string(&mut self) -> String {
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(end) = rest.find(['"', '\\']) else {
                self.at = self.text.len();
                return out;
            };
            out.push_str(rest.get(..end).unwrap_or_default());
            self.at += end + 1;
            if rest.as_bytes().get(end) == Some(&b'"') {
                return out;
            }
            let escape = self.peek().unwrap_or(b'"');
            self.at += 1;
            match escape {
                b'n' => out.push('\n'),
                b't' => out.push('\t'),
                b'r' => out.push('\r'),
                b'b' => out.push('\u{8}'),
                b'f' => out.push('\u{c}'),
                b'u' => out.push(self.unicode()),
                other => out.push(char::from(other)),
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(code)
    }

    /// The character behind `\u`; halves of a pair that stand alone become U+FFFD, as in Go.
    fn unicode(&mut self) -> char {
        let Some(first) = self.hex() else { return char::REPLACEMENT_CHARACTER };
        if (0xD800..0xDC00).contains(&first) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let back = self.at;
            self.at += 2;
            if let Some(second) = self.hex().filter(|code| (0xDC00..0xE000).contains(code)) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.at = back;
        }
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        let doc = Doc::parse(r#" {"a": [1.50, {}, []], "b": "x\n\u00e9\ud83d\ude00\ud800", "a2": null} "#);
        let root = doc.map(doc.root()).unwrap();
        assert_eq!(doc.text(root["b"]), Some("x\né\u{1F600}\u{FFFD}"));
        let Node::List(items) = doc.node(root["a"]) else { panic!("no list") };
        assert!(matches!(doc.node(items[0]), Node::Number(text) if text == "1.50"));
        assert!(matches!(doc.node(items[1]), Node::Map(map) if map.is_empty()));
    }
}
