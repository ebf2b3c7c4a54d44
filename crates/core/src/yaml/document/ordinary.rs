//! Nodes of ordinary documents, made without tokens and events.
//!
//! What is ordinary the [outline](crate::yaml::outline) knows.

use super::{Document, Node, NodeId, NodeKind, Open, Text, USUAL};
use crate::yaml::ordinary::{block_text, unquoted};
use crate::yaml::outline::{Block, Sink, Stretch, follow_stretch, spaces, starts_document};
use crate::yaml::scanner::ScalarStyle;
use std::ops::Range;

/// The document at a place of a text that has only line feeds: at its start, or at a `---`. None where a parser must look.
pub(super) fn ordinary(text: &[u8], at: usize, line: u32, has_tabs: bool) -> Option<Document> {
    let (nodes, children) = (Vec::with_capacity(USUAL), Vec::with_capacity(USUAL));
    let (done, open) = (Vec::with_capacity(USUAL), Vec::with_capacity(USUAL / 4));
    let strings = Vec::with_capacity(USUAL * 8);
    let mut document = Document { nodes, children, strings, start: at as u32, ..Document::default() };
    let rest = text.get(at..)?;
    let (mut body, mut before) = (at, line);
    let is_marked = starts_document(rest);
    if is_marked {
        let end = memchr::memchr(b'\n', rest)?;
        let behind = rest.get(b"---".len()..end)?;
        let blanks = spaces(behind);
        match behind.get(blanks) {
            None => {}
            Some(b'#') => document.comments.push((at + end - behind.len() + blanks) as u32..(at + end) as u32),
            Some(_) => return None,
        }
        (body, before) = (at + end + 1, line + 1);
    }
    // The first line adds one.
    let maker = Maker { document, done, open, awaited: None, line: before.wrapping_sub(1), blanks: 0 };
    let outline = follow_stretch(text, Stretch { at: body, has_tabs, ends_at_mark: true }, maker)?;
    if !outline.is_mapping {
        return None;
    }
    let (end, Maker { mut document, done, .. }) = (outline.end, outline.sink);
    document.root = done.first().copied();
    document.end = end as u32;
    if !is_marked {
        document.start = document.nodes.first()?.start;
    }
    Some(document)
}

/// Makes nodes of what it is told.
struct Maker {
    document: Document,
    /// Nodes whose collection has not ended.
    done: Vec<NodeId>,
    open: Vec<Open>,
    /// Where a null stands if no value comes, and its line.
    awaited: Option<(usize, u32)>,
    line: u32,
    /// Blank lines behind a plain scalar.
    blanks: usize,
}

impl Maker {
    fn add(&mut self, kind: NodeKind, written: Range<usize>, line: u32, content: Text) -> NodeId {
        let nodes = &mut self.document.nodes;
        let (id, start) = (NodeId(nodes.len() as u32), written.start as u32);
        nodes.push(Node { kind, start, end: written.end as u32, outer_start: start, line, tag: None, content });
        self.done.push(id);
        id
    }

    fn scalar(&mut self, style: ScalarStyle, body: u32, written: Range<usize>, text: &[u8]) {
        let strings = &mut self.document.strings;
        let from = strings.len();
        strings.extend_from_slice(text);
        let content = Text::since(from, strings);
        self.add(NodeKind::Scalar { style, body }, written, self.line, content);
    }

    fn value(&mut self, style: ScalarStyle, written: Range<usize>, text: &[u8]) {
        self.awaited = None;
        self.scalar(style, 0, written, text);
    }

    /// Before the next entry: a value that is not written is null.
    fn end_entry(&mut self) {
        if let Some((at, line)) = self.awaited.take() {
            let kind = NodeKind::Scalar { style: ScalarStyle::Plain, body: 0 };
            self.add(kind, at..at, line, Text::default());
        }
    }

    fn collection(&mut self, kind: NodeKind, written: Range<usize>) {
        self.awaited = None;
        let id = self.add(kind, written, self.line, Text::default());
        self.open.push(Open { id, first: self.done.len() });
    }

