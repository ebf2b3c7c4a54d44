//! Reports: findings in order, with the texts they point into, and one file for each form they are written in.

mod concise;
mod excerpt;
mod github;
mod gitlab;
mod json;
mod junit;
mod pretty;
mod sarif;
mod shape;
mod tap;
mod window;

pub use crate::text::{MASK, is_secret};
pub use concise::counted;
pub use excerpt::Texts;
pub use pretty::PrettyOptions;

use crate::diag::{Diagnostic, Place, Severity, ValueCause};
use crate::text::LineColumn;
use serde::{Deserialize, Serialize};

/// A form that reports are written in.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name, as `--format` has it.
    pub name: &'static str,
    /// Who it is for.
    pub summary: &'static str,
    /// Writes a report. Only forms for people look at the options.
    pub write: fn(&Report, &PrettyOptions) -> String,
}

/// All forms.
pub const FORMATS: &[Format] = &[
    Format { name: "pretty", summary: "people: excerpts of templates and values", write: Report::to_pretty },
    Format { name: "concise", summary: "a finding a line, as compilers do", write: Report::to_concise },
    Format { name: "json", summary: "programs", write: |report, _| report.to_json() },
    Format { name: "jsonl", summary: "programs, a finding a line", write: |report, _| report.to_json_lines() },
    Format { name: "sarif", summary: "code scanning", write: |report, _| report.to_sarif() },
    Format { name: "junit", summary: "test dashboards", write: |report, _| report.to_junit() },
    Format { name: "tap", summary: "test harnesses", write: |report, _| report.to_tap() },
    Format { name: "github", summary: "annotations of GitHub's workflows", write: |report, _| report.to_github() },
    Format { name: "gitlab", summary: "GitLab's code quality reports", write: |report, _| report.to_gitlab() },
];

/// Version of the shape of reports.
const VERSION: u32 = 1;

/// Everything that a check found, complete and in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of this shape.
    pub version: u32,
    /// The findings, by chart, file, line and code.
    pub diagnostics: Vec<Diagnostic>,
    /// How many there are.
    pub summary: Summary,
    /// The texts that the findings point into.
    #[serde(skip)]
    pub texts: Texts,
    /// Where findings are that look alike, for as many as were there when it was made.
    #[serde(skip)]
    alike: Alike,
}

/// Numbers of findings by what they say.
#[derive(Clone, Debug, Default)]
struct Alike {
    /// The last one that says it.
    last: foldhash::HashMap<u64, usize>,
    /// For each the one before it that says the same.
    before: Vec<Option<usize>>,
}

impl Alike {
    /// Learns what findings say that came otherwise.
    fn learn(&mut self, all: &[Diagnostic]) {
        if self.before.len() > all.len() {
            *self = Alike::default();
        }
        for found in all.iter().skip(self.before.len()) {
            self.add(words(found));
        }
    }

    /// The numbers of the findings that say the same.
    fn of(&self, words: u64) -> impl Iterator<Item = usize> {
        let last = self.last.get(&words).copied();
        std::iter::successors(last, |number| self.before.get(*number).copied().flatten())
    }

    /// Notes a finding that comes next.
    fn add(&mut self, words: u64) {
        let before = self.last.insert(words, self.before.len());
        self.before.push(before);
    }
}

/// A number that is equal for findings that say the same of the same object.
fn words(found: &Diagnostic) -> u64 {
    let hasher = foldhash::fast::FixedState::default();
    let Diagnostic { code, message, pointer, chart, object, .. } = found;
    std::hash::BuildHasher::hash_one(&hasher, (code, message, pointer, chart, object))
}

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Findings that will not work.
    pub errors: usize,
    /// Findings that are likely mistakes.
    pub warnings: usize,
    /// Findings worth knowing.
    pub notes: usize,
    /// Charts that were looked at.
    pub charts: usize,
    /// Documents that were looked at.
    pub documents: usize,
}

impl Default for Report {
    fn default() -> Self {
        Report {
            version: VERSION,
            diagnostics: Vec::new(),
            summary: Summary::default(),
            texts: Texts::default(),
            alike: Alike::default(),
        }
    }
}

