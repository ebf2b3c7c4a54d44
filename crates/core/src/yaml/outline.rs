//! The top-level entries of ordinary block YAML, found without parsing it.
//!
//! Nearly all manifests are written in a small part of YAML: mappings and sequences by indentation, scalars of a known
//! form, no tags, anchors or directives. The outline goes over the lines of such a text once and says where its top-level
//! entries are. Whatever it is not certain of it leaves to the parser, which alone knows errors.

mod brackets;
mod scalars;
mod sink;

use super::plain::is_plain_key_text;
use super::reader::has_only_line_feeds;
use super::resolve::{Resolved, resolve};
use std::borrow::Cow;
use std::ops::Range;

pub(super) use sink::{Block, Sink};

/// An entry of the top-level mapping or of mappings right within it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// How many mappings it is in.
    depth: usize,
    /// Where its key is written, without quotes.
    key: Range<usize>,
    /// The lines of a top-level entry, comments behind it included.
    lines: Range<usize>,
    value: Written,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Written {
    /// On one line, and it is text: where that stands, without quotes.
    Text(Range<usize>),
    /// On the lines below.
    Below,
    /// In any other way.
    Otherwise,
}

/// Longer keys are the parser's, which has a limit for them.
const MAX_KEY: usize = 1000;

/// Deeper texts are the parser's, which has a limit for that.
const MAX_DEPTH: usize = 500;

/// As deep as most texts go.
const USUAL_DEPTH: usize = 16;

/// What the outline of a text says of it.
#[derive(Clone, Debug)]
pub struct Outlined<'t> {
    text: &'t [u8],
    entries: Vec<Entry>,
}

/// A value as the outline sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<'o> {
    /// Text.
    Text(&'o [u8]),
    /// A mapping: its keys and values.
    Mapping(Vec<(&'o [u8], Seen<'o>)>),
    /// What the parser must look at.
    Unknown,
}

/// The outline of a text. None where a parser must look: the text may be no YAML, be something else than a mapping, or hold what is
/// not [plain](super::is_plain).
pub fn outlined(text: &[u8]) -> Option<Outlined<'_>> {
    outline(text).map(|entries| Outlined { text, entries })
}

/// The text cut down to the top-level entries whose keys are asked for, where it has an outline. Otherwise the whole
/// text.
pub fn cut(text: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Cow<'_, [u8]> {
    let outlined = outlined(text).filter(|outlined| !outlined.entries.is_empty());
    outlined.map_or(Cow::Borrowed(text), |outlined| Cow::Owned(outlined.cut(wanted)))
}

impl<'t> Outlined<'t> {
    fn part(&self, range: &Range<usize>) -> &'t [u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The text cut down to the top-level entries whose keys are asked for.
    pub fn cut(&self, wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let wanted = self.entries.iter().filter(|entry| entry.depth == 1 && wanted(self.part(&entry.key)));
        wanted.map(|entry| self.part(&entry.lines)).collect::<Vec<_>>().concat()
    }

    /// The top-level entries. Of `metadata` what is within is seen too.
    pub fn entries(&self) -> Vec<(&'t [u8], Seen<'t>)> {
        self.mapping(&mut self.entries.iter().peekable(), 1)
    }

    fn mapping(
        &self,
        entries: &mut std::iter::Peekable<std::slice::Iter<'_, Entry>>,
        depth: usize,
    ) -> Vec<(&'t [u8], Seen<'t>)> {
        let mut found = Vec::new();
        while let Some(entry) = entries.next_if(|entry| entry.depth >= depth) {
            let value = match &entry.value {
                Written::Text(text) => Seen::Text(self.part(text)),
                Written::Below if entries.peek().is_some_and(|next| next.depth > depth) => {
                    Seen::Mapping(self.mapping(entries, depth + 1))
                }
                _ => Seen::Unknown,
            };
            found.push((self.part(&entry.key), value));
        }
        found
    }
}