    /// Ends a collection, which reaches to its last child where no bracket ends it.
    fn end(&mut self, bracket: Option<usize>) {
        let Some(Open { id, first }) = self.open.pop() else { return };
        let document = &mut self.document;
        let from = document.children.len() as u32;
        let last = self.done.last().filter(|_| self.done.len() > first);
        let end = last.map(|last| document.node(*last).end);
        document.children.extend_from_slice(self.done.get(first..).unwrap_or_default());
        self.done.truncate(first);
        let content = Text { start: from, end: document.children.len() as u32 };
        if let Some(node) = document.nodes.get_mut(id.0 as usize) {
            node.content = content;
            node.end = bracket.map(|end| end as u32).or(end).unwrap_or(node.end);
        }
    }
}

impl<'t> Sink<'t> for Maker {
    // Nodes are what is written, whatever becomes of it.
    const IS_PLAIN: bool = false;

    fn line(&mut self) {
        self.line = self.line.wrapping_add(1);
    }

    fn open(&mut self, at: usize, is_sequence: bool) {
        let kind = match is_sequence {
            true => NodeKind::Sequence { flow: false },
            false => NodeKind::Mapping { flow: false },
        };
        self.collection(kind, at..at);
    }

    fn close(&mut self) {
        self.end_entry();
        self.end(None);
    }

    fn open_brackets(&mut self, at: usize) {
        self.collection(NodeKind::Sequence { flow: true }, at..at);
    }

    fn close_brackets(&mut self, end: usize) {
        self.end(Some(end));
    }

    fn key(&mut self, at: usize, key: &'t [u8], quote: Option<u8>) {
        self.end_entry();
        let (style, end) = match quote {
            Some(quote) => (quoted(quote), at + key.len() + 2),
            None => (ScalarStyle::Plain, at + key.len()),
        };
        self.scalar(style, 0, at..end, key);
        // Behind the colon.
        self.awaited = Some((end + 1, self.line));
    }

    fn item(&mut self, at: usize) {
        self.end_entry();
        self.awaited = Some((at + 1, self.line));
    }

    fn plain(&mut self, at: usize, line: &'t [u8]) {
        self.value(ScalarStyle::Plain, at..at + line.len(), line);
        self.blanks = 0;
    }

    fn more(&mut self, at: usize, line: &'t [u8]) {
        let Document { nodes, strings, .. } = &mut self.document;
        match std::mem::take(&mut self.blanks) {
            0 => strings.push(b' '),
            blanks => strings.resize(strings.len() + blanks, b'\n'),
        }
        strings.extend_from_slice(line);
        if let Some(scalar) = nodes.last_mut() {
            scalar.end = (at + line.len()) as u32;
            scalar.content.end = strings.len() as u32;
        }
    }

    fn blank(&mut self) {
        self.blanks += 1;
    }

    fn quoted(&mut self, at: usize, inner: &'t [u8], quote: u8) {
        self.value(quoted(quote), at..at + inner.len() + 2, &unquoted(inner, quote));
        self.line += line_feeds(inner);
    }

    fn block(&mut self, at: usize, block: Block<'t>) {
        self.awaited = None;
        // A line of spaces that nothing ends is no line of the block.
        let last = memchr::memrchr(b'\n', block.lines).map_or(0, |end| end + 1);
        let rest = block.lines.get(last..).unwrap_or_default();
        let is_blank = spaces(rest) == rest.len() && rest.len() <= block.indent;
        let end = block.body + if is_blank { last } else { block.lines.len() };
        let style = if block.style == b'|' { ScalarStyle::Literal } else { ScalarStyle::Folded };
        self.scalar(style, block.body as u32, at..end, &block_text(block));
        self.line += line_feeds(block.lines);
    }

    fn empty(&mut self, written: Range<usize>, is_sequence: bool) {
        let kind = match is_sequence {
            true => NodeKind::Sequence { flow: true },
            false => NodeKind::Mapping { flow: true },
        };
        let end = written.end;
        self.collection(kind, written);
        self.end(Some(end));
    }

