//! Baselines: what was found before, so that only what is new is told.

use crate::environment::{Environment, go_error};
use chartlens::diag::Diagnostic;
use chartlens::report::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// A finding as it is recognised again: by what it is about, not by its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    code: String,
    chart: Option<String>,
    file: String,
    object: String,
    pointer: Option<String>,
    message: String,
}

impl Known {
    fn of(found: &Diagnostic) -> Known {
        let object = found.object.as_ref().map(|object| {
            let name = object.name.as_deref().unwrap_or_default();
            format!("{}/{} {name}", object.api_version, object.kind)
        });
        Known {
            code: found.code.to_string(),
            chart: found.chart.clone(),
            file: found.file().unwrap_or_default().to_owned(),
            object: object.unwrap_or_default(),
            pointer: found.pointer.clone(),
            message: found.message.clone(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    known: Known,
    count: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

fn count(report: &Report) -> BTreeMap<Known, usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry(Known::of(found)).or_default() += 1;
    }
    counts
}

/// Writes the findings of a report to a file; how many they are.
///
/// # Errors
///
/// The file cannot be written.
pub fn write(report: &Report, name: &str, env: &Environment<'_>) -> Result<usize, String> {
    let findings = count(report).into_iter().map(|(known, count)| Entry { known, count }).collect();
    let text = serde_json::to_string_pretty(&File { version: VERSION, findings }).map_err(|error| error.to_string())?;
    std::fs::write(env.path(name), text + "\n").map_err(|error| format!("open {name}: {}", go_error(&error)))?;
    Ok(report.diagnostics.len())
}

/// Takes out of a report what a file knows; how many findings that are.
///
/// # Errors
///
/// The file cannot be read, or is no baseline.
pub fn leave_out(report: &mut Report, name: &str, env: &Environment<'_>) -> Result<usize, String> {
    let text = env.read(name).map_err(|error| format!("{error}; --write-baseline {name} makes it"))?;
    let file: File = serde_json::from_slice(&text).map_err(|error| format!("{name} is no baseline: {error}"))?;
    if file.version != VERSION {
        return Err(format!("{name} is a baseline of version {}; write it anew", file.version));
    }
    let mut known: BTreeMap<Known, usize> = file.findings.into_iter().map(|entry| (entry.known, entry.count)).collect();
    let before = report.diagnostics.len();
    report.diagnostics.retain(|found| match known.get_mut(&Known::of(found)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    report.finish();
    Ok(before - report.diagnostics.len())
}
