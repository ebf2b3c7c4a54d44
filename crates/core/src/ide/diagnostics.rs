//! Findings by file: on the template line, with the values keys beside.

use super::chart::ChartState;
use super::workspace::Snapshot;
use super::{Location, TextEdit};
use crate::diag::{Cause, Diagnostic, Fact, Fix, Place, Severity, ValueCause};
use std::collections::BTreeMap;
use std::ops::Range;

/// A finding in one file.
#[derive(Clone, Debug)]
pub struct FileDiagnostic {
    /// Where it shows.
    pub range: Range<u32>,
    /// How much it weighs.
    pub severity: Severity,
    /// Its code.
    pub code: String,
    /// Where the code is documented.
    pub url: Option<String>,
    /// What is wrong, what to do, and where it holds.
    pub message: String,
    /// What else had a part in it.
    pub related: Vec<Related>,
    /// How to show it.
    pub tags: Vec<Tag>,
    /// Ways to mend it.
    pub fixes: Vec<FileFix>,
}

/// A place that had a part in a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub at: Location,
    /// What it is.
    pub message: String,
}

/// How to show a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Nothing uses it.
    Unnecessary,
    /// It is on its way out.
    Deprecated,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFix {
    /// What it does.
    pub title: String,
    /// Whether it cannot change the meaning of anything else.
    pub safe: bool,
    /// The edits.
    pub edits: Vec<TextEdit>,
}

/// Findings by file.
pub(super) type Found = BTreeMap<String, Vec<FileDiagnostic>>;

impl Snapshot {
    /// The findings in this file.
    pub fn diagnostics(&self) -> &[FileDiagnostic] {
        self.chart.diagnostics().get(&self.file).map(Vec::as_slice).unwrap_or_default()
    }
}

impl ChartState {
    /// All findings, by file: those without a place of their own are in Chart.yaml. The same result each time.
    pub fn diagnostics(&self) -> &BTreeMap<String, Vec<FileDiagnostic>> {
        self.found.get_or_init(|| self.find())
    }

    /// The same for a chart that nothing else is asked about: what it loads and renders for this is not kept.
    pub fn diagnostics_alone(&self) -> &BTreeMap<String, Vec<FileDiagnostic>> {
        self.found.get_or_init(|| match self.is_checked() {
            true => self.find(),
            false => self.apart().find(),
        })
    }

    fn find(&self) -> Found {
        let places = Places { chart: self };
        let targets = 1.max(self.options.check.kube_versions.len()) * 1.max(self.options.check.values_sets.len());
        let mut found = Found::new();
        found.extend(self.huge().map(|(file, text)| (file.to_owned(), vec![left_out(text.len())])));
        for diagnostic in &self.report().diagnostics {
            let (file, finding) = places.finding(diagnostic, targets);
            let of_file = found.entry(file).or_default();
            // One line that many documents come from is told once.
            match of_file.iter_mut().find(|old| same(old, &finding)) {
                Some(old) => old.related.extend(finding.related),
                None => of_file.push(finding),
            }
        }
        for finding in found.values_mut().flatten() {
            let mut seen: Vec<Related> = Vec::new();
            finding.related.retain(|related| !seen.contains(related) && (seen.push(related.clone()), true).1);
            finding.related.truncate(MOST_RELATED);
        }
        found
    }
}

/// That a text is so large that its chart is left out.
fn left_out(size: usize) -> FileDiagnostic {
    let code = "limit/exhausted";
    FileDiagnostic {
        range: 0..0,
        severity: Severity::Note,
        code: code.to_owned(),
        url: crate::codes::find(code).map(|code| code.url()),
        message: format!(
            "this text has {} MB: editors do not render or check its chart, `chartlens check` does; of values files what \
             they said when they were read last counts",
            size / 1_000_000
        ),
        related: Vec::new(),
        tags: Vec::new(),
        fixes: Vec::new(),
    }
}

/// So many places beside a finding are enough.
const MOST_RELATED: usize = 12;

fn same(a: &FileDiagnostic, b: &FileDiagnostic) -> bool {
    (&a.range, &a.code, &a.message) == (&b.range, &b.code, &b.message)
}

struct Places<'c> {
    chart: &'c ChartState,
}

