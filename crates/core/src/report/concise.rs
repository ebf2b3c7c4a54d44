//! A line for each finding: `file:line:column: weight: message [code]`.

use super::{PrettyOptions, Report};
use crate::diag::{Diagnostic, ValueCause};

impl Report {
    /// A line for each finding, and one with the counts unless it is to be quiet.
    pub fn to_concise(&self, options: &PrettyOptions) -> String {
        let mut out: String = self.diagnostics.iter().map(|found| self.line(found) + "\n").collect();
        if !options.quiet {
            out.push_str(&self.counts());
            out.push('\n');
        }
        out
    }

    /// One finding on one line.
    pub(super) fn line(&self, found: &Diagnostic) -> String {
        let place = match found.path() {
            Some((path, at)) => format!("{path}:{}:{}", at.line, at.column),
            None => found.chart.clone().unwrap_or_else(|| "-".to_owned()),
        };
        let message = found.message.replace('\n', " ");
        format!("{place}: {}: {message} [{}]{}", found.severity.name(), found.code, self.origin(found))
    }

    /// The value behind a finding, as it follows a message: ` (tag from values.yaml:3)`.
    pub(super) fn origin(&self, found: &Diagnostic) -> String {
        let value = found.cause.as_ref().and_then(|cause| cause.values.first());
        let shown = |value: &ValueCause| {
            let from = self.written(found.chart.as_deref(), value);
            format!(" ({} from {from})", value.path)
        };
        value.filter(|value| !value.path.is_empty()).map(shown).unwrap_or_default()
    }

    /// Where a value was set, as its user wrote it: a line of a file, or the flag: `--set tag=3`.
    pub(super) fn written(&self, chart: Option<&str>, value: &ValueCause) -> String {
        match (value.file(), value.argument) {
            (Some("-"), _) => format!("-f -:{}", value.place.line()),
            (Some(file), _) => format!("{file}:{}", value.place.line()),
            (None, number) => match self.texts.masked(chart, value.place.file()) {
                Some(argument) => format!("--{} {}", value.layer, shortened(&argument)),
                None => format!("--{} number {}", value.layer, number.unwrap_or_default()),
            },
        }
    }

    /// The counts in words.
    pub fn counts(&self) -> String {
        let summary = &self.summary;
        format!(
            "{}, {}, {} in {} and {}",
            counted(summary.errors, "error"),
            counted(summary.warnings, "warning"),
            counted(summary.notes, "note"),
            counted(summary.charts, "chart"),
            counted(summary.documents, "document")
        )
    }
}

/// A number with its noun: `1 chart`, `2 charts`.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The start of an argument, where it is long.
fn shortened(argument: &str) -> String {
    const MOST: usize = 60;
    let line = argument.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// The file that sets a value as it is found from the working folder, where those given with `-f` are at home.
pub fn value_path(chart: Option<&str>, value: &ValueCause) -> String {
    joined(chart.filter(|_| !value.is_outside()), value.file().unwrap_or_default())
}

/// A file of a chart as it is found from the working folder. Arguments of flags are in no folder.
pub fn joined(chart: Option<&str>, file: &str) -> String {
    match chart {
        _ if file.starts_with("--") => file.split(' ').next().unwrap_or(file).to_owned(),
        Some(chart) if !file.is_empty() => format!("{}/{file}", chart.trim_end_matches('/')),
        Some(chart) => chart.to_owned(),
        None => file.to_owned(),
    }
}
