//! The Test Anything Protocol, version 13.

use super::Report;
use crate::diag::Severity;
use std::fmt::Write as _;

impl Report {
    /// The report as TAP: a point for each finding; notes are points that pass.
    pub fn to_tap(&self) -> String {
        let mut out = format!("TAP version 13\n1..{}\n", self.diagnostics.len().max(1));
        if self.diagnostics.is_empty() {
            out.push_str("ok 1 - no findings\n");
        }
        for (i, found) in self.diagnostics.iter().enumerate() {
            let word = if found.severity == Severity::Note { "ok" } else { "not ok" };
            // A hash would start a directive.
            let _ = writeln!(out, "{word} {} - {}", i + 1, self.line(found).replace('#', "\\#"));
            if let Some(help) = &found.help {
                let _ = writeln!(out, "  ---\n  help: {}\n  ...", serde_json::Value::from(help.as_str()));
            }
        }
        out
    }
}
