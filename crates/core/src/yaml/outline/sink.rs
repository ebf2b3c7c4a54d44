//! Who is told what an outline passes.

use std::ops::Range;

/// Is told what an ordinary text holds, in the order of the text. What it is told of scalars are their bytes as they are
/// written; `at` is the first byte of what is told, quotes included.
pub trait Sink<'t> {
    /// Whether an outline is only wanted of what JSON can spell, and with its entries.
    const IS_PLAIN: bool = true;
    /// One more line is looked at. Lines of scalars behind their first are only told with these.
    fn line(&mut self) {}
    /// A sequence or a mapping starts.
    fn open(&mut self, at: usize, is_sequence: bool);
    /// The innermost collection ends.
    fn close(&mut self);
    /// A sequence in brackets starts.
    fn open_brackets(&mut self, at: usize) {
        self.open(at, true);
    }
    /// It ends: `end` is the byte behind its bracket.
    fn close_brackets(&mut self, _end: usize) {
        self.close();
    }
    /// A key of the innermost mapping, without its quotes, if it has some.
    fn key(&mut self, at: usize, key: &'t [u8], quote: Option<u8>);
    /// The `-` of an item of the innermost sequence.
    fn item(&mut self, at: usize);
    /// The first line of a plain scalar, without a comment.
    fn plain(&mut self, at: usize, line: &'t [u8]);
    /// One more line of it.
    fn more(&mut self, at: usize, line: &'t [u8]);
    /// A blank line, which counts within a plain scalar.
    fn blank(&mut self);
    /// What stands between quotes.
    fn quoted(&mut self, at: usize, inner: &'t [u8], quote: u8);
    /// A block scalar.
    fn block(&mut self, at: usize, block: Block<'t>);
    /// `[]` or `{}`, with blanks between or without.
    fn empty(&mut self, written: Range<usize>, is_sequence: bool);
    /// A comment, from its `#` to the end of the line.
    fn comment(&mut self, _written: Range<usize>) {}
}

/// A block scalar as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Block<'t> {
    /// `|` or `>`.
    pub style: u8,
    /// `-` or `+`.
    pub chomping: Option<u8>,
    /// Where the line behind the header starts.
    pub body: usize,
    /// The lines from there on, blank ones behind it included.
    pub lines: &'t [u8],
    /// How far they are indented.
    pub indent: usize,
}

/// Who wants to know nothing of it.
impl Sink<'_> for () {
    fn open(&mut self, _: usize, _: bool) {}
    fn close(&mut self) {}
    fn key(&mut self, _: usize, _: &[u8], _: Option<u8>) {}
    fn item(&mut self, _: usize) {}
    fn plain(&mut self, _: usize, _: &[u8]) {}
    fn more(&mut self, _: usize, _: &[u8]) {}
    fn blank(&mut self) {}
    fn quoted(&mut self, _: usize, _: &[u8], _: u8) {}
    fn block(&mut self, _: usize, _: Block<'_>) {}
    fn empty(&mut self, _: Range<usize>, _: bool) {}
}
