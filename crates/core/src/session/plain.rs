//! Plain manifests as documents that their file wrote word for word, so that what mends templates mends them too.

use crate::render::{Causes, Document};
use crate::text::{FileId, Frame, FrameId, Origin, OriginKind, Part, SourceFile, SourceMap, Span, TextBuilder};
use std::ops::Range;
use std::sync::Arc;

/// A file of manifests as the cause of its documents.
#[derive(Debug)]
pub(super) struct Plain {
    pub causes: Causes,
    file: FileId,
    frame: FrameId,
    source: Arc<SourceFile>,
}

impl Plain {
    pub fn new(source: &Arc<SourceFile>) -> Plain {
        let (mut sources, mut trace) = (SourceMap::default(), Box::<crate::text::Trace>::default());
        let file = sources.share(source.clone());
        let site = Span::new(file, 0, source.text.len());
        let frame = trace.add_frame(Frame { parent: None, site, guard: None });
        let (virtual_files, values, known) = (Vec::new(), Default::default(), Default::default());
        let causes = Causes { sources, trace, virtual_files, values, known };
        Plain { causes, file, frame, source: source.clone() }
    }

    /// The document that an offset stands in, and where it starts in the file.
    pub fn document(&mut self, number: u32, at: usize) -> (Document, usize) {
        let range = between_separators(&self.source.text, at);
        let mut out = TextBuilder::new(true);
        let mut start = range.start;
        for line in self.source.text.get(range.clone()).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            let span = Span::new(self.file, start, start + line.len());
            let guard = None;
            let written = OriginKind::Written { span, frame: self.frame, guard, value: Origin::NONE };
            out.copy_all(line, self.causes.trace.add(written));
            start += line.len();
        }
        let (text, origin) = out.finish(Some(&mut self.causes.trace));
        let text = Part::new(&text, 0..text.len());
        let source = self.source.name.to_string();
        (Document { source, number, text, head: Default::default(), origin, start: 0, hook: None }, range.start)
    }
}

/// The text around an offset between the lines that separate documents.
fn between_separators(text: &[u8], at: usize) -> Range<usize> {
    let at = at.min(text.len());
    let is_separator = |line: usize, of: &[&[u8]]| {
        let rest = text.get(line..).unwrap_or_default();
        let behind = of.iter().find_map(|mark| rest.strip_prefix(*mark));
        behind.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
    };
    // Where a line of a document starts.
    let own = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |end| end + 1);
    let mut start = own;
    let start = loop {
        if is_separator(start, &[b"---"]) {
            break start + b"---".len();
        }
        let Some(before) = start.checked_sub(1) else { break 0 };
        start = memchr::memrchr(b'\n', text.get(..before).unwrap_or_default()).map_or(0, |end| end + 1);
    };
    let mut end = own;
    let end = loop {
        let Some(len) = memchr::memchr(b'\n', text.get(end..).unwrap_or_default()) else { break text.len() };
        end += len + 1;
        if is_separator(end, &[b"---", b"..."]) {
            break end;
        }
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_stand_between_separators() {
        let text = b"a: 1\n--- # two\nb: 2\n----\nc: 3\n---\nd: 4";
        let of = |at| String::from_utf8_lossy(&text[between_separators(text, at)]).into_owned();
        assert_eq!(of(0), "a: 1\n");
        assert_eq!(of(16), " # two\nb: 2\n----\nc: 3\n");
        assert_eq!(of(text.len()), "\nd: 4");
        assert_eq!(between_separators(b"", 3), 0..0);
    }

    #[test]
    fn a_document_knows_where_it_stands() {
        let mut plain = Plain::new(&SourceFile::new("a.yaml", &b"a: 1\n---\nb: 2\nc: 3\n"[..]));
        let (document, start) = plain.document(2, 10);
        assert_eq!((&document.text[..], start), (&b"\nb: 2\nc: 3\n"[..], 8));
        let span = plain.causes.literal(&document, &(6..7)).expect("its own text");
        assert_eq!(plain.causes.text(span), Some("c"));
    }
}
