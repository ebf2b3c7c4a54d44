//! Between bytes and UTF-16, between files of a chart and URIs.

use crate::uri;
use chartlens::diag::Severity;
use chartlens::ide::{self, ChartState, FileDiagnostic, Lines, Snapshot, Texts};
use chartlens::text::{LineUtf16, path::clean};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// A text with its lines, in the terms of the protocol.
#[derive(Clone, Debug)]
pub struct Text(Lines);

impl Text {
    /// Indexes a text.
    pub fn new(bytes: Arc<[u8]>) -> Text {
        Text(Lines::new(bytes))
    }

    /// The offset of a position.
    pub fn offset(&self, position: Position) -> u32 {
        self.0.offset(of_protocol(position))
    }

    /// The position of an offset.
    pub fn position(&self, offset: u32) -> Position {
        to_protocol(self.0.position(offset))
    }

    /// A range of bytes as positions.
    pub fn range(&self, range: &std::ops::Range<u32>) -> Range {
        positions(self.0.range(range))
    }

    /// The bytes of a range of positions.
    pub fn bytes(&self, range: Range) -> std::ops::Range<u32> {
        self.0.bytes(of_protocol(range.start)..of_protocol(range.end))
    }
}

/// A position as the core counts it.
pub fn of_protocol(position: Position) -> LineUtf16 {
    LineUtf16 { line: position.line, column: position.character }
}

fn to_protocol(at: LineUtf16) -> Position {
    Position { line: at.line, character: at.column }
}

fn positions(range: std::ops::Range<LineUtf16>) -> Range {
    Range { start: to_protocol(range.start), end: to_protocol(range.end) }
}

/// Files of a chart as an editor knows them.
#[derive(Debug)]
pub struct Files<'c> {
    chart: &'c ChartState,
    texts: Texts<'c>,
}

impl<'c> Files<'c> {
    /// The files of a chart.
    pub fn new(chart: &'c ChartState) -> Files<'c> {
        Files { chart, texts: Texts::new(chart) }
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
        self.texts.get(file).cloned().map(Text)
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
            let range = positions(self.texts.range(&edit.at.file, &edit.at.range));
            changes.entry(self.uri(&edit.at.file)?).or_default().push(TextEdit { range, new_text: edit.new.clone() });
        }
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    }

    /// Findings by file.
    pub fn diagnostics(&mut self, found: &BTreeMap<String, Vec<FileDiagnostic>>) -> Vec<(Uri, Vec<Diagnostic>)> {
        let shown = found.iter().filter_map(|(file, found)| {
            let shown = found.iter().map(|found| self.diagnostic(file, found)).collect();
            Some((self.uri(file)?, shown))
        });
        shown.collect()
    }

    /// A finding.
    pub fn diagnostic(&mut self, file: &str, found: &FileDiagnostic) -> Diagnostic {
        let range = positions(self.texts.range(file, &found.range));
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
