//! Cases as files: a chart, what is done with it, and what comes of that, in one text that people read and write.
//!
//! A case is a text of sections. `-- NAME` starts a file of the chart `t` (`-- ../NAME` one beside it), `-- QUESTION` a
//! question with its expected answer. What can be asked depends on the folder that the case lies in: `fixtures/ide` has
//! the questions of [`crate::ide`]; `fixtures/render` and `fixtures/check` have commands, with their options:
//!
//! * `template …`: what `chartlens template r ./t …` writes, or its error;
//! * `check …`: what `chartlens check ./t …` finds. Each finding stands below the line of the template that it blames, with
//!   `^^^` under the text; then come the values behind it, the calls that led there, and the conditions around.
//!
//! `BLESS=1` writes the answers that are given now.

use crate::folder::{CHART_YAML, Folder};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A section of a case: its head and its text.
pub type Section = (String, String);

/// All cases in a folder below `fixtures`, in the order of their names.
pub fn all(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Runs the case in a file. `answers` makes of its files what answers its questions. The error shows what is expected and
/// what is found.
pub fn run<A: Fn(&str) -> Result<String, String>>(
    path: &Path,
    answers: impl Fn(&[&Section]) -> Result<A, String>,
) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let sections = sections(&text);
    let files: Vec<&Section> = sections.iter().filter(|(head, _)| is_file(head)).collect();
    let answer = answers(&files)?;
    let mut new = String::new();
    for (head, old) in &sections {
        let body = if is_file(head) || head.is_empty() { old.clone() } else { answer(head)? };
        if !head.is_empty() {
            new.push_str(&format!("-- {head}\n"));
        }
        new.push_str(&body);
    }
    holds(path, &text, new)
}

/// Whether a file says what is `new`; with `BLESS` it does afterwards.
pub fn holds(path: &Path, text: &str, new: String) -> Result<(), String> {
    if new == text {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(path, new).map_err(|error| error.to_string());
    }
    Err(format!("{}:\n{}", path.display(), differing(text, &new)))
}

/// The lines that differ.
fn differing(old: &str, new: &str) -> String {
    let missing = old.lines().filter(|line| !new.lines().any(|other| other == *line)).map(|line| format!("- {line}\n"));
    let added = new.lines().filter(|line| !old.lines().any(|other| other == *line)).map(|line| format!("+ {line}\n"));
    missing.chain(added).collect()
}

/// Whether a section with this head is a file.
pub fn is_file(head: &str) -> bool {
    head.contains('.') && !head.contains(' ')
}

/// The sections of a case.
pub fn sections(text: &str) -> Vec<Section> {
    let mut found: Vec<Section> = vec![(String::new(), String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("-- ") {
            Some(head) => found.push((head.trim().to_owned(), String::new())),
            None => found.iter_mut().last().into_iter().for_each(|(_, body)| body.push_str(line)),
        }
    }
    found
}

/// Answers with what commands say of a chart of these files.
pub fn commands(files: &[&Section]) -> Result<impl Fn(&str) -> Result<String, String> + use<>, String> {
    let files: Vec<Section> = files.iter().copied().cloned().collect();
    let mut folder = Folder::default().with("t/Chart.yaml", CHART_YAML);
    for (name, text) in &files {
        let outside = name.strip_prefix("../").map(str::to_owned);
        folder = folder.with(&outside.unwrap_or_else(|| format!("t/{name}")), text);
    }
    Ok(move |question: &str| {
        let (verb, options) = question.split_once(' ').unwrap_or((question, ""));
        match verb {
            "template" => {
                let shown = folder.run(&format!("template r ./t {options}"));
                Ok(if shown.exit == 0 { shown.stdout } else { shown.stderr })
            }
            "check" => {
                let shown = folder.run(&format!("check ./t --format json {options}"));
                let report: Value =
                    serde_json::from_str(&shown.stdout).map_err(|error| format!("{error}: {}", shown.stderr))?;
                let found = report["diagnostics"].as_array().into_iter().flatten();
                let shown: String = found.map(|found| finding(&files, found)).collect();
                Ok(if shown.is_empty() { "nothing\n".to_owned() } else { shown })
            }
            other => Err(format!("no such question: {other}")),
        }
    })
}

/// A finding under what it blames.
fn finding(files: &[Section], found: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cause = &found["cause"];
    let said = format!("{} {}: {}", text(&found["severity"]), text(&found["code"]), text(&found["message"]));
    let mut out = match cause["template"].is_object() {
        true => marked(files, &cause["template"], &said),
        false => format!("{said}\n"),
    };
    for value in cause["values"].as_array().into_iter().flatten() {
        let what = if value["missing"] == true { "is missing" } else { "is set" };
        out.push_str(&marked(files, value, &format!("  `{}` {what}, {}", text(&value["path"]), text(&value["layer"]))));
    }
    for call in cause["stack"].as_array().into_iter().flatten() {
        out.push_str(&format!("  called from {}:{}: {}\n", text(&call["file"]), call["line"], text(&call["call"])));
    }
    for guard in cause["guards"].as_array().into_iter().flatten() {
        let paths: Vec<String> =
            guard["values"].as_array().into_iter().flatten().map(|value| text(&value["path"])).collect();
        out.push_str(&format!("  under {}:{}: {}\n", text(&guard["file"]), guard["line"], paths.join(", ")));
    }
    if let Some(help) = found["help"].as_str() {
        out.push_str(&format!("  help: {}\n", help.replace('\n', "\n  ")));
    }
    for fix in found["fixes"].as_array().into_iter().flatten() {
        let edits: Vec<String> =
            fix["edits"].as_array().into_iter().flatten().map(|edit| format!("{:?}", text(&edit["new"]))).collect();
        out.push_str(&format!("  fix: {}: {}\n", text(&fix["title"]), edits.join(", ")));
    }
    out
}

/// The line of a place of the report, and what is said of it under what is meant.
fn marked(files: &[Section], place: &Value, said: &str) -> String {
    let number = |field: &str| place[field].as_u64().unwrap_or_default() as usize;
    let name = place["file"].as_str().unwrap_or_default();
    let text = files.iter().find(|(known, _)| known.trim_start_matches("../") == name).map_or("", |(_, text)| text);
    let line = text.lines().nth(number("line").saturating_sub(1)).unwrap_or_default();
    let from = number("column").saturating_sub(1);
    let to = if number("end_line") == number("line") {
        number("end_column").saturating_sub(1)
    } else {
        line.chars().count()
    };
    let head = if name.is_empty() { "the command line".to_owned() } else { format!("{name}:{}", number("line")) };
    format!("{head}\n  {line}\n  {} {said}\n", carets(from, to)).replace(" \n", "\n")
}

/// `^^^` from one column up to another, from 0.
pub fn carets(from: usize, to: usize) -> String {
    format!("{}{}", " ".repeat(from), "^".repeat(to.saturating_sub(from).max(1)))
}
