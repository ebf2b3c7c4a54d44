//! What is to be said of a text without checking a chart: a configuration or rules of `.helmignore` at fault, and that a
//! text is large.

use crate::convert::Text;
use crate::{Fault, World};
use chartlens::chart::Ignore;
use chartlens::ide::{HUGE, LARGE};
use chartlens::text::path::base;
use lsp_types::{Diagnostic, DiagnosticSeverity};
use std::sync::Arc;

pub fn is_config(path: &str) -> bool {
    base(path) == "chartlens.toml"
}

fn is_ignore(path: &str) -> bool {
    base(path) == ".helmignore"
}

/// Whether there is ever something to say of a text.
pub fn has(path: &str, text: Option<&Arc<[u8]>>) -> bool {
    is_config(path) || is_ignore(path) || text.is_some_and(|text| text.len() > LARGE)
}

/// What is to be said of a text.
pub fn of(path: &str, text: &Arc<[u8]>, world: &dyn World) -> Vec<Diagnostic> {
    if text.len() > LARGE {
        return vec![too_large(text.len())];
    }
    let faults: Vec<Fault> = match () {
        () if is_config(path) => world.faults(&String::from_utf8_lossy(text)),
        () if is_ignore(path) => Ignore::parse_all(text).1,
        () => return Vec::new(),
    };
    let lines = Text::new(text.clone());
    let shown = faults.into_iter().map(|(range, message)| Diagnostic {
        range: lines.range(&(range.start as u32..range.end as u32)),
        ..said(DiagnosticSeverity::ERROR, message)
    });
    shown.collect()
}

/// What is left out where a text is large, on its first line.
fn too_large(size: usize) -> Diagnostic {
    let late = match size > HUGE {
        true => "",
        false => ", and hovers and findings come when its check is done, which may take long",
    };
    let message =
        format!("this text has {} MB: symbols, folding, links, lenses and hints are left out{late}", size / 1_000_000);
    said(DiagnosticSeverity::INFORMATION, message)
}

fn said(severity: DiagnosticSeverity, message: String) -> Diagnostic {
    Diagnostic { severity: Some(severity), source: Some("chartlens".to_owned()), message, ..Diagnostic::default() }
}
