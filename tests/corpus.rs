//! Real charts with recorded renders: one case and its check.
//!
//! The format is described in the README beside the corpus, which is no part of the repository.

use crate::command::{Outcome, command, with_environment};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of charts and recorded renders.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// The folder.
    pub dir: PathBuf,
    /// The folder around it, where the command lines run.
    pub root: PathBuf,
    /// The cases.
    pub cases: Vec<Value>,
}

impl Corpus {
    /// The corpus in a folder, if there is one.
    pub fn open(dir: &Path) -> Option<Corpus> {
        let dir = dir.canonicalize().ok()?;
        let manifest = fs::read_to_string(dir.join("manifest.json")).ok()?;
        let cases = serde_json::from_str(&manifest).expect("a list of cases");
        Some(Corpus { root: dir.parent()?.to_owned(), dir, cases })
    }

    /// Renders a case and compares.
    pub fn check(&self, case: &Value) -> Result<(), String> {
        check(case, &self.dir, &self.root)
    }

    /// Whether a traced render of the case gives the same bytes as an untraced one.
    pub fn check_traced(&self, case: &Value) -> Result<(), String> {
        traced(case, &self.root)
    }
}

fn texts(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned))
}

/// Whether the charts that the case's chart needs are there.
pub fn is_complete(case: &Value, root: &Path) -> bool {
    let mut error = Vec::new();
    let args = arguments(case);
    with_environment(root, &mut Vec::new(), &mut error, |env| {
        chartlens_cli::prepare(&args[1..], env).is_ok_and(|prepared| {
            let present: Vec<&str> = prepared.chart.dependencies.iter().map(|c| c.metadata.name.as_str()).collect();
            prepared.chart.metadata.dependencies.iter().flatten().all(|wanted| present.contains(&wanted.name.as_str()))
        })
    })
}

/// The command line of a case, from the folder around the corpus.
pub fn arguments(case: &Value) -> Vec<String> {
    let mut args = vec!["template".to_owned()];
    args.extend(case["release_name"].as_str().map(str::to_owned));
    args.push(format!("corpus/charts/{}", case["chart"].as_str().unwrap_or_default()));
    for file in texts(&case["values_files"]) {
        args.extend(["-f".to_owned(), file]);
    }
    args.extend(texts(&case["args"]));
    args
}

fn check(case: &Value, dir: &Path, root: &Path) -> Result<(), String> {
    let id = case["id"].as_str().unwrap_or_default();
    let folder = dir.join("cases").join(id);
    let Outcome { exit, stdout, stderr } = command(&arguments(case), root);
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    let wanted_exit = case["helm4"]["exit"].as_u64().unwrap_or(0);
    if u64::from(exit) != wanted_exit {
        return Err(format!("exit {exit}, wanted {wanted_exit}: {}", stderr.lines().last().unwrap_or_default()));
    }
    if exit == 0 {
        let wanted = fs::read(folder.join("expected.yaml")).map_err(|e| e.to_string())?;
        let masked: Vec<u64> =
            case["masked_lines"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        return lines(&wanted, &stdout, &masked);
    }
    if case["stderr_stable"] == false {
        return Ok(());
    }
    let wanted = fs::read_to_string(folder.join("expected.stderr")).map_err(|e| e.to_string())?;
    let found = stderr.replace(&*root.to_string_lossy(), "$PWD");
    if wanted == found { Ok(()) } else { Err(format!("stderr\n    wanted {wanted:?}\n    found  {found:?}")) }
}

/// Compares line by line; lines that differ from run to run are left aside.
fn lines(wanted: &[u8], found: &[u8], masked: &[u64]) -> Result<(), String> {
    let wanted: Vec<&[u8]> = wanted.split(|b| *b == b'\n').collect();
    let found: Vec<&[u8]> = found.split(|b| *b == b'\n').collect();
    let different =
        wanted.iter().zip(&found).enumerate().find(|(i, (a, b))| a != b && !masked.contains(&(*i as u64 + 1)));
    match different {
        Some((i, (a, b))) => Err(format!(
            "line {}\n    wanted {:?}\n    found  {:?}",
            i + 1,
            String::from_utf8_lossy(a),
            String::from_utf8_lossy(b)
        )),
        None if wanted.len() != found.len() => Err(format!("{} lines, wanted {}", found.len(), wanted.len())),
        None => Ok(()),
    }
}

/// Whether a traced render gives the same bytes as an untraced one.
fn traced(case: &Value, root: &Path) -> Result<(), String> {
    let args = arguments(case);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    with_environment(root, &mut stdout, &mut stderr, |env| {
        let Ok(mut prepared) = chartlens_cli::prepare(&args[1..], env) else { return Ok(()) };
        let read = |file: &str| env.read(file);
        let mut render = |trace| {
            prepared.options.trace = trace;
            match chartlens::render::render_files(&prepared.chart, &prepared.options, &prepared.host, &read) {
                Ok(files) => Ok(files),
                Err(error) => Err(error.kind.helm_text(prepared.options.helm)),
            }
        };
        let (plain, traced) = (render(false), render(true));
        if plain == traced { Ok(()) } else { Err("a traced render differs".to_owned()) }
    })
}