    fn comment(&mut self, written: Range<usize>) {
        self.document.comments.push(written.start as u32..written.end as u32);
    }
}

fn quoted(quote: u8) -> ScalarStyle {
    if quote == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted }
}

fn line_feeds(text: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', text).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::YamlError;
    use crate::yaml::lots::{PIECES, texts};

    /// Everything that a document says, to compare it. Where its texts stand in its strings is its own affair.
    fn shown(document: &Result<Document, YamlError>) -> String {
        let Ok(document) = document else { return format!("{document:?}") };
        let mut shown = format!("{}..{} {:?} {:?}", document.start, document.end, document.root, document.comments);
        for (id, node) in document.nodes() {
            let Node { kind, start, end, outer_start, line, .. } = node;
            let (text, children) = (String::from_utf8_lossy(document.scalar(id)), document.children(id));
            shown += &format!("\n{id:?} {kind:?} {start}..{end} {outer_start} {line} {text:?} {children:?}");
        }
        shown
    }

    /// How many documents of a text are ordinary; all are what the parser makes of them.
    #[track_caller]
    fn agrees(text: &str) -> usize {
        let (mut own, mut parsed) = (Vec::new(), Vec::new());
        let count = super::super::documents_of(text.as_bytes(), true, &mut |document| own.push(shown(&document)));
        super::super::documents_of(text.as_bytes(), false, &mut |document| parsed.push(shown(&document)));
        assert_eq!(own, parsed, "{text:?}");
        count
    }

    #[test]
    fn ordinary_documents_become_what_the_parser_makes_of_them() {
        for (text, count) in [
            ("a: 1\nb: 2", 1),
            ("# x\n\na:\n- x\n-   v: z\n    w:\n-\n  - - p\n    - q\nb: {}\n# y\n", 1),
            ("a: 1\n---\nb: 2\n# c\n---  # d\n# e\nc: 3\n---\n", 3),
            ("a: 1\n---\n---\nb: 2\n--- c\n---\nd: {e: f}\n---\ng: h\n...\n---\ni: j\n", 2),
            ("---\na: |\n    x: [\n\n     \ty\n  # comment\nb: |-\n\n  text\n\n\nc: |+\n  t\n\nd: |\ne: |\n  x", 1),
            ("a: |\n  x\n \n  ", 1),
            ("a: |\n  x\n    ", 1),
            ("a: |", 1),
            ("a: >\n  x\n  y\n\n\n---\nb: |\n---\nc: |\n", 3),
            ("a: text that\n  goes on\n\n\n  and on # comment\nb:\n  below\n", 1),
            ("a: 'it''s'\n'b': \"a \\\"b\\\" \\n\" # x\n\"c\": ''''\nd: 'x  \n  y\n\n\n   z '\ne: f\n", 1),
            (
                "a: [x, 1 ,'y: z'] # c\nb:\n  - [ \"\" ] # c\n  - {  }\n  - [ ]\n  -\n    [true]\nc:\n- d: [null, 1e3]\n",
                1,
            ),
            ("metadata:\n  labels: # l\n    x: y\nspec:\n- # i\n  a: b\n  c:\n  - d\n- e\nstatus:\n", 1),
            ("a: ü # ö\nb: 'ä'\n---\nc: \u{85}\n", 0),
        ] {
            assert_eq!(agrees(text), count, "{text:?}");
        }
    }

    #[test]
    fn random_streams_agree() {
        const MORE: &[&str] = &["\n---", "\n...\n", "\t", "&a ", "*a", ".inf", "<<: ", "\n--- # m\n"];
        let (usual, others) = PIECES.split_at(15);
        let pieces = [usual, &["\n---\n"], others, MORE].concat();
        let ordinary: usize = texts(11, &pieces, 18).take(200_000).map(|text| agrees(&text)).sum();
        assert!(ordinary > 20_000, "only {ordinary} documents are ordinary");
    }
}
