//! From a line and a column of the result to what caused the character there.

use crate::diag::Cause;
use crate::host::HelmVersion;
use crate::render::{Document, OutputOptions, Rendered, template_output};

/// What caused a character of a document; none where there is no such place. Lines and columns count from 1.
pub fn cause_in_document(rendered: &Rendered, document: &Document, line: usize, column: usize) -> Option<Cause> {
    let offset = offset(&document.text, line, column)?;
    Some(rendered.trace.as_ref().map(|causes| causes.of_document(document, offset)).unwrap_or_default())
}

/// What caused a character of the whole output, separators and source lines included.
pub fn cause_in_output(rendered: &Rendered, line: usize, column: usize, helm: HelmVersion) -> Option<Cause> {
    // Only `show_only`, which is not asked for, can fail.
    let output = template_output(rendered, &OutputOptions::default(), helm).unwrap_or_default();
    let offset = offset(&output, line, column)?;
    Some(match place(rendered, offset) {
        Place::Document(document, offset) => {
            rendered.trace.as_ref().map(|causes| causes.of_document(document, offset)).unwrap_or_default()
        }
        Place::Generated(what) => Cause { generated: Some(what.into()), ..Cause::default() },
    })
}

/// A place in the output.
enum Place<'r> {
    /// In a document.
    Document(&'r Document, usize),
    /// In what stands around documents.
    Generated(&'static str),
}

/// What stands at an offset of the output, which is documents, each behind a separator and a line with its source.
fn place(rendered: &Rendered, offset: usize) -> Place<'_> {
    let mut at = 0;
    let mut end = 0;
    for (hook, documents) in [(false, &rendered.documents), (true, &rendered.hooks)] {
        for document in documents {
            let source = at + "---\n".len();
            let text = source + "# Source: \n".len() + document.source.len();
            end = text + document.text.len();
            match () {
                () if offset < source => return Place::Generated("separator"),
                () if offset < text => return Place::Generated("source-comment"),
                () if offset < end => return Place::Document(document, offset - text),
                () => {}
            }
            at = end + 1;
        }
        if !hook {
            // White space behind the last manifest goes.
            let tail = documents.last().map_or(0, |last| last.text.len() - last.text.trim_ascii_end().len());
            at = if documents.is_empty() { 1 } else { end - tail + 1 };
            if offset < at {
                return Place::Generated("separator");
            }
        }
    }
    Place::Generated("separator")
}

/// Offset of a line and a column in a text. The end of a line belongs to it.
fn offset(text: &[u8], line: usize, column: usize) -> Option<usize> {
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let before = line.checked_sub(1)?;
    let start: usize = lines.by_ref().take(before).map(<[u8]>::len).sum();
    let found = lines.next()?;
    // Characters start at bytes that continue none.
    let mut starts = found.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 != 0x80);
    starts.nth(column.checked_sub(1)?).map(|(at, _)| start + at)
}
