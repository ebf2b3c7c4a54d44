//! Files, spans and line indexes.

use super::gostr::runes;
use std::sync::Arc;

/// Number of a text in the [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: to_u32(start), end: to_u32(end) }
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Line and column as people count them: from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Line and column as Go's error texts count them: lines from 1, columns in bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineBytes {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 0.
    pub column: u32,
}

/// Line and column as editors count them: from 0, columns in code units of UTF-16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineUtf16 {
    /// Line, from 0.
    pub line: u32,
    /// Column in code units of UTF-16, from 0.
    pub column: u32,
}

/// Where the lines of a text start. Of the ways to count columns each has a type of its own, and this alone goes
/// between them and byte offsets; what lies behind the end of a line is its end, and behind the last line the text's.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`. Lines end at line feeds, as Go's text/template counts them.
    pub fn new(text: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|i| to_u32(i + 1)));
        LineIndex { starts }
    }

    /// Line number from 1 of the byte at `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        to_u32(self.starts.partition_point(|&s| s <= offset))
    }

    /// Offset of the first byte of `line` (from 1); the end of the last line for lines beyond it.
    pub fn start_of(&self, line: u32) -> u32 {
        let i = (line.max(1) - 1) as usize;
        self.starts.get(i).or(self.starts.last()).copied().unwrap_or(0)
    }

    /// Number of lines.
    pub fn lines(&self) -> u32 {
        to_u32(self.starts.len())
    }

    /// Line and character column of `offset` in `text`, the text this index was made from.
    pub fn line_column(&self, text: &[u8], offset: u32) -> LineColumn {
        let line = self.line(offset);
        LineColumn { line, column: to_u32(runes(self.before(text, line, offset)).count() + 1) }
    }

    /// Line and byte column of `offset`.
    pub fn line_bytes(&self, offset: u32) -> LineBytes {
        let line = self.line(offset);
        LineBytes { line, column: offset - self.start_of(line) }
    }

    /// Line and UTF-16 column of `offset` in `text`, the text this index was made from.
    pub fn line_utf16(&self, text: &[u8], offset: u32) -> LineUtf16 {
        let line = self.line(offset);
        let column = runes(self.before(text, line, offset)).map(|(_, c)| c.len_utf16()).sum();
        LineUtf16 { line: line - 1, column: to_u32(column) }
    }

    /// Offset of a line and a character column.
    pub fn offset_of(&self, text: &[u8], at: LineColumn) -> u32 {
        self.offset(text, at.line, at.column.saturating_sub(1), |_| 1)
    }

    /// Offset of a line and a byte column.
    pub fn offset_of_bytes(&self, text: &[u8], at: LineBytes) -> u32 {
        let (start, line) = self.line_text(text, at.line);
        start + at.column.min(to_u32(line.len()))
    }

    /// Offset of a line and a UTF-16 column; inside a character, that of the character.
    pub fn offset_of_utf16(&self, text: &[u8], at: LineUtf16) -> u32 {
        self.offset(text, at.line.saturating_add(1), at.column, char::len_utf16)
    }

    /// The bytes between two places, none where the second comes first.
    pub fn bytes_of_utf16(&self, text: &[u8], range: &std::ops::Range<LineUtf16>) -> std::ops::Range<u32> {
        let start = self.offset_of_utf16(text, range.start);
        start..self.offset_of_utf16(text, range.end).max(start)
    }

    /// Offset in `line` behind so many `units`, of which every character has some.
    fn offset(&self, text: &[u8], line: u32, units: u32, width: impl Fn(char) -> usize) -> u32 {
        let (start, line) = self.line_text(text, line);
        let mut left = units as usize;
        let behind = runes(line).find(|(_, c)| match left.checked_sub(width(*c)) {
            Some(rest) if left > 0 => {
                left = rest;
                false
            }
            _ => true,
        });
        start + behind.map_or(to_u32(line.len()), |(at, _)| to_u32(at))
    }

    /// Offset and text of `line`, its line feed left out.
    fn line_text<'t>(&self, text: &'t [u8], line: u32) -> (u32, &'t [u8]) {
        if line > self.lines() {
            return (to_u32(text.len()), b"");
        }
        let start = self.start_of(line);
        let end = self.starts.get(line.max(1) as usize).map_or(text.len(), |next| *next as usize - 1);
        (start, text.get(start as usize..end).unwrap_or_default())
    }

    /// What stands before `offset` in its line.
    fn before<'t>(&self, text: &'t [u8], line: u32, offset: u32) -> &'t [u8] {
        let start = self.start_of(line) as usize;
        text.get(start..(offset as usize).clamp(start, text.len().max(start))).unwrap_or_default()
    }
}

