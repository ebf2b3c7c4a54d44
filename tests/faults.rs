//! Planted faults: real charts with one mistake each, and the place to blame.
//!
//! The format is described in the README beside the recordings, which are no part of the repository.

use crate::advice::Proof;
use crate::command::{command, with_environment};
use crate::once::repeated;
use chartlens::diag::Diagnostic;

use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// How a fault was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The first new finding names the planted place.
    Exact,
    /// It names a place that can fairly be blamed too.
    Alternative,
    /// A later new finding names the planted place.
    Later(String),
    /// New findings name other places.
    Elsewhere(String),
    /// Nothing new was found.
    Silent,
}

/// A folder of faults with the charts they are planted in.
pub struct Faults {
    /// The faults.
    pub faults: Vec<Value>,
    /// The folder of the charts.
    pub charts: PathBuf,
}

impl Faults {
    /// The faults in a folder; the charts stand beside it.
    pub fn open(dir: &Path) -> Option<Faults> {
        let text = fs::read_to_string(dir.join("faults.jsonl")).ok()?;
        let faults = text.lines().map(|line| serde_json::from_str(line).expect("a fault on each line")).collect();
        let charts = dir.canonicalize().ok()?.parent()?.join("corpus/charts");
        Some(Faults { faults, charts })
    }

    /// Other faults in the same charts.
    pub fn with(self, faults: Vec<Value>) -> Faults {
        Faults { faults, ..self }
    }

    /// Whether the files that the fault changes are there.
    pub fn is_complete(&self, fault: &Value) -> bool {
        let folder = self.charts.join(fault["chart"].as_str().unwrap_or_default());
        let mut edits = fault["edits"].as_array().into_iter().flatten();
        let has_dependencies = || {
            let chart = folder.to_string_lossy().into_owned();
            with_environment(&folder, &mut Vec::new(), &mut Vec::new(), |env| {
                chartlens_cli::prepare(&[chart], env).is_ok_and(|prepared| is_whole(&prepared.chart))
            })
        };
        edits.all(|edit| folder.join(edit["file"].as_str().unwrap_or_default()).exists()) && has_dependencies()
    }

    /// Plants a fault, and carries out every advice by itself.
    pub fn advise(&self, fault: &Value, scratch: &Path) -> Proof {
        let args = self.copy(fault, scratch);
        let healthy = crate::advice::findings(&args, scratch);
        let args = self.plant(fault, scratch, args);
        crate::advice::prove(&args, scratch, &healthy)
    }

    /// Plants a fault in a copy of its chart below `scratch` and looks what is found, and what of it is told twice.
    pub fn check(&self, fault: &Value, scratch: &Path) -> (Verdict, Vec<String>) {
        let new = self.new_findings(&[fault], scratch);
        let found: Vec<Diagnostic> =
            new.iter().filter_map(|found| serde_json::from_value(found.clone()).ok()).collect();
        (verdict(&fault["expect"], fault["layer"].as_str(), &new), repeated(&found))
    }

    /// Plants faults of one chart together, and looks which of them are found.
    pub fn check_together(&self, faults: &[&Value], scratch: &Path) -> Vec<bool> {
        let new = self.new_findings(faults, scratch);
        let is_found = |fault: &&Value| {
            let (expect, layer) = (&fault["expect"], fault["layer"].as_str());
            let others = expect["alternatives"].as_array().into_iter().flatten();
            let mut places = others.map(|place| (place, None)).chain([(expect, layer)]);
            places.any(|(place, layer)| new.iter().any(|found| names(found, place, layer)))
        };
        faults.iter().map(is_found).collect()
    }

    /// What is found with faults and not without.
    fn new_findings(&self, faults: &[&Value], scratch: &Path) -> Vec<Value> {
        let Some(first) = faults.first() else { return Vec::new() };
        let mut args = self.copy(first, scratch);
        let flags: Vec<&str> = match first["profile"].as_str() {
            Some(profile) => [REPORT, &["--profile", profile]].concat(),
            None => REPORT.to_vec(),
        };
        let before: HashSet<String> = found(&with(&args, "check", &flags), scratch).iter().map(identity).collect();
        for fault in faults {
            args = self.plant(fault, scratch, args);
        }
        let new = found(&with(&args, "check", &flags), scratch).into_iter();
        new.filter(|found| !before.contains(&identity(found))).collect()
    }

