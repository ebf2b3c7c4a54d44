//! What is wrong with the comments of a values.yaml, and with a README that was made of it.

use super::Comments;
use chartlens::diag::{Cause, Diagnostic, Fact, Place, Severity};
use chartlens::kube::tree::Node;
use chartlens::report::Report;
use chartlens::text::SourceFile;
use std::ops::Range;

/// One thing that is wrong in values.yaml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its code.
    pub code: &'static str,
    /// What is wrong, in a line.
    pub says: String,
    /// Its bytes.
    pub range: Range<usize>,
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
        let range = self.comments.place(node);
        let says = format!("no comment says what `{name}` is for");
        self.found.push(Problem { code: "docs/undocumented-value", says, range });
    }

    /// A comment on a value that is not there.
    pub fn unknown(&mut self, name: &str, line: u32) {
        let range = self.comments.place_of(line, name);
        let says = format!("a comment describes `{name}`, which values.yaml does not have");
        self.found.push(Problem { code: "docs/unknown-value", says, range });
    }
}

/// The report of a chart's problems. `name` is the chart as it was given.
pub fn report(name: &str, text: &str, problems: &[Problem]) -> Report {
    let mut report = Report::default();
    report.summary.charts = 1;
    let source = SourceFile::new("values.yaml", text.as_bytes());
    report.texts.add(Some(name), &source.name, source.text.clone());
    for problem in problems {
        let place = Place::new(&source, problem.range.clone());
        report.add(finding(problem.code, &problem.says, Severity::Warning, Some(name), place));
    }
    report
}

/// A README that is older than values.yaml, and the first line of its text that differs. The file is relative to the
/// chart, or stands for itself where there is none.
pub fn outdated(chart: Option<&str>, file: &str, text: &str, line: u32) -> Diagnostic {
    let place = Place::of_line(&SourceFile::new(file, text.as_bytes()), line);
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
