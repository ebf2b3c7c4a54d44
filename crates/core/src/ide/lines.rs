//! Texts with their lines, and places in them as editors count them: lines, and UTF-16 in each.

use super::chart::ChartState;
use crate::text::{LineIndex, LineUtf16};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// A text with its lines.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The text.
    pub text: Arc<[u8]>,
    /// Where its lines begin.
    pub index: Arc<LineIndex>,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn new(text: Arc<[u8]>) -> Lines {
        let index = Arc::new(LineIndex::new(&text));
        Lines { text, index }
    }

    /// The offset of a position.
    pub fn offset(&self, position: LineUtf16) -> u32 {
        self.index.offset_of_utf16(&self.text, position)
    }

    /// The position of an offset.
    pub fn position(&self, offset: u32) -> LineUtf16 {
        self.index.line_utf16(&self.text, offset)
    }

    /// A range of bytes as positions.
    pub fn range(&self, range: &Range<u32>) -> Range<LineUtf16> {
        self.position(range.start)..self.position(range.end)
    }

    /// The bytes of a range of positions.
    pub fn bytes(&self, range: Range<LineUtf16>) -> Range<u32> {
        self.index.bytes_of_utf16(&self.text, &range)
    }
}

/// The texts of a chart with their lines, each read when it is first asked for.
#[derive(Debug)]
pub struct Texts<'c> {
    chart: &'c ChartState,
    texts: HashMap<String, Option<Lines>>,
}

impl<'c> Texts<'c> {
    /// The texts of a chart.
    pub fn new(chart: &'c ChartState) -> Texts<'c> {
        Texts { chart, texts: HashMap::new() }
    }

    /// The text of a file, where it is there.
    pub fn get(&mut self, file: &str) -> Option<&Lines> {
        if !self.texts.contains_key(file) {
            self.texts.insert(file.to_owned(), self.chart.text(file).map(Lines::new));
        }
        self.texts.get(file)?.as_ref()
    }

    /// A range of bytes in a file as positions. A file that is to come has no text yet: all of it is at its start.
    pub fn range(&mut self, file: &str, range: &Range<u32>) -> Range<LineUtf16> {
        self.get(file).map(|lines| lines.range(range)).unwrap_or_default()
    }
}