/// The entries of [`outlined`].
fn outline(text: &[u8]) -> Option<Vec<Entry>> {
    follow(text, ()).map(|outline| outline.entries)
}

/// Goes over an ordinary text and tells `sink` what is there. None where a parser must look.
pub(super) fn follow<'t, S: Sink<'t>>(text: &'t [u8], sink: S) -> Option<Outline<'t, S>> {
    if !has_only_line_feeds(text) {
        return None;
    }
    let stretch = Stretch { at: 0, has_tabs: memchr::memchr(b'\t', text).is_some(), ends_at_mark: false };
    follow_stretch(text, stretch, sink)
}

/// Where an outline goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// The byte that it starts at, the first of a line.
    pub at: usize,
    /// Whether there may be tabs.
    pub has_tabs: bool,
    /// Whether it ends where the next document starts with `---`. Otherwise only the end of the text ends it.
    pub ends_at_mark: bool,
}

/// The same for a part of a text that [has only line feeds](has_only_line_feeds).
pub(super) fn follow_stretch<'t, S: Sink<'t>>(text: &'t [u8], stretch: Stretch, sink: S) -> Option<Outline<'t, S>> {
    let mut outline = Outline {
        text,
        has_tabs: stretch.has_tabs,
        ends_at_mark: stretch.ends_at_mark,
        at: stretch.at,
        end: text.len(),
        levels: Vec::with_capacity(USUAL_DEPTH),
        open: Open::Value,
        is_mapping: false,
        entries: Vec::new(),
        top: 0,
        looks_within: false,
        sink,
    };
    while outline.at < outline.end {
        outline.line()?;
    }
    while outline.pop() {}
    let end = outline.end;
    if let Some(last) = outline.entries.get_mut(outline.top) {
        last.lines.end = end;
    }
    Some(outline)
}

/// A block collection that is not closed yet.
#[derive(Clone, Copy, Debug)]
struct Level {
    indent: usize,
    is_sequence: bool,
    /// Whether the value of the last key is a sequence at the column of the mapping itself.
    has_flush_sequence: bool,
}

/// What may follow on a deeper line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// Nothing.
    Nothing,
    /// The value of a key or of a `-` that stand alone.
    Value,
    /// More of a plain scalar.
    Scalar,
}

/// A text on the way through it.
pub(super) struct Outline<'t, S> {
    text: &'t [u8],
    /// Whether there are tabs in it.
    has_tabs: bool,
    ends_at_mark: bool,
    at: usize,
    /// Where it ends.
    pub end: usize,
    levels: Vec<Level>,
    open: Open,
    /// Whether there is anything; then the root is a mapping.
    pub is_mapping: bool,
    entries: Vec<Entry>,
    /// Which of the entries is the last top-level one.
    top: usize,
    /// Whether the entries within that one are noted too.
    looks_within: bool,
    /// Who is told what there is.
    pub sink: S,
}

/// The top-level entry of which the entries within are noted.
const METADATA: &[u8] = b"metadata";

/// How deep they are noted.
const MAX_NOTED: usize = 3;