impl Places<'_> {
    fn finding(&self, found: &Diagnostic, targets: usize) -> (String, FileDiagnostic) {
        let cause = found.cause.as_ref();
        let mut related = Vec::new();
        let at = self.main_place(found);
        if let Some(cause) = cause {
            self.relate(cause, &at, &mut related);
        }
        let url = crate::codes::find(&found.code).filter(|code| code.code == found.code).map(|code| code.url());
        let fixes = found.fixes.iter().filter_map(|fix| self.fix(fix)).collect();
        let finding = FileDiagnostic {
            range: at.range,
            severity: found.severity,
            code: found.code.to_string(),
            url,
            message: message(found, targets),
            related,
            tags: tags(found),
            fixes,
        };
        (at.file, finding)
    }

    /// The template line, else the values key, else the document's own file, else the chart.
    fn main_place(&self, found: &Diagnostic) -> Location {
        let cause = found.cause.as_ref();
        let template = cause.and_then(|cause| cause.template.as_ref()).and_then(|place| self.location(place));
        let value = cause.and_then(|cause| cause.values.iter().find_map(|value| self.value(value)));
        let own = found.rendered.as_ref().and_then(|rendered| self.location(&rendered.place));
        template.or(value).or(own).unwrap_or_else(|| Location::new(self.fallback(), 0..0))
    }

    fn fallback(&self) -> String {
        match self.chart.is_chart {
            true => "Chart.yaml".to_owned(),
            false => self.chart.files().next().map_or(String::new(), |(name, _)| name.clone()),
        }
    }

    fn relate(&self, cause: &Cause, main: &Location, related: &mut Vec<Related>) {
        let mut add = |at: Option<Location>, message: String| {
            related.extend(at.filter(|at| at != main).map(|at| Related { at, message }));
        };
        for value in &cause.values {
            let what = if value.missing { "is not set" } else { "is set here" };
            add(self.value(value), format!("`{}` {what}", value.path));
            for lost in &value.overrode {
                add(self.value(lost), format!("`{}` overrides this", value.path));
            }
        }
        for call in cause.stack.iter().rev() {
            add(self.location(&call.place), format!("called from here: {}", call.call));
        }
        for guard in cause.guards.iter() {
            let names: Vec<String> = guard.values.iter().map(|value| format!("`{}`", value.path)).collect();
            let on = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
            add(self.location(&guard.place), format!("under this condition{on}"));
        }
    }

    fn value(&self, value: &ValueCause) -> Option<Location> {
        self.location(&value.place).filter(|_| value.file().is_some())
    }

    fn fix(&self, fix: &Fix) -> Option<FileFix> {
        let edit = |edit: &crate::diag::Edit| Some(TextEdit { at: self.location(&edit.place)?, new: edit.new.clone() });
        let edits: Vec<TextEdit> = fix.edits.iter().map(edit).collect::<Option<_>>()?;
        let editable = edits.iter().all(|edit| self.chart.is_editable(&edit.at.file));
        editable.then(|| FileFix { title: fix.title.clone(), safe: fix.safe, edits })
    }

    /// A place in a file that is there.
    fn location(&self, place: &Place) -> Option<Location> {
        let text = self.chart.text(place.file())?;
        let Range { start, end } = place.bytes_in(&text);
        // What has no length shows as the word there.
        let end = if end > start { end } else { start + word_len(&text, start) };
        Some(Location::new(place.file(), start as u32..end as u32))
    }
}

/// How long the word at an offset is, or the action that starts there.
fn word_len(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line.starts_with(b"{{") {
        return memchr::memmem::find(line, b"}}").map_or(line.len(), |at| at + 2);
    }
    line.iter().take_while(|byte| !byte.is_ascii_whitespace()).count()
}

fn message(found: &Diagnostic, targets: usize) -> String {
    let mut text = found.message.clone();
    for more in found.notes.iter().chain(&found.help) {
        text.push_str(&format!("\n{more}"));
    }
    if !found.targets.is_empty() && found.targets.len() < targets {
        let names: Vec<String> = found.targets.iter().map(target).collect();
        text.push_str(&format!("\nonly for {}", names.join("; ")));
    }
    text
}

fn target(target: &crate::diag::Target) -> String {
    match &target.values_set {
        Some(set) => format!("Kubernetes {} with the values `{set}`", target.kube_version),
        None => format!("Kubernetes {}", target.kube_version),
    }
}

fn tags(found: &Diagnostic) -> Vec<Tag> {
    match found.fact() {
        Some(Fact::UnusedValue { .. } | Fact::UnknownValue { .. }) => vec![Tag::Unnecessary],
        Some(Fact::Deprecated { .. }) => vec![Tag::Deprecated],
        _ => Vec::new(),
    }
}
