//! GitLab's code quality report: the part of Code Climate's format that GitLab reads.

use super::Report;
use super::concise::joined;
use super::sarif::fingerprint;
use crate::diag::Severity;
use crate::text::LineColumn;
use serde_json::{Value, json};

impl Report {
    /// The report as GitLab reads it.
    pub fn to_gitlab(&self) -> String {
        let issues: Vec<Value> = self
            .diagnostics
            .iter()
            .map(|found| {
                let chart = || (joined(found.chart.as_deref(), ""), LineColumn { line: 1, column: 1 });
                let (path, at) = found.path().unwrap_or_else(chart);
                json!({
                    "description": format!("{}{}", found.message, self.origin(found)),
                    "check_name": found.code,
                    "fingerprint": fingerprint(found),
                    "severity": match found.severity {
                        Severity::Error => "major",
                        Severity::Warning => "minor",
                        Severity::Note => "info",
                    },
                    "location": {"path": path.trim_start_matches("./"), "lines": {"begin": at.line}},
                })
            })
            .collect();
        format!("{:#}\n", Value::from(issues))
    }
}
