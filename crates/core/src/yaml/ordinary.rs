//! Values of ordinary texts, made without tokens, events and nodes.
//!
//! What is ordinary the [outline](super::outline) knows. Keys that are no text are the parser's all the same.

use super::decode::meant;
use super::outline::{Block, Sink, follow, spaces};
use super::reader::is_simple_ascii;
use super::resolve::{Resolved, resolve};
use crate::json::Numbers;
use crate::text::Str;
use crate::value::{Entries, Heap, Room, Value};
use std::borrow::Cow;
use std::ops::Range;

/// The value of a text; none where a parser must look.
pub(super) fn ordinary(heap: &mut Heap, text: &[u8], numbers: Numbers) -> Option<Value> {
    let before = heap.mark();
    let (open, entries, items) = (Vec::new(), Vec::new(), Vec::new());
    let maker = Maker { heap, numbers, open, entries, items, plain: None, blanks: 0, root: None, is_ordinary: true };
    let made = follow(text, maker).and_then(|outline| match outline.is_mapping {
        true => outline.sink.root.filter(|_| outline.sink.is_ordinary),
        false => Some(Value::NIL_INTERFACE),
    });
    if made.is_none() {
        heap.forget_since(before);
    }
    made
}

/// The text behind the line that begins its first document, where there is one and nothing but comments before it.
pub(super) fn behind_start(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let Some((line, behind)) = rest.split_at_checked(end + 1) else { break };
        match line {
            // A mark of the encoding counts at the very beginning alone.
            b"---\n" if !behind.starts_with(b"\xEF\xBB\xBF") => return behind,
            [b'#', comment @ .., b'\n'] if is_simple_ascii(comment) => rest = behind,
            b"\n" => rest = behind,
            _ => break,
        }
    }
    text
}

/// The map that a text of values is, or null where it says nothing, with the heap that holds all of it; none where a parser must look.
pub(crate) fn ordinary_map(text: &[u8]) -> Option<(Heap, Value)> {
    let mut heap = Heap::new();
    let value = ordinary(&mut heap, text, Numbers::Float)?;
    Some((heap, value))
}

/// A collection that is being made.
enum Open {
    /// Where its entries start, and the key whose value is awaited.
    Mapping(usize, Option<Str>),
    /// Where its items start, and whether one is awaited.
    Sequence(usize, bool),
}

/// Makes values of what it is told.
struct Maker<'h, 't> {
    heap: &'h mut Heap,
    numbers: Numbers,
    open: Vec<Open>,
    /// The entries of all mappings that are open, those within behind those around them.
    entries: Vec<(Str, Value)>,
    /// The items of all sequences that are open.
    items: Vec<Value>,
    /// The plain scalar that may go on.
    plain: Option<Cow<'t, [u8]>>,
    /// Blank lines behind it.
    blanks: usize,
    root: Option<Value>,
    is_ordinary: bool,
}

impl Maker<'_, '_> {
    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::Mapping(_, key)) => self.entries.extend(key.take().map(|key| (key, value))),
            Some(Open::Sequence(_, awaited)) => {
                self.items.push(value);
                *awaited = false;
            }
        }
    }

    /// A plain scalar ends where anything else begins.
    fn end_plain(&mut self) {
        let Some(text) = self.plain.take() else { return };
        let resolved = resolve(&text);
        self.is_ordinary &= !matches!(resolved, Resolved::Float(number) if !number.is_finite());
        let value = meant(resolved, self.numbers, || Str::from(&*text));
        self.put(value);
    }

    /// Before the next entry: a value that is not written is null.
    fn end_entry(&mut self) {
        self.end_plain();
        if matches!(self.open.last(), Some(Open::Mapping(_, Some(_)) | Open::Sequence(_, true))) {
            self.put(Value::NIL_INTERFACE);
        }
    }
}

impl<'t> Sink<'t> for Maker<'_, 't> {
    // What JSON cannot spell is seen when values are made.
    const IS_PLAIN: bool = false;

    fn open(&mut self, _: usize, is_sequence: bool) {
        self.open.push(match is_sequence {
            true => Open::Sequence(self.items.len(), false),
            false => Open::Mapping(self.entries.len(), None),
        });
    }

    fn close(&mut self) {
        self.end_entry();
        let value = match self.open.pop() {
            None => return,
            Some(Open::Mapping(start, _)) => self.heap.new_dict(self.entries.drain(start..).collect()),
            Some(Open::Sequence(start, _)) => list(self.heap, self.items.drain(start..).collect()),
        };
        self.put(value);
    }