impl<'t, S: Sink<'t>> Outline<'t, S> {
    /// Where the line of a place ends.
    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', self.rest(at)).map_or(self.text.len(), |length| at + length)
    }

    fn rest(&self, at: usize) -> &'t [u8] {
        self.text.get(at..).unwrap_or_default()
    }

    fn part(&self, range: Range<usize>) -> &'t [u8] {
        self.text.get(range).unwrap_or_default()
    }

    /// Column of the innermost collection, from 0; none outside of any.
    fn indent(&self) -> Option<usize> {
        self.levels.last().map(|level| level.indent)
    }

    fn push(&mut self, at: usize, indent: usize, is_sequence: bool) -> Option<()> {
        self.levels.push(Level { indent, is_sequence, has_flush_sequence: false });
        self.sink.open(at, is_sequence);
        (self.levels.len() <= MAX_DEPTH).then_some(())
    }

    /// Ends the innermost collection; whether there was one.
    fn pop(&mut self) -> bool {
        let Some(level) = self.levels.pop() else { return false };
        if level.has_flush_sequence {
            self.sink.close();
        }
        self.sink.close();
        true
    }

    /// Goes over one line, or over all lines of a scalar that starts on it.
    fn line(&mut self) -> Option<()> {
        let start = self.at;
        let column = spaces(self.rest(start));
        self.sink.line();
        match self.text.get(start + column) {
            None | Some(b'\n') => {
                self.at = start + column + 1;
                self.sink.blank();
                return Some(());
            }
            Some(b'-') if self.ends_at_mark && starts_document(self.rest(start)) => {
                self.end = start;
                return Some(());
            }
            Some(b'#') => {
                if self.open == Open::Scalar {
                    self.open = Open::Nothing;
                }
                self.comment(start + column);
                return Some(());
            }
            Some(_) if self.has_tabs && memchr::memchr(b'\t', self.part(start..self.line_end(start))).is_some() => {
                return None;
            }
            Some(_) if is_indicator(self.rest(start)) => return None,
            Some(_) => {}
        }
        if self.open == Open::Scalar && self.indent().is_none_or(|indent| column > indent) {
            self.not_on_one_line();
            return self.plain(start + column, true);
        }
        while self.indent().is_some_and(|indent| indent > column) {
            self.pop();
            self.open = Open::Nothing;
        }
        let is_item = is_dash(self.rest(start + column));
        match self.levels.last_mut() {
            None if column > 0 || is_item => return None,
            Some(level) if level.indent == column => {
                match (level.is_sequence, is_item) {
                    (true, true) => {}
                    (false, true) if level.has_flush_sequence => {}
                    (false, true) if self.open == Open::Value => {
                        level.has_flush_sequence = true;
                        self.sink.open(start + column, true);
                    }
                    (false, false) => {
                        if std::mem::take(&mut level.has_flush_sequence) {
                            self.sink.close();
                        }
                    }
                    _ => return None,
                }
                return match is_item {
                    true => self.item(start, column),
                    false => self.entry(start, column, self.key(start + column)?),
                };
            }
            _ if self.open != Open::Value => return None,
            _ => {}
        }
        self.node(start, column, is_item)
    }

    /// A node that may be a collection of its own, at a column of a line deeper than the collection around it.
    fn node(&mut self, line: usize, column: usize, is_item: bool) -> Option<()> {
        if is_item {
            self.push(line + column, column, true)?;
            return self.item(line, column);
        }
        match self.key(line + column) {
            Some(key) => {
                self.push(line + column, column, false)?;
                self.entry(line, column, key)
            }
            // The root is a mapping.
            None if self.levels.is_empty() => None,
            None => {
                self.not_on_one_line();
                self.scalar(line + column)
            }
        }
    }

    /// The value of the entry noted last, if this is it, is not on the line of its key.
    fn not_on_one_line(&mut self) {
        if let Some(last) = self.entries.last_mut() {
            last.value = Written::Otherwise;
        }
    }

    /// Notes an entry whose value starts at a place.
    fn note(&mut self, key: &Range<usize>, line: usize, value: usize) {
        let depth = self.levels.len();
        if depth == 1 {
            if let Some(last) = self.entries.get_mut(self.top) {
                last.lines.end = line;
            }
            self.top = self.entries.len();
            self.looks_within = self.part(key.clone()) == METADATA;
        } else if !self.looks_within
            || depth > MAX_NOTED
            || self.levels.iter().any(|level| level.is_sequence || level.has_flush_sequence)
        {
            return;
        }
        let value = match self.text.get(value) {
            None | Some(b'#' | b'\n') => Written::Below,
            Some(_) => one_line(self.text, value, self.line_end(value)).map_or(Written::Otherwise, Written::Text),
        };
        self.entries.push(Entry { depth, key: key.clone(), lines: line..line, value });
    }

    /// A `-` and what stands behind it.
    fn item(&mut self, line: usize, column: usize) -> Option<()> {
        self.sink.item(line + column);
        let column = column + 1 + spaces(self.rest(line + column + 1));
        if self.is_nothing(line + column) {
            return Some(());
        }
        self.node(line, column, is_dash(self.rest(line + column)))
    }

    /// Whether nothing stands at a place but the end of the line or a comment. What is meant is on the lines below, then.
    fn is_nothing(&mut self, at: usize) -> bool {
        match self.text.get(at) {
            None | Some(b'\n') => self.at = at + 1,
            Some(b'#') => self.comment(at),
            Some(_) => return false,
        }
        self.open = Open::Value;
        true
    }

    /// A comment, with which a line ends.
    fn comment(&mut self, at: usize) {
        let end = self.line_end(at);
        self.sink.comment(at..end);
        self.at = end + 1;
    }

    /// A key, the place behind its colon, and what stands there.
    fn entry(&mut self, line: usize, column: usize, (key, behind): (Range<usize>, usize)) -> Option<()> {
        let name = self.part(key.clone());
        if S::IS_PLAIN && !is_plain_key_text(name) {
            return None;
        }
        self.is_mapping = true;
        let quote = self.text.get(line + column).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        self.sink.key(line + column, name, quote);
        let value = behind + spaces(self.rest(behind));
        if S::IS_PLAIN {
            self.note(&key, line, value);
        }
        if self.is_nothing(value) { Some(()) } else { self.scalar(value) }
    }

    /// A key on one line: where it is written, and the place behind its colon.
    fn key(&self, start: usize) -> Option<(Range<usize>, usize)> {
        let rest = self.rest(start);
        let (key, behind) = match rest.first()? {
            quote @ (b'"' | b'\'') => {
                let inner = rest.get(1..)?;
                let length = memchr::memchr3(*quote, b'\\', b'\n', inner)?;
                if inner.get(length) != Some(quote) {
                    return None;
                }
                (start + 1..start + 1 + length, start + length + 2)
            }
            b'-' => return None,
            _ => {
                let length = rest.iter().position(|b| !is_key_byte(b))?;
                (start..start + length, start + length)
            }
        };
        let is_value = matches!(self.rest(behind), [b':'] | [b':', b' ' | b'\n', ..]);
        (is_value && !key.is_empty() && key.len() < MAX_KEY).then_some((key, behind + 1))
    }
}

