//! Values that are missing because the file that sets them could not be read: said with the file, not each for itself.

use crate::diag::Diagnostic;
use crate::host::HelmVersion;
use crate::report::Report;
use crate::text::lossy;
use std::collections::HashMap;

/// The findings that say that a part of a values file is not read.
const UNREAD: &[&str] = &["values/invalid", "values/unread-rest"];

/// How many values are named in the note.
const NAMED: usize = 3;

/// Takes out the findings about values that are missing and stand in the lines of a values file that could not be read,
/// and tells of them where that file is told of.
pub fn fold(report: &mut Report) {
    let mut read = HashMap::new();
    let mut files: Vec<Unread> =
        report.diagnostics.iter().enumerate().filter_map(|at| Unread::of(at, report, &mut read)).collect();
    if files.is_empty() {
        return;
    }
    let mut number = 0;
    let is_told = |found: &Diagnostic| {
        let follows = files.iter_mut().find_map(|file| Some((file.misses(number, found)?, file)));
        number += 1;
        match follows {
            Some((path, file)) if !file.missed.contains(&path) => {
                file.missed.push(path);
                false
            }
            Some(_) => false,
            None => true,
        }
    };
    let kept: Vec<bool> = report.diagnostics.iter().map(is_told).collect();
    for file in files {
        let (note, told) = (file.note(), report.diagnostics.get_mut(file.number));
        told.into_iter().for_each(|told| told.notes.extend(note.clone()));
    }
    let mut kept = kept.into_iter();
    report.diagnostics.retain(|_| kept.next() != Some(false));
}

/// Whether something could be read of a file of a chart.
type Known = HashMap<(Option<String>, String), bool>;

/// A values file of which a part could not be read.
struct Unread {
    /// Number of the finding that says so.
    number: usize,
    chart: Option<String>,
    /// From the line to blame on.
    rest: String,
    /// The values that were missed.
    missed: Vec<String>,
}

impl Unread {
    /// The file that a finding is about, if it says that. `read` knows of which files something could be read.
    fn of((number, found): (usize, &Diagnostic), report: &Report, read: &mut Known) -> Option<Unread> {
        let place = found.place().filter(|_| UNREAD.contains(&&*found.code))?;
        let bytes = report.texts.get(found.chart.as_deref(), place.file())?;
        let is_read = || crate::chart::parse_patched(bytes, HelmVersion::V4).0.is_some();
        let read = *read.entry((found.chart.clone(), place.file().to_owned())).or_insert_with(is_read);
        // Where nothing at all could be read, every line counts.
        let start = if read { place.source.lines().start_of(place.line()) as usize } else { 0 };
        let rest = lossy(place.source.text.get(start..).unwrap_or_default()).into_owned();
        Some(Unread { number, chart: found.chart.clone(), rest, missed: Vec::new() })
    }

    /// The value that a finding misses, if it may stand in what was not read.
    fn misses(&self, number: usize, found: &Diagnostic) -> Option<String> {
        if number == self.number || found.chart != self.chart {
            return None;
        }
        let value = found.cause.as_ref()?.values.iter().find(|value| value.missing)?;
        let key = value.path.rsplit(['.', '[']).next()?.trim_matches(['"', ']']);
        let sets = |line: &str| {
            let line = line.trim_start_matches([' ', '-', '"', '\'']);
            let rest = line.strip_prefix(key).map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
            rest.is_some_and(|rest| rest.starts_with(':'))
        };
        self.rest.lines().any(sets).then(|| value.path.clone())
    }

    fn note(&self) -> Option<String> {
        let named: Vec<String> = self.missed.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
        let more = self.missed.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let were = if self.missed.len() == 1 { "was" } else { "were" };
        (!named.is_empty()).then(|| format!("and so {}{more} {were} taken as missing", named.join(", ")))
    }
}
