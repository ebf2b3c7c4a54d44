//! What `check` is pointed at: charts, folders of charts, manifests.

use crate::environment::{Environment, go_error};
use chartlens::text::path::clean;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::fs::DirEntry;
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
    Place::of(env, name).find(env, into)
}

/// What stands at a path as the user gave it. Folders are gone through once and files read once, whoever asks for them.
#[derive(Debug)]
pub struct Place {
    /// The path.
    pub name: String,
    is_folder: bool,
    is_chart: bool,
    /// What is below, where it is a folder and no chart; otherwise the path itself is the one file.
    found: Found,
}

impl Place {
    /// Looks at a path.
    pub fn of(env: &Environment<'_>, name: &str) -> Place {
        let path = env.path(name);
        let (is_folder, is_chart) = (path.is_dir(), is_chart(&path));
        let mut found = Found::default();
        match is_folder {
            true if is_chart => {}
            true => found.folder(&path, name.trim_end_matches('/'), 0),
            false => found.manifests.push(Manifest::new(name.to_owned())),
        }
        Place { name: name.to_owned(), is_folder, is_chart, found }
    }

    /// The charts and manifests of it.
    pub fn find(&self, env: &Environment<'_>, into: &mut Vec<Input>) -> Result<(), String> {
        let Place { name, found, .. } = self;
        let path = env.path(name);
        if !path.exists() {
            return Err(format!("{name}: no such file or directory"));
        }
        if self.is_chart {
            into.push(Input::Chart(name.clone()));
            return Ok(());
        }
        // What Terraform files ask for is looked at beside all that.
        if is_terraform(name) && path.is_file() {
            return Ok(());
        }
        if let Some(told) = crate::parts::told(&path, name) {
            return Err(told);
        }
        if found.charts.is_empty() && found.manifests.is_empty() {
            return match found.terraform.is_empty() {
                true => Err(format!("{name}: neither charts nor manifests in this folder")),
                false => Ok(()),
            };
        }
        // Beside charts, loose files are values, pipelines and the like.
        if found.charts.is_empty() {
            let files = found.manifests.iter().map(|file| Ok((file.name.clone(), found.text(file, env)?)));
            let files = files.collect::<Result<Vec<(String, Arc<[u8]>)>, String>>()?;
            if found.terraform.is_empty() && !files.iter().any(|(_, text)| has_content(text)) {
                return Err(format!("{name}: there is nothing to check in it"));
            }
            into.push(Input::Manifests(files));
        }
        into.extend(found.charts.iter().cloned().map(Input::Chart));
        Ok(())
    }

    /// The files that may have objects of GitOps controllers or of Kustomize: name and text.
    pub fn gitops(&self, env: &Environment<'_>) -> Vec<(String, Arc<[u8]>)> {
        let found = &self.found;
        let may_have = |file| found.text(file, env).is_ok_and(|text| crate::gitops::may_have(&text));
        if !found.manifests.iter().any(may_have) {
            return Vec::new();
        }
        // What they refer to may stand in any of the others.
        found.manifests.iter().filter_map(|file| Some((file.name.clone(), found.text(file, env).ok()?))).collect()
    }

    /// The folders with Terraform files; beside them the file, where it is one itself.
    pub fn terraform(&self, env: &Environment<'_>) -> (Vec<String>, Option<String>) {
        let name = &self.name;
        if !self.is_folder {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            return match is_terraform(name) && env.path(name).is_file() {
                true => (vec![folder.to_owned()], Some(name.clone())),
                false => (Vec::new(), None),
            };
        }
        let folder = |file: &String| match clean(file).rsplit_once('/') {
            Some((folder, _)) => folder.to_owned(),
            None => String::new(),
        };
        let folders: BTreeSet<String> = self.found.terraform.iter().map(folder).collect();
        (folders.into_iter().collect(), None)
    }
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
    path.join("Chart.yaml").is_file() || (ends(path, &["tgz"]) && path.is_file())
}

fn ends(path: impl AsRef<Path>, extensions: &[&str]) -> bool {
    path.as_ref().extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}

/// A file that may hold manifests, and its text once somebody asked for it.
#[derive(Debug)]
struct Manifest {
    name: String,
    text: OnceCell<Result<Arc<[u8]>, String>>,
}

impl Manifest {
    fn new(name: String) -> Manifest {
        Manifest { name, text: OnceCell::new() }
    }
}

#[derive(Debug, Default)]
struct Found {
    charts: Vec<String>,
    manifests: Vec<Manifest>,
    terraform: Vec<String>,
    /// What is read now; one buffer for all files.
    buffer: RefCell<Vec<u8>>,
}

impl Found {
    fn text(&self, file: &Manifest, env: &Environment<'_>) -> Result<Arc<[u8]>, String> {
        let read = || {
            let buffer = &mut *self.buffer.borrow_mut();
            env.read_into(&file.name, buffer)?;
            Ok(Arc::from(buffer.as_slice()))
        };
        file.text.get_or_init(read).clone()
    }

    fn folder(&mut self, path: &Path, name: &str, depth: u32) {
        let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        // Most systems say in the list of a folder what its entries are, so that nobody has to ask for each.
        let kind = |entry: &DirEntry| entry.file_type().ok();
        let mut entries: Vec<_> = entries.map(|entry| (entry.file_name(), kind(&entry))).collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (file, kind) in entries {
            let shown = file.to_string_lossy();
            let name = format!("{name}/{shown}");
            let is_folder = kind.is_some_and(|kind| kind.is_dir());
            match () {
                () if shown.starts_with('.') || kind.is_some_and(|kind| kind.is_symlink()) => {}
                () if is_folder && path.join(&file).join("Chart.yaml").is_file() => self.charts.push(name),
                () if is_folder && depth < MAX_DEPTH => self.folder(&path.join(&file), &name, depth + 1),
                () if kind.is_some_and(|kind| kind.is_file()) && ends(&file, &["tgz"]) => self.charts.push(name),
                () if is_terraform(&shown) => self.terraform.push(name),
                () if shown.ends_with(".tfvars.json") => {}
                () if ends(&file, &["yaml", "yml", "json"]) => self.manifests.push(Manifest::new(name)),
                () => {}
            }
        }
    }
}
