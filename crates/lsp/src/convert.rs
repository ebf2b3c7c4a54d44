//! Between bytes and UTF-16, between files of a chart and URIs.

use crate::uri;
use chartlens::diag::Severity;
use chartlens::ide::{self, ChartState, FileDiagnostic, Snapshot};
use chartlens::text::{LineIndex, LineUtf16, path::clean};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// A text with its lines.
#[derive(Clone, Debug)]
pub struct Text {
    bytes: Arc<[u8]>,
    lines: Arc<LineIndex>,
}

impl Text {
    /// Indexes a text.
    pub fn new(bytes: Arc<[u8]>) -> Text {
        let lines = Arc::new(LineIndex::new(&bytes));
        Text { bytes, lines }
    }

    /// The offset of a position.
    pub fn offset(&self, position: Position) -> u32 {
        self.lines.offset_of_utf16(&self.bytes, LineUtf16 { line: position.line, column: position.character })
    }

    /// The position of an offset.
    pub fn position(&self, offset: u32) -> Position {
        let at = self.lines.line_utf16(&self.bytes, offset);
        Position { line: at.line, character: at.column }
    }

    /// A range of bytes as positions.
    pub fn range(&self, range: &std::ops::Range<u32>) -> Range {
        Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// The bytes of a range of positions.
    pub fn bytes(&self, range: Range) -> std::ops::Range<u32> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

/// Files of a chart as an editor knows them.
#[derive(Debug)]
pub struct Files<'c> {
    chart: &'c ChartState,
    texts: HashMap<String, Option<Text>>,
}

impl<'c> Files<'c> {
    /// The files of a chart.
    pub fn new(chart: &'c ChartState) -> Files<'c> {
        Files { chart, texts: HashMap::new() }
    }

    /// The path of a file.
    pub fn path(chart: &ChartState, file: &str) -> String {
        match chart.root.as_str() {
            "" => file.to_owned(),
            _ if file.starts_with('/') => file.to_owned(),
            root => clean(&format!("{root}/{file}")),
        }
    }

    /// The URI of a file. What stands in an archive is written out to where it can be read.
    pub fn uri(&self, file: &str) -> Option<Uri> {
        match file.contains(".tgz!/") {
            true => unpacked(self.chart, file),
            false => uri::of_path(&Files::path(self.chart, file)),
        }
    }

    /// The text of a file.
    pub fn text(&mut self, file: &str) -> Option<Text> {
        let chart = self.chart;
        self.texts.entry(file.to_owned()).or_insert_with(|| chart.text(file).map(Text::new)).clone()
    }

    /// A place.
    pub fn location(&mut self, at: &ide::Location) -> Option<Location> {
        let range = self.text(&at.file)?.range(&at.range);
        Some(Location { uri: self.uri(&at.file)?, range })
    }

    /// Edits, by file.
    #[expect(clippy::mutable_key_type, reason = "the key type is the protocol's, and its text does not change")]
    pub fn edit(&mut self, edits: &[ide::TextEdit]) -> Option<WorkspaceEdit> {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for edit in edits {
            // A file that is to come has no text yet.
            let range = self.text(&edit.at.file).map(|text| text.range(&edit.at.range)).unwrap_or_default();
            changes.entry(self.uri(&edit.at.file)?).or_default().push(TextEdit { range, new_text: edit.new.clone() });
        }
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    }

    /// A finding.
    pub fn diagnostic(&mut self, file: &str, found: &FileDiagnostic) -> Diagnostic {
        let range = self.text(file).map(|text| text.range(&found.range)).unwrap_or_default();
        let related = found.related.iter().filter_map(|related| {
            let location = self.location(&related.at)?;
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        let related: Vec<_> = related.collect();
        let tags = found.tags.iter().map(|tag| match tag {
            ide::Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
            ide::Tag::Deprecated => DiagnosticTag::DEPRECATED,
        });
        let tags: Vec<_> = tags.collect();
        Diagnostic {
            range,
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(found.code.clone())),
            code_description: found.url.as_ref().and_then(|url| Some(CodeDescription { href: url.parse().ok()? })),
            source: Some("chartlens".to_owned()),
            message: found.message.clone(),
            related_information: (!related.is_empty()).then_some(related),
            tags: (!tags.is_empty()).then_some(tags),
            data: None,
        }
    }
}

/// The lines of a snapshot.
pub fn text_of(snapshot: &Snapshot) -> Text {
    Text::new(snapshot.text.clone())
}

/// A file of an archive, written out read-only.
fn unpacked(chart: &ChartState, file: &str) -> Option<Uri> {
    let text = chart.text(file)?;
    let name = format!("{}/{file}", chart.root.trim_start_matches('/')).replace("!/", "/");
    let path = std::env::temp_dir().join("chartlens-archives").join(clean(&name));
    if std::fs::read(&path).ok().as_deref() != Some(&text) {
        std::fs::create_dir_all(path.parent()?).ok()?;
        make_writable(&path);
        std::fs::write(&path, &text).ok()?;
        let mut permissions = std::fs::metadata(&path).ok()?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).ok()?;
    }
    uri::of_path(&path.to_string_lossy().replace('\\', "/"))
}

/// An older version of the file may be there.
fn make_writable(path: &Path) {
    // What cannot be removed cannot be written either, which is told there.
    let _ = std::fs::remove_file(path);
}
