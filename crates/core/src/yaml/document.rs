//! A parsed document: nodes in an arena, with their places in the text.

mod ordinary;

use super::error::{Mark, YamlError};
use super::outline::starts_document;
use super::parser::{Event, EventKind, Parser};
use super::reader;
use super::scanner::{ScalarStyle, Text};
use std::collections::HashMap;
use std::ops::Range;

/// Number of a node in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar. Its text is [`Document::scalar`].
    Scalar {
        /// How it is written.
        style: ScalarStyle,
        /// Of a block scalar, the offset of its first line after the header; otherwise 0.
        body: u32,
    },
    /// A sequence. Its items are [`Document::children`].
    Sequence {
        /// Whether it is written in brackets.
        flow: bool,
    },
    /// A mapping. [`Document::children`] are its keys and values by turns.
    Mapping {
        /// Whether it is written in braces.
        flow: bool,
    },
    /// A reference to an earlier node.
    Alias(NodeId),
}

/// A node of a document.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// First byte of the node itself, behind its anchor and tag.
    pub start: u32,
    /// Byte after its last. Of a node that is not written (a null value), the same as `start`.
    pub end: u32,
    /// First byte, its anchor and tag included.
    pub outer_start: u32,
    /// Line it starts on with its anchor and tag, from 0.
    pub line: u32,
    /// The tag, in the document's strings.
    tag: Option<Text>,
    /// Text of a scalar or name of an alias, in the document's strings; numbers of children otherwise.
    content: Text,
}

/// One YAML document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    strings: Vec<u8>,
    comments: Vec<Range<u32>>,
    root: Option<NodeId>,
    /// First byte of the document's content or of its `---`.
    pub start: u32,
    /// Byte after the last that was looked at for it: where the next document may start.
    pub end: u32,
}

impl Document {
    /// The root; none where the text holds no document at all.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// Its comments, each from its `#` to the end of the line: those in front of it, in it, and behind it up to what the
    /// text goes on with.
    pub fn comments(&self) -> &[Range<u32>] {
        &self.comments
    }

    /// What stands beside the values: comments, tags and anchors. What looks like a comment in a text is none.
    pub fn asides(&self) -> Vec<Range<u32>> {
        let is_block = |node: &&Node| match node.kind {
            NodeKind::Scalar { style, .. } => matches!(style, ScalarStyle::Literal | ScalarStyle::Folded),
            _ => false,
        };
        let blocks: Vec<&Node> = match self.comments.as_slice() {
            [] => Vec::new(),
            _ => self.nodes.iter().filter(is_block).collect(),
        };
        // They come one behind the other.
        let before = |at: u32| blocks.get(..blocks.partition_point(|block| block.start <= at)).unwrap_or_default();
        let is_text = |at: u32| before(at).last().is_some_and(|block| at < block.end);
        let comments = self.comments.iter().filter(|comment| !is_text(comment.start)).cloned();
        let properties = self.nodes.iter().filter(|node| node.outer_start < node.start);
        comments.chain(properties.map(|node| node.outer_start..node.start)).collect()
    }