/// One text that something can point into.
#[derive(Debug)]
pub struct SourceFile {
    /// Name for people, as REPORT shapes it: relative to the chart root, or as given for `-f`.
    pub name: Arc<str>,
    /// The text.
    pub text: Arc<[u8]>,
    lines: std::sync::OnceLock<LineIndex>,
}

impl SourceFile {
    /// A text with its name.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) -> Arc<SourceFile> {
        Arc::new(SourceFile { name: name.into(), text: text.into(), lines: Default::default() })
    }

    /// The line index, made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and character column of `offset`.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }
}

/// All texts of one run, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// Adds a text and gives its id.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) -> FileId {
        self.share(SourceFile::new(name, text))
    }

    /// Adds a text that others have, too, and gives its id.
    pub fn share(&mut self, file: Arc<SourceFile>) -> FileId {
        let id = FileId(to_u32(self.files.len()));
        self.files.push(file);
        id
    }

    /// Puts another text in the place of one.
    pub fn replace(&mut self, id: FileId, file: Arc<SourceFile>) {
        if let Some(slot) = self.files.get_mut(id.0 as usize) {
            *slot = file;
        }
    }

    /// Adds what another map has beyond as many files.
    pub fn extend_from(&mut self, other: &SourceMap) {
        self.files.extend(other.files.iter().skip(self.files.len()).cloned());
    }

    /// Forgets all files but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.files.truncate(count);
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<SourceFile>)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(to_u32(i)), f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_lead_back_to_bytes() {
        let offset = |text: &str, line, column| {
            LineIndex::new(text.as_bytes()).offset_of(text.as_bytes(), LineColumn { line, column })
        };
        assert_eq!(offset("ä: 1\nöb: 2\n", 2, 3), 9);
        assert_eq!(offset("a\n", 9, 1), 2);
    }

    #[test]
    fn lines_and_columns_count_characters() {
        let text = "a\nhé!\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(text, 5), LineColumn { line: 2, column: 3 });
        assert_eq!(index.lines(), 3);
    }

    #[test]
    fn every_way_to_count_leads_back_to_the_byte() {
        let text = "a\r\nhé😀!\n\n日本\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_bytes(10), LineBytes { line: 2, column: 7 });
        assert_eq!(index.line_utf16(text, 10), LineUtf16 { line: 1, column: 4 });
        assert_eq!(index.line_column(text, 10), LineColumn { line: 2, column: 4 });
        let starts = std::str::from_utf8(text).unwrap().char_indices().map(|(at, _)| at).chain([text.len()]);
        for at in starts.map(|at| at as u32) {
            assert_eq!(index.offset_of(text, index.line_column(text, at)), at);
            assert_eq!(index.offset_of_bytes(text, index.line_bytes(at)), at);
            assert_eq!(index.offset_of_utf16(text, index.line_utf16(text, at)), at);
        }
    }

    #[test]
    fn places_that_are_not_there_are_the_nearest_that_are() {
        let text = "h😀\nab".as_bytes();
        let index = LineIndex::new(text);
        let utf16 = |line, column| index.offset_of_utf16(text, LineUtf16 { line, column });
        // The middle of a character is its start.
        assert_eq!([utf16(0, 1), utf16(0, 2), utf16(0, 3), utf16(0, 9), utf16(1, 9), utf16(7, 0)], [1, 1, 5, 5, 8, 8]);
        assert_eq!(index.offset_of(text, LineColumn { line: 0, column: 0 }), 0);
        assert_eq!(index.offset_of(text, LineColumn { line: 1, column: 99 }), 5);
        assert_eq!(index.offset_of_bytes(text, LineBytes { line: 9, column: 9 }), 8);
        assert_eq!(index.line_utf16(text, 99), LineUtf16 { line: 1, column: 2 });
        let broken = b"\xff\xfe!";
        assert_eq!(LineIndex::new(broken).line_utf16(broken, 2), LineUtf16 { line: 0, column: 2 });
    }
}
