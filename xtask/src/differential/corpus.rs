//! Real charts with one value or one token of a template changed.

use super::rng::Rng;
use super::{Case, mutate};
use chartlens::json::Numbers;
use chartlens::value::{Heap, Repr, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// A chart on disk and the paths of its values.
#[derive(Debug)]
pub struct Real {
    path: String,
    leaves: Vec<Vec<String>>,
    /// Its files, where all of them are texts.
    files: Option<BTreeMap<String, String>>,
    templates: Vec<String>,
    /// Bytes of its files.
    size: u64,
}

/// Charts, of which small ones come more often than large ones, so that all get about the same time.
#[derive(Debug)]
pub struct Corpus {
    charts: Vec<Real>,
    /// Of each chart the sum of its own share and of those before it.
    shares: Vec<u64>,
}

impl Corpus {
    /// The charts in a folder.
    pub fn read(dir: &Path) -> Corpus {
        let charts = charts(dir);
        let share = |chart: &Real| SHARES / (chart.size + SMALL);
        let shares = charts.iter().scan(0, |sum, chart| {
            *sum += share(chart);
            Some(*sum)
        });
        Corpus { shares: shares.collect(), charts }
    }

    fn pick(&self, rng: &mut Rng) -> Option<&Real> {
        let at = rng.below(*self.shares.last()? as usize) as u64;
        self.charts.get(self.shares.partition_point(|until| *until <= at))
    }
}

/// What is shared out.
const SHARES: u64 = 1 << 40;
/// A chart of no bytes takes as long as one of so many.
const SMALL: u64 = 50_000;

fn charts(dir: &Path) -> Vec<Real> {
    let Ok(entries) = std::fs::read_dir(dir.join("charts")) else { return Vec::new() };
    let mut folders: Vec<_> = entries.filter_map(|entry| entry.ok()?.path().canonicalize().ok()).collect();
    folders.sort();
    let real = |folder: &std::path::PathBuf| {
        // The engine alone would render a library too.
        let metadata = std::fs::read_to_string(folder.join("Chart.yaml")).ok()?;
        if metadata.contains("type: library") {
            return None;
        }
        let text = std::fs::read(folder.join("values.yaml")).ok()?;
        let mut heap = Heap::new();
        let value = chartlens::yaml::from_text(&mut heap, &text, Numbers::Float).ok()?;
        let mut leaves = Vec::new();
        collect(&heap, &value, &mut Vec::new(), &mut leaves);
        let files = texts(folder);
        let is_template = |name: &&String| name.contains("templates/") || name.ends_with(".tpl");
        let templates = files.iter().flat_map(BTreeMap::keys).filter(is_template).cloned().collect();
        let size = size(folder);
        (!leaves.is_empty()).then(|| Real { path: folder.display().to_string(), leaves, files, templates, size })
    };
    folders.iter().filter_map(real).collect()
}

/// Bytes of the files of a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(bytes).sum()
}

/// The files of a folder, where all are texts.
fn texts(folder: &Path) -> Option<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).ok()?.to_str()?.to_owned();
            files.insert(name, String::from_utf8(std::fs::read(&path).ok()?).ok()?);
        }
    }
    Some(files)
}

fn collect(heap: &Heap, value: &Value, path: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    if !path.is_empty() {
        into.push(path.clone());
    }
    if let (Repr::Map(map), true) = (&value.repr, path.len() < 12) {
        for (key, inner) in &heap.map(*map).entries {
            path.push(key.to_string());
            collect(heap, inner, path, into);
            path.pop();
        }
    }
}

const VALUES: &[&str] = &[
    "null",
    "\"\"",
    "\"x\"",
    "0",
    "1",
    "-1",
    "1.5",
    "true",
    "false",
    "[]",
    "{}",
    "[\"a\"]",
    "{\"a\": 1}",
    "[{\"name\": \"n\"}]",
    "\"{{ .Release.Name }}\"",
    "\"1\"",
    "100000000",
    "\"a: b\"",
    "[null]",
    "{\"a\": null}",
];

/// The case with this number: a chart with one of its values set to something else or a token of one of its templates
/// changed.
pub fn case(corpus: &Corpus, seed: u64, number: u64) -> Option<Case> {
    let mut rng = Rng::new(seed, number);
    let chart = corpus.pick(&mut rng)?;
    if let (Some(files), false, true) = (&chart.files, chart.templates.is_empty(), rng.one_in(2)) {
        let mut files = files.clone();
        let name = rng.pick(&chart.templates);
        let text = mutate::template(&mut rng, &files[name]);
        files.insert(name.clone(), text);
        return Some(Case { files, ..Case::default() });
    }
    let path = rng.pick(&chart.leaves);
    let mut values = rng.word(VALUES).to_owned();
    for key in path.iter().rev() {
        values = format!("{{{}: {values}}}", serde_json::json!(key));
    }
    Some(Case { chart: Some(chart.path.clone()), values, ..Case::default() })
}