    fn key(&mut self, _: usize, key: &'t [u8], quote: Option<u8>) {
        self.end_entry();
        // Other keys are spelled anew.
        self.is_ordinary &= match quote {
            Some(_) => key != b"<<",
            None => matches!(resolve(key), Resolved::Str | Resolved::Timestamp),
        };
        if let Some(Open::Mapping(_, awaited)) = self.open.last_mut() {
            *awaited = Some(Str::from(key));
        }
    }

    fn item(&mut self, _: usize) {
        self.end_entry();
        if let Some(Open::Sequence(_, awaited)) = self.open.last_mut() {
            *awaited = true;
        }
    }

    fn plain(&mut self, _: usize, line: &'t [u8]) {
        self.end_plain();
        (self.plain, self.blanks) = (Some(Cow::Borrowed(line)), 0);
    }

    fn more(&mut self, _: usize, line: &'t [u8]) {
        let Some(text) = &mut self.plain else { return };
        let text = text.to_mut();
        match std::mem::take(&mut self.blanks) {
            0 => text.push(b' '),
            blanks => text.resize(text.len() + blanks, b'\n'),
        }
        text.extend_from_slice(line);
    }

    fn blank(&mut self) {
        self.blanks += 1;
    }

    fn quoted(&mut self, _: usize, inner: &'t [u8], quote: u8) {
        self.put(Value::str(&*unquoted(inner, quote)));
    }

    fn block(&mut self, _: usize, block: Block<'t>) {
        self.put(Value::str(block_text(block)));
    }

    fn empty(&mut self, _: Range<usize>, is_sequence: bool) {
        let value = if is_sequence { list(self.heap, Vec::new()) } else { self.heap.new_dict(Entries::new()) };
        self.put(value);
    }
}

fn list(heap: &mut Heap, items: Vec<Value>) -> Value {
    let list = heap.new_list(items);
    heap.with_room(list, Room::Grown)
}

/// The text between quotes.
pub(super) fn unquoted(inner: &[u8], quote: u8) -> Cow<'_, [u8]> {
    let undone = if quote == b'"' { unescaped } else { undoubled };
    match folded(inner) {
        Cow::Borrowed(inner) => undone(inner),
        Cow::Owned(folded) => Cow::Owned(undone(&folded).into_owned()),
    }
}

/// The text between double quotes. Of escapes only the few occur that the outline lets through.
fn unescaped(inner: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        out.push(match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(&other) => other,
                None => break,
            },
            byte => byte,
        });
    }
    Cow::Owned(out)
}

