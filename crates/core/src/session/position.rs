//! From a line and a column of the result to what caused the character there.

use crate::diag::Cause;
use crate::host::HelmVersion;
use crate::render::{Document, OutputOptions, Rendered, template_output};
use crate::text::{LineColumn, LineIndex};

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

/// A line of the whole output, and where it stands: for a document the offset is the line's number there, from 1.
pub(super) fn line_of_output(rendered: &Rendered, line: u32, helm: HelmVersion) -> Result<Place<'_>, String> {
    let output = template_output(rendered, &OutputOptions::default(), helm)?;
    let Some(offset) = offset(&output, line as usize, 1) else {
        return Err(format!("the output has {} lines", output.iter().filter(|byte| **byte == b'\n').count()));
    };
    Ok(match place(rendered, offset) {
        Place::Document(document, offset) => {
            Place::Document(document, LineIndex::new(&document.text).line(offset as u32) as usize)
        }
        generated => generated,
    })
}

/// A place in the output.
pub(super) enum Place<'r> {
    /// In a document.
    Document(&'r Document, usize),
    /// In what stands around documents.
    Generated(&'static str),
}

/// What stands at an offset of the output, which is documents, each behind a separator and a line with its source.
fn place(rendered: &Rendered, offset: usize) -> Place<'_> {
    // Without manifests there is an empty line in front of the hooks.
    let mut at = usize::from(rendered.documents.is_empty());
    let last = rendered.documents.len().checked_sub(1);
    for (number, document) in rendered.documents.iter().chain(&rendered.hooks).enumerate() {
        let source = at + "---\n".len();
        let text = source + "# Source: \n".len() + document.source.len();
        // White space behind the last manifest goes.
        let shown = if Some(number) == last { document.text.trim_ascii_end() } else { &document.text };
        let end = text + shown.len();
        match () {
            () if offset < source => return Place::Generated("separator"),
            () if offset < text => return Place::Generated("source-comment"),
            () if offset < end => return Place::Document(document, offset - text),
            () => {}
        }
        at = end + 1;
    }
    Place::Generated("separator")
}

/// Offset of a line and a column in a text. The end of a line belongs to it.
fn offset(text: &[u8], line: usize, column: usize) -> Option<usize> {
    let at = LineColumn { line: u32::try_from(line).ok()?, column: u32::try_from(column).ok()? };
    let lines = LineIndex::new(text);
    let offset = lines.offset_of(text, at);
    // What is not there is the nearest that is.
    let is_there = lines.line_column(text, offset) == at && (offset as usize) < text.len();
    is_there.then_some(offset as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{ArchiveLimits, File, load_files};
    use crate::host::Host;
    use crate::render::{RenderOptions, render};

    #[test]
    fn places_of_the_output_lead_to_documents_and_hooks() {
        let files = vec![
            File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
            File::new("values.yaml", "a: größe\n"),
            File::new("templates/a.yaml", "kind: A\na: {{ .Values.a }}x\n\n"),
            File::new(
                "templates/b.yaml",
                "kind: B\nmetadata: {annotations: {helm.sh/hook: test}}\nb: {{ .Values.a }}\n",
            ),
        ];
        let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
        let options = RenderOptions { trace: true, ..RenderOptions::default() };
        let rendered = render(&chart, &options, &Host::default(), &|_| Err(String::new())).unwrap();
        let at = |line, column| cause_in_output(&rendered, line, column, HelmVersion::V4);
        let value = |cause: Cause| cause.values.first().map(|value| value.path.clone());
        let generated = |line| at(line, 1).unwrap().generated.unwrap();
        assert_eq!((generated(1).as_ref(), generated(2).as_ref()), ("separator", "source-comment"));
        assert_eq!(value(at(4, 8).unwrap()).as_deref(), Some("a"));
        assert_eq!(value(at(4, 9).unwrap()), None);
        assert_eq!((generated(5).as_ref(), generated(6).as_ref()), ("separator", "source-comment"));
        assert_eq!(value(at(9, 5).unwrap()).as_deref(), Some("a"));
        assert!([at(0, 1), at(1, 0), at(4, 99), at(99, 1)].iter().all(Option::is_none));
        let hook = rendered.hooks.first().unwrap();
        assert_eq!(cause_in_document(&rendered, hook, 3, 5), at(9, 5));
    }
}
