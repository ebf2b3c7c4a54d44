//! Places: bytes of a text, which they hold. Lines and columns are worked out where a place is shown.

use crate::text::{LineColumn, LineIndex, SourceFile};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in a file.
///
/// Places are equal that show as the same: the same lines and columns of files of one name.
#[derive(Clone)]
pub struct Place {
    /// The file, named relative to the root chart's folder or as given for `-f`.
    pub source: Arc<SourceFile>,
    /// The bytes.
    pub range: Range<u32>,
}

impl Place {
    /// Bytes of a file; what ends before it starts is empty.
    pub fn new(source: &Arc<SourceFile>, range: Range<usize>) -> Place {
        let [start, end] = [range.start, range.end.max(range.start)].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        Place { source: source.clone(), range: start..end }
    }

    /// The first character of a line, counted from 1.
    pub fn of_line(source: &Arc<SourceFile>, line: u32) -> Place {
        let start = source.lines().start_of(line) as usize;
        let first = crate::text::decode_rune(source.text.get(start..).unwrap_or_default());
        let len = if first.0 == '\n' { 0 } else { first.1 };
        Place::new(source, start..start + len)
    }

    /// The start of a file whose text does not matter.
    pub fn of_file(file: &str) -> Place {
        Place::new(&SourceFile::new(file, Vec::new()), 0..0)
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// The same place without its length.
    pub fn first(&self) -> Place {
        Place { source: self.source.clone(), range: self.range.start..self.range.start }
    }

    /// Line and column of the first character.
    pub fn start(&self) -> LineColumn {
        self.source.line_column(self.range.start)
    }

    /// Line and column behind the last character.
    pub fn end(&self) -> LineColumn {
        self.source.line_column(self.range.end)
    }

    /// The line of the first character, from 1.
    pub fn line(&self) -> u32 {
        self.source.lines().line(self.range.start)
    }

    /// Whether it starts on the line that another place starts on.
    pub fn is_beside(&self, other: &Place) -> bool {
        self.file() == other.file() && self.line() == other.line()
    }

    /// The bytes of the place in a text of the file. Of another one than the place was found in, such as the file on disk
    /// with the byte order mark that readers leave out, those at the same lines and columns.
    pub fn bytes_in(&self, text: &[u8]) -> Range<usize> {
        let own = &*self.source.text;
        let range = match std::ptr::eq(own, text) || own == text {
            true => self.range.clone(),
            false => {
                let lines = LineIndex::new(text);
                lines.offset_of(text, self.start())..lines.offset_of(text, self.end())
            }
        };
        range.start as usize..range.end.max(range.start) as usize
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        match Arc::ptr_eq(&self.source, &other.source) {
            true => self.range == other.range,
            false => self.file() == other.file() && (self.start(), self.end()) == (other.start(), other.end()),
        }
    }
}

impl Eq for Place {}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start(), self.end());
        write!(f, "{}:{}:{}-{}:{}", self.file(), start.line, start.column, end.line, end.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, range: Range<usize>) -> Place {
        Place::new(&SourceFile::new("a", text.as_bytes()), range)
    }

    #[test]
    fn places_are_equal_that_show_as_the_same() {
        assert_eq!(place("ä: 1\nb: 2", 6..7), place("a: 1\nb: 3", 5..6));
        assert_ne!(place("a: 1\nb: 2", 0..1), place("a: 1\nb: 2", 0..2));
        assert_ne!(place("a", 0..1), Place::new(&SourceFile::new("b", "a".as_bytes()), 0..1));
    }

    #[test]
    fn in_another_text_a_place_is_where_its_line_is() {
        let found = place("a: 1\nb: 2\n", 8..9);
        assert_eq!(found.bytes_in(b"a: 1\nb: 2\n"), 8..9);
        assert_eq!(found.bytes_in(b"\xef\xbb\xbfa: 1\nb: 2\n"), 11..12);
        assert_eq!(found.bytes_in(b"a"), 1..1);
    }

    #[test]
    fn a_line_is_shown_by_its_first_character() {
        let source = SourceFile::new("a", "x\nä: 1\n\n".as_bytes());
        let range = |line| Place::of_line(&source, line).range;
        assert_eq!([range(1), range(2), range(3), range(9)], [0..1, 2..4, 8..8, 9..9]);
    }
}