    /// The node with this number.
    #[expect(
        clippy::indexing_slicing,
        reason = "node numbers are made by the document alone and nodes are never removed"
    )]
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Gives back the room that it grew into: for documents that stay.
    pub fn compact(&mut self) {
        self.nodes.shrink_to_fit();
        self.children.shrink_to_fit();
        self.strings.shrink_to_fit();
        self.comments.shrink_to_fit();
    }

    /// All nodes in the order of the text, parents before their children.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(i as u32), node))
    }

    /// The texts of all scalars behind each other, where they are UTF-8.
    pub(crate) fn texts(&self) -> Option<&str> {
        std::str::from_utf8(&self.strings).ok()
    }

    /// Where the text of a scalar stands in them.
    pub(crate) fn place_in_texts(&self, id: NodeId) -> Range<usize> {
        let Text { start, end } = self.node(id).content;
        start as usize..end as usize
    }

    /// Text of a scalar, with escapes and folding resolved; name of an alias; empty for collections.
    #[inline]
    pub fn scalar(&self, id: NodeId) -> &[u8] {
        let node = self.node(id);
        match node.kind {
            NodeKind::Scalar { .. } | NodeKind::Alias(_) => node.content.of(&self.strings),
            _ => b"",
        }
    }

    /// The full tag of a node, such as `tag:yaml.org,2002:str`.
    #[inline]
    pub fn tag(&self, id: NodeId) -> Option<&[u8]> {
        self.node(id).tag.map(|tag| tag.of(&self.strings))
    }

    /// Items of a sequence; keys and values of a mapping by turns; nothing for others.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        let node = self.node(id);
        match node.kind {
            NodeKind::Sequence { .. } | NodeKind::Mapping { .. } => {
                self.children.get(node.content.start as usize..node.content.end as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Keys and values of a mapping.
    pub fn entries(&self, id: NodeId) -> impl DoubleEndedIterator<Item = (NodeId, NodeId)> + '_ {
        let children = if let NodeKind::Mapping { .. } = self.node(id).kind { self.children(id) } else { &[] };
        children.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
    }
}

/// Reads the first document of a text, as Helm does: what follows it is not looked at.
///
/// A text without a document gives one without a root. The error is goyaml's, with its line.
pub fn parse(text: &[u8]) -> Result<Document, YamlError> {
    // Go reads a line feed where there is nothing.
    let text = reader::decode_input(if text.is_empty() { b"\n" } else { text })?;
    if let Some(document) = Clean::of(&text).and_then(|clean| ordinary::ordinary(&text, 0, 0, clean.has_tabs)) {
        return Ok(document);
    }
    let mut parser = Parser::new(&text, 0, 0)?;
    Ok(document(&mut parser)?.unwrap_or_default())
}

/// Reads all documents of a text, and goes on at the next `---` after an error.
pub fn documents(text: &[u8]) -> Vec<Result<Document, YamlError>> {
    let mut all = Vec::new();
    each_document(text, |document| all.push(document));
    all
}

/// The same, one by one: long streams need no more memory than their longest document.
pub fn each_document(text: &[u8], mut each: impl FnMut(Result<Document, YamlError>)) {
    documents_of(text, true, &mut each);
}

/// What is known of a text that has only line feeds: reading may begin at any document in it.
#[derive(Clone, Copy)]
struct Clean {
    has_tabs: bool,
}

impl Clean {
    fn of(text: &[u8]) -> Option<Clean> {
        reader::has_only_line_feeds(text).then(|| Clean { has_tabs: memchr::memchr(b'\t', text).is_some() })
    }
}

/// Reads all documents, ordinary ones a short way if that is wanted; how many were read so.
fn documents_of(text: &[u8], shortly: bool, each: &mut dyn FnMut(Result<Document, YamlError>)) -> usize {
    let mut count = 0;
    let text = match reader::decode_input(text) {
        Ok(text) => text,
        Err(error) => {
            each(Err(error));
            return count;
        }
    };
    let clean = Clean::of(&text).filter(|_| shortly);
    let line_feeds = |range| memchr::memchr_iter(b'\n', text.get(range).unwrap_or_default()).count() as u32;
    let (mut offset, mut line) = (0, 0);
    loop {
        if let Some(clean) = clean
            && let Some(document) = ordinary::ordinary(&text, offset, line, clean.has_tabs)
        {
            count += 1;
            let end = document.end as usize;
            each(Ok(document));
            if end == text.len() {
                return count;
            }
            line += line_feeds(offset..end);
            offset = end;
            continue;
        }
        let parser = match clean {
            Some(_) => Parser::of_clean(&text, offset, line),
            None => Parser::new(&text, offset, line),
        };
        let mut parser = match parser {
            Ok(parser) => parser,
            Err(error) => {
                each(Err(error));
                return count;
            }
        };
        let next = loop {
            match document(&mut parser) {
                Ok(Some(document)) => {
                    let end = document.end as usize;
                    each(Ok(document));
                    // At a line that starts a document the parser has seen nothing of what follows.
                    let behind = end.checked_sub(1).and_then(|before| text.get(before..)?.strip_prefix(b"\n"));
                    if clean.is_some() && end > offset && behind.is_some_and(starts_document) {
                        break end;
                    }
                }
                Ok(None) => return count,
                Err(error) => {
                    let from = error.offset as usize;
                    each(Err(error));
                    match next_separator(&text, from.max(offset + 1) - 1) {
                        Some(next) => break next,
                        None => return count,
                    }
                }
            }
        };
        line += line_feeds(offset..next);
        offset = next;
    }
}

/// The next line that starts a document and has its line feed at `from` or later.
fn next_separator(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'\n', text.get(at..)?)? + 1;
        if starts_document(text.get(at..)?) {
            return Some(at);
        }
    }
}

/// A collection whose end has not been seen.
struct Open {
    id: NodeId,
    /// Where its children start on the stack.
    first: usize,
}

