//! Fixes of values files that are no YAML are carried out before they are offered: the chart is checked with the file as
//! it would be then, and where that brings another error, the finding says so instead.

use super::{CheckOptions, Session};
use crate::chart::{Chart, ValuesFile, parse_patched, parse_values};
use crate::diag::{Diagnostic, Severity, edited};
use crate::host::{HelmVersion, Host};
use crate::lint::Selection;
use crate::report::Report;
use crate::values::{ReadFile, ValuesSource};
use std::collections::HashSet;
use std::sync::Arc;

/// How many fixes of one check are carried out; what stands behind these is offered untried.
const MOST: usize = 4;

/// A chart and what it is checked with.
pub(super) struct Proof<'a> {
    pub session: &'a Session,
    pub chart: &'a Chart,
    pub name: &'a str,
    pub options: &'a CheckOptions,
    pub host: &'a Host,
    pub read: ReadFile<'a>,
}

impl Proof<'_> {
    /// Takes the fixes of values files out of a report that bring another error, and says which.
    pub fn withdraw(&self, report: &mut Report) {
        let is_unread = |found: &&Diagnostic| found.code == "values/invalid" && !found.fixes.is_empty();
        if !report.diagnostics.iter().any(|found| is_unread(&found)) {
            return;
        }
        let known: HashSet<String> = report.diagnostics.iter().map(kind).collect();
        let (told, texts) = (&mut report.diagnostics, &report.texts);
        for found in told.iter_mut().filter(|found| is_unread(&&**found)).take(MOST) {
            let Some(fix) = found.fixes.first() else { continue };
            let Some(edit) = fix.edits.first() else { continue };
            let text = texts.get(found.chart.as_deref(), edit.place.file());
            let after = text.and_then(|text| self.after(edit.place.file(), &Arc::from(edited(text, &fix.edits))));
            let new = after.into_iter().flat_map(|report| report.diagnostics).find(|other| {
                other.severity == Severity::Error && other.code != found.code && !known.contains(&kind(other))
            });
            if let Some(new) = new {
                found.help = Some(format!("{} makes it YAML, and then: {}", fix.title, new.message));
                found.fixes.clear();
            }
        }
    }

    /// The report with another text of a values file; nothing where no such file is read.
    fn after(&self, file: &str, text: &Arc<[u8]>) -> Option<Report> {
        let selection = Arc::new(Selection::none());
        let mut options = CheckOptions { selection, against: None, ..self.options.clone() };
        let sets = options.values_sets.iter_mut().flat_map(|(_, sources)| sources);
        let mut is_given = false;
        for source in options.render.values.iter_mut().chain(sets) {
            if let ValuesSource::File { name, text: old } = source
                && name == file
            {
                (*old, is_given) = (text.clone(), true);
            }
        }
        let helm = options.render.helm;
        let chart = with_values(self.chart, file, text, helm).filter(|_| !is_given);
        let is_read = is_given || chart.is_some();
        let chart = chart.as_ref().unwrap_or(self.chart);
        is_read.then(|| {
            let first = self.session.render_first(chart, &options, self.host, self.read);
            self.session.run(chart, self.name, &options, self.host, self.read, &|| &first)
        })
    }
}

/// A chart with another text of its values.yaml, or of one inside; nothing where there is no such file.
fn with_values(chart: &Chart, file: &str, text: &Arc<[u8]>, helm: HelmVersion) -> Option<Chart> {
    if file == format!("{}values.yaml", chart.location) {
        let values: Option<ValuesFile> = match parse_values(text, helm) {
            Ok(values) => Some(values),
            Err(_) => parse_patched(text, helm).0,
        };
        let errors = chart.errors.iter().filter(|error| error.file.as_deref() != Some(file)).cloned().collect();
        return Some(Chart { values, errors, ..chart.clone() });
    }
    let inside = chart.dependencies.iter().enumerate();
    let (number, inner) = inside
        .filter(|(_, inner)| file.starts_with(&inner.location))
        .find_map(|(number, inner)| Some((number, with_values(inner, file, text, helm)?)))?;
    let mut dependencies = chart.dependencies.clone();
    *dependencies.get_mut(number)? = Arc::new(inner);
    Some(Chart { dependencies, ..chart.clone() })
}

/// What is wrong, wherever it stands now.
fn kind(found: &Diagnostic) -> String {
    let pointer = found.pointer.as_deref().unwrap_or(&found.message);
    format!("{} {pointer}", found.code)
}