/// The text between single quotes, of which two stand for one.
fn undoubled(inner: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\'', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\'', rest) {
        let (before, behind) = rest.split_at(at + 1);
        out.extend_from_slice(before);
        rest = behind.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// What stands between quotes, as one line: a line break is a blank, and blank lines are line breaks.
fn folded(inner: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut lines = inner.split(|byte| *byte == b'\n').peekable();
    out.extend_from_slice(trim_end(lines.next().unwrap_or_default()));
    let mut breaks = 0;
    while let Some(line) = lines.next() {
        breaks += 1;
        let line = line.get(spaces(line)..).unwrap_or_default();
        let line = if lines.peek().is_some() { trim_end(line) } else { line };
        if line.is_empty() && lines.peek().is_some() {
            continue;
        }
        match breaks {
            1 => out.push(b' '),
            breaks => out.resize(out.len() + breaks - 1, b'\n'),
        }
        out.extend_from_slice(line);
        breaks = 0;
    }
    Cow::Owned(out)
}

fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

/// The text of a block, as the scanner makes it: line breaks are kept in a literal one, and in a folded one beside lines
/// that are indented further.
pub(super) fn block_text(block: Block<'_>) -> Vec<u8> {
    let Block { style, chomping, lines, indent, .. } = block;
    let literal = style == b'|';
    let mut out = Vec::with_capacity(lines.len());
    // Line breaks that wait for what follows: that of the last line with content, and those of blank lines behind it.
    let (mut last, mut blank) = (0, 0);
    let mut was_indented = false;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let content = line.get(spaces(line).min(indent)..).unwrap_or_default();
        if content == b"\n" {
            blank += 1;
            continue;
        }
        let (content, end) = content.strip_suffix(b"\n").map_or((content, 0), |content| (content, 1));
        if content.is_empty() {
            continue;
        }
        let is_indented = matches!(content.first(), Some(b' ' | b'\t'));
        if literal || was_indented || is_indented {
            out.resize(out.len() + last, b'\n');
        } else if last == 1 && blank == 0 {
            out.push(b' ');
        }
        out.resize(out.len() + blank, b'\n');
        out.extend_from_slice(content);
        (last, blank, was_indented) = (end, 0, is_indented);
    }
    let kept = match chomping {
        Some(b'+') => last + blank,
        Some(_) => 0,
        None => last,
    };
    out.resize(out.len() + kept, b'\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::text::TextBuilder;
    use crate::value::compare::deep_equal;
    use crate::yaml::lots::{PIECES, texts};
    use crate::yaml::{Dialect, emit, parse, to_value};

    fn shown(heap: &Heap, value: &Value) -> String {
        let mut out = TextBuilder::new(false);
        emit(heap, &Budget::default(), value, Dialect::Yaml, &mut out).unwrap();
        String::from_utf8_lossy(out.as_bytes()).into_owned()
    }

    /// Whether a text is ordinary; then its value is the parser's.
    #[track_caller]
    fn agrees(text: &str) -> bool {
        let mut heap = Heap::new();
        let Some(own) = ordinary(&mut heap, behind_start(text.as_bytes()), Numbers::Exact) else { return false };
        let document = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {}", error.message));
        let parsed = to_value(&mut heap, &document, Numbers::Exact, &mut ()).unwrap();
        let equal = deep_equal(&heap, &Budget::default(), &own, &parsed).unwrap();
        assert!(equal, "{text:?}\n{}---\n{}", shown(&heap, &own), shown(&heap, &parsed));
        true
    }

    #[test]
    fn ordinary_texts_become_what_the_parser_makes_of_them() {
        for text in [
            "a: 1\nb: 2",
            "a:\n- x\n-   v: z\n    w:\n-\n  - - p\n    - q\nb: {}\n",
            "a:\n  - x\n  # comment\n\n  - y # comment\nb: []  # comment\n",
            "a: |\n    x: [\n\n     \ty\n  # comment\nb: |-\n\n  text\n\n\nc: |+\n  t\n\nd: |\ne: |\n  x",
            "a: text that\n  goes on\n\n\n  and on # comment\nb:\n  below\n",
            "a: 'it''s'\nb: \"a \\\"b\\\" \\n\" # x\nc: ''''\n",
            "a:\n  \"quoted/key\": x\n  'other': y\nb: x:y#z\n",
            "a: \nb: -x\nc: ~\nd:\n-\n- 1.5\n- 0x1f\n- yes\n- 2001-01-01\ne: null\n",
            "a: 1\na: 2\n",
            "a: |+\n\n\nb: |\n\n",
            "a: [x, 1 ,'y: z']\nb:\n  - [ \"\" ] # c\n  - {  }\n  - [ ]\n  -\n    [true]\nc:\n- d: [null, 1e3, 2001-01-01]\n  e: f\n",
            "a: >\n  x\n  y\n\n  z\n   w\n  v\n\n\n   u\n\nb: >-\n   \n    x\n\n    y\n  \nc: >+\n  x\n\n",
            "a: 'x  \n  y\n\n\n   z '\nb: \"\n  x \\n\n  y\n  \"\nc: ' x\n\n  '\n",
            "metadata:\n  labels:\n    x: y\nspec:\n- a: b\n  c:\n  - d\n- e\nstatus: x\n",
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn a_document_may_have_a_line_that_begins_it() {
        for text in ["---\na: 1\n", "# c\n\n#\n---\na:\n- b\n", "---\n", "---\n# c\n", "# c\n---\n\na: b\n"] {
            assert!(agrees(text), "{text:?}");
        }
        for text in
            ["--- \na: 1\n", "---\n---\na: 1\n", "%YAML 1.1\n---\na: 1\n", "---\n\u{FEFF}a: 1\n", "---\n%a: 1\n"]
        {
            assert!(!agrees(text), "{text:?}");
        }
        let whole = texts(9, PIECES, 16).take(50_000).map(|text| format!("# c\n---\n{text}"));
        assert!(whole.filter(|text| agrees(text)).count() > 1_000);
    }

    #[test]
    fn what_is_not_made_leaves_nothing_behind() {
        let mut heap = Heap::new();
        for text in ["a: {}\nb: >2\n  x\n", "a: []\nb: [x, {}]\n", "a: {}\n1: x\n", "a: {}\nb: *x\n", "- a"] {
            assert!(ordinary(&mut heap, text.as_bytes(), Numbers::Exact).is_none(), "{text}");
            assert_eq!(heap.size(), 0, "{text}");
        }
    }

    /// Texts of random pieces of YAML, of which some are ordinary.
    #[test]
    fn random_texts_agree() {
        let ordinary = texts(7, PIECES, 16).take(200_000).filter(|text| agrees(text)).count();
        assert!(ordinary > 10_000, "only {ordinary} texts are ordinary");
    }
}