/// Room for the nodes of a usual document.
const USUAL: usize = 64;

fn document(parser: &mut Parser<'_>) -> Result<Option<Document>, YamlError> {
    let start = parser.next()?;
    if start.kind != EventKind::DocumentStart {
        return Ok(None);
    }
    let (nodes, children) = (Vec::with_capacity(USUAL), Vec::with_capacity(USUAL));
    let mut doc = Document { start: start.start.offset, nodes, children, ..Document::default() };
    let mut anchors: HashMap<Vec<u8>, NodeId> = HashMap::new();
    let mut open: Vec<Open> = Vec::with_capacity(USUAL / 4);
    let mut done: Vec<NodeId> = Vec::with_capacity(USUAL);
    loop {
        let event = parser.next()?;
        let (kind, content) = match event.kind {
            EventKind::Scalar { value, style, body } => (NodeKind::Scalar { style, body }, value),
            EventKind::Alias { name } => {
                let text = name.of(&parser.scanner.strings);
                let Some(target) = anchors.get(text) else {
                    let name = String::from_utf8_lossy(text);
                    return Err(YamlError::plain(format_args!("unknown anchor '{name}' referenced"), event.start));
                };
                (NodeKind::Alias(*target), name)
            }
            EventKind::SequenceStart { flow } => (NodeKind::Sequence { flow }, Text::default()),
            EventKind::MappingStart { flow } => (NodeKind::Mapping { flow }, Text::default()),
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                if let Some(ended) = open.pop() {
                    doc.close(ended, &mut done, &event);
                }
                continue;
            }
            EventKind::DocumentStart | EventKind::DocumentEnd | EventKind::StreamEnd => {
                doc.end = event.end.offset;
                doc.root = done.first().copied();
                doc.strings = parser.scanner.take_strings();
                doc.comments = std::mem::take(&mut parser.scanner.comments);
                return Ok(Some(doc));
            }
        };
        let id = doc.add(kind, content, &event);
        if let Some(anchor) = event.properties.anchor {
            let name = anchor.of(&parser.scanner.strings);
            anchors.insert(name.to_vec(), id);
        }
        done.push(id);
        if matches!(event.kind, EventKind::SequenceStart { .. } | EventKind::MappingStart { .. }) {
            open.push(Open { id, first: done.len() });
        }
    }
}

