//! Advice that is carried out: each fix that a check offers is applied by itself, and the chart is checked again.

use crate::command::{command, with_environment};
use chartlens::diag::{Diagnostic, Severity};
use chartlens::report::Report;
use chartlens_cli::Fixed;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// What became of fixes, by the code of their findings.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// Offered, and of these true.
    pub codes: BTreeMap<String, (usize, usize)>,
    /// The fixes that do not do what they say, a line each.
    pub failed: Vec<String>,
}

impl Proof {
    /// Adds another.
    pub fn extend(&mut self, other: Proof) {
        for (code, (offered, good)) in other.codes {
            let row = self.codes.entry(code).or_default();
            row.0 += offered;
            row.1 += good;
        }
        self.failed.extend(other.failed);
    }
}

/// Applies every fix that `chartlens ARGS` offers in a folder, one at a time: its finding must be gone, and no error new.
pub fn prove(args: &[String], folder: &Path) -> Proof {
    let given: Vec<String> = args.windows(2).filter(|pair| pair[0] == "-f").map(|pair| pair[1].clone()).collect();
    let before = findings(args, folder);
    let mut proof = Proof::default();
    let mut tried = Vec::new();
    for found in before.iter().filter(|found| !found.fixes.is_empty()) {
        // Findings of one cause have one fix.
        if tried.contains(&&found.fixes[0].edits) {
            continue;
        }
        tried.push(&found.fixes[0].edits);
        let row = proof.codes.entry(found.code.to_string()).or_default();
        row.0 += 1;
        match carried_out(found, args, &given, folder, &before) {
            Ok(()) => row.1 += 1,
            Err(why) => {
                let place = &found.fixes[0].edits[0].place;
                let at = format!("{} {}:{}", args[0], place.file, place.line);
                proof.failed.push(format!("{at} {} {}: {}: {why}", found.code, found.message, found.fixes[0].title));
            }
        }
    }
    proof
}

/// Applies the first fix of a finding, checks again and puts the files back.
fn carried_out(
    found: &Diagnostic,
    args: &[String],
    given: &[String],
    folder: &Path,
    before: &[Diagnostic],
) -> Result<(), String> {
    let mut report = Report::default();
    report.diagnostics.push(found.clone());
    let mut fixed = Fixed::default();
    with_environment(folder, &mut Vec::new(), &mut Vec::new(), |env| {
        fixed.apply(&report, true, given, env)?;
        fixed.write(env)
    })?;
    let after = findings(args, folder);
    with_environment(folder, &mut Vec::new(), &mut Vec::new(), |env| fixed.restore(env))?;
    if fixed.applied == 0 {
        return Err("it was not applied".to_owned());
    }
    let is_there = |other: &&Diagnostic| identity(other) == identity(found);
    let count = |findings: &[Diagnostic]| findings.iter().filter(is_there).count();
    if count(&after) >= count(before) {
        return Err("the finding is still there".to_owned());
    }
    let known: HashSet<String> = before.iter().map(kind).collect();
    let is_new = |other: &&Diagnostic| {
        other.severity == Severity::Error && !known.contains(&kind(other)) && !was_hidden(other, found, before)
    };
    match after.iter().find(is_new) {
        Some(new) => Err(format!("new: {} {}", new.code, new.message)),
        None => Ok(()),
    }
}

/// Whether a finding could not be seen behind the one that was mended: in what stopped, in a text that was not read to
/// its end, below a field that nobody knew, of a value that nobody read.
fn was_hidden(other: &Diagnostic, mended: &Diagnostic, before: &[Diagnostic]) -> bool {
    let template = |found: &Diagnostic| {
        let document = found.rendered.as_ref().map(|place| place.document.clone());
        document.or(found.cause.as_ref().and_then(|cause| Some(cause.template.as_ref()?.file.clone())))
    };
    let ended = |found: &Diagnostic| found.code.starts_with("render/") || found.code.starts_with("yaml/");
    let around = mended.pointer.as_deref().and_then(|pointer| Some(pointer.rsplit_once('/')?.0));
    let below = |around: &str| other.pointer.as_deref().is_some_and(|pointer| pointer.starts_with(around));
    let values = |found: &Diagnostic| found.cause.as_ref().map(|cause| cause.values.clone()).unwrap_or_default();
    let line =
        |found: &Diagnostic| values(found).iter().map(|value| (value.file.clone(), value.line)).collect::<Vec<_>>();
    mended.stops
        || (ended(mended) && before.iter().any(|found| ended(found) && template(found) == template(other)))
        || (mended.code == "schema/unknown-field" && around.is_some_and(below) && other.object == mended.object)
        || (mended.code == "values/unknown-key" && line(mended).iter().any(|place| line(other).contains(place)))
}

/// What is wrong, whatever the object is called.
fn kind(found: &Diagnostic) -> String {
    match &found.pointer {
        Some(pointer) => format!("{} {pointer}", found.code),
        None => format!("{} {}", found.code, found.message),
    }
}

/// What makes a finding the same as one before: all but where things moved to.
fn identity(found: &Diagnostic) -> String {
    format!("{} {:?} {:?} {}", found.code, found.object, found.pointer, found.message)
}

fn findings(args: &[String], folder: &Path) -> Vec<Diagnostic> {
    let mut all = vec!["check".to_owned()];
    all.extend(args.iter().cloned());
    all.extend(["--format", "json", "--show-secrets"].map(str::to_owned));
    let outcome = command(&all, folder);
    serde_json::from_slice::<Report>(&outcome.stdout).map(|report| report.diagnostics).unwrap_or_default()
}
