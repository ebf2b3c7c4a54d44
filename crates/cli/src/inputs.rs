//! What `check` is pointed at: charts, folders of charts, manifests.

use crate::environment::{Environment, go_error};
use chartlens::text::path::clean;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Something to check.
#[derive(Clone, Debug)]
pub enum Input {
    /// A chart, by its path.
    Chart(String),
    /// Manifests: name and text.
    Manifests(Vec<(String, Arc<[u8]>)>),
}

/// Folders nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 32;

/// Finds what stands at a path as the user gave it.
pub fn find(env: &mut Environment<'_>, name: &str, into: &mut Vec<Input>) -> Result<(), String> {
    if name == "-" {
        let mut text = Vec::new();
        env.stdin.read_to_end(&mut text).map_err(|e| format!("standard input: {}", go_error(&e)))?;
        if !has_content(&text) {
            return Err("standard input is empty: there is nothing to check".to_owned());
        }
        into.push(Input::Manifests(vec![("-".to_owned(), Arc::from(text))]));
        return Ok(());
    }
    let path = env.path(name);
    if !path.exists() {
        return Err(format!("{name}: no such file or directory"));
    }
    if is_chart(&path) {
        into.push(Input::Chart(name.to_owned()));
        return Ok(());
    }
    // What Terraform files ask for is looked at beside all that.
    if path.is_file() && is_terraform(name) {
        return Ok(());
    }
    if let Some(told) = crate::parts::told(&path, name) {
        return Err(told);
    }
    let mut found = Found::default();
    if path.is_dir() {
        found.folder(&path, name.trim_end_matches('/'), 0);
    } else {
        found.manifests.push(name.to_owned());
    }
    if found.charts.is_empty() && found.manifests.is_empty() {
        return match found.terraform.is_empty() {
            true => Err(format!("{name}: neither charts nor manifests in this folder")),
            false => Ok(()),
        };
    }
    // Beside charts, loose files are values, pipelines and the like.
    if found.charts.is_empty() {
        let read = |file: &String| Ok((file.clone(), Arc::from(env.read(file)?)));
        let files: Vec<(String, Arc<[u8]>)> = found.manifests.iter().map(read).collect::<Result<_, String>>()?;
        if found.terraform.is_empty() && !files.iter().any(|(_, text)| has_content(text)) {
            return Err(format!("{name}: there is nothing to check in it"));
        }
        into.push(Input::Manifests(files));
    }
    into.extend(found.charts.into_iter().map(Input::Chart));
    Ok(())
}

/// The files of a folder, or the file, that may have objects of GitOps controllers or of Kustomize: name and text.
pub fn gitops(env: &Environment<'_>, name: &str) -> Vec<(String, Arc<[u8]>)> {
    let path = env.path(name);
    let mut found = Found::default();
    match path.is_dir() {
        true if is_chart(&path) => {}
        true => found.folder(&path, name.trim_end_matches('/'), 0),
        false => found.manifests.push(name.to_owned()),
    }
    if !found.manifests.iter().any(|file| env.read(file).is_ok_and(|text| crate::gitops::may_have(&text))) {
        return Vec::new();
    }
    // What they refer to may stand in any of the others.
    let read = |file: String| Some((file.clone(), Arc::from(env.read(&file).ok()?)));
    found.manifests.into_iter().filter_map(read).collect()
}

/// The folders with Terraform files in an argument; beside them the file, where the argument is one.
pub fn terraform(env: &Environment<'_>, name: &str) -> (Vec<String>, Option<String>) {
    let path = env.path(name);
    if !path.is_dir() {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        return match is_terraform(name) && path.is_file() {
            true => (vec![folder.to_owned()], Some(name.to_owned())),
            false => (Vec::new(), None),
        };
    }
    let mut found = Found::default();
    if !is_chart(&path) {
        found.folder(&path, name.trim_end_matches('/'), 0);
    }
    let folder = |file: &String| match clean(file).rsplit_once('/') {
        Some((folder, _)) => folder.to_owned(),
        None => String::new(),
    };
    let folders: BTreeSet<String> = found.terraform.iter().map(folder).collect();
    (folders.into_iter().collect(), None)
}

/// The paths of the files in a folder, in order.
#[cfg(feature = "terraform")]
pub fn list(env: &Environment<'_>, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(env.path(folder)).into_iter().flatten().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let whole = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).map(whole).collect();
    names.sort();
    names
}

/// Whether a name is one of Terraform's configurations.
pub fn is_terraform(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tf.json")
}

/// Whether a text has more than comments and marks between documents.
fn has_content(text: &[u8]) -> bool {
    let says = |line: &[u8]| !(line.is_empty() || line.starts_with(b"#") || line == b"---" || line == b"...");
    text.split(|byte| *byte == b'\n').any(|line| says(line.trim_ascii()))
}

/// Whether a chart stands at a path.
pub fn is_chart(path: &Path) -> bool {
    path.join("Chart.yaml").is_file() || (path.is_file() && ends(path, &["tgz"]))
}

fn ends(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}

#[derive(Default)]
struct Found {
    charts: Vec<String>,
    manifests: Vec<String>,
    terraform: Vec<String>,
}

impl Found {
    fn folder(&mut self, path: &Path, name: &str, depth: u32) {
        let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let file = entry.file_name().to_string_lossy().into_owned();
            let (path, name) = (entry.path(), format!("{name}/{file}"));
            match () {
                () if file.starts_with('.') || entry.file_type().is_ok_and(|ty| ty.is_symlink()) => {}
                () if is_chart(&path) => self.charts.push(name),
                () if path.is_dir() && depth < MAX_DEPTH => self.folder(&path, &name, depth + 1),
                () if is_terraform(&file) => self.terraform.push(name),
                () if file.ends_with(".tfvars.json") => {}
                () if ends(&path, &["yaml", "yml", "json"]) => self.manifests.push(name),
                () => {}
            }
        }
    }
}