    /// Plants a fault, has it mended, and looks whether the chart renders as it did before.
    pub fn mend(&self, fault: &Value, scratch: &Path) -> Mended {
        let args = self.copy(fault, scratch);
        let render = |args: &[String]| {
            let outcome = command(&with(args, "template", &[]), scratch);
            (outcome.exit == 0).then_some(outcome.stdout)
        };
        let fix = |args: &[String]| {
            let outcome = command(&with(args, "check", &["--fix", "--unsafe-fixes", "--profile", "none"]), scratch);
            String::from_utf8_lossy(&outcome.stderr).lines().last().is_some_and(|line| !line.starts_with("0 "))
        };
        // A key that nobody reads changes nothing: what is meant is the chart with the right one.
        let args = if fault["kind"] == "typo-value" { self.spelled(fault, scratch, args) } else { args };
        let healthy = render(&args);
        // What is wrong with the chart besides is mended too.
        fix(&args);
        let healthier = render(&args);
        let args = self.copy(fault, scratch);
        let args = self.plant(fault, scratch, args);
        let fixed = fix(&args);
        let mended = render(&args);
        match (fixed, mended.is_some() && (mended == healthy || mended == healthier)) {
            (false, _) => Mended::NotOffered,
            (true, true) => Mended::Restored,
            (true, false) => Mended::Otherwise,
        }
    }

    /// Plants a misspelt key as it was meant.
    fn spelled(&self, fault: &Value, scratch: &Path, args: Vec<String>) -> Vec<String> {
        let args = self.plant(fault, scratch, args);
        let last = |field: &str| fault["expect"][field].as_str().and_then(|path| path.rsplit('.').next());
        let file = &fault["values_file"];
        if let (Some(name), Some(text), Some(wrong), Some(right)) =
            (file["name"].as_str(), file["text"].as_str(), last("values_path"), last("suggestion"))
        {
            let text = text.replace(&format!("{wrong}:"), &format!("{right}:"));
            fs::write(scratch.join(name), text).expect("the values file can be written");
        }
        args
    }

    /// Copies the chart of a fault; the arguments that it needs.
    fn copy(&self, fault: &Value, scratch: &Path) -> Vec<String> {
        let chart = fault["chart"].as_str().unwrap_or_default();
        let _ = fs::remove_dir_all(scratch);
        copy(&self.charts.join(chart), &scratch.join(chart));
        let mut args = vec![chart.to_owned()];
        args.extend(texts(&fault["args"]));
        args.extend(["--seed", "fault", "--now", "0", "--kube-version"].map(str::to_owned));
        args.push(fault["kube_version"].as_str().unwrap_or("1.37").to_owned());
        args
    }

    /// Plants a fault in the copy; the arguments with those that belong to it.
    fn plant(&self, fault: &Value, scratch: &Path, mut args: Vec<String>) -> Vec<String> {
        args.extend(lay(fault, scratch));
        args
    }
}

/// Plants a fault in the chart that stands below `scratch`; the arguments that belong to it.
pub fn lay(fault: &Value, scratch: &Path) -> Vec<String> {
    let mut args = Vec::new();
    for edit in fault["edits"].as_array().into_iter().flatten() {
        apply(&scratch.join(fault["chart"].as_str().unwrap_or_default()), edit);
    }
    let files = fault["values_files"].as_array().into_iter().flatten().chain([&fault["values_file"]]);
    for (name, text) in files.filter_map(|file| Some((file["name"].as_str()?, file["text"].as_str()?))) {
        fs::write(scratch.join(name), text).expect("the values file can be written");
        args.extend(["-f".to_owned(), name.to_owned()]);
    }
    for set in texts(&fault["set"]) {
        args.extend(["--set".to_owned(), set]);
    }
    args
}