/// What a key without quotes is made of, and an item in brackets.
#[inline]
#[expect(clippy::indexing_slicing, reason = "there is a place for every byte")]
fn is_key_byte(b: &u8) -> bool {
    const SET: [bool; 256] = {
        let (mut set, mut b) = ([false; 256], 0_u8);
        while b < 128 {
            set[b as usize] = matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'/' | b'-' | b'$');
            b += 1;
        }
        set
    };
    SET[usize::from(*b)]
}

/// How many spaces a text starts with.
#[inline]
pub(super) fn spaces(text: &[u8]) -> usize {
    const EIGHT: u64 = u64::from_le_bytes([b' '; 8]);
    let (mut rest, mut before) = (text, 0);
    // Lines deep inside start with many.
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        let others = u64::from_le_bytes(*eight) ^ EIGHT;
        if others != 0 {
            return before + others.trailing_zeros() as usize / 8;
        }
        (rest, before) = (behind, before + 8);
    }
    before + rest.iter().position(|b| *b != b' ').unwrap_or(rest.len())
}

/// Where the text of a value stands that is written on one line, if it surely is text.
fn one_line(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let written = text.get(start..end)?.trim_ascii_end();
    if let Some(quote @ (b'"' | b'\'')) = written.first() {
        let inner = written.get(1..)?.strip_suffix(&[*quote])?;
        let is_literal = memchr::memchr2(*quote, b'\\', inner).is_none();
        return is_literal.then_some(start + 1..start + 1 + inner.len());
    }
    let is_plain = !matches!(written.first(), Some(b'|' | b'>' | b'[' | b'{'))
        && memchr::memmem::find(written, b" #").is_none()
        && resolve(written) == Resolved::Str;
    is_plain.then_some(start..start + written.len())
}