impl Document {
    fn add(&mut self, kind: NodeKind, content: Text, event: &Event) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let Mark { offset, line, .. } = event.outer;
        self.nodes.push(Node {
            kind,
            start: event.start.offset,
            end: event.end.offset,
            outer_start: offset,
            line,
            tag: event.properties.tag,
            content,
        });
        id
    }

    /// Gives a collection its children and its end. Go's own end of a block collection is the start of the next
    /// token; ours is the end of the last child.
    fn close(&mut self, ended: Open, done: &mut Vec<NodeId>, event: &Event) {
        let first = self.children.len() as u32;
        let last_end = done.get(ended.first..).and_then(|c| c.last()).map(|id| self.node(*id).end);
        self.children.extend(done.drain(ended.first..));
        let last = self.children.len() as u32;
        let Some(node) = self.nodes.get_mut(ended.id.0 as usize) else { return };
        node.content = Text { start: first, end: last };
        node.end = match node.kind {
            NodeKind::Sequence { flow: true } | NodeKind::Mapping { flow: true } if event.end.offset > node.start => {
                event.end.offset
            }
            _ => last_end.unwrap_or(node.end),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document as text, to compare it by eye.
    fn show(doc: &Document, id: NodeId) -> String {
        match &doc.node(id).kind {
            NodeKind::Scalar { .. } => format!("{:?}", String::from_utf8_lossy(doc.scalar(id))),
            NodeKind::Alias(_) => format!("*{}", String::from_utf8_lossy(doc.scalar(id))),
            NodeKind::Sequence { .. } => {
                let items: Vec<_> = doc.children(id).iter().map(|c| show(doc, *c)).collect();
                format!("[{}]", items.join(", "))
            }
            NodeKind::Mapping { .. } => {
                let items: Vec<_> = doc.entries(id).map(|(k, v)| show(doc, k) + ": " + &show(doc, v)).collect();
                format!("{{{}}}", items.join(", "))
            }
        }
    }

    fn parsed(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(doc) => doc.root().map_or("nothing".to_owned(), |root| show(&doc, root)),
            Err(error) => error.message,
        }
    }

    #[test]
    fn comments_are_kept() {
        let text = "# ä\na: x # b\nc: |  # d\n  # text\ne: 'f # g'\n# h\n---\n#i\n- \"j\n  # k\"\n- [l, # m\n n]\n#o";
        let of = |document: &Document| -> Vec<String> {
            let shown = document.comments().iter().map(|at| text[at.start as usize..at.end as usize].to_owned());
            shown.collect()
        };
        let all: Vec<_> = documents(text.as_bytes()).iter().map(|document| of(document.as_ref().unwrap())).collect();
        assert_eq!(all, [vec!["# ä", "# b", "# d", "# h"], vec!["#i", "# m", "#o"]]);
    }

    #[test]
    fn structures_are_read() {
        assert_eq!(
            parsed("a: 1\nb:\n- x\n- y: z\n  w:\nc: {d: [e, f]}\n"),
            r#"{"a": "1", "b": ["x", {"y": "z", "w": ""}], "c": {"d": ["e", "f"]}}"#
        );
        assert_eq!(parsed("a: |\n  x\n\n  y\nb: >-\n  p\n  q\n\n  r\n"), r#"{"a": "x\n\ny\n", "b": "p q\nr"}"#);
        assert_eq!(parsed("a: 'it''s'\nb: \"\\u00e9\\n\\\n  c\"\n"), r#"{"a": "it's", "b": "é\nc"}"#);
        assert_eq!(parsed("&a x: *a\n? [k]\n: v\n"), r#"{"x": *a, ["k"]: "v"}"#);
        assert_eq!(parsed("# nothing\n"), "nothing");
        assert_eq!(parsed("a\n  b # c\n"), r#""a b""#);
        assert_eq!(parsed("\u{feff}a: b"), r#"{"a": "b"}"#);
    }

    #[test]
    fn only_the_first_document_counts() {
        assert_eq!(parsed("{a: 1}}"), r#"{"a": "1"}"#);
        assert_eq!(parsed("\"a\":b"), r#""a""#);
        assert_eq!(parsed("  a: 1\nb: 2"), r#"{"a": "1"}"#);
    }

    #[test]
    fn errors_read_as_in_go() {
        assert_eq!(parsed("a: b: c"), "yaml: mapping values are not allowed in this context");
        assert_eq!(parsed("a: 1\n b: 2\n"), "yaml: line 2: mapping values are not allowed in this context");
        assert_eq!(parsed("a: b\n- c"), "yaml: line 1: did not find expected key");
        assert_eq!(parsed("a: [1}"), "yaml: did not find expected ',' or ']'");
        assert_eq!(parsed("a: *x"), "yaml: unknown anchor 'x' referenced");
        assert_eq!(parsed("a: \"x"), "yaml: found unexpected end of stream");
        assert_eq!(parsed("a:\n\tb: 2"), "yaml: line 2: found character that cannot start any token");
        assert_eq!(parsed("a: \u{1}"), "yaml: control characters are not allowed");
        assert_eq!(parse(b"a: \xff").unwrap_err().message, "yaml: invalid leading UTF-8 octet");
        assert_eq!(parsed(&"[".repeat(10_001)), "yaml: exceeded max depth of 10000");
    }

    #[test]
    fn spans_are_those_of_the_nodes_themselves() {
        let text = "a: &x !!str\n  b\nc:\n  d: [1, 2]\n\n# end\n";
        let doc = parse(text.as_bytes()).unwrap();
        let spans: Vec<&str> = doc.nodes().map(|(_, n)| &text[n.start as usize..n.end as usize]).collect();
        assert_eq!(spans, [&text[..text.find("\n\n").unwrap()], "a", "b", "c", "d: [1, 2]", "d", "[1, 2]", "1", "2"]);
        assert_eq!(doc.nodes().nth(2).map(|(_, n)| n.outer_start), Some(3));
    }

    #[test]
    fn a_stream_goes_on_after_errors() {
        let all = documents(b"a: 1\n---\nb: [\n---\nc: 1\n...\n---\n");
        let shown: Vec<_> = all.iter().map(|d| d.as_ref().map(|d| d.root().map(|r| show(d, r)))).collect();
        assert_eq!(shown[0].as_ref().unwrap().as_deref(), Some(r#"{"a": "1"}"#));
        assert_eq!(shown[1].as_ref().unwrap_err().line, 4);
        assert_eq!(shown[2].as_ref().unwrap().as_deref(), Some(r#"{"c": "1"}"#));
        assert_eq!(shown.len(), 4);
    }
}