/// The flags for a report with everything in it.
const REPORT: &[&str] = &["--format", "json", "--show-secrets"];

/// A verb with arguments and some more.
fn with(args: &[String], verb: &str, more: &[&str]) -> Vec<String> {
    let verb = std::iter::once(verb.to_owned());
    verb.chain(args.iter().cloned()).chain(more.iter().map(|arg| (*arg).to_owned())).collect()
}

/// What became of a fault that was to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// The chart renders as it did before the fault.
    Restored,
    /// Something was changed, and it renders otherwise.
    Otherwise,
    /// No fix was offered.
    NotOffered,
}

fn is_whole(chart: &chartlens::chart::Chart) -> bool {
    let present: Vec<&str> = chart.dependencies.iter().map(|c| c.metadata.name.as_str()).collect();
    chart.metadata.dependencies.iter().flatten().all(|wanted| present.contains(&wanted.name.as_str()))
}

fn texts(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned))
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("scratch folders can be made");
    for entry in fs::read_dir(from).expect("the chart is there").filter_map(Result::ok) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if let Ok(bytes) = fs::read(&path) {
            fs::write(target, bytes).expect("scratch files can be written");
        }
    }
}

/// Replaces lines of a file: `old` from `line` on become `new`.
fn apply(root: &Path, edit: &Value) {
    let path = root.join(edit["file"].as_str().unwrap_or_default());
    let text = fs::read_to_string(&path).expect("the file to edit is there");
    let mut lines: Vec<&str> = text.split('\n').collect();
    let at = edit["line"].as_u64().unwrap_or(1) as usize - 1;
    let old = edit["old"].as_str().unwrap_or_default().split('\n').count();
    let new: Vec<&str> = edit["new"].as_str().map(|new| new.split('\n').collect()).unwrap_or_default();
    lines.splice(at..at + old, new);
    fs::write(path, lines.join("\n")).expect("the file can be written");
}

/// All findings, in order.
fn found(args: &[String], folder: &Path) -> Vec<Value> {
    let outcome = command(args, folder);
    let report: Value = serde_json::from_slice(&outcome.stdout).unwrap_or_default();
    report["diagnostics"].as_array().cloned().unwrap_or_default()
}

/// What makes a finding the same as one before: all but where things moved to, and the version of the object's API.
fn identity(found: &Value) -> String {
    let object = &found["object"];
    let object = format!("{} {} {}", object["kind"], object["namespace"], object["name"]);
    format!("{} {object} {} {}", found["code"], found["pointer"], found["message"])
}

fn verdict(expect: &Value, layer: Option<&str>, new: &[Value]) -> Verdict {
    let Some(first) = new.first() else { return Verdict::Silent };
    let planted = |found: &Value| names(found, expect, layer);
    if planted(first) {
        return Verdict::Exact;
    }
    let alternatives = expect["alternatives"].as_array().into_iter().flatten();
    if alternatives.into_iter().any(|other| names(first, other, None)) {
        return Verdict::Alternative;
    }
    let shown = format!("{} {} {}", first["code"], first["message"], places(first).join(" "));
    if new.iter().any(planted) { Verdict::Later(shown) } else { Verdict::Elsewhere(shown) }
}

/// Whether a finding names a place: in its template or in one of its first three values.
fn names(found: &Value, place: &Value, layer: Option<&str>) -> bool {
    let cause = &found["cause"];
    let values = cause["values"].as_array().into_iter().flatten().take(3);
    if let Some(layer) = layer {
        return values.into_iter().any(|v| v["layer"] == layer && v["path"] == place["values_path"]);
    }
    let here = |at: &Value| at["file"] == place["file"] && at["line"] == place["line"];
    here(&cause["template"]) || values.into_iter().any(here)
}

/// The places a finding names, for people.
fn places(found: &Value) -> Vec<String> {
    let cause = &found["cause"];
    let at = |place: &Value| format!("{}:{}", place["file"].as_str().unwrap_or("-"), place["line"]);
    let mut all = vec![at(&cause["template"])];
    all.extend(cause["values"].as_array().into_iter().flatten().take(3).map(at));
    all
}
