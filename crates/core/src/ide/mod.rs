//! What editors ask: diagnostics as one types, hover, completion, definition, references, rename and the like.
//!
//! A [`Workspace`] holds charts as the host read them, and over them the texts that are being edited. A [`Snapshot`] of it
//! is one file at one moment; each feature is a method of it in a file of its own. Plain data goes in and out: files by
//! their names from the chart's folder, places as bytes. A host that speaks a protocol translates at its edge.
//!
//! ```
//! use chartlens::chart::File;
//! use chartlens::ide::{ChartOptions, Workspace};
//!
//! let mut workspace = Workspace::default();
//! let files = vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
//!     File::new("values.yaml", "image: nginx\n"),
//!     File::new("templates/a.yaml", "image: {{ .Values.im }}\n"),
//! ];
//! workspace.set_chart("web", files, ChartOptions::default());
//! let snapshot = workspace.snapshot("web/templates/a.yaml").unwrap();
//! let items = snapshot.completion("image: {{ .Values.im".len() as u32);
//! assert_eq!(items.iter().map(|item| item.label.as_str()).collect::<Vec<_>>(), ["image"]);
//! ```

mod actions;
mod chart;
mod completion;
mod cursor;
mod custom_docs;
mod definition;
mod diagnostics;
mod field_docs;
mod fields;
mod folding;
mod formatting;
mod hover;
mod ignore;
mod inlay;
mod lens;
mod lines;
mod links;
mod metadata;
mod occurrences;
mod outline;
mod references;
mod rename;
mod rendered;
mod signature;
mod symbol;
mod symbols;
mod tokens;
mod values;
mod workspace;
mod written;

pub use actions::{Action, ActionKind};
pub use chart::{ChartOptions, ChartState, HUGE, LARGE};
pub use completion::{Completion, CompletionKind};
pub use diagnostics::{FileDiagnostic, FileFix, Related, Tag};
pub use field_docs::{FieldDocs, KeptDocs};
pub use folding::Fold;
pub use hover::Hover;
pub use inlay::Inlay;
pub use lens::Lens;
pub use lines::{Lines, Texts};
pub use links::Link;
pub use occurrences::Role;
pub use rendered::{MOST_PARTS, Preview, PreviewDocument, PreviewPart};
pub use signature::Signature;
pub use symbol::Symbol;
pub use symbols::{HelperCalls, NamedSymbol, SymbolKind};
pub use tokens::{Token, TokenKind};
pub use workspace::{FileKind, Snapshot, Workspace};

use std::ops::Range;

/// A range of bytes in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The file, from the chart's folder, or a values file by its name.
    pub file: String,
    /// The bytes.
    pub range: Range<u32>,
}

impl Location {
    /// A range in a file.
    pub fn new(file: impl Into<String>, range: Range<u32>) -> Location {
        Location { file: file.into(), range }
    }
}

/// A replacement of text in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What goes.
    pub at: Location,
    /// What comes.
    pub new: String,
}