/// Whether a text starts with a `-` that stands alone.
#[inline]
fn is_dash(text: &[u8]) -> bool {
    matches!(text, [b'-'] | [b'-', b' ' | b'\n', ..])
}

/// Whether a text starts with the mark of a document: `---`, alone or with something behind a blank.
pub(super) fn starts_document(text: &[u8]) -> bool {
    text.strip_prefix(b"---").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// Whether a line may start or end a document.
#[inline]
fn is_indicator(line: &[u8]) -> bool {
    matches!(line, [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{is_plain, parse};

    fn keys(text: &str) -> Option<Vec<&str>> {
        let top = |entries: Vec<Entry>| entries.into_iter().filter(|entry| entry.depth == 1);
        outline(text.as_bytes()).map(|entries| top(entries).map(|entry| &text[entry.key]).collect())
    }

    #[test]
    fn ordinary_texts_have_an_outline() {
        for text in [
            "a: 1\nb: 2",
            "a:\n- x\n-   y: z\n    w:\n-\n  - - p\n    - q\nb: {}\n",
            "a:\n  - x\n  # comment\n\n  - y # comment\nb: []  # comment\n",
            "a: |\n    x: [\n\n     \ty\n  # comment\nb: >-\n\n  text\n",
            "a: text that\n  goes on\n\n  and on # comment\nb:\n  below\n",
            "a: 'it''s\n\n  long: ['\nb: \"a \\\"b\\\" \\n\" # x\n",
            "a:\n  \"quoted/key\": x\n  'other': y\nb: x:y#z\n",
            "a: \nb: -x\n",
            "a: [x, 1 ,'y: z']\nb: [ \"\" ] # comment\n",
            "a: [ ]\nb: {  } # comment\n",
        ] {
            assert_eq!(keys(text), Some(vec!["a", "b"]), "{text}");
            assert!(is_plain(&parse(text.as_bytes()).unwrap()), "{text}");
        }
    }

    #[test]
    fn nothing_has_an_outline_too() {
        for text in ["", "\n", "# a\n\n  # b", "  \n #\tc\n"] {
            assert_eq!(keys(text), Some(Vec::new()), "{text:?}");
            assert!(parse(text.as_bytes()).unwrap().root().is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_parser_looks_at_everything_else() {
        for text in [
            "text",
            "- a",
            "  a: 1",
            "a: b: c",
            "a: 1\n b: 2",
            "a: b\n- c",
            "a: [[1]]",
            "a: [1",
            "a: [1,]",
            "a: [, 1]",
            "a: [1\n]",
            "a: [b: c]",
            "a: ['b': c]",
            "a: [b c]",
            "a: [-]",
            "a: [*b]",
            "a: [.inf]",
            "a: ['b''c']",
            "a: [\"b\\n\"]",
            "a: [b] c",
            "a: [b]\n  c",
            "a:\n  [b]: c",
            "a: *x",
            "a: &x 1",
            "a: !t 1",
            "a: \"x",
            "a:\tb",
            "a: 1\n\tb: 2",
            "a: .inf",
            ".nan: a",
            "~: a",
            "<<: a",
            "a:\n - b\n   c: d",
            "a:\n  b\n c: d",
            "a: |\n   \n  x\n",
            "a: |2\n  x\n",
            "? a\n: b",
            "a: 1\n---\nb: 2",
            "a: 'x\n--- y'",
            "a: \"\\x41\"",
            "a: \u{2028}b",
            "\u{feff}a: b",
            "a: x\r\n",
            "a:\n- b\nc",
            "a: 'b' c",
            "a: {}#",
            "a: - b",
            "a: x # c\n  y",
            "a: @b",
            "a: |\n x\n\ty: z\n",
            "a: \"b\"\n  c: d",
        ] {
            assert_eq!(keys(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_cut_away_would_have_changed_nothing() {
        let text = b"# head\nkind: A # c\nspec:\n- x\n# more\nmetadata:\n\n  name: n\nstatus: {}\nKind: B";
        let wanted = |key: &[u8]| key.eq_ignore_ascii_case(b"kind") || key == b"metadata";
        assert_eq!(outlined(text).unwrap().cut(wanted), b"kind: A # c\nmetadata:\n\n  name: n\nKind: B");
    }

    #[test]
    fn what_is_text_on_one_line_is_seen() {
        let text = b"kind: A\nspec:\n  a: b\nmetadata:\n  name: 'n'\n  labels:\n    a: \"b: c\"\n    1: 2\n  x: y\n   z\n  list:\n  - a: b\n";
        let inner = vec![
            (&b"name"[..], Seen::Text(b"n")),
            (b"labels", Seen::Mapping(vec![(b"a", Seen::Text(b"b: c")), (b"1", Seen::Unknown)])),
            (b"x", Seen::Unknown),
            (b"list", Seen::Unknown),
        ];
        let wanted: Vec<(&[u8], Seen<'_>)> =
            vec![(b"kind", Seen::Text(b"A")), (b"spec", Seen::Unknown), (b"metadata", Seen::Mapping(inner))];
        assert_eq!(outlined(text).unwrap().entries(), wanted);
    }

    /// Holds what is seen against what the parser finds.
    fn compare(document: &crate::yaml::Document, node: crate::yaml::NodeId, seen: &[(&[u8], Seen<'_>)], text: &str) {
        let found: Vec<_> = document.entries(node).collect();
        assert_eq!(seen.len(), found.len(), "{text:?}");
        for ((name, seen), (key, value)) in seen.iter().zip(found) {
            assert_eq!(*name, document.scalar(key), "{text:?}");
            match seen {
                Seen::Text(seen) => {
                    assert_eq!(*seen, document.scalar(value), "{text:?}");
                    assert_eq!(crate::yaml::resolve_node(document, value).unwrap().0, Resolved::Str, "{text:?}");
                }
                Seen::Mapping(inner) => compare(document, value, inner, text),
                Seen::Unknown => {}
            }
        }
    }

    /// Texts of random pieces of YAML: whatever has an outline is plain YAML with just these keys.
    #[test]
    fn an_outline_is_never_wrong() {
        const PIECES: [&str; 49] = [
            "a", "b:", "c: ", ": ", "- ", "-", "\n", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n      ", " ", "  ", "#",
            " # c", "'", "'x'", "\"", "\"y\"", "\\", "\\n", "|", ">-", "|+", "[]", "{}", "[", "}", "&x ", "*x", "!t ",
            "[a, 'x']", "[1,", "]", ", ", "[\"y\" ", "~", ".inf", "1e3", "0x1", "<<", "---", "\t", "? ", "é",
            "\"k\": ", "null",
        ];
        let (mut state, mut ordinary) = (1_u64, 0);
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..200_000 {
            let mut text = String::from(if draw(2) == 0 { "a:" } else { "metadata:" });
            for _ in 0..1 + draw(14) {
                // Most draws are of the ordinary pieces, so that some texts are.
                let among = if draw(4) == 0 { PIECES.len() } else { 16 };
                text.push_str(PIECES[draw(among)]);
            }
            let Some(keys) = keys(&text) else { continue };
            ordinary += 1;
            let document = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {}", error.message));
            assert!(is_plain(&document), "{text:?}");
            let entries = document.entries(document.root().unwrap());
            let found: Vec<String> =
                entries.map(|(key, _)| String::from_utf8_lossy(document.scalar(key)).into_owned()).collect();
            assert_eq!(keys, found, "{text:?}");
            compare(&document, document.root().unwrap(), &outlined(text.as_bytes()).unwrap().entries(), &text);
        }
        assert!(ordinary > 10_000, "only {ordinary} texts have an outline");
    }
}
