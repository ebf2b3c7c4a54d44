//! What is wrong with the comments of a values.yaml, and with a README that was made of it.

use super::Comments;
use chartlens::diag::{Cause, Diagnostic, Fact, Place, Severity};
use chartlens::kube::tree::Node;
use chartlens::report::Report;
use std::ops::Range;
use std::sync::Arc;

/// One thing that is wrong in values.yaml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its code.
    pub code: &'static str,
    /// What is wrong, in a line.
    pub says: String,
    /// The line, from 1.
    pub line: u32,
    /// Its columns in characters, from 1.
    pub columns: Range<u32>,
}

/// Collects what is wrong.
pub struct Problems<'c, 't> {
    pub(super) comments: &'c Comments<'t>,
    pub(super) found: Vec<Problem>,
}

impl<'c, 't> Problems<'c, 't> {
    /// None yet.
    pub fn new(comments: &'c Comments<'t>) -> Problems<'c, 't> {
        Problems { comments, found: Vec::new() }
    }

    /// A value that no comment describes.
    pub fn undocumented(&mut self, name: &str, node: Node<'_>) {
        let (line, columns) = self.comments.place(node);
        let says = format!("no comment says what `{name}` is for");
        self.found.push(Problem { code: "docs/undocumented-value", says, line, columns });
    }

    /// A comment on a value that is not there.
    pub fn unknown(&mut self, name: &str, line: u32) {
        let (line, columns) = self.comments.place_of(line, name);
        let says = format!("a comment describes `{name}`, which values.yaml does not have");
        self.found.push(Problem { code: "docs/unknown-value", says, line, columns });
    }
}

/// The report of a chart's problems. `name` is the chart as it was given.
pub fn report(name: &str, text: &str, problems: &[Problem]) -> Report {
    let mut report = Report::default();
    report.summary.charts = 1;
    report.texts.add(Some(name), "values.yaml", Arc::from(text.as_bytes()));
    for problem in problems {
        let Range { start: column, end: end_column } = problem.columns.clone();
        let place =
            Place { file: "values.yaml".to_owned(), line: problem.line, column, end_line: problem.line, end_column };
        report.add(finding(problem.code, &problem.says, Severity::Warning, Some(name), place));
    }
    report
}

/// A README that is older than values.yaml: the first line that differs. The file is relative to the chart, or
/// stands for itself where there is none.
pub fn outdated(chart: Option<&str>, file: &str, line: u32) -> Diagnostic {
    let place = Place { file: file.to_owned(), line, column: 1, end_line: line, end_column: 2 };
    let says = format!("{file} is older than values.yaml and its comments: `chartlens docs` writes it anew");
    finding("docs/outdated", &says, Severity::Error, chart, place)
}

fn finding(code: &'static str, says: &str, severity: Severity, chart: Option<&str>, place: Place) -> Diagnostic {
    Diagnostic {
        severity,
        chart: chart.map(str::to_owned),
        cause: Some(Cause { template: Some(place), ..Cause::default() }),
        ..Diagnostic::of(code, Fact::Remark { says: says.to_owned() })
    }
}
