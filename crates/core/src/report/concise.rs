//! A line for each finding: `file:line:column: weight: message [code]`.

use super::{PrettyOptions, Report};
use crate::diag::{Diagnostic, ValueCause};

impl Report {
    /// A line for each finding, and one with the counts unless it is to be quiet.
    pub fn to_concise(&self, options: &PrettyOptions) -> String {
        let mut out: String = self.diagnostics.iter().map(|found| line(found) + "\n").collect();
        if !options.quiet {
            out.push_str(&self.counts());
            out.push('\n');
        }
        out
    }

    /// The counts in words.
    pub fn counts(&self) -> String {
        let summary = &self.summary;
        let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        format!(
            "{}, {}, {} in {} and {}",
            count(summary.errors, "error"),
            count(summary.warnings, "warning"),
            count(summary.notes, "note"),
            count(summary.charts, "chart"),
            count(summary.documents, "document")
        )
    }
}

/// One finding on one line.
pub fn line(found: &Diagnostic) -> String {
    let place = match found.path() {
        Some((path, line, column)) => format!("{path}:{line}:{column}"),
        None => found.chart.clone().unwrap_or_else(|| "-".to_owned()),
    };
    let message = found.message.replace('\n', " ");
    let mut text = format!("{place}: {}: {message} [{}]", found.severity.name(), found.code);
    if let Some(value) = found.cause.as_ref().and_then(|cause| cause.values.first()) {
        text.push_str(&format!(" ({} from {}:{})", value.path, value.text_name(), value.line));
    }
    text
}

/// The file that sets a value as it is found from the working folder, where those given with `-f` are at home.
pub fn value_path(chart: Option<&str>, value: &ValueCause) -> String {
    joined(chart.filter(|_| value.layer != "file"), value.file.as_deref().unwrap_or_default())
}

/// A file of a chart as it is found from the working folder.
pub fn joined(chart: Option<&str>, file: &str) -> String {
    match chart {
        Some(chart) if !file.is_empty() => format!("{}/{file}", chart.trim_end_matches('/')),
        Some(chart) => chart.to_owned(),
        None => file.to_owned(),
    }
}