impl Report {
    /// Adds a finding; where it is there already, its targets are added to that.
    pub fn add(&mut self, found: Diagnostic) {
        let same = |old: &Diagnostic| {
            old.code == found.code
                && old.message == found.message
                && old.pointer == found.pointer
                && old.chart == found.chart
                && old.object == found.object
                && old.cause == found.cause
                && old.rendered == found.rendered
        };
        self.alike.learn(&self.diagnostics);
        let words = words(&found);
        let same = self.alike.of(words).find(|number| self.diagnostics.get(*number).is_some_and(same));
        match same.and_then(|number| self.diagnostics.get_mut(number)) {
            Some(old) => {
                for target in found.targets {
                    if !old.targets.contains(&target) {
                        old.targets.push(target);
                    }
                }
            }
            None => {
                self.alike.add(words);
                self.diagnostics.push(found);
            }
        }
    }

    /// Takes in another report.
    pub fn merge(&mut self, other: Report) {
        self.summary.charts += other.summary.charts;
        self.summary.documents += other.summary.documents;
        self.texts.merge(other.texts);
        for found in other.diagnostics {
            self.add(found);
        }
    }

    /// Puts the findings in order and counts them.
    pub fn finish(&mut self) {
        let mut order: Vec<_> = self.diagnostics.iter().map(order).zip(0..).collect();
        order.sort();
        let order: Vec<usize> = order.into_iter().map(|(_, number)| number).collect();
        let mut found: Vec<_> = std::mem::take(&mut self.diagnostics).into_iter().map(Some).collect();
        let take = |number: usize| found.get_mut(number).and_then(Option::take);
        self.diagnostics = order.into_iter().filter_map(take).collect();
        self.alike = Alike::default();
        let count = |severity| self.diagnostics.iter().filter(|d| d.severity == severity).count();
        self.summary.errors = count(Severity::Error);
        self.summary.warnings = count(Severity::Warning);
        self.summary.notes = count(Severity::Note);
    }

    /// Whether nothing was found that weighs as much as `level`.
    pub fn is_ok(&self, level: Severity) -> bool {
        self.diagnostics.iter().all(|found| found.severity < level)
    }
}

/// What findings are sorted by: the chart; where Helm stops; their weight; what follows from other things last; then the
/// place.
fn order(found: &Diagnostic) -> impl Ord + '_ {
    let chart = found.chart.as_deref().unwrap_or_default();
    // A field that is misspelt or of a wrong type often makes a rule beyond the schema complain too, and what fails or is
    // not read is missing elsewhere.
    let follows = found.code.starts_with("api/") || found.code.starts_with("reference/");
    let weight = std::cmp::Reverse(found.severity);
    let (file, at) = (found.file().unwrap_or_default(), found.place().map(Place::start));
    (chart, !found.stops, weight, follows, file, at, &*found.code, found.pointer.as_deref())
}

impl Diagnostic {
    /// The place that a person should look at: in the template, else in the values, else in the document.
    pub fn place(&self) -> Option<&Place> {
        let cause = self.cause.as_ref();
        let template = cause.and_then(|cause| cause.template.as_ref());
        let value = || cause?.values.first().map(|value| &value.place);
        let rendered = || self.rendered.as_ref().map(|rendered| &rendered.place);
        template.or_else(value).or_else(rendered)
    }

    /// The name of the file that a person should look at: none for arguments of the command line.
    pub fn file(&self) -> Option<&str> {
        match self.blamed_value() {
            Some(value) => Some(value.file().unwrap_or_default()),
            None => self.place().map(Place::file),
        }
    }

    /// The file as it is found from the working folder, and the place in it.
    pub fn path(&self) -> Option<(String, LineColumn)> {
        let place = self.place()?;
        let path = match self.blamed_value() {
            Some(value) => concise::value_path(self.chart.as_deref(), value),
            None => concise::joined(self.chart.as_deref(), place.file()),
        };
        Some((path, place.start()))
    }

    /// The value that a person should look at, where that is no template.
    fn blamed_value(&self) -> Option<&ValueCause> {
        self.cause.as_ref().filter(|cause| cause.template.is_none())?.values.first()
    }
}
