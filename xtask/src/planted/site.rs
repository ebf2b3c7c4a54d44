//! A chart that faults can be planted in: its texts, its values, and what Helm answers to it.

use super::Plant;
use crate::faults::replay;
use chartlens::yaml;
use chartlens_tests::command::{Outcome, command};
use chartlens_tests::faults::{copy, lay};
use std::path::{Path, PathBuf};

/// A healthy chart.
pub struct Site {
    /// Its folder's name.
    pub name: String,
    folder: PathBuf,
    /// Its texts: name and lines.
    pub files: Vec<(String, Vec<String>)>,
    /// What is rendered of it.
    pub output: Vec<u8>,
}

/// The charts of a folder that render.
pub fn sites(charts: &Path) -> Vec<Site> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(charts).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort();
    let mut sites: Vec<Site> = replay(&folders.iter().collect::<Vec<_>>(), |folder, _| Site::open(folder))
        .into_iter()
        .filter_map(|(_, s)| s)
        .collect();
    sites.sort_by(|a, b| a.name.cmp(&b.name));
    sites
}

/// The flags that fix draws and the clock.
const FIXED: &[&str] = &["--seed", "fault", "--now", "0", "--kube-version", "1.37"];

impl Site {
    fn open(folder: &Path) -> Option<Site> {
        let name = folder.file_name()?.to_str()?.to_owned();
        if !folder.join("Chart.yaml").exists() {
            return None;
        }
        let args: Vec<String> = ["template", "."].iter().chain(FIXED).map(|arg| (*arg).to_owned()).collect();
        let outcome = command(&args, folder);
        let mut files = Vec::new();
        let mut open = vec![folder.join("templates")];
        while let Some(dir) = open.pop() {
            for path in std::fs::read_dir(dir).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
                match path.is_dir() {
                    true => open.push(path),
                    false => files.extend(text(folder, &path)),
                }
            }
        }
        files.extend(text(folder, &folder.join("values.yaml")));
        files.sort();
        (outcome.exit == 0 && !outcome.stdout.is_empty()).then(|| Site {
            name,
            folder: folder.to_owned(),
            files,
            output: outcome.stdout,
        })
    }

    /// The lines of a file.
    pub fn lines(&self, file: &str) -> &[String] {
        self.files.iter().find(|(name, _)| name == file).map(|(_, lines)| lines.as_slice()).unwrap_or_default()
    }

    /// A line of a file, from 1.
    pub fn line(&self, file: &str, number: usize) -> Option<&str> {
        self.lines(file).get(number.checked_sub(1)?).map(String::as_str)
    }

    /// The lines of all templates that write manifests: the file and the number of each.
    pub fn template_lines(&self) -> impl Iterator<Item = (&str, usize, &str)> {
        let manifests = self.files.iter().filter(|(name, _)| name.starts_with("templates/"));
        let manifests = manifests.filter(|(name, _)| !name.ends_with(".txt") && !name.contains("/tests/"));
        manifests.flat_map(|(name, lines)| {
            lines.iter().enumerate().map(move |(n, line)| (name.as_str(), n + 1, line.as_str()))
        })
    }

    /// What Helm answers once a fault is planted.
    pub fn answer(&self, plant: &Plant) -> Option<Outcome> {
        let scratch = tempfile::tempdir().ok()?;
        copy(&self.folder, &scratch.path().join(&self.name));
        let mut args = vec!["template".to_owned(), self.name.clone()];
        args.extend(FIXED.iter().map(|arg| (*arg).to_owned()));
        args.extend(lay(&plant.record(String::new(), &self.name, ""), scratch.path()));
        Some(command(&args, scratch.path()))
    }

    /// Whether Helm answers something else once a fault is planted.
    pub fn hears(&self, plant: &Plant) -> bool {
        self.answer(plant).is_some_and(|outcome| outcome.exit != 0 || outcome.stdout != self.output)
    }

    /// Whether Helm fails once a fault is planted.
    pub fn fails(&self, plant: &Plant) -> bool {
        self.answer(plant).is_some_and(|outcome| outcome.exit != 0)
    }

    /// The names of the charts inside, with their aliases.
    pub fn dependencies(&self) -> Vec<(String, Option<String>)> {
        let text = std::fs::read(self.folder.join("Chart.yaml")).unwrap_or_default();
        let Ok(document) = yaml::parse(&text) else { return Vec::new() };
        let text_of = |node| String::from_utf8_lossy(document.scalar(node)).into_owned();
        let of = |node, wanted: &str| document.entries(node).find(|(key, _)| text_of(*key) == wanted).map(|(_, v)| v);
        let items = document.root().and_then(|root| of(root, "dependencies")).map(|list| document.children(list));
        let items = items.into_iter().flatten();
        items.filter_map(|item| Some((text_of(of(*item, "name")?), of(*item, "alias").map(text_of)))).collect()
    }

    /// Whether it says what values it takes.
    pub fn has_schema(&self) -> bool {
        self.folder.join("values.schema.json").exists()
    }
}

/// A file as lines, if it is a text.
fn text(folder: &Path, path: &Path) -> Option<(String, Vec<String>)> {
    let name = path.strip_prefix(folder).ok()?.to_str()?.to_owned();
    let text = std::fs::read_to_string(path).ok()?;
    Some((name, text.split('\n').map(str::to_owned).collect()))
}
