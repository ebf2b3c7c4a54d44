//! Files, spans and line indexes.

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

/// Where the lines of a text start.
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
        let start = self.start_of(line) as usize;
        let end = (offset as usize).clamp(start, text.len());
        let column = super::gostr::lossy(text.get(start..end).unwrap_or_default()).chars().count();
        LineColumn { line, column: to_u32(column + 1) }
    }
}

/// One text that something can point into.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name for people, as REPORT shapes it: relative to the chart root, or as given for `-f`.
    pub name: Arc<str>,
    /// The text.
    pub text: Arc<[u8]>,
    lines: std::sync::OnceLock<Arc<LineIndex>>,
}

impl SourceFile {
    /// The line index, made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| Arc::new(LineIndex::new(&self.text)))
    }

    /// Line and character column of `offset`.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }
}

/// All texts of one run, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text and gives its id.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) -> FileId {
        let id = FileId(to_u32(self.files.len()));
        self.files.push(SourceFile { name: name.into(), text: text.into(), lines: Default::default() });
        id
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
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
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(to_u32(i)), f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let text = "a\nhé!\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(text, 5), LineColumn { line: 2, column: 3 });
        assert_eq!(index.lines(), 3);
    }
}
