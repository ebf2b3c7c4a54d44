//! Tables of parameters beside those of the tools that people use for them: Bitnami's readme-generator-for-helm and
//! helm-docs. `tests/fixtures/parameters` has a values.yaml for every annotation, and beside it the table that the tool made.

use crate::folder::{CHART_YAML, Folder};
use chartlens_cli::parameters::{Dialect, read};
use chartlens_cli::readme::{Look, Style, markdown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A values.yaml with annotations.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The file or the chart.
    pub name: String,
    /// How its comments are written.
    pub dialect: Dialect,
    /// Its text.
    pub text: String,
}

/// The folder of the fixtures.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/parameters")
}

/// The fixtures, by name.
pub fn fixtures() -> Vec<Sample> {
    let files = std::fs::read_dir(folder()).expect("fixtures").filter_map(|entry| Some(entry.ok()?.path()));
    let mut all: Vec<Sample> = files.filter_map(|path| sample(&path, path.file_stem()?.to_str()?)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The charts of a corpus whose values.yaml has annotations, by name.
pub fn charts(dir: &Path) -> Vec<Sample> {
    let charts =
        std::fs::read_dir(dir.join("charts")).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut all: Vec<Sample> =
        charts.filter_map(|path| sample(&path.join("values.yaml"), path.file_name()?.to_str()?)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn sample(path: &Path, name: &str) -> Option<Sample> {
    let text =
        std::fs::read_to_string(path).ok().filter(|_| path.extension().is_some_and(|ending| ending == "yaml"))?;
    let dialect = read(&text, None).ok()?.dialect;
    (dialect != Dialect::Plain).then(|| Sample { name: name.to_owned(), dialect, text })
}

impl Sample {
    /// The table that chartlens makes, and how many problems it finds in the comments.
    ///
    /// # Errors
    ///
    /// A values.yaml that cannot be read.
    pub fn own(&self) -> Result<(String, usize), String> {
        let mut parameters = read(&self.text, Some(self.dialect))?;
        if self.dialect == Dialect::HelmDocs {
            parameters.sort();
        }
        let look = Look { style: Style::of(self.dialect), types: None };
        Ok((markdown(&parameters, &look, 3).trim().to_owned(), parameters.problems.len()))
    }
}

/// The programs.
#[derive(Clone, Debug, Default)]
pub struct Tools {
    /// `bin/index.js` of @bitnami/readme-generator-for-helm.
    pub readme_generator: Option<PathBuf>,
    /// helm-docs.
    pub helm_docs: Option<PathBuf>,
}

impl Tools {
    /// The table that the tool of a sample's dialect makes; none where the program is not given.
    ///
    /// # Errors
    ///
    /// What the tool says where it makes none.
    pub fn ask(&self, sample: &Sample) -> Option<Result<String, String>> {
        let program = match sample.dialect {
            Dialect::Bitnami => self.readme_generator.as_ref()?,
            _ => self.helm_docs.as_ref()?,
        };
        let folder = Folder::default().with("Chart.yaml", CHART_YAML).with("values.yaml", &sample.text);
        let folder = folder.with("README.md", "# t\n\n## Parameters\n");
        let folder = folder.with("t.gotmpl", "## Parameters\n{{ template \"chart.valuesTable\" . }}");
        let mut command = match sample.dialect {
            Dialect::Bitnami => Command::new("node"),
            _ => Command::new(program),
        };
        match sample.dialect {
            Dialect::Bitnami => command.arg(program).args(["-v", "values.yaml", "-r", "README.md"]),
            _ => command.args(["-t", "t.gotmpl", "-o", "README.md"]),
        };
        let output = match command.current_dir(folder.path()).output() {
            Ok(output) => output,
            Err(error) => return Some(Err(format!("{}: {error}", program.display()))),
        };
        let text = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        let table = text.split_once("## Parameters\n").map(|(_, table)| table.trim().to_owned()).unwrap_or_default();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let faults: Vec<&str> = said.lines().filter(|line| line.starts_with("ERROR: ")).collect();
        Some(match output.status.success() && !table.is_empty() {
            true => Ok(table),
            false => Err(faults.first().map_or(said.clone(), |fault| (*fault).to_owned())),
        })
    }
}

/// A way in which tables differ on purpose.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    /// Why.
    pub says: &'static str,
    /// Makes one of two tables alike in this.
    alike: fn(&str) -> String,
}

/// What is written otherwise on purpose.
pub const REASONS: &[Reason] = &[
    Reason {
        says: "a `|` in a cell is escaped: without that it ends the cell",
        alike: |table| table.replace("\\|", "|"),
    },
    Reason {
        says: "code with a backtick in it stands between two: one would end it",
        alike: |table| table.replace("| `` ", "| `").replace(" `` |", "` |"),
    },
    Reason { says: "blanks at the ends of comment lines are left out", alike: blanks },
    Reason {
        says: "`@schema` blocks are no part of descriptions",
        alike: |table| {
            let cut = |line: &str| line.split_once(" @schema").map_or(line.to_owned(), |(line, _)| format!("{line} |"));
            table.lines().map(cut).collect::<Vec<_>>().join("\n")
        },
    },
];

/// A table whose cells have no blanks around them, and none twice.
fn blanks(table: &str) -> String {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The reasons why two tables differ; none where lines differ that no reason explains: those are given.
///
/// # Errors
///
/// The first lines that differ, theirs and ours.
pub fn differences(theirs: &str, ours: &str) -> Result<Vec<&'static str>, String> {
    let (mut theirs, mut ours) = (theirs.replace('\r', ""), ours.to_owned());
    let mut reasons = Vec::new();
    for reason in REASONS {
        if theirs == ours {
            break;
        }
        let alike = ((reason.alike)(&theirs), (reason.alike)(&ours));
        let before = theirs.lines().zip(ours.lines()).filter(|(a, b)| a != b).count();
        let after = alike.0.lines().zip(alike.1.lines()).filter(|(a, b)| a != b).count();
        if after < before || alike.0 == alike.1 {
            reasons.push(reason.says);
        }
        (theirs, ours) = alike;
    }
    match theirs.lines().zip(ours.lines()).find(|(theirs, ours)| theirs != ours) {
        None if theirs.lines().count() == ours.lines().count() => Ok(reasons),
        None => Err(format!("{} lines, and {} here", theirs.lines().count(), ours.lines().count())),
        Some((theirs, ours)) => Err(format!("    theirs {theirs}\n    ours   {ours}")),
    }
}
