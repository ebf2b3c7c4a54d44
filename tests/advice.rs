//! Advice that is carried out: each fix that a check offers is applied by itself, and the chart is checked again.

use crate::command::{command, with_environment};
use chartlens::diag::{Diagnostic, Fix, Severity, ValueCause};
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
    /// The findings that tell what another one tells.
    pub twice: Vec<String>,
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
        self.twice.extend(other.twice);
    }
}

/// Applies every fix that `chartlens ARGS` offers in a folder, one at a time: its finding must be gone, and no error new
/// beside those of the `healthy` chart, where it is known how the chart was.
pub fn prove(args: &[String], folder: &Path, healthy: &[Diagnostic]) -> Proof {
    let given: Vec<String> = args.windows(2).filter(|pair| pair[0] == "-f").map(|pair| pair[1].clone()).collect();
    let before = findings(args, folder);
    let rendered = documents(args, folder);
    let mut proof = Proof { twice: crate::once::repeated(&before), ..Proof::default() };
    let mut tried = Vec::new();
    // What is packed is left alone.
    let packed = |fix: &Fix| fix.edits.iter().any(|edit| edit.place.file().contains('!'));
    for found in before.iter().filter(|found| found.fixes.first().is_some_and(|fix| !packed(fix))) {
        // Findings of one cause have one fix.
        if tried.contains(&&found.fixes[0].edits) {
            continue;
        }
        tried.push(&found.fixes[0].edits);
        let row = proof.codes.entry(found.code.to_string()).or_default();
        row.0 += 1;
        match carried_out(found, args, &given, folder, (&before, healthy), rendered.as_ref()) {
            Ok(()) => row.1 += 1,
            Err(why) => {
                let place = &found.fixes[0].edits[0].place;
                let at = format!("{} {}:{}", args[0], place.file(), place.line());
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
    (before, healthy): (&[Diagnostic], &[Diagnostic]),
    rendered: Option<&Documents>,
) -> Result<(), String> {
    let mut report = Report::default();
    report.diagnostics.push(found.clone());
    let mut fixed = Fixed::default();
    with_environment(folder, &mut Vec::new(), &mut Vec::new(), |env| {
        fixed.apply(&report, true, given, env)?;
        fixed.write(env)
    })?;
    let after = findings(args, folder);
    let now = documents(args, folder);
    with_environment(folder, &mut Vec::new(), &mut Vec::new(), |env| fixed.restore(env))?;
    if fixed.applied == 0 {
        return Err("it was not applied".to_owned());
    }
    if let (Some(was), Some(now)) = (rendered, &now) {
        let defines = |file: &str| args.first().is_some_and(|chart| has_definitions(&folder.join(chart).join(file)));
        nothing_else(&found.fixes[0], was, now, defines)?;
    }
    let is_there = |other: &&Diagnostic| identity(other) == identity(found);
    let count = |findings: &[Diagnostic]| findings.iter().filter(is_there).count();
    if count(&after) >= count(before) {
        return Err("the finding is still there".to_owned());
    }
    let known: HashSet<String> = before.iter().chain(healthy).map(kind).collect();
    let is_new = |other: &&Diagnostic| {
        other.severity == Severity::Error && !known.contains(&kind(other)) && !was_hidden(other, found, before)
    };
    match after.iter().find(is_new) {
        Some(new) => Err(format!("new: {} {}", new.code, new.message)),
        None => Ok(()),
    }
}

/// What a chart renders: the template of each document, and its text.
type Documents = Vec<(String, String)>;

/// What `chartlens template` prints for the arguments of a check; nothing where that ends with an error.
fn documents(args: &[String], folder: &Path) -> Option<Documents> {
    let mut all = vec!["template".to_owned()];
    let profile = args.iter().position(|arg| arg == "--profile");
    let is_profile = |n: usize| profile.is_some_and(|at| n == at || n == at + 1);
    all.extend(args.iter().enumerate().filter(|(n, _)| !is_profile(*n)).map(|(_, arg)| arg.clone()));
    let outcome = command(&all, folder);
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned();
    let split = |part: &str| part.split_once('\n').map(|(name, text)| (name.to_owned(), text.to_owned()));
    (outcome.exit == 0).then(|| text.split("# Source: ").skip(1).filter_map(split).collect())
}

/// A text with its SHA-256 sums left out: a sum of what was mended is another one.
fn without_checksums(text: &str) -> String {
    let is_sum = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !is_sum(&part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric())))
        .collect()
}

/// A fix in a template changes what that template writes, and nothing else but checksums of it. What values, helpers and
/// charts inside, which may have other names, reach is not known here.
fn nothing_else(fix: &Fix, was: &Documents, now: &Documents, defines: impl Fn(&str) -> bool) -> Result<(), String> {
    let files: Vec<&str> = fix.edits.iter().map(|edit| edit.place.file()).collect();
    let has_reach = |file: &&str| {
        !file.starts_with("templates/") || file.rsplit('/').next().is_some_and(is_helper) || defines(file)
    };
    if files.iter().any(has_reach) {
        return Ok(());
    }
    let others = |all: &Documents| {
        let other = |document: &&(String, String)| !files.iter().any(|file| document.0.ends_with(file));
        all.iter().filter(other).map(|(source, text)| (source.clone(), without_checksums(text))).collect::<Documents>()
    };
    match others(was) == others(now) {
        true => Ok(()),
        false => Err("documents of other templates changed".to_owned()),
    }
}

/// Whether a template defines helpers, wherever it stands.
fn has_definitions(template: &Path) -> bool {
    std::fs::read_to_string(template).is_ok_and(|text| text.contains("define \""))
}

fn is_helper(name: &str) -> bool {
    name.starts_with('_')
}

/// Applies all fixes together, as `--fix --unsafe-fixes` does: a second time changes nothing, and no error is new. The
/// number that was applied.
pub fn together(args: &[String], folder: &Path) -> Result<usize, String> {
    let known: HashSet<String> = findings(args, folder).iter().map(kind).collect();
    let fix = || {
        let mut all = vec!["check".to_owned()];
        all.extend(args.iter().cloned());
        all.extend(["--fix", "--unsafe-fixes", "--quiet"].map(str::to_owned));
        let stderr = String::from_utf8_lossy(&command(&all, folder).stderr).into_owned();
        let count = stderr.lines().find_map(|line| line.strip_suffix(" fixed"));
        count.and_then(|count| count.parse::<usize>().ok()).ok_or_else(|| format!("nothing was fixed: {stderr}"))
    };
    let applied = fix()?;
    let after = findings(args, folder);
    match after.iter().find(|found| found.severity == Severity::Error && !known.contains(&kind(found))) {
        Some(new) => return Err(format!("{}: all together: new: {} {}", args[0], new.code, new.message)),
        None if applied == 0 => return Ok(0),
        None => {}
    }
    match fix()? {
        0 => Ok(applied),
        more => Err(format!("{}: a second time changes {more} more", args[0])),
    }
}

/// Whether a finding could not be seen behind the one that was mended: in what stopped, in a text that was not read to
/// its end, below a field that nobody knew, of a value that nobody read.
fn was_hidden(other: &Diagnostic, mended: &Diagnostic, before: &[Diagnostic]) -> bool {
    let template = |found: &Diagnostic| {
        let document = found.rendered.as_ref().map(|rendered| rendered.place.file().to_owned());
        document.or(found.cause.as_ref().and_then(|cause| Some(cause.template.as_ref()?.file().to_owned())))
    };
    let ended = |found: &Diagnostic| found.code.starts_with("render/") || found.code.starts_with("yaml/");
    let around = mended.pointer.as_deref().and_then(|pointer| Some(pointer.rsplit_once('/')?.0));
    let below = |around: &str| other.pointer.as_deref().is_some_and(|pointer| pointer.starts_with(around));
    let values = |found: &Diagnostic| found.cause.as_ref().map(|cause| cause.values.clone()).unwrap_or_default();
    let place = |value: &ValueCause| (value.place.file().to_owned(), value.place.line());
    let line = |found: &Diagnostic| values(found).iter().map(place).collect::<Vec<_>>();
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

/// What a check with these arguments finds in a folder.
pub fn findings(args: &[String], folder: &Path) -> Vec<Diagnostic> {
    let mut all = vec!["check".to_owned()];
    all.extend(args.iter().cloned());
    all.extend(["--format", "json", "--show-secrets"].map(str::to_owned));
    let outcome = command(&all, folder);
    serde_json::from_slice::<Report>(&outcome.stdout).map(|report| report.diagnostics).unwrap_or_default()
}
